"""The ground of a generated nation: units with their people, projects designated on two levels, the periods they report in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import accumulate, count
from random import Random
from typing import TYPE_CHECKING

from django.db.models import Max
from psycopg import sql

from tongchou.applications.models import Application, Revision
from tongchou.core import clock
from tongchou.designations.models import Designation
from tongchou.monitoring.models import Period, PeriodicReport
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.programmes.models import Programme, TaskEdition
from tongchou.rehearsal import cast, invented_programme
from tongchou.rehearsal.bulk import Columns
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from psycopg import Connection

_DESIGNATED = datetime(2023, 12, 1, 2, tzinfo=UTC)
_SHARES = [4, 4, 18, 14, 8, 10, 15, 9, 9, 6, 3]
"""How projects fall to tasks, per cent: few of some, many of others."""
_DECLINED = 0.1
"""As many cases more were declared and not taken."""
_NOBODY = "!generated"
"""No password at all: nobody logs in before one is set."""


@dataclass(frozen=True, slots=True)
class Project:
    """What the figures of a project hang on. ``was`` is where it stood at first, if its unit has moved since."""

    pk: int
    task: int
    edition: int
    variant: str
    unit: int
    unit_kind: str
    level: str
    place_path: str
    was: str
    scope_path: str
    size: float


class Nation:
    """Everything invented from one seed, the same each time: made again whenever a broken run goes on."""

    def __init__(self, *, units: int, projects: int, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - invented, no secret
        self.programme = Programme.objects.get(code=invented_programme.CODE)
        self.editions = list(
            TaskEdition.objects.filter(task__programme=self.programme, current=True).order_by("task__number")
        )
        self.authorities = {
            a.place_id: a
            for a in Authority.objects.filter(department="education").select_related("place").order_by("pk")
        }
        self.provinces = [a.place for a in self.authorities.values() if a.place.level == "province"]
        self.units = self._units(units)
        self.projects = self._projects(projects)

    def _units(self, wanted: int) -> list[Unit]:
        cities = [a.place for a in self.authorities.values() if a.place.level == "city"]
        self.random.shuffle(cities)
        counties: dict[str, list[Jurisdiction]] = {}
        for county in Jurisdiction.objects.filter(level="county", valid_to=None).order_by("code"):
            counties.setdefault(county.parent_id or "", []).append(county)
        made = []
        invented = cast.units(wanted, cities, self.random, prefix="g", counties=counties)
        for number, one in enumerate(invented, 1):
            codes = one.place.path.strip("/").split("/")
            # Half of the colleges stand under the province, wherever they lie.
            holder = codes[1] if one.kind == cast.K.VOCATIONAL_COLLEGE and number % 2 else codes[2]
            authority = self.authorities[holder]
            made.append(
                Unit(
                    pk=number,
                    uscc=one.uscc,
                    name=one.name,
                    kind=one.kind,
                    place=one.place,
                    place_path=one.place.path,
                    scope_path=one.place.path if authority.place.level == "city" else authority.place.path,
                    authority=authority,
                    state=Unit.State.VERIFIED,
                    rehearsal=True,
                )
            )
        return made

    def _projects(self, wanted: int) -> list[Project]:
        random = self.random
        busy = list(accumulate(random.betavariate(2, 3) for _ in self.units))
        tasks = range(len(self.editions))
        gone_without = {p.code: random.randrange(len(tasks)) for p in self.provinces}
        made: list[Project] = []
        while len(made) < wanted:
            unit = random.choices(self.units, cum_weights=busy)[0]
            task = random.choices(tasks, _SHARES)[0]
            codes = unit.place_path.strip("/").split("/")
            if gone_without[codes[1]] == task:
                continue
            edition = self.editions[task]
            in_campus = unit.kind in invented_programme.VARIANTS["campus"][1] and random.random() < 0.7
            moved = unit.pk % 97 == 0
            made.append(
                Project(
                    pk=len(made) + 1,
                    task=edition.task_id,
                    edition=edition.pk,
                    variant="campus" if in_campus else "joint",
                    unit=unit.pk,
                    unit_kind=unit.kind,
                    level="nation" if random.random() < 0.15 else "province",
                    place_path=unit.place_path,
                    was="/".join(codes[:3]) + "/" if moved and len(codes) > 3 else unit.place_path,
                    scope_path=unit.scope_path,
                    size=random.lognormvariate(0, 0.6),
                )
            )
        return made

    # ------------------------------------------------------------ into the database

    def copy_people_and_units(self, connection: Connection) -> None:
        """An officer for every education authority, a leader for every unit."""
        units = Columns(Unit, "id", "uscc", "name", "kind", "place_id", "place_path", "scope_path",
                        "authority_id", "state", "registered_at", "rehearsal")  # fmt: skip
        units.copy(
            connection,
            (
                units.line(u.pk, u.uscc, u.name, u.kind, u.place_id, u.place_path, u.scope_path,
                           u.authority_id, u.state, _DESIGNATED, True)
                for u in self.units
            ),
        )  # fmt: skip
        first = (Person.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
        leaders = {u.pk: first + number for number, u in enumerate(self.units)}
        officers = {a.pk: first + len(leaders) + n for n, a in enumerate(self.authorities.values())}
        people = Columns(Person, "id", "username", "name", "email", "password")
        names = {a.pk: f"{a.place.level}-{a.place_id}" for a in self.authorities.values()}
        people.copy(
            connection,
            [
                *(
                    people.line(
                        pk,
                        f"leader-{unit}",
                        cast.person_name(self.random),
                        f"leader-{unit}@example.org",
                        _NOBODY,
                    )
                    for unit, pk in leaders.items()
                ),
                *(
                    people.line(
                        pk, names[a], cast.person_name(self.random), f"{names[a]}@example.org", _NOBODY
                    )
                    for a, pk in officers.items()
                ),
            ],
        )
        roles = Columns(Membership, "person_id", "role", "unit_id", "authority_id")
        roles.copy(
            connection,
            [
                *(roles.line(pk, Membership.Role.LEADER, unit, None) for unit, pk in leaders.items()),
                *(roles.line(pk, Membership.Role.OFFICER, None, a) for a, pk in officers.items()),
            ],
        )

    def copy_projects(self, connection: Connection) -> None:
        """The cases of all projects with what was decided on them, and some that were declared and not taken."""
        random = Random(1)  # noqa: S311 - as above
        declined = list(self._declined(int(len(self.projects) * _DECLINED)))
        ministry = self._officer(self.authorities["000000"])
        officers = {a.place_id: (a.pk, self._officer(a)) for a in self.authorities.values()}
        round_id = self.programme.rounds.get(code=invented_programme.ROUND).pk
        cases = Columns(Application, "id", "round_id", "task_id", "edition_id", "variant", "unit_id", "place_path",
                        "scope_path", "number", "project_name", "state", "step", "begun_at", "submitted_at")  # fmt: skip
        both = [*((p, True) for p in self.projects), *((p, False) for p in declined)]
        cases.copy(
            connection,
            (
                cases.line(p.pk, round_id, p.task, p.edition, p.variant, p.unit, p.place_path, p.scope_path,
                           f"GM{p.pk:07d}", f"{random.choice(cast.FIELDS)}（演练{p.pk}）",
                           "concluded" if taken else "declined", "province", _DESIGNATED, _DESIGNATED)
                for p, taken in both
            ),
        )  # fmt: skip
        revisions = Columns(Revision, "id", "application_id", "number", "answers", "digest", "submitted_at",
                            "submitted_by_id")  # fmt: skip
        revisions.copy(
            connection,
            (
                revisions.line(p.pk, p.pk, 1, {"summary": "演练"}, f"{p.pk:064d}", _DESIGNATED, ministry)
                for p, _ in both
            ),
        )
        decisions = Columns(Decision, "application_id", "revision_id", "step", "kind", "authority_id", "by_id", "at",
                            "reason")  # fmt: skip

        def decided() -> Iterator[str]:
            for p, taken in both:
                codes = p.place_path.split("/")
                city, province = officers[codes[2]], officers[codes[1]]
                kind, reason = ("recommend", "") if taken else ("decline", "演练：名额所限")
                yield decisions.line(p.pk, p.pk, "city", kind, *city, _DESIGNATED, reason)
                if p.level == "nation" and taken:
                    yield decisions.line(p.pk, p.pk, "province", "recommend", *province, _DESIGNATED, "")

        decisions.copy(connection, decided())
        held = Columns(Designation, "application_id", "level", "authority_id", "unit_id", "task_id", "place_path",
                       "scope_path", "since")  # fmt: skip

        def holdings() -> Iterator[str]:
            for p in self.projects:
                province = officers[p.place_path.split("/")[1]][0]
                for level in ("province", "nation") if p.level == "nation" else ("province",):
                    yield held.line(
                        p.pk, level, province, p.unit, p.task, p.place_path, p.scope_path, date(2023, 12, 1)
                    )

        held.copy(connection, holdings())

    def _declined(self, wanted: int) -> Iterator[Project]:
        for number, like in zip(range(wanted), reversed(self.projects), strict=False):
            yield Project(
                len(self.projects) + 1 + number, like.task, like.edition, like.variant, like.unit, like.unit_kind,
                "", like.place_path, like.was, like.scope_path, like.size,
            )  # fmt: skip

    def _officer(self, authority: Authority) -> int:
        if not hasattr(self, "_officers"):
            self._officers = dict(
                Membership.objects.filter(role=Membership.Role.OFFICER).values_list(
                    "authority_id", "person_id"
                )
            )
        return self._officers[authority.pk]

    def copy_periods(self, connection: Connection, years: Sequence[int]) -> None:
        """A period of every task, province and year, and the summaries that provinces and cities owe."""
        by = self._officer(self.authorities["000000"])
        numbers = count(1)
        periods = Columns(Period, "id", "task_id", "place_id", "year", "opened_at", "opened_by_id")
        periods.copy(
            connection,
            (
                periods.line(next(numbers), e.task_id, p.code, year, datetime(year, 11, 1, tzinfo=UTC), by)
                for year in years
                for e in self.editions
                for p in self.provinces
            ),
        )
        summaries = Columns(PeriodicReport, "programme_id", "kind", "name", "year", "task_id", "authority_id",
                            "place_path", "scope_path", "due", "cite", "state", "submitted_at", "submitted_by_id")  # fmt: skip
        random = Random(2)  # noqa: S311 - as above

        def owed() -> Iterator[str]:
            for year in years:
                for e in self.editions:
                    for a in self.authorities.values():
                        if a.place.level not in {"province", "city"}:
                            continue
                        sent = random.random() < 0.93
                        at = datetime(year, 12, random.randrange(1, 25), tzinfo=UTC) if sent else None
                        yield summaries.line(
                            self.programme.pk, "summary", "年度重点任务总结报告（演练）", year, e.task_id, a.pk,
                            a.place.path, a.place.path, date(year, 12, 20), "plan 一",
                            "submitted" if sent else "due", at, by if sent else None,
                        )  # fmt: skip

        summaries.copy(connection, owed())

    def move_and_merge(self, connection: Connection) -> None:
        """One unit in three hundred was merged into its neighbour since, and carries its projects on there."""
        on = clock.today()
        for unit in self.units[299::300]:
            into = self.units[unit.pk - 2]
            connection.execute(
                "UPDATE orgs_unit SET state = 'merged', merged_into_id = %s, merged_on = %s WHERE id = %s",
                [into.pk, on, unit.pk],
            )
            for table in ("applications_application", "monitoring_performancereport"):
                pass_on = sql.SQL("UPDATE {} SET unit_id = %s WHERE unit_id = %s").format(
                    sql.Identifier(table)
                )
                connection.execute(pass_on, [into.pk, unit.pk])
