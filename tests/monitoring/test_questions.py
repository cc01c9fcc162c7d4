"""Questions about figures that stand out, answered before or after submission."""

from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import scene
from tests.monitoring.year import fill, opened_period, send
from tongchou.core.access import Refused
from tongchou.forms.definition import Indicator
from tongchou.monitoring import actions, asking, outliers, peers, questions
from tongchou.monitoring.asking import Said
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.monitoring.question_models import PeerFigures, ReportQuestion
from tongchou.outbox.models import Message

CODE = "external_trainees"


def make(kind="integer", **words):
    return Indicator(code="x", name="某指标", kind=kind, cite=["guide-03 五"], **words)


def kinds(indicator, answer, **words):
    given = {"before": {}, "peers": None} | words
    return [one.kind for one in asking.questions(indicator, answer, **given)]


@pytest.mark.parametrize(
    "now,before,asked",
    [
        (300, 100, []),
        (301, 100, ["years"]),
        (33, 100, ["years"]),
        (34, 100, []),
        (0, 5, ["years"]),
        (9, 0, []),
        (9, None, []),
    ],
)
def test_a_jump_beyond_the_factor_is_asked_about(now, before, asked):
    assert kinds(make(), {"value": now}, before={"value": before} if before is not None else {}) == asked


def test_other_sources_are_named_and_replies_kept():
    said = (Said("tasks", "“任务甲”", Decimal(12)), Said("declared", "申报书“人数”", Decimal(10)))
    (one,) = asking.questions(
        make(), {"value": 10, "reply_tasks": "口径不同"}, before={}, peers=None, said=said
    )
    assert (one.kind, one.reply, "任务甲" in one.text, "12" in one.text) == ("tasks", "口径不同", True, True)
    assert kinds(
        make("ratio", unit="%", jump=1.5),
        {"numerator": 9, "denominator": 10},
        before={"numerator": 5, "denominator": 10},
    ) == ["years"]
    assert kinds(make("text"), {"value": "文字"}) == []


def test_what_stands_out_by_each_measure():
    usual = outliers.spread([10, 11, 12, 13, 14, 15])
    assert outliers.stands_out(13, usual) is None
    assert outliers.stands_out(60, usual) == "modified_z"
    flat = outliers.spread([10, 10, 10, 10, 10, 12])
    assert (outliers.modified_z(40, flat), outliers.stands_out(40, flat)) == (None, "min_max")
    assert outliers.stands_out(12, flat) is None
    assert outliers.stands_out(99, outliers.spread([1, 2, 3, 4])) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-1000, 1000), min_size=5, max_size=30), st.integers(-5000, 5000))
def test_outliers_equal_a_plain_computation(figures, figure):
    middle = median(figures)
    mad = median(abs(one - middle) for one in figures)
    by_z = bool(mad) and 0.6745 * abs(figure - middle) / mad > 3.5
    found = outliers.stands_out(figure, outliers.spread(figures))
    assert (found == "modified_z") is by_z
    if figure not in figures and not by_z:
        width = max(figures) - min(figures)
        outside = width > 0 and not min(figures) - width <= figure <= max(figures) + width
        assert (found == "min_max") is outside


def test_a_question_is_answered_before_or_after_submission(opened):
    task, variant = opened.task, opened.report.variant
    given = {"median": 20, "mad": 2, "lowest": 15, "second_lowest": 16, "second_highest": 24, "highest": 25}
    with scene.on(2024, 11, 10):
        for code in (CODE, "courses_textbooks"):
            PeerFigures.objects.create(
                task=task,
                variant=variant,
                year=2024,
                indicator=code,
                count=9,
                measured_at=opened.period.opened_at,
                **given,
            )
    fill(opened, **{CODE: {"value": 90}, "courses_textbooks": {"value": 200}})
    raised = {one.indicator.code: one for one in questions.raised(opened.report, opened.report.answers)}
    assert {CODE, "courses_textbooks"} == set(raised)
    send(opened, **{CODE: {"value": 90, "reply_peers": "承办省赛"}, "courses_textbooks": {"value": 200}})
    stored = {row.indicator: row for row in ReportQuestion.objects.all()}
    assert (stored[CODE].reply, stored[CODE].replied_by) == ("承办省赛", opened.leader)
    waiting = stored["courses_textbooks"]
    assert waiting.reply == ""
    with pytest.raises(Refused):
        questions.answer_question(waiting, by=opened.province, text="x")
    with pytest.raises(Refused):
        questions.answer_question(waiting, by=opened.filler, text="  ")
    questions.answer_question(waiting, by=opened.filler, text="含校本教材")
    with scene.on(2024, 11, 21):
        actions.confirm_report(opened.report, by=opened.province)
    with pytest.raises(Refused):
        questions.answer_question(waiting, by=opened.filler, text="再改")
    assert questions.of_revision(opened.report.revisions.get())["courses_textbooks"][0].reply == "含校本教材"


def test_peers_are_measured_in_sql_as_in_python_and_asked_about_later(programme):
    world = opened_period()
    reports = [world.report]
    figures = [10, 12, 11, 13, 12, 400]
    task = world.task
    for _ in figures[1:]:
        project = scene.project(scene.unit())
        reports.append(
            PerformanceReport.objects.create(
                period=world.period,
                application=project,
                edition=project.edition,
                variant=project.variant,
                unit=project.unit,
                place_path=project.place_path,
                scope_path=project.scope_path,
                level="province",
            )
        )
    with scene.on(2024, 11, 12):
        for report, figure in zip(reports, figures, strict=True):
            leader = scene.person(unit=report.unit, role="leader")
            given = scene.answers_for(report, **{CODE: {"value": figure}})
            actions.save_report(report, by=leader, changes=given, base_version=0)
            actions.submit_report(report, by=leader)
    assert peers.changed() == [(task.pk, 2024)]
    with scene.on(2024, 11, 13):
        peers.measure(task.pk, 2024)
        assert peers.changed() == []
        asked = questions.ask_later(task.pk, 2024)
        assert questions.ask_later(task.pk, 2024) == 0
    expected = outliers.spread([float(f) for f in figures])
    assert peers.peers_of(world.report, world.report.edition.pack.indicators)[CODE] == expected
    facts = IndicatorValue.objects.filter(indicator="plan_fulfilment")
    assert peers.peers_of(world.report, world.report.edition.pack.indicators)["plan_fulfilment"].median == 80
    assert facts.count() == len(figures)
    assert asked == 1
    row = ReportQuestion.objects.get()
    assert (row.report, row.kind, row.indicator) == (reports[-1], "peers", CODE)
    assert Message.objects.filter(subject__contains="需要说明").exists()
