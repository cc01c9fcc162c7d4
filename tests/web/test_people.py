"""The screens of a unit's record and people, and of an invitation."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tests.factory import CITY, OTHER_CITY, PROVINCE
from tongchou.orgs import actions as orgs
from tongchou.orgs import queries
from tongchou.orgs.invitation_models import Invitation
from tongchou.orgs.models import Membership, Person, Unit

NEW = {
    "do": "new",
    "name": "受邀人",
    "username": "shouyao",
    "email": "new@example.org",
    "password": "a-long-enough-password-7",
    "password_again": "a-long-enough-password-7",
}


def body(answer):
    return answer.content.decode()


def scan(name="联系表.pdf", content=None):
    return SimpleUploadedFile(name, f.pdf() if content is None else content, "application/pdf")


def people(unit):
    return reverse("unit:members", args=[unit.pk])


def _invited(client, school, **given):
    given = {"do": "invite", "role": "filler", "name": "受邀人", "email": ""} | given
    answer = client.post(people(school), given)
    assert answer.status_code == 200, body(answer)
    return re.search(r"https?://testserver(/me/invitations/[\w-]+/)", body(answer)).group(1)


# ---------------------------------------------------------------- the record and the form


def test_a_unit_prints_its_form_uploads_the_scan_and_the_authority_sees_it(client, world):
    school, person = orgs.register_unit(**f.registration(name="长春甲校"))
    client.force_login(person)
    address = reverse("unit:record", args=[school.pk])
    assert "还差盖章的联系表" in body(client.get(address))
    printed = client.get(reverse("unit:contact_form", args=[school.pk]))
    assert printed["Content-Type"] == "application/pdf"
    assert "请选择文件" in body(client.post(address, {"do": "scan"}))
    assert client.post(address, {"do": "scan", "scan": scan(content=b"MZ")}).status_code == 422
    assert client.post(address, {"do": "scan", "scan": scan()}).status_code == 302
    assert "正在等待长春市教育局核验" in body(client.get(address))
    assert client.get(reverse("unit:scan", args=[school.pk]))["Content-Type"] == "application/pdf"

    client.force_login(f.officer(CITY))
    page = body(client.get(reverse("authority:unit", args=[school.pk])))
    assert "联系表.pdf" in page
    assert "0431 8000 0000" in page
    assert client.get(reverse("authority:unit_scan", args=[school.pk])).status_code == 200
    assert (
        client.get(reverse("authority:unit_scan_page", args=[school.pk, 1]))["Content-Type"] == "image/jpeg"
    )


@pytest.mark.parametrize("code, status", [(PROVINCE, 403), (OTHER_CITY, 404)])
def test_nobody_else_sees_contact_people_and_scan(client, world, code, status):
    school = f.unit(verified=False)
    client.force_login(f.officer(code))
    for name in ("unit_scan", "rename_proof"):
        assert client.get(reverse(f"authority:{name}", args=[school.pk])).status_code == status
    page = client.get(reverse("authority:unit", args=[school.pk]))
    assert "0431 8000 0000" not in body(page)
    assert f.leader(school).email not in body(page)
    client.force_login(f.leader(f.unit()))
    for name in ("scan", "contact_form", "record", "members"):
        assert client.get(reverse(f"unit:{name}", args=[school.pk])).status_code == 404


def test_the_authority_is_told_that_the_scan_is_missing_and_cannot_verify(client, world):
    school, _ = orgs.register_unit(**f.registration())
    client.force_login(f.officer(CITY))
    address = reverse("authority:unit", args=[school.pk])
    assert "还没有上传盖章的联系表" in body(client.get(address))
    answer = client.post(address, {"do": "verify"})
    assert answer.status_code == 422
    assert Unit.objects.get(pk=school.pk).state == "registered"


def test_the_printed_form_says_what_is_registered_and_bears_its_code_and_no_seal(world):
    import pypdfium2

    from tongchou.documents import contacts as documents
    from tongchou.documents import pdf

    school = f.unit("vocational_college", name="长春甲学院", tags=["national-double-high"], verified=False)
    school = Unit.objects.select_related("place", "authority").get(pk=school.pk)
    form = documents.contact_form(school, queries.contact_of(school))
    document = pypdfium2.PdfDocument(pdf.contact_form(form))
    text = re.sub(r"\s", "", "".join(p.get_textpage().get_text_range() for p in document))
    for said in ("长春甲学院", school.uscc, "联演一", "办公室主任", "04318000", "单位（盖章）", form["code"]):
        assert said in text
    assert len(document) == 1
    assert not list(document[0].get_objects(filter=[3]))  # no picture: nothing that looks like a seal


def test_a_contact_is_changed_and_a_faulty_one_is_shown_at_its_field(client, world):
    school = f.unit()
    client.force_login(f.filler(school))
    address = reverse("unit:record", args=[school.pk])
    given = {
        "do": "contact",
        "contact_name": "联演九",
        "contact_duty": "主任",
        "contact_phone": "12345",
        "contact_email": "l9@example.org",
    }
    wrong = client.post(address, given)
    assert wrong.status_code == 422
    assert "不是有效的电话号码" in body(wrong)
    assert client.post(address, given | {"contact_phone": "13800138000"}).status_code == 302
    assert queries.contact_of(school).phone == "138 0013 8000"


def test_a_name_is_asked_for_and_given(client, world):
    school = f.unit(name="长春旧名学校")
    client.force_login(f.leader(school))
    address = reverse("unit:record", args=[school.pk])
    asked = {"do": "rename", "name": "长春新名学校", "reason": "经批准。"}
    assert "请选择文件" in body(client.post(address, asked))
    assert client.post(address, asked | {"proof": scan("批复.pdf")}).status_code == 302
    assert "待审核" in body(client.get(address))

    client.force_login(f.officer(CITY))
    decide = reverse("authority:unit", args=[school.pk])
    assert "更名申请" in body(client.get(decide))
    assert "长春新名学校" in body(client.get(reverse("authority:units")))
    assert client.get(reverse("authority:rename_proof", args=[school.pk])).status_code == 200
    assert "请填写理由" in str(client.post(decide, {"do": "refuse_rename"}).wsgi_request.refusal.fields)
    assert client.post(decide, {"do": "approve_rename"}).status_code == 302
    page = body(client.get(decide))
    assert "曾用名" in page
    assert "长春旧名学校" in page
    assert client.post(decide, {"do": "approve_rename"}).status_code == 404
    found = body(client.get(reverse("authority:units") + "?q=旧名&state=verified"))
    assert "长春新名学校" in found
    case = f.submitted(Unit.objects.get(pk=school.pk))
    assert case.number in body(client.get(reverse("authority:queue") + "?q=旧名"))


# ---------------------------------------------------------------- the people


def test_the_leader_invites_and_the_address_is_shown_once(client, world):
    school = f.unit()
    client.force_login(f.leader(school))
    address = _invited(client, school)
    page = body(client.get(people(school)))
    assert address not in page
    assert "受邀人" in page
    token = address.strip("/").rsplit("/", 1)[-1]
    assert token not in str(list(client.session.items()))


def test_a_new_person_follows_the_address_and_logs_in(client, world):
    school = f.unit(name="长春甲校")
    client.force_login(f.leader(school))
    address = _invited(client, school, role="reviewer")
    client.logout()
    page = body(client.get(address))
    assert "长春甲校" in page
    assert "单位校核人" in page
    wrong = client.post(address, NEW | {"password_again": "else"})
    assert (wrong.status_code, "两次输入的密码不同" in body(wrong)) == (422, True)
    assert client.post(address, NEW | {"username": "有 空格"}).status_code == 422
    assert client.post(address, NEW).status_code == 302
    assert (
        client.post("/account/login/", {"login": "shouyao", "password": NEW["password"]}).status_code == 302
    )
    assert client.get("/unit/").status_code == 200
    gone = client.get(address)
    assert gone.status_code == 422
    assert "邀请已失效" in body(gone)


def test_the_e_mail_of_the_invitation_is_shown_and_not_asked_for(client, world):
    school = f.unit()
    client.force_login(f.leader(school))
    address = _invited(client, school, email="new@example.org")
    client.logout()
    page = body(client.get(address))
    assert 'name="email"' not in page
    assert client.post(address, NEW | {"email": "x"}).status_code == 302
    assert Person.objects.get(username="shouyao").email == "new@example.org"


def test_whoever_is_logged_in_accepts_with_one_press(client, world):
    school, person = f.unit(), f.nobody()
    client.force_login(f.leader(school))
    address = _invited(client, school, email=person.email)
    client.force_login(f.filler(f.unit()))
    assert client.post(address, {"do": "accept"}).status_code == 403
    client.force_login(person)
    assert "您已登录为" in body(client.get(address))
    assert client.post(address, {"do": "accept"}).status_code == 302
    assert Membership.objects.get(person=person, active=True).unit == school


def test_an_anonymous_visitor_cannot_press_accept(client, world):
    school = f.unit()
    client.force_login(f.leader(school))
    address = _invited(client, school)
    client.logout()
    client.post(address, {"do": "accept"})
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_is_sent_again_and_taken_back(client, world):
    school = f.unit()
    client.force_login(f.leader(school))
    first = _invited(client, school)
    pk = Invitation.objects.get().pk
    answer = client.post(people(school), {"do": "resend", "invitation": pk})
    assert "只显示这一次" in body(answer)
    assert client.get(first).status_code == 422
    assert client.post(people(school), {"do": "revoke", "invitation": pk}).status_code == 302
    assert "没有等待接受的邀请" in body(client.get(people(school)))
    for wrong in ("", "x", "0", str(10**30)):
        assert client.post(people(school), {"do": "revoke", "invitation": wrong}).status_code == 404
    other = orgs.invite(
        f.unit(), by=f.leader(Unit.objects.last()), role="filler", name="人", email="", page=str
    )
    assert client.post(people(school), {"do": "revoke", "invitation": other[0].pk}).status_code == 404


def test_leadership_is_handed_over_and_the_old_leader_may_leave(client, world):
    school = f.unit()
    new, old = f.filler(school), f.leader(school)
    client.force_login(old)
    answer = client.post(people(school), {"do": "hand_over", "to": new.pk, "stay_as": ""})
    assert answer["Location"] == reverse("account:me")
    assert list(queries.leaders(school)) == [new]
    assert client.get(people(school)).status_code == 404


def test_the_last_leader_is_not_removed_and_a_member_is(client, world):
    school = f.unit()
    member = f.filler(school)
    client.force_login(f.leader(school))
    answer = client.post(people(school), {"do": "remove", "person": f.leader(school).pk})
    assert answer.status_code == 409
    assert "不能没有审核人" in body(answer)
    assert client.post(people(school), {"do": "remove", "person": member.pk}).status_code == 302
    assert member.name not in body(client.get(people(school))).split("移交")[0].split("tbody")[1]


def test_those_who_do_not_lead_see_the_people_and_no_buttons(client, world):
    school = f.unit()
    f.leader(school)
    client.force_login(f.reviewer(school))
    page = body(client.get(people(school)))
    assert "管理人员由单位审核人办理" in page
    assert "发出邀请" not in page
    assert client.post(people(school), {"do": "invite", "role": "filler", "name": "x"}).status_code == 403
    assert client.post(people(school), {"do": "dance"}).status_code == 404


def test_the_page_of_people_asks_as_often_for_many_as_for_few(client, world):
    school = f.unit()
    client.force_login(f.leader(school))
    counts = []
    for _ in range(2):
        f.filler(school)
        _invited(client, school)
        client.get(people(school))
        with CaptureQueriesContext(connection) as seen:
            client.get(people(school))
        counts.append(len(seen))
        f.reviewer(school)
        _invited(client, school)
    assert counts[0] == counts[1] <= 12, counts


def test_with_several_units_one_chooses(client, world):
    first, second = f.unit(), f.unit()
    orgs.grant_role(f.leader(first), "filler", by=f.admin("security_admin"), unit=second)
    client.force_login(f.leader(first))
    page = body(client.get(reverse("unit:people")))
    assert people(first) in page
    assert people(second) in page
