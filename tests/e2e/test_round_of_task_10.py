"""A provincial round of task 10 by hand: from the pool of experts to the ministry's list, blind all the way.

Ten colleges have declared (by actions); what is walked is the province's and the ministry's side, two experts, and the
public with its objection. At its end everything an expert and a unit can reach is searched for names they may not see.
"""

import re
import zipfile
from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests import factory as f
from tests.e2e import task_10
from tests.e2e.blindness import guessed, names_in, reached
from tests.e2e.stage import Seat, Stage
from tongchou.applications.models import Application
from tongchou.core.models import AuditRecord
from tongchou.designations.models import Designation
from tongchou.designations.notice_models import Objection
from tongchou.outbox.models import Letter
from tongchou.programmes.models import Quota
from tongchou.rehearsal.sample import evidence_pdf
from tongchou.reviews import duties
from tongchou.reviews.models import Assignment, Decision, QuotaAccount

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
MARKS = [92, 88, 85, 82, 80, 0, 73, 80, 78, 84]  # by case; the sixth one's marks lie far apart
APART = [95, 94, 48]
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


# ---------------------------------------------------------------- experts


def assigns(province: Seat, cases: list[Application]) -> None:
    province.set_day("2023-09-14")
    province.menu("专家评审")
    province.sees("可派单的专家 12 位", "10. 开展具有国际影响", "(10)")
    province.shot("experts", phone=True)
    province.follow("专家库")
    province.sees("赵演一", task_10.college(0), "任务 10、冰雪旅游服务")
    province.shot("pool", phone=True)
    province.menu("专家评审")
    province.unfold("抽签号")
    province.type(n="3", cap="4", seed="7")
    province.press("拟出方案")
    province.sees(
        "每项 3 位，每位最多 4 项，抽签号 7", "方案共 30 份评审任务", "专长为本任务", "与其他专家不同地"
    )
    assert not Assignment.objects.exists()
    province.shot("proposal", phone=True)
    province.press("按方案分配", sure=True)
    province.sees("已分配 30 份评审任务")
    loads = [Assignment.objects.filter(expert__name=name).count() for name in task_10.EXPERTS]
    assert sum(loads) == 30
    assert max(loads) <= 4
    assert not Assignment.objects.filter(
        application=cases[0], expert__name="赵演一"
    ).exists()  # his own college


def keeps_off_and_is_replaced(stage: Stage, province: Seat, case: Application) -> None:
    duty = case.assignments.order_by("pk").first()
    expert = stage.seat(duty.expert.username)
    expert.menu("评审任务")
    expert.follow(f"PS-{duty.pk:06d}")
    expert.unfold("声明回避")
    expert.type(reason="曾任该项目合作企业的技术顾问。")
    expert.press("声明回避", sure=True)
    expert.sees("已声明回避")
    province.open(f"/authority/cases/{case.pk}/#experts")
    province.sees(f"{duty.expert}", "已回避：曾任该项目合作企业的技术顾问。", within="#experts")
    free = province.page.locator("#experts select[name=expert] option:not([disabled])").nth(1)
    name = free.inner_text()
    province.choose("expert", name)
    province.press("分配", within="#experts")
    province.sees(f"已分配给 {name}")
    assert case.assignments.filter(conflict="").count() == 3


def vetoes(stage: Stage, case: Application) -> None:
    """One sheet in full: saved as one goes, a veto refused without its page, then handed in."""
    duty = case.assignments.order_by("pk").first()
    expert = stage.seat(duty.expert.username)
    expert.menu("评审任务")
    expert.sees(f"PS-{duty.pk:06d}", "您看不到其他专家的评分")
    expert.shot("duties", phone=True)
    expert.follow(f"PS-{duty.pk:06d}")
    expert.sees("匿名评审", "食品检验检测专业教学标准", "负面清单（一票否决）")
    for box in expert.page.locator("[data-weight]").all():
        box.fill("7")
    expert.sees("已自动保存", within="[data-saved]")
    expert.page.reload()
    expect(expert.page.locator("[data-weight]").last).to_have_value("7.0")
    expert.sees("70.00", within="[data-sum]")
    veto = expert.page.locator("[id^=v-infringement]")
    veto.check()
    expert.type(comment="标准文本与已公开发布的标准大段雷同，未注明来源。")
    expert.press("提交评分", sure=True)
    expert.sees("一票否决必须写明理由和所在页码")
    expert.type(**{"reason-infringement": "第三章与已发布标准雷同", "page-infringement": "12"})
    expert.shot("sheet", phone=True, at="#f-infringement")
    expert.press("提交评分", sure=True)
    expert.sees("评分已提交。")
    duty.refresh_from_db()
    assert duty.vetoes == {"infringement": "第三章与已发布标准雷同（第 12 页）"}


def scored_by_actions(cases: list[Application]) -> Assignment:
    """Everybody else scores, but for one sheet of the first case, which is begun and not handed in."""
    left = cases[0].assignments.order_by("pk").first()
    for case, mark in zip(cases, MARKS, strict=True):
        given = (
            case.assignments.filter(conflict="", submitted_at=None).select_related("expert").order_by("pk")
        )
        for number, duty in enumerate(given):
            value = (mark + 2 * number - 2 if mark else APART[number]) / 10
            duties.score(
                duty,
                by=duty.expert,
                marks=f.marks(case, value),
                comment="材料完整，国外应用情况可核实。",
                submit=duty != left,
            )
    return left


def submits_the_last(duty: Assignment) -> None:
    duty.refresh_from_db()
    duties.score(duty, by=duty.expert, marks=duty.marks, comment="建议补充当地认证的译文。", submit=True)


# ---------------------------------------------------------------- the province


def reads_the_results(province: Seat, cases: list[Application]) -> None:
    province.menu("专家评审")
    province.follow("评审结果")
    province.choose("variant", "职业教育标准")
    province.page.wait_for_url("**variant=standard**")
    province.type(cut="5")
    province.press("划线")
    province.sees("7项参评", "1项一票否决", "极差较大", "偏离", "各专家的宽严")
    expect(province.page.locator("tr.tc-row-in")).to_have_count(5)
    expect(province.page.locator("tr.tc-row-out")).to_have_text(re.compile("食品检验检测专业教学标准"))
    province.shot("results", phone=True)
    excel = province.page.locator("main").get_by_role("link", name="导出 Excel").get_attribute("href")
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(province.download(f"/authority/experts/results/{excel}")))
        .get_sheet_by_index(0)
        .to_python()
    )
    within = [row for row in rows if row[-1] == "入围" and row[0] != "名次"]
    assert [row[0] for row in within] == [1, 2, 3, 4, 5]
    assert within[0][1] == cases[0].project_name


def settles(province: Seat, case: Application) -> None:
    """A meeting puts right what one expert marked far from the others."""
    results = province.page.url
    province.follow("智能控制技术专业教学标准")
    province.sees("极差 47", within="#experts")
    province.unfold("记录合议结果")
    province.type(total="90")
    province.page.locator("#settle-reason").fill("一位专家未看到当地认证附件，合议一致认为应计入。")
    province.press("记录", within="#experts")
    province.sees("合议结果 90", "合议一致认为应计入")
    province.shot("settled", at="#experts")
    province.page.goto(results)
    province.sees("合议（评分合成 79", within="tr.tc-row-in:nth-of-type(2)")


def designates(province: Seat, cases: list[Application]) -> None:
    """The vetoed case is declined, the others are designated for the province in one go."""
    province.follow(cases[6].project_name)
    province.sees("有一票否决", "第三章与已发布标准雷同（第 12 页）")
    province.unfold("不予推荐")
    province.page.locator("#decline-reason").fill("专家评审一票否决，经核实成立。")
    province.press("不予推荐", sure=True)
    province.menu("申报审核")
    province.shot("queue", phone=True)
    province.page.select_option("#bulk-which", "all")
    province.press("认定", sure=True)
    province.sees("办成 9 项，未办成 0 项")
    assert Designation.objects.filter(level="province").count() == 9


def recommends(province: Seat, cases: list[Application]) -> None:
    """Ranked by the results, recommended from the top; the sixth standard finds the quota full."""
    order = [0, 5, 1, 2, 3, 4, 7, 8, 9]  # as the table of results says, standards first
    province.menu("推荐排序")
    for number, one in enumerate(order, start=1):
        province.page.locator(f"[name='n-{cases[one].pk}']").fill(str(number))
    province.press("保存排序")
    province.sees("排序已保存。")
    province.shot("ranking", phone=True)
    province.type(top="9")
    province.press("推荐", sure=True)
    province.sees(
        "办成 8 项，未办成 1 项",
        "“标准国家级推荐限额”（吉林省）限额 5 项，已用 5 项",
        f"《{cases[0].project_name}》",
        "吉教职成〔2023〕7号",
    )
    province.shot("over-quota", phone=True)
    assert f.fresh(cases[4]).step == "province-recommend"
    assert {a.taken for a in QuotaAccount.objects.all()} == {5, 2, 1}


def changes_the_quota(province: Seat, waiting: Application) -> None:
    """The quota of standards goes down by one in mid-round: refused until it is said who falls out."""
    quota = Quota.objects.get(code="national-standard", place=f.PROVINCE, current=True)
    province.menu("推荐限额")
    province.sees("标准国家级推荐限额", "资源国家级推荐限额")
    province.shot("quotas", phone=True)
    province._go(province.page.locator(f"main a[href^='/authority/quotas/{quota.pk}/']").first)
    province.sees("占用名额的 5 项")
    province.type(limit="4", document="演练函〔2023〕5号", reason="国家级推荐总数调减。")
    province.press("调整限额", sure=True)
    province.sees("限额改为 4 项，现已用 5 项，须有 1 项退出，指明了 0 项", "数控加工专业教学标准")
    falling = Application.objects.get(project_name="数控加工专业教学标准")
    province.page.locator(f"#falls-{falling.pk}").check()
    province.shot("quota-change", phone=True)
    province.press("调整限额", sure=True)
    province.sees("限额已改为 4 项，1 项退出", "占用名额的 4 项", falling.number)
    account = QuotaAccount.objects.get(quota=quota)
    assert (account.limit, account.taken) == (4, 4)
    assert {f.fresh(case).step for case in (falling, waiting)} == {"province-recommend"}


# ---------------------------------------------------------------- the ministry and the public


def puts_on_notice(ministry: Seat, cases: list[Application]) -> None:
    ministry.set_day("2023-11-20")
    ministry.menu("公示与异议")
    ministry.sees("10. 开展具有国际影响", "7 项", "文件没有规定公示天数")
    ministry.shot("notices", phone=True)
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
    public.shot("answered", phone=True)


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
    ministry.shot("publishing", phone=True)
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
        assert f"/unit/applications/{one.case.pk}/" in found
        assert one.case.project_name in found[f"/unit/applications/{one.case.pk}/"]
        assert names_in(found, who) == {}
        numbers = {room: [one.case.pk] for room in ("authority/", "expert/", "api/")}
        assert names_in(guessed(one.leader, numbers), who) == {}
    assert names_in(reached(duty.expert, ["/expert/", "/me/messages/"]), who - {duty.expert.name}) == {}
    missing = set(task_10.EXPERTS) | {one.case.unit.name for one in declared}

    def all_found(text: str) -> bool:
        missing.difference_update([name for name in missing if name in text])
        return not missing

    reached(f.officer(f.PROVINCE), ["/authority/"], enough=all_found)
    assert not missing
