"""The public pages, and registering a unit."""

import html

import pytest
from django.urls import reverse

from tests.factory import NATION, PROVINCE, authority, designated, officer, registration, task, unit
from tongchou.core import clock
from tongchou.designations.actions import publish_list
from tongchou.documents import guide_loaded
from tongchou.orgs.models import Jurisdiction, Person, Unit
from tongchou.programmes.models import Programme, Task


@pytest.fixture
def published(world):
    """One designated project of task 4, on a published list."""
    case = designated(unit("vocational_college"))
    made = publish_list(
        authority=authority(NATION),
        task=task(),
        round=case.round,
        level="nation",
        title="资源库名单",
        document_number="教职成函〔2023〕9号",
        by=officer(NATION),
    )
    return case, made


@pytest.mark.parametrize(
    "name", ["home", "tasks", "documents", "lists", "check", "bulletins", "data", "reports", "register"]
)
def test_every_page_is_there_without_an_account(client, world, name):
    assert client.get(reverse(f"public:{name}")).status_code == 200


def test_the_home_page_says_that_it_lists_only_the_next_matters(client, world):
    page = client.get(reverse("public:home"), {"place": PROVINCE}).content.decode()
    assert "只列出前 6 项。" in page


def test_the_tasks_of_several_programmes_are_not_mixed(client, world):
    other = Programme.objects.create(code="other", name="另一计划", place_id=NATION, horizon=2030)
    Task.objects.create(programme=other, number=1, code="other-task", name="另一计划的任务")
    page = client.get(reverse("public:home")).content.decode()
    assert page.index("11. ") < page.index("1. 另一计划的任务")


def test_pages_are_there_before_any_pack_is_loaded(client, db):
    assert client.get("/").status_code == 200
    assert client.get(reverse("public:tasks")).status_code == 200


@pytest.mark.parametrize(
    "part", ["conditions", "dates", "quotas", "indicators", "guide", "whole", "nonsense"]
)
@pytest.mark.parametrize("place", [PROVINCE, NATION, "999999"])
def test_a_task_shows_what_it_asks_with_clauses(client, world, part, place):
    found = task()
    address = reverse("public:task", args=[found.programme.code, found.code])
    page = client.get(address, {"part": part, "place": place}).content.decode()
    assert found.name in page
    assert "tc-cite" in page


def test_the_quotas_of_a_province_are_shown_only_there(client, world):
    address = reverse("public:task", args=["key-tasks-2023", task().code])
    assert "长春市" in client.get(address, {"part": "quotas", "place": PROVINCE}).content.decode()
    assert "长春市" not in client.get(address, {"part": "quotas", "place": NATION}).content.decode()


def test_lists_are_searched_and_projects_checked_by_number(client, published):
    case, made = published
    page = client.get(reverse("public:lists"), {"q": "9号"}).content.decode()
    assert made.title in page
    assert made.title not in client.get(reverse("public:lists"), {"q": "没有"}).content.decode()
    assert case.unit.name in client.get(reverse("public:list", args=[made.pk])).content.decode()
    page = client.get(reverse("public:check"), {"number": case.number}).content.decode()
    assert made.document_number in page


def test_a_published_list_is_downloaded(client, published):
    _case, made = published
    assert client.get(reverse("public:list_file", args=[made.pk, "pdf"])).content.startswith(b"%PDF")
    assert client.get(reverse("public:list_file", args=[made.pk, "xlsx"])).content.startswith(b"PK")
    assert client.get(reverse("public:list_file", args=[made.pk, "exe"])).status_code == 404


def test_what_is_not_published_is_not_found_by_its_number(client, world):
    case = designated(unit("vocational_college"))
    page = client.get(reverse("public:check"), {"number": case.number}).content.decode()
    assert case.unit.name not in page


@pytest.mark.parametrize("name", ["home", "lists"])
def test_lists_cost_the_same_at_one_row_and_at_three(client, world, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def publish(number):
        case = designated(unit("vocational_college"))
        publish_list(
            authority=authority(NATION),
            task=task(),
            round=case.round,
            level="nation",
            title=f"名单{number}",
            document_number=f"{number}号",
            by=officer(NATION),
        )

    publish(1)
    counts = []
    for _ in range(2):
        client.get(reverse(f"public:{name}"))
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse(f"public:{name}")).content.decode()
        counts.append(len(seen))
        if len(counts) == 1:
            publish(2)
            publish(3)
    assert "名单3" in page
    assert counts[0] == counts[1] <= 16


# ---------------------------------------------------------------- registering


def typed(**given):
    data = registration() | {"password": "a-long-enough-password-7"} | given
    place = data.pop("place")
    contact = data.pop("contact")
    data |= {f"contact_{part}": getattr(contact, part) for part in ("name", "duty", "phone", "email")}
    data["place_at"] = [PROVINCE, place.pk, ""]
    data["password_again"] = given.get("password_again", data["password"])
    return {key: value for key, value in data.items() if value is not None}


def test_a_unit_registers_and_its_person_logs_in(client, world):
    data = typed()
    answer = client.post(reverse("public:register"), data)
    assert answer.status_code == 302, answer.content.decode()
    assert Unit.objects.get(uscc=data["uscc"]).state == "registered"
    answer = client.post("/account/login/", {"login": data["username"], "password": data["password"]})
    assert answer.status_code == 302
    assert client.get("/unit/").status_code == 200


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"uscc": "122201000000000001"}, "uscc"),
        ({"uscc": "1"}, "uscc"),
        ({"name": ""}, "name"),
        ({"kind": "church"}, "kind"),
        ({"place_at": ["", "", ""]}, "place"),
        ({"place_at": [PROVINCE, "", ""]}, "place"),
        ({"place_at": ["';--", "", ""]}, "place"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "another-long-one-8"}, "password_again"),
        ({"email": "nobody"}, "email"),
        ({"tags": ["invented"]}, "tags"),
        ({"contact_phone": "12345"}, "contact_phone"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_duty": ""}, "contact_duty"),
        ({"supervised_by": "province"}, "supervised_by"),
        ({"supervised_by": "king"}, "supervised_by"),
    ],
)
def test_a_wrong_registration_names_the_field_and_makes_nothing(client, world, wrong, field):
    answer = client.post(reverse("public:register"), typed() | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    part = page[page.index(f'id="f-{field}"') :]
    assert "tc-error" in part.split('class="tc-field')[0], part[:400]
    assert not Unit.objects.exists()
    assert not Person.objects.filter(username__startswith="unit").exists()


def test_a_code_registers_once(client, world):
    data = typed()
    client.post(reverse("public:register"), data)
    answer = client.post(reverse("public:register"), typed(uscc=data["uscc"]))
    assert answer.status_code == 422
    assert "已经注册" in answer.content.decode()


def test_places_are_listed_below_their_parent(client, world):
    rows = client.get(reverse("public:places"), {"parent": PROVINCE}).json()["places"]
    assert {"code": "220100", "name": "长春市"} in rows
    assert client.get(reverse("public:places"), {"parent": "no such place"}).json() == {"places": []}


@pytest.mark.parametrize("place", [PROVINCE, NATION])
def test_the_whole_guide_of_a_task_is_shown_as_its_files_have_it(client, world, place):
    found = task()
    where = Jurisdiction.objects.get(code=place)
    address = reverse("public:task", args=[found.programme.code, found.code])
    page = html.unescape(client.get(address, {"part": "whole", "place": place}).content.decode())
    made = guide_loaded.of_loaded(found, where, on=clock.today())
    for section in made["sections"]:
        assert section["title"] in page
        for block in section["blocks"]:
            shown = [item[key] for item in block.get("items", []) for key in ("text", "note", "cite")]
            shown += [cell for row in block.get("rows", []) for cell in row]
            assert [text for text in [block["caption"], block["note"], *shown] if text not in page] == []


@pytest.mark.parametrize("form, start", [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_the_whole_guide_is_downloaded(client, world, form, start):
    found = task()
    address = reverse("public:task_file", args=[found.programme.code, found.code, form])
    answer = client.get(address, {"place": PROVINCE})
    assert answer.content.startswith(start)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert ("attachment" in answer["Content-Disposition"]) == (form == "html")


def test_there_is_no_guide_of_another_kind_or_of_nothing(client, world):
    code = task().programme.code
    assert client.get(reverse("public:task_file", args=[code, task().code, "docx"])).status_code == 404
    assert client.get(reverse("public:task_file", args=[code, "nothing", "pdf"])).status_code == 404
