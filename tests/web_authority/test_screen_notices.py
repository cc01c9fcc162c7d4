"""The screens of notices and objections, of certificates, changes and cultivated projects: played from hand to hand."""

import re
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factory as f
from tests.designations.test_notices import ready
from tongchou.applications.bulk_models import BulkRun
from tongchou.core import clock
from tongchou.designations.models import Designation
from tongchou.designations.notice_models import Notice, Objection
from tongchou.designations.standing_models import ChangeRequest, CultivatedProject
from tongchou.outbox.models import Letter
from tongchou.web.authority import bulk, deciding, standing

NOTICES = "/authority/notices/"


def body(response):
    return response.content.decode()


def test_a_list_from_draft_to_designation_with_an_objection_on_the_way(seen, client):
    case, other = ready(), ready()
    province, step = f.officer(f.PROVINCE), "province-designate"
    assert "2 项" in body(seen(province, NOTICES))
    group = {"task": case.task_id, "round": case.round_id, "step": step}
    assert seen(province, NOTICES, **group | {"task": "x"}).status_code == 404
    page = seen(province, NOTICES, **group, variant="").url
    assert seen(f.officer(), page).status_code == 404
    words = {"do": "publish", "title": "拟认定公示", "days": "5", "office": "职业教育处"}
    refused = seen(province, page, **words | {"days": "many"})
    assert refused.status_code == 422
    assert 'value="拟认定公示"' in body(refused)
    assert seen(province, page, **words).status_code == 302
    notice = Notice.objects.get()
    public = reverse("public:notice", args=[notice.pk])
    entry = notice.cases.get(application=case)
    listed = body(seen(None, public))
    assert case.project_name in listed
    assert case.unit.name in listed
    assert "职业教育处" in listed
    assert notice.title in body(seen(None, reverse("public:notices")))
    assert "正在公示" in body(seen(f.leader(case.unit), reverse("unit:application", args=[case.pk])))

    form = reverse("public:object", args=[notice.pk, entry.pk])
    who = {
        "name": "异议一",
        "phone": "13900000000",
        "email": "a@example.org",
        "reason": "面积与现场不符，附照片。",
    }
    assert "匿名异议不受理" in body(seen(None, form, **who | {"name": ""}))
    assert seen(None, form, **who).url == public
    address = re.search(r"https?://[^/]+(/objections/\S+)", Letter.objects.get().body)[1]
    assert seen(None, address[:-2] + "xx/").status_code == 404
    seen(None, address, do="confirm")
    photo = SimpleUploadedFile("现场.pdf", f.pdf())
    client.post(address, {"do": "add", "file": photo})
    objection = Objection.objects.get()
    assert objection.files.count() == 1

    handled = reverse("authority:objection", args=[objection.pk])
    assert "异议一" in body(seen(province, reverse("authority:objections")))
    assert "异议一" in body(seen(province, handled))
    assert (
        seen(
            province, reverse("authority:objection_file", args=[objection.pk, objection.files.get().pk])
        ).status_code
        == 200
    )
    material = reverse("authority:objection_file", args=[objection.pk, objection.files.get().pk])
    for address_of_officers in (page, handled, material):
        assert "/account/login/" in seen(None, address_of_officers).url
        for stranger in (f.officer(), f.officer(f.NATION), f.officer(f.ELSEWHERE), f.leader(case.unit)):
            assert seen(stranger, address_of_officers).status_code in {403, 404}
    seen(province, handled, do="take_up")
    seen(province, handled, do="ask", question="请说明场地面积。", due="2023-08-14")
    statement = reverse("unit:statement", args=[objection.pk])
    own = f.leader(case.unit)
    assert statement in body(seen(own, reverse("unit:workbench")))
    asked = body(seen(own, statement))
    assert "请说明场地面积" in asked
    assert "异议一" not in asked
    assert "附照片" not in asked
    assert seen(f.leader(other.unit), statement).status_code == 404
    seen(own, statement, text="面积属实。")
    assert "面积属实" in body(seen(province, handled))
    seen(province, handled, do="dismiss", reason="经核实不成立。")
    assert "经核实不成立" in body(seen(None, address))
    assert "异议一" not in body(seen(None, public)) + body(seen(own, statement))

    with f.on(2023, 8, 16):
        assert "认定全部 2 项" in body(seen(province, page))
        seen(province, page, do="designate")
        assert "办成 2 项" in body(seen(province, page))
        assert "公示期满" in body(seen(None, public))
        assert seen(None, form, **who | {"email": "b@example.org"}).status_code == 422
    assert Designation.objects.filter(level="province").count() == 2


def test_more_than_are_done_while_one_waits_are_all_designated_by_the_worker(seen, monkeypatch):
    cases, province = [ready(), ready()], f.officer(f.PROVINCE)
    group = {"task": cases[0].task_id, "round": cases[0].round_id, "step": "province-designate"}
    page = seen(province, NOTICES, **group, variant="").url
    seen(province, page, do="publish", title="公示", days="5", office="职教处")
    monkeypatch.setattr(deciding, "MOST_AT_ONCE", 1)
    with f.on(2023, 8, 16):
        run = seen(province, page, do="designate").url
        bulk.play(BulkRun.objects.get().pk)
        assert "办成 2 项，未办成 0 项" in body(seen(province, run))
    assert Designation.objects.filter(level="province").count() == 2


def test_objecting_is_limited_by_address(seen):
    entries = [ready(), *f.copies(ready(), 5)]
    for case in entries[1:]:
        f.score(case)
    province = f.officer(f.PROVINCE)
    group = {"task": entries[0].task_id, "round": entries[0].round_id, "step": "province-designate"}
    page = seen(province, NOTICES, **group, variant="").url
    notice = Notice.objects.get()
    first = notice.cases.first()
    seen(province, page, do="remove", rows=[first.pk])
    assert not notice.cases.filter(pk=first.pk).exists()
    seen(province, page, do="publish", title="公示", days="5", office="职教处")
    who = {
        "name": "异议一",
        "phone": "13900000000",
        "email": "a@example.org",
        "reason": "面积与现场不符，附照片。",
    }
    told = [
        seen(None, reverse("public:object", args=[notice.pk, entry.pk]), **who).status_code
        for entry in notice.cases.order_by("pk")
    ]
    assert (len(told), set(told[:5]), told[5:]) == (len(told), {302}, [422] * (len(told) - 5))
    seen(province, page, do="withdraw", withdraw_reason="名单有误。")
    assert "撤销" in body(seen(None, reverse("public:notice", args=[notice.pk])))


def test_a_project_s_standing_is_followed_by_unit_authority_and_public(seen):
    case = f.at(f.unit(), "province-recommend")
    own, province = f.leader(case.unit), f.officer(f.PROVINCE)
    standing = reverse("unit:standing", args=[case.pk])
    words = {"do": "ask", "kind": "name", "before": "", "after": "新名称", "reason": "规范。"}
    assert seen(own, standing, **words | {"after": ""}).status_code == 422
    assert seen(own, standing, **words).status_code == 302
    change = ChangeRequest.objects.get()
    assert "新名称" in body(seen(province, reverse("authority:changes")))
    for name in ("authority:change", "authority:change_proof"):
        for stranger in (f.officer(f.NATION), f.officer(f.ELSEWHERE), own):
            assert seen(stranger, reverse(name, args=[change.pk])).status_code in {403, 404}
    seen(province, reverse("authority:change", args=[change.pk]), do="approve", document_number="3号")
    assert "项目名称变更" in body(seen(own, standing))

    post = {"task": case.task_id, "round": case.round_id, "level": "province", "title": "名单"}
    seen(province, "/authority/lists/", **post, document_number="吉教〔2023〕9号")
    held = Designation.objects.get(level="province")
    check = f"{reverse('public:check')}?number={held.certificate}"
    assert "有效" in body(seen(None, check))
    assert "吉教〔2023〕9号" in body(seen(None, check))
    assert "没有查到" in body(seen(None, f"{reverse('public:check')}?number=0"))
    assert held.certificate in body(seen(None, reverse("public:list", args=[held.list_id])))
    address = reverse("authority:designation", args=[held.pk])
    seen(province, address, do="expire", reason="考核不合格。")
    assert "已于" in body(seen(None, check))
    assert "考核不合格" not in body(seen(None, check))
    seen(province, address, do="renew", until="2027-08-31", reason="整改合格。")
    held.refresh_from_db()
    assert held.last_day == date(2027, 8, 31)
    seen(province, address, do="revoke", reason="失实。", document_number="7号")
    revoked = body(seen(None, check))
    assert "撤销" in revoked
    assert "失实" not in revoked


def test_a_cultivated_project_is_recorded_and_joined(seen, monkeypatch):
    school = f.unit()
    case, own = f.submitted(school), f.leader(school)
    projects, city = reverse("unit:projects"), f.officer()
    words = {"do": "record", "task": case.task_id, "name": "校本资源库", "since": "2022-09-01"}
    assert seen(own, projects, **words).status_code == 422
    seen(own, projects, **words, document_number="校发〔2022〕8号")
    project = CultivatedProject.objects.get()
    seen(own, projects, do="join", project=project.pk, case=case.pk)
    assert case.number in body(seen(own, projects))
    listed = reverse("authority:cultivated")
    assert seen(city, listed, **words, unit="没有的单位", document_number="1号").status_code == 422
    seen(city, listed, **words | {"name": "市级库"}, unit=school.name, document_number="1号")
    assert "市级库" in body(seen(city, listed))
    f.unit(name=f"{school.name}附属中学")
    seen(city, listed, **words | {"name": "又一库"}, unit=school.name, document_number="2号")
    page = body(seen(city, listed))
    assert page.count("<option") - body(seen(city, f"{listed}?q=又一库")).count("<option") == 1
    monkeypatch.setattr(standing, "MOST_OWN", 1)
    assert "只列出前 1 项，其余的请先用上面的筛选找到" in body(seen(city, listed))
    assert "校本资源库" in body(seen(f.officer(f.PROVINCE), listed))
    other = CultivatedProject.objects.get(name="市级库")
    seen(city, listed, do="end", project=other.pk, reason="停办。")
    other.refresh_from_db()
    assert other.ended_on == clock.today()
