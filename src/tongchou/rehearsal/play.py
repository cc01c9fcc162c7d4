"""A rehearsal's cast and state; the rounds and years it plays stand in the modules beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.orgs.queries import officers
from tongchou.programmes.models import Quota, Task, TaskEdition
from tongchou.rehearsal import cast
from tongchou.rehearsal.ledger import Ledger

if TYPE_CHECKING:
    from tongchou.programmes.models import Programme

S = Application.State
EXPERTS = 9


@dataclass
class Play:
    """One rehearsal: who plays, where, with what luck, and what came of it."""

    programme: Programme
    place: Jurisdiction
    seed: int
    ledger: Ledger
    evidence: bytes
    numbers: tuple[int, ...] = ()
    prefix: str = "rehearsal"
    quality: dict[int, float] = field(default_factory=dict)
    random: Random = field(init=False)
    province: Authority = field(init=False)
    nation: Authority = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - invents, keeps no secret
        self.province = Authority.objects.select_related("place").get(
            place=self.place, department="education"
        )
        self.nation = Authority.objects.select_related("place").get(
            place=self.programme.place, department="education"
        )

    def officer(self, authority: Authority) -> Person:
        """The authority's officer, installed when it has none."""
        found = officers(authority).order_by("pk").first()
        if found is not None:
            return found
        leads = authority.department == Authority.Department.EDUCATION
        name = f"{self.prefix}-{authority.place_id.lower()}{'' if leads else f'-{authority.department}'}"
        return orgs.install_person(
            username=name,
            name=cast.person_name(self.random),
            email=f"{name}@example.org",
            password=None,
            role=Membership.Role.OFFICER,
            authority=authority,
        )

    def experts(self, authority: Authority) -> list[Person]:
        """The pool of ``authority``, filled up to its usual size."""
        pool = list(
            Person.objects.filter(
                memberships__authority=authority, memberships__role=Membership.Role.EXPERT
            ).order_by("pk")
        )
        whose = "" if authority == self.province else f"-{authority.place_id.lower()}"
        while len(pool) < EXPERTS:
            name = f"{self.prefix}{whose}-expert{len(pool) + 1}"
            pool.append(
                orgs.install_person(
                    username=name,
                    name=cast.person_name(self.random),
                    email=f"{name}@example.org",
                    password=None,
                    role=Membership.Role.EXPERT,
                    authority=authority,
                )
            )
        return pool

    def cities(self) -> list[Authority]:
        """The city authorities below the province."""
        return list(
            Authority.objects.filter(place__parent=self.place, place__level="city", department="education")
            .select_related("place")
            .order_by("place__code")
        )

    def register(self, count: int, on: date) -> list[Unit]:
        """Invented units register; their authorities verify them, refusing one in forty once."""
        cities = [authority.place for authority in self.cities()] or [self.place]
        made = []
        with clock.at(on):
            invented_units = cast.units(
                count,
                cities,
                self.random,
                prefix=self.prefix,
                counties=self._counties(cities),
                standings=self._standings(),
            )
            for invented in invented_units:
                answer = self.ledger.attempt("单位注册", self._register, invented)
                if answer is None:
                    continue
                unit, person = answer
                self.quality[unit.pk] = invented.quality
                officer = self.officer(unit.authority)
                if self.random.random() < 1 / 40:
                    orgs.refuse_unit(unit, by=officer, reason="单位名称与证照不一致，请更正。")
                    orgs.correct_unit(unit, by=person, uscc=unit.uscc, name=unit.name, address="（演练）")
                    self._seal(unit, person)
                self.ledger.attempt(
                    "单位核验",
                    orgs.verify_unit,
                    unit,
                    by=officer,
                    tags_confirmed=list(invented.tags),
                )
                made.append(unit)
        return made

    @staticmethod
    def _counties(cities: list[Jurisdiction]) -> dict[str, list[Jurisdiction]]:
        found: dict[str, list[Jurisdiction]] = {}
        for county in Jurisdiction.objects.filter(parent__in=cities, level="county").order_by("code"):
            found.setdefault(county.parent_id or "", []).append(county)
        return found

    def _standings(self) -> list[cast.Standing]:
        """The tags, with a year where one is asked, that quotas of the place ask of units: each line's once."""
        found: list[cast.Standing] = []
        quotas = Quota.objects.filter(
            task__programme=self.programme,
            place__in=self.place.path.strip("/").split("/"),
            holder=Quota.Holder.UNIT,
            current=True,
        )
        for quota in quotas.prefetch_related("lines").order_by("task__number", "code"):
            for line in quota.lines.all():
                dated = line.tag_until or line.tag_from
                standing = cast.Standing(
                    dict.fromkeys(line.tags, dated), tuple(line.kinds or quota.kinds or cast.SCHOOLS)
                )
                if line.tags and standing not in found:
                    found.append(standing)
        return found

    def _register(self, invented: cast.InventedUnit) -> tuple[Unit, Person]:
        unit, person = orgs.register_unit(
            uscc=invented.uscc,
            name=invented.name,
            kind=invented.kind,
            place=invented.place,
            person_name=invented.person,
            username=invented.username,
            email=f"{invented.username}@example.org",
            password=None,
            tags=list(invented.tags),
            tag_years=invented.tag_years,
            contact=cast.contact(invented.person, invented.username),
            rehearsal=True,
        )
        self._seal(unit, person)
        return unit, person

    def _seal(self, unit: Unit, person: Person) -> None:
        """The contact form goes up again; an invented file stands for the sealed scan."""
        orgs.upload_contact_form(unit, by=person, upload=self.evidence, name="联系表（演练）.pdf")

    def tasks(self) -> list[Task]:
        """The tasks that are played: of the programme's with an edition, those of ``numbers``, or all."""
        with_edition = TaskEdition.objects.filter(current=True).values("task")
        tasks = self.programme.tasks.filter(pk__in=with_edition).order_by("number")
        return list(tasks.filter(number__in=self.numbers) if self.numbers else tasks)
