"""The message centre, what one chooses to be mailed, and what is due on the workbench."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import CITY, draft, leader, officer, round_of, task
from tongchou.monitoring import chasing
from tongchou.monitoring.chaseable import Unbegun
from tongchou.outbox import actions, queries
from tongchou.outbox.kinds import Kind
from tongchou.outbox.models import Message

INBOX, CHOICES = "/me/messages/", "/me/messages/preferences/"


def body(response) -> str:
    return response.content.decode()


@pytest.fixture
def reader(school):
    person = leader(school)
    Message.objects.filter(to=person).delete()
    actions.notify([person], kind=Kind.DUE, about="项目甲", subject="较早的一条", link="/unit/")
    actions.notify(
        [person], kind=Kind.RETURNED, subject="后来的一条", body="请补充。", link="//elsewhere.example.org/"
    )
    return person


def test_unread_first_filtered_by_kind_and_all_marked_read(as_leader, reader):
    newest = Message.objects.latest("id")
    assert "请补充。" in body(as_leader.get(f"{INBOX}{newest.pk}/"))
    page = body(as_leader.get(INBOX))
    assert page.index("较早的一条") < page.index("后来的一条")
    assert "项目甲" in page
    due = body(as_leader.get(f"{INBOX}?kind=due"))
    assert "较早的一条" in due
    assert "后来的一条" not in due
    assert as_leader.post(f"{INBOX}?kind=returned", {"do": "read"}).status_code == 302
    assert queries.unread(reader) == 1
    assert "1 条消息已标为已读" in body(as_leader.post(INBOX, {"do": "read"}, follow=True))
    assert queries.unread(reader) == 0
    assert as_leader.post(INBOX, {"do": "other"}).status_code == 404


def test_a_message_leads_to_its_thing_and_nowhere_else(as_leader, reader):
    earlier, later = Message.objects.order_by("id")
    assert as_leader.post(f"{INBOX}{earlier.pk}/").url == "/unit/"
    assert as_leader.post(f"{INBOX}{later.pk}/").status_code == 200


def test_nobody_opens_somebody_else_s(client, reader):
    client.force_login(officer(CITY))
    assert client.get(f"{INBOX}{Message.objects.filter(to=reader).first().pk}/").status_code == 404


def test_mail_is_chosen_a_kind_but_the_urgent_stays(as_leader, reader):
    page = body(as_leader.get(CHOICES))
    assert page.count("<select") >= len(Kind)
    done = as_leader.post(CHOICES, {"returned": "weekly", "chased": "daily"}, follow=True)
    assert "接收方式已保存" in body(done)
    assert queries.mail_choices(reader)[Kind.RETURNED] == "weekly"
    refused = as_leader.post(CHOICES, {"chased": "none", "returned": "none"})
    assert refused.status_code == 422
    assert queries.mail_choices(reader)[Kind.RETURNED] == "weekly"


def test_the_inbox_asks_as_often_for_many(as_leader, reader):
    def asked():
        with CaptureQueriesContext(connection) as queries_made:
            as_leader.get(INBOX)
        return len(queries_made)

    asked()
    for_two = asked()
    for _ in range(5):
        actions.notify([reader], kind=Kind.DUE, subject="又一条")
    assert asked() == for_two


def test_the_workbench_says_what_was_chased(as_leader, school):
    case = draft(school, code="practice-centre")
    chasing.chase([case, Unbegun(school, task(), round_of())], by=officer(CITY))
    page = body(as_leader.get("/unit/"))
    assert page.count("已催办 1 次，最近 8月10日") == 2
    assert f"/unit/begin/{task().pk}/" in page
    draft(school)
    assert body(as_leader.get("/unit/")).count("已催办 1 次") == 1
