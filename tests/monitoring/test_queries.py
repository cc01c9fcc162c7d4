import pytest

from tests import scene
from tongchou.core.scope import Scope
from tongchou.monitoring import actions, periodic, queries
from tongchou.monitoring.detail import detail as read_detail
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task

JILIN = Scope(path="000000/220000/")


def open_with(projects, year=2024):
    with scene.on(year, 11, 5):
        return actions.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=year,
            by=scene.officer("220000"),
        )


def submit(report, leader, **given):
    actions.save_report(report, by=leader, changes=scene.answers_for(report, **given), base_version=0)
    return actions.submit_report(report, by=leader)


@pytest.mark.parametrize("size", [1, 3])
def test_lists_cost_the_same_at_any_length(programme, size, django_assert_num_queries):
    unit = scene.unit()
    for _ in range(size):
        scene.project(unit)
    open_with(size)
    with django_assert_num_queries(2):
        rows = queries.reports_for(unit)
    assert len([r for r in rows if r.kind == "performance"]) == size
    assert [bool(r.project) for r in rows if r.kind == "annual-report"] == [True] * size
    with django_assert_num_queries(1):
        assert (
            len([(r.unit.name, r.period.task.name, r.application.number) for r in queries.performance(JILIN)])
            == size
        )
    with django_assert_num_queries(1):
        assert (
            len([(r.unit, r.authority, r.task) for r in queries.periodic(JILIN, year=2024)]) == size * 3 + 13
        )
    with django_assert_num_queries(9):
        queries.expected(JILIN, 2024)


def test_lists_show_nothing_outside_the_scope(programme):
    mine, other = scene.unit("220100", "secondary_school"), scene.unit("220100", "vocational_college")
    scene.project(mine)
    scene.project(other)
    open_with(2)
    city = Scope(path="000000/220000/220100/")
    assert [r.unit for r in queries.performance(city)] == [mine]
    assert queries.performance(Scope(path="000000/140000/")).count() == 0
    assert queries.performance(Scope(unit_id=other.pk)).count() == 1
    assert queries.performance(Scope()).count() == 0
    assert queries.periodic(Scope(unit_id=mine.pk)).count() == 3
    assert {p.task.code for p in queries.periods(JILIN)} == {"practice-centre"}
    assert queries.periods(Scope(unit_id=mine.pk)).count() == 0


def test_the_most_urgent_stands_on_top_and_done_last(programme):
    unit = scene.unit()
    leader = scene.person(unit=unit, role="leader")
    scene.project(unit)
    open_with(1)
    with scene.on(2024, 11, 10):
        periodic.submit_periodic(
            PeriodicReport.objects.get(kind="operating-plan"), by=leader, text="全年开放安排"
        )
        rows = queries.reports_for(unit)
    assert [r.kind for r in rows] == [
        "college-summary",
        "annual-report",
        "performance",
        "operating-report",
        "operating-plan",
    ]
    assert (rows[0].days_left, rows[0].late) == (10, False)
    assert (rows[-1].done, rows[-1].late) == (True, True)
    assert [d["until"] for d in rows[1].dates] == ["2024-12-01", "2024-12-15"]


def test_the_detail_of_a_report(programme, django_assert_num_queries):
    unit = scene.unit()
    leader = scene.person(unit=unit, role="leader")
    scene.project(
        unit, targets={"external_trainees": {"2024": 80, "2025": 100}, "plan_fulfilment": {"2025": 90}}
    )
    open_with(1)
    report = PerformanceReport.objects.get()
    with scene.on(2024, 11, 20):
        submit(report, leader, external_trainees={"value": 1200})
    open_with(1, 2025)
    report = PerformanceReport.objects.select_related("period", "edition", "unit").get(period__year=2025)
    with scene.on(2025, 11, 20):
        actions.save_report(
            report,
            by=leader,
            changes={
                "external_trainees": {"value": 50},
                "plan_fulfilment": {"numerator": 9, "denominator": 10},
                "training_income": {"value": 123_450_000},
            },
            base_version=0,
        )
    report.refresh_from_db(fields=["answers"])
    with django_assert_num_queries(4):
        detail = read_detail(report)
    lines = {line.indicator.code: line for line in detail.lines}
    trainees = lines["external_trainees"]
    assert (trainees.target_text, trainees.answer_text, trainees.last_year_text) == (
        "100 人",
        "50 人",
        "1,200 人",
    )
    assert (trainees.achieved, trainees.met, trainees.is_key) == (50, False, False)
    assert lines["plan_fulfilment"].answer_text == "90%（9 ÷ 10）"
    assert lines["plan_fulfilment"].met is True
    assert lines["training_income"].answer_text == "123.45 万元"
    assert lines["training_income"].is_key
    assert lines["awards"].answer_text == "—"
    assert any(f.field == "external_trainees-note" for f in detail.findings)


def test_completeness_by_place_task_and_kind(programme):
    units = [scene.unit("220100"), scene.unit("220100"), scene.unit("220200", "secondary_school")]
    for unit in units:
        scene.project(unit)
    open_with(3)
    with scene.on(2024, 11, 20):
        submit(PerformanceReport.objects.get(unit=units[0]), scene.person(unit=units[0], role="leader"))
    with scene.on(2024, 12, 10):
        whole = queries.expected(JILIN, 2024)
        assert (whole.performance.expected, whole.performance.submitted, whole.performance.overdue) == (
            3,
            1,
            2,
        )
        assert str(whole.performance.rate) == "33.3"
        by_place = {c.key: c for c in whole.by_place}
        assert [c.name for c in whole.by_place] == ["长春市", "吉林市"]
        assert (by_place["220100"].expected, by_place["220100"].submitted, by_place["220200"].missing) == (
            2,
            1,
            1,
        )
        assert [(c.key, c.expected) for c in whole.by_task] == [("practice-centre", 3)]
        kinds = {c.key: c for c in whole.by_kind}
        assert kinds["annual-report"].expected == 3
        assert kinds["college-summary"].expected == 2
        assert kinds["city-summary"].overdue == 11
        assert {c.key: c.expected for c in whole.periodic_by_place}[""] == 1
        city = queries.expected(Scope(path="000000/220000/220200/"), 2024)
        assert city.performance.expected == 1


def test_a_designation_made_or_lost_later_does_not_rewrite_what_was_expected(programme):
    unit = scene.unit()
    kept = scene.project(unit)
    open_with(1)
    scene.project(unit)
    kept.designations.update(revoked_on="2024-11-20", revoked_reason="检查不合格")
    assert queries.expected(JILIN, 2024).performance.expected == 1


def test_a_project_owes_only_what_falls_due_after_its_designation(programme):
    from datetime import date

    scene.project(scene.unit(), since=date(2024, 6, 1))
    open_with(1)
    kinds = set(PeriodicReport.objects.filter(application__isnull=False).values_list("kind", flat=True))
    assert kinds == {"annual-report", "operating-report"}
