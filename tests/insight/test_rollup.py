"""Figures against an independent calculation: plain Python over the raw answers, nothing of the code under test."""

from fractions import Fraction

import pytest

from tests import scene
from tongchou.core.scope import Scope
from tongchou.insight import behind, rollup
from tongchou.monitoring import actions, evidence
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task

NATION, JILIN, CHANGCHUN = "000000/", "000000/220000/", "000000/220000/220100/"


@pytest.fixture
def year(programme):
    """Five projects in two provinces, submitted; the raw answers are kept as they were typed."""

    class World:
        raw = []

    w = World()
    w.programme = programme
    cells = [
        ("220100", "vocational_college", ("province",), 100, 80, 30, 40, 1_000_000),
        ("220100", "secondary_school", ("province", "nation"), 50, 60, 1, 100, 2_000_050),
        ("220200", "vocational_college", ("nation",), 7, 7, 9, 9, 0),
        ("140100", "vocational_college", ("province",), 1000, 1, 1, 3, 3_000_000),
        ("140100", "secondary_school", ("nation",), 3, None, 2, 3, 99),
    ]
    leaders = {}
    for place, kind, levels, trainees, target, above, below, income in cells:
        of = scene.unit(place, kind)
        targets = {"plan_fulfilment": {"2024": 50}}
        if target is not None:
            targets["external_trainees"] = {"2024": target}
        project = scene.project(of, levels=levels, targets=targets)
        leaders[project.pk] = scene.person(unit=of, role="leader")
        w.raw.append(
            {
                "project": project.pk,
                "unit": of,
                "place": place,
                "province": place[:2] + "0000",
                "kind": kind,
                "level": "nation" if "nation" in levels else "province",
                "external_trainees": trainees,
                "target": target,
                "plan_fulfilment": (above, below),
                "training_income": income,
            }
        )
    task = Task.objects.get(code="practice-centre")
    with scene.on(2024, 11, 10):
        for code in ("220000", "140000"):
            actions.open_period(
                task=task, place=Jurisdiction.objects.get(code=code), year=2024, by=scene.officer(code)
            )
        for row in w.raw:
            report = PerformanceReport.objects.get(application_id=row["project"])
            above, below = row["plan_fulfilment"]
            given = scene.answers_for(
                report,
                external_trainees={"value": row["external_trainees"]},
                plan_fulfilment={"numerator": above, "denominator": below},
                training_income={"value": row["training_income"]},
            )
            by = leaders[row["project"]]
            actions.save_report(report, by=by, changes=given, base_version=0)
            actions.submit_report(report, by=by)
    w.confirmed = w.raw[0]["project"]
    actions.confirm_report(
        PerformanceReport.objects.get(application_id=w.confirmed), by=scene.officer("220000")
    )
    return w


def figure(figures, indicator, **keys):
    found = [f for f in figures if f.indicator == indicator and f.keys == keys]
    assert len(found) == 1
    return found[0]


def close(number, fraction):
    assert abs(Fraction(str(number)) - fraction) < Fraction(1, 10**9)


def check(figures, rows, **keys):
    """The three kinds of figure for the group of raw ``rows``."""
    trainees = figure(figures, "external_trainees", **keys)
    assert trainees.total == trainees.value == sum(r["external_trainees"] for r in rows)
    assert trainees.count == len(rows)
    with_target = [r for r in rows if r["target"] is not None]
    assert trainees.targeted == len(with_target)
    assert trainees.met == sum(r["external_trainees"] >= r["target"] for r in with_target)
    assert (trainees.target or 0) == sum(r["target"] for r in with_target)
    ratio = figure(figures, "plan_fulfilment", **keys)
    above, below = (sum(r["plan_fulfilment"][part] for r in rows) for part in (0, 1))
    close(ratio.value, Fraction(100 * above, below))
    assert ratio.target == 50
    income = figure(figures, "training_income", **keys)
    assert income.total == sum(r["training_income"] for r in rows)


def test_the_nation_as_a_whole(year):
    check(rollup.rollup(None, programme=year.programme, year=2024), year.raw)


def test_a_ratio_is_sum_over_sum_and_no_mean_of_ratios(year):
    ratio = figure(rollup.rollup(None, programme=year.programme, year=2024), "plan_fulfilment")
    close(ratio.value, Fraction(43, 155) * 100)
    mean = sum(Fraction(100 * a, b) for a, b in (r["plan_fulfilment"] for r in year.raw)) / 5
    assert abs(Fraction(str(ratio.value)) - mean) > 10
    assert ratio.value_text == "27.74%"
    assert ratio.method == "分子之和÷分母之和"


@pytest.mark.parametrize(
    "path,key",
    [
        (NATION, lambda r: r["province"]),
        (JILIN, lambda r: r["place"]),
    ],
)
def test_by_the_places_directly_below(year, path, key):
    figures = rollup.rollup(None, programme=year.programme, year=2024, path=path, by="place")
    inside = [r for r in year.raw if r["unit"].place_path.startswith(path)]
    keys = {key(r) for r in inside}
    assert {f.keys["place"] for f in figures} == keys
    for place in keys:
        check(figures, [r for r in inside if key(r) == place], place=place)
    names = [f.labels["place"] for f in figures if f.indicator == "external_trainees"]
    assert names == (["山西省", "吉林省"] if path == NATION else ["长春市", "吉林市"])


@pytest.mark.parametrize("by,key", [("level", "level"), ("unit_kind", "kind")])
def test_by_other_dimensions(year, by, key):
    figures = rollup.rollup(None, programme=year.programme, year=2024, by=by)
    for value in {r[key] for r in year.raw}:
        check(figures, [r for r in year.raw if r[key] == value], **{by: value})


def test_by_two_dimensions_and_by_unit(year):
    figures = rollup.rollup(None, programme=year.programme, year=2024, path=NATION, by=("place", "level"))
    for r in year.raw:
        same = [o for o in year.raw if (o["province"], o["level"]) == (r["province"], r["level"])]
        check(figures, same, place=r["province"], level=r["level"])
    figures = rollup.rollup(None, programme=year.programme, year=2024, path=CHANGCHUN, by="unit")
    for r in year.raw[:2]:
        check(figures, [r], unit=str(r["unit"].pk))


def test_confirmed_only_and_filters(year):
    only = rollup.rollup(None, programme=year.programme, year=2024, confirmed_only=True)
    check(only, [r for r in year.raw if r["project"] == year.confirmed])
    nation = rollup.rollup(None, programme=year.programme, year=2024, level="nation")
    check(nation, [r for r in year.raw if r["level"] == "nation"])
    assert rollup.rollup(None, programme=year.programme, year=2023) == []
    assert {
        f.indicator for f in rollup.rollup(None, programme=year.programme, year=2024, indicator="awards")
    } == {"awards"}
    with pytest.raises(KeyError, match="colour"):
        rollup.rollup(None, programme=year.programme, year=2024, by="colour")


def test_choices_are_counted_by_what_was_chosen(programme):
    task = Task.objects.get(code="resource-library")
    reports = []
    for _ in range(3):
        of = scene.unit()
        scene.project(of, task="resource-library", variant="main")
        reports.append(scene.person(unit=of, role="leader"))
    with scene.on(2024, 11, 10):
        actions.open_period(
            task=task, place=Jurisdiction.objects.get(code="220000"), year=2024, by=scene.officer("220000")
        )
        asked = None
        for number, by in enumerate(reports):
            report = PerformanceReport.objects.get(unit__memberships__person=by)
            asked = next(i for i in report.edition.pack.indicators if i.kind == "choice")
            value = asked.choices[0 if number else 1].value
            actions.save_report(
                report,
                by=by,
                changes=scene.answers_for(report, **{asked.code: {"value": value}}),
                base_version=0,
            )
            actions.submit_report(report, by=by)
    found = figure(rollup.rollup(None, programme=programme, year=2024), asked.code)
    assert (found.count, found.total) == (3, 3)
    assert found.choices == {asked.choices[0].value: 2, asked.choices[1].value: 1}
    assert found.value_text == f"{asked.choices[0].label} 2；{asked.choices[1].label} 1"


def test_scope_limits_figures_and_rows(year):
    """A college supervised by the province is not in the scope of the city it stands in."""
    city = Scope(path=CHANGCHUN)
    check(rollup.rollup(city, programme=year.programme, year=2024, path=CHANGCHUN), [year.raw[1]])
    own = Scope(unit_id=year.raw[2]["unit"].pk)
    check(rollup.rollup(own, programme=year.programme, year=2024), [year.raw[2]])
    assert rollup.rollup(Scope(), programme=year.programme, year=2024) == []
    found, count = behind.rows_behind(
        city,
        programme=year.programme,
        year=2024,
        task="practice-centre",
        indicator="external_trainees",
        path=NATION,
    )
    assert [b.value.unit_id for b in found] == [year.raw[1]["unit"].pk]
    assert count == 1


def test_every_figure_leads_to_its_rows(year):
    for f in rollup.rollup(None, programme=year.programme, year=2024, path=NATION, by=("place", "level")):
        found, count = behind.rows_behind(
            Scope(path=NATION),
            programme=year.programme,
            year=2024,
            task=f.task,
            indicator=f.indicator,
            path=NATION,
            keys=f.keys,
        )
        assert count == len(found) == f.count
        assert sum(b.value.value for b in found) == f.total


def test_rows_behind_name_the_report_and_the_page_of_evidence(year):
    report = PerformanceReport.objects.get(application_id=year.raw[0]["project"])
    actions.return_report(report, by=scene.officer("220000"), reason="补充佐证")
    by = scene.person(unit=year.raw[0]["unit"], role="leader")
    with scene.on(2024, 11, 12):
        file = evidence.attach(report, by=by, upload=scene.pdf(3), name="名单.pdf")
        given = {"external_trainees": {"value": 101, "evidence": file.pk, "page": 2}}
        assert not actions.save_report(report, by=by, changes=given, base_version=9).errors
        actions.submit_report(report, by=by)
    found, _ = behind.rows_behind(
        Scope(path=JILIN),
        programme=year.programme,
        year=2024,
        task="practice-centre",
        indicator="external_trainees",
        path=JILIN,
    )
    first = found[0]
    assert (first.text, first.evidence_name, first.page) == ("101 人", "名单.pdf", 2)
    assert first.target_text == "80 人"
    assert first.value.revision.number == 2


def test_figures_are_read_in_two_queries_and_named_in_four(year, django_assert_num_queries):
    rollup.rollup(None, programme=year.programme, year=2024)  # definitions are read once a process
    with django_assert_num_queries(6):
        rollup.rollup(None, programme=year.programme, year=2024, path=NATION, by="place")
    with django_assert_num_queries(5):
        rollup.rollup(None, programme=year.programme, year=2024)
    with django_assert_num_queries(5):
        behind.rows_behind(
            Scope(path=NATION),
            programme=year.programme,
            year=2024,
            task="practice-centre",
            indicator="awards",
        )
