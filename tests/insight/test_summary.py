"""Whatever happens in whatever order, roll-ups are what plain Python makes of the answers as they were typed."""

from collections import Counter
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from django.db import connection

from tests import scene
from tongchou.core.access import Refused
from tongchou.core.scope import Scope
from tongchou.designations.actions import revoke
from tongchou.designations.models import Designation
from tongchou.insight import behind, rollup, summary
from tongchou.insight.summary_models import Cell, FactChange
from tongchou.monitoring import actions, corrections
from tongchou.monitoring.merging import merge_unit
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.programmes.models import Task

NATION, JILIN, SHANXI, CHANGCHUN = "000000/", "000000/220000/", "000000/140000/", "000000/220000/220100/"
YEARS = (2024, 2025)
TARGET = 50
NUMBER, RATIO = "external_trainees", "plan_fulfilment"


class Played:
    """Projects in four places, two years; then anything may happen to them."""

    def __init__(self, programme):
        self.programme = programme
        self.task = Task.objects.get(code="practice-centre")
        self.ministry = scene.officer("000000")
        self.officers = {code: scene.officer(code) for code in ("220000", "140000")}
        self.units = [
            scene.unit(place, kind)
            for place, kind in (
                ("220100", "vocational_college"),
                ("220102", "secondary_school"),
                ("220200", "secondary_school"),
                ("140100", "vocational_college"),
            )
        ]
        targets = {NUMBER: {str(year): TARGET for year in YEARS}}
        self.projects = [
            scene.project(unit, levels=("nation",) if n % 2 else ("province",), targets=targets)
            for n, unit in enumerate(self.units)
        ]
        for held in Designation.objects.all():
            place = "000000" if held.level == "nation" else held.place_path.split("/")[1]
            held.authority = Authority.objects.get(place_id=place)
            held.save(update_fields=["authority"])
        for year in YEARS:
            with scene.on(year, 11, 10):
                for code, officer in self.officers.items():
                    place = Jurisdiction.objects.get(code=code)
                    actions.open_period(task=self.task, place=place, year=year, by=officer)
        self.typed = {}  # by report: the figures as they were last handed in
        self.facts = {}  # by report: what counts of it, kept by hand as it happens

    def report(self, project, year):
        return PerformanceReport.objects.select_related("period", "unit").get(
            application=project, period__year=year
        )

    def any_report(self, random):
        return self.report(random.choice(self.projects), random.choice(YEARS))

    def by_of(self, report):
        return scene.person(unit=report.unit, role="leader")

    def counts(self, report, *, confirmed):
        """What was last handed in counts from now on; it stands where the report stands at this moment."""
        now = PerformanceReport.objects.select_related("unit").get(pk=report.pk)
        self.facts[report.pk] = {
            "answers": self.typed[report.pk],
            "confirmed": confirmed,
            "year": report.period.year,
            "unit": now.unit_id,
            "unit_kind": now.unit.kind,
            "level": now.level,
            "then": now.place_path,
            "scope": now.scope_path,
        }

    # ------------------------------------------------------------ what may happen

    def submit(self, random):
        report = self.any_report(random)
        by = self.by_of(report)
        below = random.randrange(0, 60)
        given = {
            NUMBER: {"value": random.randrange(0, 120)},
            RATIO: {"numerator": random.randrange(0, below + 1), "denominator": below},
        }
        changes = scene.answers_for(report, **given) if not report.answers else given
        with scene.on(report.period.year, 11, 12):
            actions.save_report(report, by=by, changes=changes, base_version=report.version)
            report.refresh_from_db()
            actions.submit_report(report, by=by)
        self.typed[report.pk] = given
        if not self.facts.get(report.pk, {}).get("confirmed"):  # what was confirmed stands meanwhile
            self.counts(report, confirmed=False)

    def confirm(self, random):
        report = self.any_report(random)
        actions.confirm_report(report, by=self.officers[report.period.place_id])
        self.counts(report, confirmed=True)

    def send_back(self, random):
        report = self.any_report(random)
        with scene.on(report.period.year, 11, 13):
            actions.return_report(report, by=self.officers[report.period.place_id], reason="请核对")
        if report.state == PerformanceReport.State.CONFIRMED:
            self.facts[report.pk]["confirmed"] = False

    def correct(self, random):
        """A confirmed report is opened for correction, asked for by its unit or not; what stands goes on standing."""
        report = self.any_report(random)
        with scene.on(report.period.year, 11, 14):
            if random.random() < 0.5:
                corrections.request_correction(report, by=self.by_of(report), reason="漏报")
            corrections.open_correction(report, by=self.officers[report.period.place_id], reason="漏报")

    def drop(self, random):
        report = self.any_report(random)
        corrections.drop_correction(report, by=self.officers[report.period.place_id], reason="不再更正")

    def revoke(self, random):
        """What was reported stays reported: of a project that is revoked later too."""
        held = Designation.objects.select_related("authority").get(application=random.choice(self.projects))
        by = scene.officer(held.authority.place_id)
        with scene.on(2026, 1, 3):
            revoke(held, by=by, reason="连续两年不合格")

    def fold(self, _random):
        summary.fold()
        assert not FactChange.objects.exists()

    def rebuild(self, random):
        summary.rebuild(self.task.pk, random.choice(YEARS))

    def move(self, random):
        to = Jurisdiction.objects.get(code=random.choice(["220100", "220300", "140100", "22A001"]))
        Unit.objects.filter(pk=random.choice(self.units).pk).update(place=to, place_path=to.path)

    def reparent(self, random):
        above = random.choice([JILIN, SHANXI])
        for code, tail in (("220200", "220200/"), ("220300", "220300/")):
            Jurisdiction.objects.filter(code=code).update(parent_id=above.split("/")[1], path=above + tail)

    def merge(self, random):
        unit, into = random.sample(self.units, 2)
        with scene.on(2026, 1, 5):
            merge_unit(unit, into=into, on=date(2026, 1, 4), by=self.ministry, reason="整合办学资源")

    # ------------------------------------------------------------ what it must come to

    def raw(self):
        """What counts of every report, with where its unit, or that into which it was merged, stands now."""
        found = []
        for fact in self.facts.values():
            unit = Unit.objects.get(pk=fact["unit"])
            while unit.merged_into_id:
                unit = unit.merged_into
            found.append(fact | {"now": Jurisdiction.objects.get(code=unit.place_id).path})
        return found

    def check(self):
        rows = self.raw()
        for now in (False, True):
            place = "now" if now else "then"
            for path, by, only, scope in (
                (NATION, (), {}, None),
                (NATION, ("place",), {"confirmed_only": True}, Scope(path=NATION)),
                (JILIN, ("place", "level"), {}, Scope(path=JILIN)),
                (NATION, ("unit_kind",), {"level": "nation"}, None),
                (SHANXI, ("place",), {"unit_kind": "vocational_college"}, None),
                (CHANGCHUN, ("place",), {}, Scope(path=CHANGCHUN)),
            ):
                meant = [
                    row
                    for row in rows
                    if row[place].startswith(path)
                    and (not only.get("confirmed_only") or row["confirmed"])
                    and row["level"] == only.get("level", row["level"])
                    and row["unit_kind"] == only.get("unit_kind", row["unit_kind"])
                    and (scope is None or row["scope"].startswith(scope.path))
                ]
                figures = rollup.rollup(
                    scope, programme=self.programme, year=YEARS, path=path, by=by, now=now, **only
                )
                groups = {}
                for row in meant:
                    keys = {
                        "place": row[place][len(path) :].split("/")[0],
                        **row,
                        "year": str(row["year"]),
                    }
                    groups.setdefault(tuple(keys[d] for d in (*by, "year")), []).append(row["answers"])
                for code, compare in ((NUMBER, self._number), (RATIO, self._ratio)):
                    got = {tuple(f.keys.values()): f for f in figures if f.indicator == code}
                    assert set(got) == set(groups), (now, path, by, only)
                    for key, answers in groups.items():
                        assert got[key].count == len(answers)
                        compare(got[key], [answer[code] for answer in answers])

    def _number(self, figure, answers):
        values = [answer["value"] for answer in answers]
        assert figure.value == sum(values)
        assert figure.targeted == len(values)
        assert figure.target == TARGET * len(values)
        assert figure.met == sum(value >= TARGET for value in values)

    def _ratio(self, figure, answers):
        above, below = (
            sum(Fraction(str(answer[part])) for answer in answers) for part in ("numerator", "denominator")
        )
        assert figure.total == above
        if below:
            assert abs(Fraction(str(figure.value)) - 100 * above / below) < Fraction(1, 10**9)
        else:
            assert figure.value is None


EVERYTHING = (
    ("submit", 16),
    ("confirm", 8),
    ("send_back", 4),
    ("correct", 6),
    ("drop", 3),
    ("revoke", 2),
    ("fold", 3),
    ("move", 2),
    ("reparent", 1),
    ("merge", 2),
    ("rebuild", 2),
)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sequence_comes_to_what_plain_python_makes_of_the_answers(programme, seed):
    random = Random(seed)
    played = Played(programme)
    done = Counter()
    deck = [name for name, times in EVERYTHING for _ in range(times)]
    random.shuffle(deck)
    for turn, name in enumerate(["submit"] * 5 + ["confirm"] * 4 + deck):
        for _ in range(25):  # until it is allowed, of whichever report
            try:
                getattr(played, name)(random)
            except Refused:
                continue
            done[name] += 1
            break
        if turn % 13 == 12:
            summary.fold()  # units that moved are followed when changes are added
            played.check()
    assert {name for name, _times in EVERYTHING} == set(done)
    assert done["submit"] > len(played.facts)  # some were handed in again
    assert not summary.differences()
    summary.fold()
    added = cells()
    for task, year in summary.parts():
        summary.rebuild(task, year)
    assert cells() == added
    played.check()


def cells():
    return set(Cell.objects.exclude(n=0).values_list())


def test_a_difference_is_found_and_mended(programme):
    played = Played(programme)
    played.submit(Random(5))
    summary.fold()
    assert not summary.differences()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE insight_cell SET total = total + 1 WHERE indicator = %s", [NUMBER])
    ((task, year, code),) = summary.differences()
    assert (task, code) == (played.task.pk, NUMBER)
    summary.rebuild(task, year)
    assert not summary.differences()


def test_where_rows_stand_follows_the_unit(programme):
    played = Played(programme)
    random = Random(3)
    for _ in range(6):
        try:
            played.submit(random)
        except Refused:
            continue
    to = Jurisdiction.objects.get(code="140100")
    Unit.objects.update(place=to, place_path=to.path)
    summary.fold()
    asked = {"programme": programme, "year": 2024, "task": "practice-centre", "indicator": NUMBER}
    for path, now, empty in ((SHANXI, True, False), (JILIN, True, True), (JILIN, False, False)):
        found, count = behind.rows_behind(Scope(path=NATION), **asked, path=path, now=now)
        assert (count == 0) is empty
        assert count == len(found) == sum(f.count for f in rollup.rollup(None, **asked, path=path, now=now))
