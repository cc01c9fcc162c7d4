from django.urls import reverse

from tests import factory as f
from tongchou.designations.models import Designation, DesignationList

LISTS = "/authority/lists/"


def body(response):
    return response.content.decode()


def publish(seen, case, **given):
    words = {"task": case.task_id, "round": case.round_id, "level": "province", "title": "第一批名单"}
    return seen(f.officer(f.PROVINCE), LISTS, **words | {"document_number": "吉教职成〔2023〕9号"} | given)


def test_publish_a_list_and_find_it(seen):
    case = f.designated(f.unit())
    assert "1 项" in body(seen(f.officer(f.PROVINCE), LISTS))
    assert publish(seen, case).url == LISTS
    published = DesignationList.objects.get()
    assert published.designations.get().application_id == case.pk
    page = body(seen(f.officer(f.PROVINCE), LISTS))
    assert "吉教职成〔2023〕9号" in page
    assert "没有待公布" in page


def test_a_list_without_its_number_is_refused_in_its_own_form(seen):
    case = f.designated(f.unit())
    response = publish(seen, case, document_number="")
    assert response.status_code == 422
    assert "请填写文号" in body(response)
    assert 'value="第一批名单"' in body(response)
    assert not DesignationList.objects.exists()


def test_forged_things_are_not_found(seen):
    case = f.designated(f.unit())
    assert publish(seen, case, task="x").status_code == 404
    assert publish(seen, case, round="999999").status_code == 404
    assert publish(seen, case, level="moon").status_code == 422


def test_levels_held_and_revoking_one(seen):
    case = f.designated(f.unit())
    held = Designation.objects.get(application=case, level="province")
    assert case.project_name in body(seen(f.officer(), reverse("authority:designations") + "?level=province"))
    address = reverse("authority:designation", args=[held.pk])
    assert "只有作出认定的主管部门" in body(seen(f.officer(), address))
    assert seen(f.officer(), address, do="revoke", reason="x").status_code == 403
    assert seen(f.officer(f.PROVINCE), address, do="revoke", reason="").status_code == 422
    seen(f.officer(f.PROVINCE), address, do="revoke", reason="弄虚作假", document_number="吉教〔2024〕7号")
    held.refresh_from_db()
    assert held.revoked_reason == "弄虚作假"
