"""A provincial round of task 10 by hand: from the pool of experts to the ministry's list, blind all the way.

Ten colleges have declared (by actions); what is walked is the province's and the ministry's side, two experts, and the
public with its objection. At its end everything an expert and a unit can reach is searched for names they may not see.
"""

import re
import zipfile
from io import BytesIO

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from tests import factory as f
from tests.e2e import task_10
from tests.e2e.blindness import guessed, messages, names_in, reached
from tests.e2e.stage import Seat, Stage
from tests.e2e.task_10_province import (
    assigns,
    changes_the_quota,
    designates,
    keeps_off_and_is_replaced,
    reads_the_results,
    recommends,
    scored_by_actions,
    settles,
    submits_the_last,
    vetoes,
)
from tongchou.applications.models import Application
from tongchou.core.models import AuditRecord
from tongchou.designations.models import Designation
from tongchou.designations.notice_models import Objection
from tongchou.orgs.queries import experts
from tongchou.outbox.models import Letter
from tongchou.rehearsal.sample import evidence_pdf
from tongchou.reviews.models import Assignment, Decision

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NOTICE, LIST, DOCUMENT = (
    "2023年职业教育国际标准、资源和装备拟认定名单公示",
    "首批职业教育国际标准、资源和装备名单",
    "演练〔2023〕21号",
)
OBJECTOR = {
    "name": "石演实",
    "organisation": "演练标准研究会",
    "phone": "0431-86660000",
    "email": "shi@example.org",
}
S = Application.State


@pytest.fixture
def round_of_ten(demo_server, chromium, serious_faults):
    """The stage, and the cases with what says who declares them."""
    with task_10.blind():
        for place, username, name in (
            (f.PROVINCE, "province", "省经办"),
            (f.NATION, "ministry", "部经办"),
        ):
            task_10.officer(place, username, name)
        task_10.experts()
        stage = Stage(demo_server.url, chromium, serious_faults)
        yield stage, task_10.declared()
        stage.close()


def test_from_the_pool_of_experts_to_the_list_of_the_ministry(round_of_ten):
    stage, declared = round_of_ten
    cases = [one.case for one in declared]
    province = stage.seat("province")
    assigns(province, cases)
    keeps_off_and_is_replaced(stage, province, cases[5])
    vetoes(stage, cases[6])
    reader = scored_by_actions(cases)
    sees_no_applicant(reader, declared)
    submits_the_last(reader)
    reads_the_results(province, cases)
    settles(province, cases[5])
    designates(province, cases)
    recommends(province, cases)
    changes_the_quota(province, cases[4])
    ministry = stage.seat("ministry")
    puts_on_notice(ministry, cases)
    public = stage.seat()
    objects(public, cases[7])
    upholds(ministry, cases[7])
    reads_the_answer(public)
    publishes(ministry, cases)
    checks_the_list(public, cases)
    left_its_records(cases)
    nobody_sees_who_scored(declared, reader)
    assert stage.faults == []


# ---------------------------------------------------------------- the ministry and the public


def puts_on_notice(ministry: Seat, cases: list[Application]) -> None:
    ministry.set_day("2023-11-20")
    ministry.menu("公示与异议")
    ministry.sees("10. 开展具有国际影响", "7 项", "文件没有规定公示天数")
    ministry.press("列入公示草稿")
    ministry.sees("公示草稿", cases[0].project_name, task_10.college(0))
    ministry.type(title=NOTICE, days="5", how="来函请寄教育部职业教育与成人教育司。")
    ministry.press("发布公示", sure=True)
    ministry.sees("公示已发布", "2023年11月25日")
    ministry.shot("notice", phone=True)


def objects(public: Seat, case: Application) -> None:
    public.open("/")
    public.menu("公示")
    public.follow(NOTICE)
    public.sees(case.project_name, case.unit.name)
    public.shot("public-notice", phone=True)
    public._go(public.page.locator("tr", has_text=case.project_name).get_by_role("link", name="提出异议"))
    public.type(reason="资源与我会 2021 年发布的双语资源内容相同，见附件比对。", **OBJECTOR)
    public.shot("objecting", phone=True)
    public.press("发送确认邮件")
    public.sees("确认邮件已发到您的邮箱")
    address = re.search(r"https?://\S+/objections/\S+", Letter.objects.get(address=OBJECTOR["email"]).body)
    public.page.goto(address[0])
    public.press("确认提出异议")
    public.page.locator("#file").set_input_files(
        {"name": "比对说明.pdf", "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    public.press("上传")
    public.sees("材料已补充。", "比对说明.pdf")


def upholds(ministry: Seat, case: Application) -> None:
    ministry.set_day("2023-11-22")
    ministry.menu("公示与异议")
    ministry.follow("异议办理")
    ministry.follow(case.project_name)
    ministry.sees(OBJECTOR["name"], OBJECTOR["phone"], "比对说明.pdf")
    ministry.press("受理")
    ministry.sees("已受理。")
    ministry.type(question="请说明资源中第二、四单元的来源和授权。")
    ministry.press("请单位说明")
    ministry.page.locator("#answer").fill("经核对，主要单元与已公开资源相同，未取得授权，异议成立。")
    ministry.shot("objection", phone=True)
    ministry.press("成立，不予认定", sure=True)
    ministry.sees("已答复", "异议成立")
    assert f.fresh(case).state == S.DECLINED


def reads_the_answer(public: Seat) -> None:
    public.page.reload()
    public.sees("未取得授权，异议成立。")


def publishes(ministry: Seat, cases: list[Application]) -> None:
    early = f.refusal(task_10.designate_early, cases[0])
    assert early.denied.code == "notice"
    ministry.set_day("2023-11-27")
    ministry.menu("公示与异议")
    ministry.follow(NOTICE)
    ministry.press("认定全部 6 项", sure=True)
    ministry.sees("办成 6 项，未办成 0 项")
    ministry.menu("认定名单", "主管部门")
    ministry.type(title=LIST, document_number=DOCUMENT)
    ministry.press("公布", sure=True)
    ministry.sees("名单已公布。", DOCUMENT)


def checks_the_list(public: Seat, cases: list[Application]) -> None:
    held = Designation.objects.filter(level="nation")
    assert {d.application for d in held} == {cases[one] for one in (0, 1, 2, 5, 8, 9)}
    public.open("/")
    public.menu("认定名单")
    public.follow(LIST)
    public.sees(DOCUMENT, cases[0].project_name)
    public.shot("list", phone=True)
    links = {
        name: public.page.locator("main").get_by_role("link", name=name, exact=True).get_attribute("href")
        for name in ("Word", "PDF", "Excel")
    }
    with zipfile.ZipFile(BytesIO(public.download(links["Word"]))) as parts:
        word = re.sub(r"<[^>]+>", "", parts.read("word/document.xml").decode())
    with pypdfium2.PdfDocument(public.download(links["PDF"])) as pages:
        printed = "".join(page.get_textpage().get_text_range() for page in pages)
    book = CalamineWorkbook.from_filelike(BytesIO(public.download(links["Excel"])))
    sheet = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    for text in (re.sub(r"\s", "", text) for text in (word, printed, sheet)):
        assert DOCUMENT in text
        assert all(d.application.unit.name in text and d.certificate in text for d in held), text[:800]
        assert cases[7].project_name not in text
    certificate = held.order_by("certificate").first().certificate
    public.follow(certificate)
    public.sees(f"{certificate} 有效", DOCUMENT)
    public.shot("certificate", phone=True)
    public.type(number=certificate + "9")
    public.press("查验")
    public.sees("没有查到这个编号的认定")


def left_its_records(cases: list[Application]) -> None:
    done = set(AuditRecord.objects.values_list("action", flat=True))
    assert done >= {
        "propose_assignment", "carry_out_assignment", "assign", "declare_conflict", "score", "settle", "decline",
        "designate", "rank", "recommend", "change_limit", "draft_notice", "put_on_notice", "object_to",
        "publish_list",
    }  # fmt: skip
    kinds = list(Decision.objects.filter(application=cases[0]).order_by("id").values_list("kind", flat=True))
    assert kinds == ["designate", "recommend", "designate"]
    assert Objection.objects.get().state == Objection.State.UPHELD


# ---------------------------------------------------------------- who may see whom


def sees_no_applicant(duty: Assignment, declared: list[task_10.Declared]) -> None:
    """While the sheets are open, nothing an expert can reach or guess names who declares, or another expert."""
    expert, cases = duty.expert, [one.case.pk for one in declared]
    secret = frozenset().union(*(one.names for one in declared)) | {*task_10.EXPERTS} - {expert.name}
    found = reached(expert, ["/", "/expert/", "/me/messages/"])
    assert {"/expert/", f"/expert/{duty.pk}/", f"/expert/{duty.pk}/form.pdf", "/expert/me/"} <= found.keys()
    assert any("第二页" in text for address, text in found.items() if address.startswith("/files/"))
    assert any("■■■轨道车辆制造专业教学标准" in text for text in found.values())
    assert names_in(found, secret) == {}
    others = list(Assignment.objects.filter(application=cases[0]).values_list("pk", flat=True))
    numbers = {
        "authority/": cases[:1],
        "unit/": cases[:1],
        "api/": cases[:1],
        "insight/": cases[:1],
        "expert/": others,
    }
    assert names_in(guessed(expert, numbers), secret) == {}
    organiser = guessed(f.officer(f.PROVINCE), {"authority/cases/": cases[:1]})
    assert set().union(*names_in(organiser, secret).values()) >= declared[0].names - {declared[0].leader.name}


def nobody_sees_who_scored(declared: list[task_10.Declared], duty: Assignment) -> None:
    """After all, a unit finds neither an expert nor the objector, and an expert no other; the organiser finds all."""
    who = {*OBJECTOR.values()} | {*task_10.EXPERTS}
    for one in (declared[0], declared[7]):
        found = reached(one.leader, ["/unit/", "/", "/me/messages/"])
        assert one.case.project_name in found[f"/unit/applications/{one.case.pk}/"]
        assert names_in(found, who) == {}
    numbers = {room: [declared[7].case.pk] for room in ("authority/", "expert/", "api/")}
    answers = guessed(declared[7].leader, numbers)
    assert any(declared[7].case.number in text for address, text in answers.items() if "/api/" in address)
    assert names_in(answers, who) == {}
    for one in declared:
        assert messages(one.leader)
        assert names_in(messages(one.leader), who) == {}
    assert names_in(reached(duty.expert, ["/expert/", "/me/messages/"]), who - {duty.expert.name}) == {}
    applicants = frozenset().union(*(one.names for one in declared))
    for expert in experts(f.authority(f.PROVINCE)):
        assert names_in(messages(expert), applicants | who - {expert.name}) == {}
    missing = set(task_10.EXPERTS) | {one.case.unit.name for one in declared}

    def all_found(text: str) -> bool:
        missing.difference_update([name for name in missing if name in text])
        return not missing

    reached(f.officer(f.PROVINCE), ["/authority/"], enough=all_found)
    assert not missing
