"""Changing committed targets, and correcting what was confirmed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene
from tests.monitoring.year import fill, send
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.monitoring import actions, corrections, target_changes
from tongchou.monitoring.detail import revision_changes
from tongchou.monitoring.models import AnnualTarget, IndicatorValue
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message

CODE = "external_trainees"


def refused(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value


def ask(w, target=80, **given):
    words = {"indicator": CODE, "year": 2024, "reason": "场地改造", "by": w.leader} | given
    return target_changes.request_target_change(w.project, target=target, **words)


def reads(person, rows):
    """How many queries the list of requests takes with all that it shows of so many rows."""
    with CaptureQueriesContext(connection) as queries:
        listed = list(target_changes.of_actor(actor(person))[:rows])
        assert len(listed) == rows
        assert all(target_changes.told(c).new and c.application.unit.name and c.asked_by.name for c in listed)
    return len(queries)


def fact():
    return IndicatorValue.objects.get(indicator=CODE)


def test_a_target_changes_only_by_approval_of_the_level_that_designated(opened):
    send(opened, external_trainees={"value": 90})
    assert (fact().target, fact().met) == (100, False)
    with scene.on(2024, 11, 21):
        assert refused(lambda: ask(opened, by=opened.filler)).code == "role"
        assert "target" in refused(lambda: ask(opened, target=100)).fields
        assert "target" in refused(lambda: ask(opened, target="八十")).fields
        assert "target" in refused(lambda: ask(opened, target=-1)).fields
        assert "reason" in refused(lambda: ask(opened, reason=" ")).fields
        assert "indicator" in refused(lambda: ask(opened, year=2031)).fields
        change = ask(opened)
        assert refused(lambda: ask(opened)).code == "state"
        assert (change.old_value, change.value, change.level) == (100, 80, "province")
        assert Message.objects.filter(to=opened.province, kind="waiting").exists()
        city = scene.officer("220100")
        assert refused(lambda: target_changes.approve_target_change(change, by=city)).code == "scope"
        assert (
            "answer"
            in refused(
                lambda: target_changes.refuse_target_change(change, by=opened.province, reason="")
            ).fields
        )
        target_changes.withdraw_target_change(change, by=opened.leader)
        assert fact().target == 100
        change = ask(opened)
        target_changes.approve_target_change(change, by=opened.province, reason="同意")
    assert AnnualTarget.objects.get(indicator=CODE).value == 80
    assert (fact().target, fact().met, fact().confirmed) == (80, True, False)
    assert refused(lambda: target_changes.approve_target_change(change, by=opened.province)).code == "state"
    said = AuditRecord.objects.get(action="approve_target_change").data
    assert (said["old"], said["new"], said["reason"]) == ("100.0000", "80.0000", "同意")
    with scene.on(2024, 12, 1):
        other = ask(opened, target=70)
        actions.confirm_report(opened.report, by=opened.province)
        assert refused(lambda: ask(opened, target=60)).code == "state"
        late = refused(lambda: target_changes.approve_target_change(other, by=opened.province))
        assert "已经确认" in late.denied.reason
        target_changes.refuse_target_change(other, by=opened.province, reason="年度已确认")
    assert reads(opened.province, 1) == reads(opened.province, 3)


def test_a_confirmed_figure_stands_until_its_correction_is_confirmed(opened):
    send(opened, external_trainees={"value": 90})
    report = opened.report
    with scene.on(2024, 11, 25):
        assert (
            refused(lambda: corrections.request_correction(report, by=opened.leader, reason="x")).code
            == "state"
        )
        actions.confirm_report(report, by=opened.province)
        assert (
            refused(lambda: corrections.request_correction(report, by=opened.filler, reason="x")).code
            == "role"
        )
        corrections.request_correction(report, by=opened.leader, reason="漏报一期")
        corrections.refuse_correction(report, by=opened.province, reason="请附名单")
        corrections.request_correction(report, by=opened.leader, reason="漏报一期，附名单")
        assert (
            refused(lambda: corrections.request_correction(report, by=opened.leader, reason="再")).code
            == "state"
        )
        opened_now = corrections.open_correction(
            report, by=opened.province, reason="", due=date(2024, 12, 20)
        )
    report.refresh_from_db()
    assert (report.state, report.returned_due, opened_now.stands.number) == (
        "correcting",
        date(2024, 12, 20),
        1,
    )
    assert (fact().value, fact().confirmed) == (90, True)
    fill(opened, external_trainees={"value": 95})
    with scene.on(2024, 12, 21):
        assert refused(lambda: actions.submit_report(report, by=opened.leader)).code == "window"
    with scene.on(2024, 12, 15):
        actions.submit_report(report, by=opened.leader)
        assert (fact().value, fact().confirmed, fact().revision.number) == (90, True, 1)
        actions.return_report(report, by=opened.province, reason="再核对", due=date(2024, 12, 18))
        assert (fact().value, fact().confirmed) == (90, True)
        actions.submit_report(report, by=opened.leader)
        actions.confirm_report(report, by=opened.province)
    assert (fact().value, fact().confirmed, fact().revision.number) == (95, True, 3)
    assert set(report.corrections.values_list("state", flat=True)) == {"refused", "done"}
    (changed,) = revision_changes(report, list(report.revisions.order_by("-number")))[2]
    assert (changed.indicator.code, "90" in changed.before, "95" in changed.after) == (CODE, True, True)


def test_a_correction_can_end_without_a_new_revision(opened):
    send(opened, external_trainees={"value": 90})
    with scene.on(2024, 11, 25):
        actions.confirm_report(opened.report, by=opened.province)
        assert (
            "reason"
            in refused(
                lambda: corrections.open_correction(opened.report, by=opened.province, reason="")
            ).fields
        )
        corrections.open_correction(opened.report, by=opened.province, reason="抽查不符")
    fill(opened, external_trainees={"value": 95})
    with scene.on(2024, 11, 30):
        corrections.drop_correction(opened.report, by=opened.province, reason="经核无误")
    opened.report.refresh_from_db()
    assert (opened.report.state, opened.report.answers[CODE]["value"]) == ("confirmed", 90)
    assert (fact().value, fact().confirmed, fact().met) == (Decimal(90), True, False)
