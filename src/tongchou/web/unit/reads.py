"""What the unit's screens read together, each in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404

from tongchou.applications import queries
from tongchou.applications.models import Application
from tongchou.core.prepared import Prepared
from tongchou.forms import checks
from tongchou.forms.display import show
from tongchou.forms.finding import Member, Standing
from tongchou.forms.rules import compile_rule
from tongchou.forms.schema import sections_for
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.queries import confirmed_tags
from tongchou.programmes.models import Quota, Task, Window
from tongchou.programmes.pack_format import TaskPack
from tongchou.programmes.queries import binding
from tongchou.reviews.models import QuotaAccount
from tongchou.reviews.quota import line_for
from tongchou.web.public import reads as public_reads
from tongchou.web.screens import Request


def own_units(request: Request) -> list[Unit]:
    """The units where the visitor is filler or leader."""
    return request.actor.units_as()


def own_unit(request: Request, pk: int | str | None) -> Unit:
    """The unit asked for among one's own (the first when none is asked for); 404 outside."""
    units = own_units(request)
    if not units:
        raise Http404
    if not pk:
        return units[0]
    found = next((u for u in units if str(u.pk) == str(pk)), None)
    if found is None:
        raise Http404
    return found


def own_application(request: Request, pk: int, *, whole: bool = True) -> Application:
    """One of the units' own applications, 404 outside; ``whole``: with what its screens show."""
    ask = _OWN_WHOLE if whole else _OWN
    found = ask(case=pk, units=tuple(unit.pk for unit in own_units(request)))
    if not found:
        raise Http404
    return found[0]


_OWN = Prepared(lambda case, units: Application.objects.filter(pk=case, unit__in=units))
_OWN_WHOLE = Prepared(
    lambda case, units: Application.objects.filter(pk=case, unit__in=units).select_related(
        "task", "round__programme", "edition", "unit__place", "unit__authority", "draft"
    )
)


@dataclass(frozen=True)
class Look:
    """A draft as it stands: what the form asks, what is missing."""

    application: Application
    answers: dict[str, Any]
    sections: list[Any]
    evidence: list[Any]
    years: range
    seen: checks.Look
    open_section: str = ""

    @property
    def blocking(self) -> list[Any]:
        return [f for f in self.seen.findings if f.blocks]

    @property
    def advice(self) -> list[Any]:
        return [f for f in self.seen.findings if not f.blocks]

    def section_of(self, code: str) -> str:
        """The section in which a field stands; empty when it is none of this form."""
        return next((s.code for s in self.sections for f in s.fields if f.code == code), "")

    def found(self) -> list[tuple[Any, str]]:
        """The findings with the section to jump to: of the open section first, what blocks before advice."""
        placed = [(f, self.section_of(f.code)) for f in self.seen.findings]
        return sorted(placed, key=lambda row: (row[1] != self.open_section, not row[0].blocks))

    def at(self, section: str) -> Look:
        """The same, as seen from one section."""
        return replace(self, open_section=section)

    def required_now(self) -> list[str]:
        """Of the fields that must be filled only in some cases, those that must as the answers stand."""
        return [
            f.code for s in self.sections for f in s.fields if f.required_when and f.code in self.seen.needed
        ]

    def with_evidence(self) -> Look:
        """The same with the files of the case, where a save did not read them."""
        return replace(self, evidence=list(queries.evidence(self.application)))

    def computed_texts(self) -> dict[str, str]:
        fields = {f.code: f for s in self.sections for f in s.fields if f.type == "computed"}
        return {code: show(field, self.seen.computed.get(code)) for code, field in fields.items()}


def look(application: Application, answers: dict[str, Any]) -> Look:
    """Check ``answers`` of an application as its edition asks."""
    evidence = list(queries.evidence(application))
    seen = queries.look(application, answers, attached=evidence)
    sections = sections_for(application.edition.pack.form, application.variant)
    return Look(application, answers, sections, evidence, queries.target_years(application.round), seen)


@dataclass(frozen=True)
class Shown:
    """A field that shows how a condition stands: its answer as people read it, or its files."""

    code: str
    section: str
    label: str
    text: str
    files: list[Any]
    is_file: bool


@dataclass(frozen=True)
class MemberView:
    member: Member
    shown: list[Shown]


@dataclass(frozen=True)
class StandingView:
    """A group of conditions (three of six) with what shows each of them."""

    standing: Standing
    members: list[MemberView]


def standings(seen: Look) -> list[StandingView]:
    """How the groups of conditions stand, with the answers and files that show it. No query.

    A file slot shows a condition when it is asked for because of one of its fields, or by the same clause.
    """
    fields = {f.code: (s.code, f) for s in seen.sections for f in s.fields}
    files: dict[str, list[Any]] = {}
    for e in seen.evidence:
        files.setdefault(e.field, []).append(e)
    slots = [f for _section, f in fields.values() if f.type == "files" and f.code not in seen.seen.hidden]

    def shown(code: str) -> Shown:
        section, field = fields[code]
        value = seen.seen.computed.get(code) if field.type == "computed" else seen.answers.get(code)
        is_file = field.type == "files"
        return Shown(
            code, section, field.label, "" if is_file else show(field, value), files.get(code, []), is_file
        )

    def proving(member: Member) -> list[str]:
        return [
            f.code
            for f in slots
            if f.code not in member.fields
            and (
                set(member.cite) & set(f.cite)
                or any(
                    not set(member.fields).isdisjoint(compile_rule(rule).fields)
                    for rule in (f.visible_when, f.required_when)
                    if rule
                )
            )
        ]

    return [
        StandingView(
            group,
            [
                MemberView(m, [shown(c) for c in (*m.fields, *proving(m)) if c in fields])
                for m in group.members
            ],
        )
        for group in seen.seen.groups
    ]


def declare_closes(windows: Iterable[Window], application: Application) -> datetime | None:
    """When declaring closes for a case: the window of the deepest place, among windows already read."""
    fits = [
        w
        for w in windows
        if w.purpose == Window.Purpose.DECLARE
        and w.binds == Window.Binds.UNITS
        and w.task_id in {None, application.task_id}
        and w.variant in {"", application.variant}
        and w.year in {None, application.round.year}
    ]
    ends = [w.closes_at for w in binding(fits)]
    return None if None in ends else max((e for e in ends if e), default=None)


@dataclass(frozen=True)
class QuotaView:
    """A quota that a case of this unit will meet, at its holder."""

    quota: Quota
    step: str
    holder: str
    line: str
    limit: int | None
    minimum: int | None
    taken: int


def quotas_ahead(task: Task, unit: Unit, pack: TaskPack, variants: set[str]) -> list[QuotaView]:
    """The quotas that a unit's cases of ``variants`` meet on their way, with what their holders have used."""
    steps = {s.code: s.name for s in pack.steps if not s.kinds or unit.kind in s.kinds}
    quotas = [
        q
        for q in public_reads.quotas_on(task, unit.scope_path)
        if (not q.kinds or unit.kind in q.kinds)
        and (not q.variants or variants & set(q.variants))
        and q.step in steps
    ]
    authorities = {
        a.place.level: a
        for a in Authority.objects.filter(
            place_id__in=public_reads.codes_on(unit.scope_path), department=Authority.Department.EDUCATION
        ).select_related("place")
    }
    taken = {
        (a.quota_id, a.unit_id is not None): a.taken
        for a in QuotaAccount.objects.filter(quota__in=quotas, unit=unit)
        | QuotaAccount.objects.filter(quota__in=quotas, authority__in=authorities.values())
    }
    tags = confirmed_tags(unit)
    views = []
    for quota in quotas:
        own = quota.holder == Quota.Holder.UNIT
        holder: Unit | Authority | None = unit if own else authorities.get(quota.holder)
        line = line_for(quota.lines.all(), holder, tags) if holder else None
        if holder is None or line is None:
            continue
        views.append(
            QuotaView(
                quota,
                steps[quota.step],
                holder.name,
                line.name,
                line.limit,
                line.minimum,
                taken.get((quota.pk, own), 0),
            )
        )
    return views
