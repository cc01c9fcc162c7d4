"""What the loaded packs answer is what the three notices say: targets, leads, order of designation, quotas, dates.

Both ways: a row that the packs do not answer, and an answer that no row explains, each fail with task, place and clause.
"""

from collections import defaultdict
from datetime import date, timedelta
from itertools import product

import pytest

from tests import factory as f
from tests import scene
from tests.packs.rows import TASKS, assert_same, cites, read, tasks, years
from tongchou.core import clock
from tongchou.forms.rules import Context, compile_rule
from tongchou.monitoring.actions import open_period
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs.models import Authority
from tongchou.programmes.holders import first_match
from tongchou.programmes.models import Programme, QuotaLine, Round, Task, Window
from tongchou.programmes.queries import edition_for, quotas_for, window_state

PROVINCES = ["220000", "140000"]
TAGS = [
    (),
    ("national-double-high",),
    ("provincial-double-high",),
    ("national-double-high", "provincial-double-high"),
]
STEPS = {"unit": ("declare", "unit"), "city": ("recommend", "city"), "province": ("recommend", "province")}
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("world")


def path(code):
    return f.place(code).path


def pack(task, place):
    return edition_for(f.task(task), path(place)).pack


def variants(pack, named=()):
    return tuple(sorted(named or [variant.code for variant in pack.variants]))


def test_every_task_of_the_notice_is_there():
    assert list(Task.objects.values_list("code", flat=True)) == TASKS


@pytest.mark.parametrize("place", ["000000", *PROVINCES])
def test_targets(place):
    """Jilin's edition holds two of a level: 1,000 regional libraries in the nation, and 50 in the province."""
    expected = {}
    for row in read("targets"):
        if row["place"] in ("000000", place):
            asked = tuple(sorted(row["variant"].split()))
            key = (row["task"], place, row["level"], int(row["by"]), asked, row["clause"].split()[0])
            expected[key] = (int(row["count"]), row["bound"], row["clause"])
    found = {}
    for task in TASKS:
        asked = pack(task, place)
        for target in asked.targets:
            document = target.cite[0].split()[0]
            key = (task, place, target.level, target.by, variants(asked, target.variants), document)
            assert key not in found
            found[key] = (target.count, target.bound, target.cite)
    assert_same(expected, found)


@pytest.mark.parametrize("place", ["000000", *PROVINCES])
def test_who_may_lead(place):
    expected = {
        (row["task"], place, variant): (sorted(row["leads"].split()), row["clause"])
        for row in read("leads")
        for variant in row["variant"].split()
    }
    found = {
        (task, place, variant.code): (sorted(variant.leads), variant.cite)
        for task in TASKS
        for variant in pack(task, place).variants
    }
    assert_same(expected, found)


@pytest.mark.parametrize("place", PROVINCES)
def test_the_order_of_designation(place):
    """Who recommends and which levels are granted, in order, and where a case goes that the ministry did not take."""
    expected = {
        (task, place, kind): (
            row["recommends"].split(),
            row["grants"].split(),
            row["declined_nationally"],
            row["clause"],
        )
        for row in read("order")
        if row["place"] == place
        for task in tasks(row["tasks"])
        for kind in row["kinds"].split()
    }
    found = {}
    for task in TASKS:
        asked = pack(task, place)
        for kind in {kind for variant in asked.variants for kind in variant.leads}:
            steps = [step for step in asked.steps if not step.kinds or kind in step.kinds]
            level = {step.code: step.level for step in steps}
            declined = [step.on_decline for step in steps if step.kind == "designate" and step.on_decline]
            found[task, place, kind] = (
                [step.level for step in steps if step.kind == "recommend"],
                [step.grants for step in steps if step.grants],
                level[declined[0]] if declined else "",
                [cite for step in steps for cite in step.cite],
            )
    assert_same(expected, found)


# ---------------------------------------------------------------- quotas


def asked_of_quotas(province):
    """Every question a quota could be asked: task, variant, kind, step, round."""
    for task in Task.objects.all():
        asked = edition_for(task, province.path).pack
        for variant in asked.variants:
            for kind in variant.leads:
                for step in asked.steps:
                    if not step.kinds or kind in step.kinds:
                        yield task, variant.code, kind, step


def holders(holder, province):
    cities = Authority.objects.filter(place__parent=province, department="education")
    places = [authority.place for authority in cities.select_related("place")]
    if holder == "province":
        return [(province, ())]
    if holder == "city":
        return [(city, ()) for city in places]
    return [(city, tags) for city in places for tags in TAGS]


def expected_limits(province):
    """Limits and minimums by question, and the clause; a school with both tags goes by the national one, named first."""
    pairs, clauses = defaultdict(list), {}
    for row in read("quotas"):
        if row["set_by"] != province.code:
            continue
        for place, tags in holders(row["holder"], province):
            if place.code not in row["places"].split() or next(iter(tags), "") != row["tags"]:
                continue
            for variant, kind, year in product(
                row["variant"].split(), row["kinds"].split(), row["rounds"].split()
            ):
                key = (row["task"], place.code, row["holder"], variant, kind, tags, year)
                pairs[key].append((row["limit"], row["minimum"]))
                clauses[key] = row["clause"]
    return {key: (sorted(found), clauses[key]) for key, found in pairs.items()}


@pytest.mark.parametrize("place", PROVINCES)
def test_quotas(place):
    """Every kind of unit, in every city, with every tag and in every round meets the limits of the table, and no other."""
    province = f.place(place)
    some_city = holders("city", province)[0][0]
    pairs, citing, reached, rounds = defaultdict(list), defaultdict(list), set(), defaultdict(set)
    for task, variant, kind, step in asked_of_quotas(province):
        for round_ in Round.objects.all():
            for quota in quotas_for(
                task, some_city.path, step.code, variant=variant, kind=kind, round=round_
            ):
                assert (step.kind, step.level) == STEPS[quota.holder], quota.name
                rounds[quota.pk].add(round_.code)
                for holder, tags in holders(quota.holder, province):
                    of_unit = {"kind": kind, "tags": dict.fromkeys(tags)} if quota.holder == "unit" else {}
                    line = first_match(quota.lines.all(), path=holder.path, **of_unit)
                    assert line is not None, f"{quota.name} gives {holder.name} nothing"
                    reached.add(line.pk)
                    key = (task.code, holder.code, quota.holder, variant, kind, tags, round_.code)
                    pairs[key].append(tuple("" if n is None else str(n) for n in (line.limit, line.minimum)))
                    citing[key] += quota.cite
    found = {key: (sorted(pairs[key]), citing[key]) for key in pairs}
    assert_same(expected_limits(province), found)
    own = QuotaLine.objects.filter(quota__place=province, quota__current=True).exclude(pk__in=reached)
    assert [f"{line.quota.task.code}: {line.quota.name}, {line.name}" for line in own] == []
    assert all(
        codes == {"2023", "2024", "2025"} for codes in rounds.values()
    )  # one account, jilin-2023-7 二(二)


def test_no_place_but_jilin_sets_quotas():
    """The ministry's notice and Shanxi's set none, so every line in the database belongs to a row of the table."""
    places = {row["set_by"] for row in read("quotas")}
    assert set(QuotaLine.objects.values_list("quota__place", flat=True)) == places


def test_exemptions():
    expected, found, met = {}, {}, set()
    for row in read("exemptions"):
        given = {word.lstrip("!"): not word.startswith("!") for word in row["answers"].split()}
        asked = pack(row["task"], "220000")
        for holder in row["holder"].split():
            key = (row["task"], "220000", row["variant"], holder, row["answers"])
            expected[key] = (row["exempt"], row["clause"])
            for quota in asked.quotas:
                if quota.holder == holder and row["variant"] in variants(asked, quota.variants):
                    met.add((row["task"], quota.code))
                    claims = [e for e in quota.exempt if compile_rule(e.when).holds(Context(given)) is True]
                    cite = [clause for exemption in quota.exempt for clause in exemption.cite]
                    found[key] = ("yes" if claims else "no", cite)
    assert_same(expected, found)
    exempting = {
        (task, quota.code)
        for place in ("000000", *PROVINCES)
        for task in TASKS
        for quota in pack(task, place).quotas
        if quota.exempt
    }
    assert exempting == met


# ---------------------------------------------------------------- dates


def test_windows():
    """Each window of each year, as it was set and by whom; ``closes`` is the last day that counts."""
    horizon = Programme.objects.get().horizon
    expected = {}
    for row in read("windows"):
        for task in tasks(row["task"]) if row["task"] != "*" else [""]:
            for year in years(row["years"], horizon) or [None]:
                key = (task or "*", row["set_by"], row["purpose"], row["binds"], row["report"], year)
                first, last = (
                    date.fromisoformat(f"{year}-{cell}" if len(cell) == 5 else cell) if cell else None
                    for cell in (row["first"], row["last"])
                )
                if row["years"].endswith("-") and first is None:
                    first = date(year, 1, 1)
                assert key not in expected, key
                expected[key] = (first, last, bool(row["waiting"]), row["clause"])
    found = {}
    for window in Window.objects.select_related("task"):
        task = window.task.code if window.task else "*"
        key = (task, window.place_id, window.purpose, window.binds, window.report, window.year)
        assert key not in found, key
        opens = window.opens_at and window.opens_at.astimezone(clock.SHANGHAI).date()
        closes = clock.last_day(window.closes_at) if window.closes_at else None
        found[key] = (opens, closes, window.waiting, window.cite)
    assert_same(expected, found)


def states(row, task):
    """Whether it is open in the last minute before, in the first, in the last, and in the first minute after."""
    given = {"binds": row["binds"], "year": int(row["year"]) if row["year"] else None}
    opens = date.fromisoformat(row["opens"]) if row["opens"] else None
    closes = date.fromisoformat(row["closes"]) if row["closes"] else None
    moments = {}
    if opens:
        moments["before"] = (clock.start_of(opens) - MINUTE, False)
    moments["first"] = (clock.start_of(opens or date(2023, 1, 1)), not row["waiting"])
    moments["last"] = (clock.end_of(closes or date(2026, 12, 31)) - MINUTE, not row["waiting"])
    if closes:
        moments["after"] = (clock.end_of(closes), False)
    for name, (moment, is_open) in moments.items():
        yield name, is_open, window_state(task, path(row["place"]), row["purpose"], at=moment, **given)


def test_deadlines_to_the_minute():
    faults = []
    for row in read("deadlines"):
        for code in tasks(row["tasks"]):
            for name, is_open, state in states(row, f.task(code)):
                where = f"{code} · {row['place']} · {row['purpose']} {row['binds']} {row['year']} · {name}"
                if state.open != is_open:
                    faults.append(f"{where}: {row['clause']} says open={is_open}; the packs: {state.message}")
                elif row["clause"] and not cites(row["clause"], state.cite):
                    faults.append(f"{where}: rests on {row['clause']}, but the packs cite {list(state.cite)}")
                elif not row["clause"] and state.window is not None:
                    faults.append(f"{where}: no clause sets a date; the packs: {state.message}")
    assert not faults, "\n".join(faults)


# ---------------------------------------------------------------- what is due, once a period is opened


def projects(province):
    """One designated project of every variant of every task, led by the first kind that may."""
    city = {"220000": f.CITY, "140000": f.ELSEWHERE_CITY}[province]
    f.unit("vocational_college", city)
    units = {}
    for task in TASKS:
        for variant in pack(task, province).variants:
            kind = variant.leads[0]
            if kind not in units:
                units[kind] = f.unit(kind, city)
            scene.project(units[kind], task=task, variant=variant.code, since=date(2023, 1, 1))


@pytest.mark.parametrize("place", PROVINCES)
def test_what_is_due_and_when(place):
    """Opening each task's period expects exactly the reports of the table, on the day that binds."""
    expected = {}
    for row in read("reports"):
        if row["place"] == place:
            for year in years(row["years"], 2024):
                for task in ["*"] if row["tasks"] == "*" else tasks(row["tasks"]):
                    key = (task, place, year, row["code"], row["by"])
                    expected[key] = (f"{year}-{row['due']}", row["public"], row["clause"])
    projects(place)
    by = f.officer(place)
    for year in (2023, 2024):
        with clock.at(date(year, 12, 1)):
            for task in Task.objects.all():
                open_period(task=task, place=f.place(place), year=year, by=by)
    found = {}
    for report in PeriodicReport.objects.select_related("task", "authority__place"):
        writer = (
            "project" if report.application_id else "unit" if report.unit_id else report.authority.place.level
        )
        key = (report.task.code if report.task else "*", place, report.year, report.kind, writer)
        answer = (report.due.isoformat(), "yes" if report.public else "no", report.cite.split("；"))
        assert found.setdefault(key, answer) == answer, key
    assert_same(expected, found)
    binding = {"220000": "12-01", "140000": "12-05"}[place]
    due = set(PerformanceReport.objects.values_list("period__year", "due"))
    assert due == {(year, date.fromisoformat(f"{year}-{binding}")) for year in (2023, 2024)}


def test_both_dates_are_shown_with_whom_each_binds():
    """Jilin collects from every unit until 15 December and asks designated projects by the 1st; both are kept."""
    projects("220000")
    with f.on(2023, 11, 1):
        open_period(
            task=f.task("resource-library"), place=f.place("220000"), year=2023, by=f.officer("220000")
        )
    dates = PerformanceReport.objects.get().dates
    assert [(one["binds"], one["until"], one["decides"]) for one in dates] == [
        ("designated", "2023-12-01", True),
        ("units", "2023-12-15", False),
    ]
    assert dates[0]["cite"].startswith("jilin-2023-7 四(二)")
    assert dates[1]["cite"].startswith("jilin-2023-7 三(四)")
