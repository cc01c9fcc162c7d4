"""The API: the same actions, with the rights of the person whose token it is."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factory import (
    CITY,
    OTHER_CITY,
    audited,
    draft,
    filler,
    fresh,
    leader,
    officer,
    pdf,
    refusal,
    submitted,
    unit,
)
from tongchou.applications.models import Draft
from tongchou.core import clock
from tongchou.orgs import tokens
from tongchou.orgs.token_models import AccessToken


@pytest.fixture
def ask(client):
    """Ask as somebody: a status and what was answered."""
    texts = {}

    def asked(person, method, path, body=None, **more):
        if person is not None and person.pk not in texts:
            texts[person.pk] = tokens.make_token(by=person, name="教务系统", days=30)[1]
        headers = {"authorization": f"Bearer {texts[person.pk]}"} if person else {}
        if body is not None:
            more |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1{path}", headers=headers, **more)
        return answer.status_code, json.loads(answer.content)

    return asked


def test_a_declaration_from_its_beginning_to_a_recommendation(world, ask):
    school = unit(name="长春甲校")
    typist, head = filler(school), leader(school)
    named = {"programme": "key-tasks-2023", "task": "resource-library", "round": "2023"}
    status, case = ask(typist, "post", "/applications", {"unit": school.pk, **named})
    assert (status, case["state"], case["unit_name"]) == (201, "draft", "长春甲校")
    at = f"/applications/{case['id']}"

    status, form = ask(typist, "get", f"{at}/form")
    assert status == 200
    assert any(field["code"] == "project_name" for section in form for field in section["fields"])
    changes = {"version": 0, "answers": {"project_name": "护理资源库", "no_such": 1}}
    status, merged = ask(typist, "patch", f"{at}/answers", changes)
    assert (status, merged["version"], merged["saved"]) == (200, 1, ["project_name"])
    assert "no_such" in merged["errors"]
    late = {"version": 0, "answers": {"project_name": "另一个"}}
    assert ask(head, "patch", f"{at}/answers", late)[1]["conflicts"] == {"project_name": "护理资源库"}
    assert Draft.objects.get(pk=case["id"]).answers["project_name"] == "护理资源库"

    proof = SimpleUploadedFile("方案.pdf", pdf(), "application/pdf")
    status, attached = ask(
        typist, "post", f"{at}/evidence", None, data={"file": proof, "field": "plan_file", "pages": "1-2"}
    )
    assert (status, attached["name"], attached["pages"]) == (201, "方案.pdf", "1-2")

    status, refused = ask(typist, "post", f"{at}/submit")
    assert (status, refused["code"]) == (403, "role")
    status, refused = ask(head, "post", f"{at}/submit")
    assert (status, refused["code"]) == (422, "incomplete")
    assert refused["reason"]
    assert audited(fresh_case(case["id"]), "submit") == []

    sent = submitted(unit(name="长春乙校"))
    status, page = ask(officer(CITY), "get", "/applications?limit=1")
    assert [row["id"] for row in page["items"]] == [sent.pk]
    assert page["next"] is None
    status, whole = ask(officer(CITY), "get", f"/applications/{sent.pk}")
    assert (status, whole["version"], whole["revision"]) == (200, None, 1)
    assert ask(officer(OTHER_CITY), "get", f"/applications/{sent.pk}")[0] == 404
    assert ask(head, "get", f"/applications/{sent.pk}")[0] == 404
    status, refused = ask(
        officer(CITY), "post", f"/applications/{sent.pk}/return", {"reason": "", "due": "2023-08-20"}
    )
    assert (status, list(refused["fields"])) == (422, ["reason"])
    status, decided = ask(
        officer(CITY), "post", f"/applications/{sent.pk}/return", {"reason": "补", "due": "2023-08-20"}
    )
    assert (status, decided["state"]) == (200, "returned")
    assert fresh(sent).state == "returned"


def fresh_case(pk):
    from tongchou.applications.models import Application

    return Application.objects.get(pk=pk)


def test_lists_go_on_after_the_last_id_and_ask_as_often_for_three_as_for_one(
    world, ask, django_assert_max_num_queries
):
    school = unit()
    person = leader(school)
    cases = [draft(school), draft(school), draft(school)]
    ask(person, "get", "/me")
    with django_assert_max_num_queries(4):
        page = ask(person, "get", "/applications?limit=2")[1]
    assert [row["id"] for row in page["items"]] == [cases[0].pk, cases[1].pk]
    assert page["next"] == cases[1].pk
    with django_assert_max_num_queries(4):
        page = ask(person, "get", f"/applications?limit=2&after={page['next']}")[1]
    assert [row["id"] for row in page["items"]] == [cases[2].pk]
    assert page["next"] is None


def test_nobody_comes_in_without_a_token_that_serves(world, ask, client):
    school = unit()
    person = leader(school)
    assert ask(None, "get", "/me")[0] == 401
    status, me = ask(person, "get", "/me")
    assert (status, me["roles"][0]["name"]) == (200, school.name)
    token = AccessToken.objects.get(person=person)
    with clock.at(clock.today() + timedelta(days=31)):
        assert ask(person, "get", "/me")[0] == 401
    refusal(tokens.revoke_token, token, by=filler(school))
    tokens.revoke_token(token, by=person)
    assert ask(person, "get", "/me")[0] == 401
    assert refusal(tokens.revoke_token, token, by=person).code == "state"
    client.force_login(person)
    assert client.get("/api/v1/me").status_code == 401  # a browser's session is not for programs


def test_a_person_who_may_not_log_in_has_no_token_that_serves(world, ask):
    person = leader(unit())
    assert ask(person, "get", "/me")[0] == 200
    person.is_active = False
    person.save(update_fields=["is_active"])
    assert ask(person, "get", "/me")[0] == 401


def test_tokens_are_made_on_their_page_shown_once_and_kept_as_digests(world, client):
    person = leader(unit())
    client.force_login(person)
    page = reverse("account:tokens")
    assert client.post(page, {"do": "make", "name": "", "days": "90"}).status_code == 422
    made = client.post(page, {"do": "make", "name": "教务系统", "days": "90"}).content.decode()
    text = made.split('<code class="tc-address">')[1].split("<")[0]
    token = AccessToken.objects.get(person=person)
    assert text.startswith(tokens.PREFIX)
    assert text not in client.get(page).content.decode()
    assert token.token_sha256 == tokens.digest_of(text)
    assert tokens.person_with(text) == person
    assert "已撤销" in client.post(page, {"do": "revoke", "token": token.pk}, follow=True).content.decode()
    assert tokens.person_with(text) is None
    other = tokens.make_token(by=leader(unit()), name="别人的", days=1)[0]
    assert client.post(page, {"do": "revoke", "token": other.pk}).status_code == 404
    for number in range(tokens.MOST):
        tokens.make_token(by=person, name=str(number), days=1)
    assert refusal(tokens.make_token, by=person, name="再一个", days=1).code == "limit"


def test_a_year_s_figures_and_reports_are_read_within_scope(world, ask):
    person = officer(CITY)
    status, figures = ask(person, "get", "/figures?programme=key-tasks-2023&year=2023&by=place")
    assert (status, figures) == (200, [])
    assert ask(person, "get", "/figures?programme=key-tasks-2023&year=2023&by=colour")[0] == 404
    assert ask(person, "get", "/reports?year=2023") == (200, {"items": [], "next": None})
