"""What the public says about a published report waits unseen, is answered once, and appears only if it is let appear."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests import scene
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.monitoring import actions, feedback, periodic
from tongchou.monitoring.feedback_models import Feedback
from tongchou.monitoring.models import PeriodicReport
from tongchou.orgs.models import Jurisdiction
from tongchou.outbox.models import Message
from tongchou.programmes.models import Task

WORDS = {"name": "王同学", "contact": "13800000000", "text": "请公布开放时间。"}


@pytest.fixture
def plan(programme):
    """The published operating plan of a practice centre."""
    unit = scene.unit("220100")
    scene.project(unit)
    with scene.on(2024, 11, 5):
        actions.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=scene.officer("220000"),
        )
        owed = PeriodicReport.objects.get(kind="operating-plan")
        leader = scene.person(unit=unit, role="leader")
        with pytest.raises(Refused, match="没有公开"):
            feedback.leave_feedback(owed, **WORDS)
        yield periodic.submit_periodic(owed, by=leader, text="开放安排"), leader


def test_feedback_is_left_answered_and_shown(plan, client):
    cache.clear()
    report, leader = plan
    address = reverse("public:report", args=[report.pk])
    assert client.post(address, {**WORDS, "contact": ""}).status_code == 422
    assert not Feedback.objects.exists()
    assert client.post(address, WORDS).status_code == 302
    assert client.post(address, {**WORDS, "text": "第二条意见。"}).status_code == 302
    first, second = Feedback.objects.order_by("pk")
    assert AuditRecord.objects.filter(action="leave_feedback", by=None).count() == 2
    assert Message.objects.filter(to=leader, subject__startswith="收到公众意见").exists()
    page = client.get(address).content.decode()
    assert WORDS["text"] not in page

    own = reverse("unit:periodic", args=[report.pk])
    client.force_login(leader)
    page = client.get(own).content.decode()
    assert WORDS["contact"] in page
    assert client.post(own, {"do": "answer", "feedback": first.pk, "answer": " "}).status_code == 422
    done = {"do": "answer", "feedback": first.pk, "answer": "每周六开放。", "show": "1"}
    assert client.post(own, done).status_code == 302
    assert client.post(own, done).status_code == 409
    feedback.answer_feedback(second, by=scene.officer("220000"), answer="已转告。", show=False)
    client.logout()
    page = client.get(address).content.decode()
    assert "每周六开放。" in page
    assert WORDS["contact"] not in page
    assert "第二条意见。" not in page

    for _ in range(10):
        last = client.post(address, WORDS)
    assert last.status_code == 422
    assert "过于频繁" in last.content.decode()
    cache.clear()
