"""What a new declaration is filled in with: the unit's registration, its case of an earlier round, its confirmed report.

A field that names its sources (``prefill``, ``same_as``) takes the first that has a value. Every other field of which the
unit's last case of the same task has an answer takes that one: under today's code, if it is well-formed today, and if there is one
such case and not several. Files are copied on wish (``copying``); a plan commits its yearly targets anew, and who affirms something affirms it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tongchou.applications.models import Application, Revision
from tongchou.applications.sources import REGISTER
from tongchou.forms import answers as form_answers
from tongchou.forms.schema import UNANSWERED_TYPES, by_code
from tongchou.forms.values import Malformed, clean_value
from tongchou.orgs.queries import contact_of, leaders
from tongchou.programmes.queries import translator

if TYPE_CHECKING:
    from tongchou.forms.definition import FieldDef, Section
    from tongchou.orgs.models import Unit
    from tongchou.programmes.models import Round, Task
    from tongchou.programmes.pack_format import TaskPack

_WHOLE = {"integer", "money"}


@dataclass(frozen=True, slots=True)
class Figure:
    """What the unit last reported of an indicator, confirmed by its authority; money in fen."""

    indicator: str
    year: int
    value: Decimal


@dataclass(slots=True)
class Start:
    """The first answers of a draft, where each is from, and what is known of facts that are held against others."""

    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)


def start(
    unit: Unit,
    *,
    task: Task,
    variant: str,
    round: Round,
    pack: TaskPack,
    sections: Sequence[Section],
    figures: Iterable[Figure] = (),
) -> Start:
    """What a declaration that ``unit`` begins is filled in with. ``sections`` are those of the variant."""
    fields = {c: f for c, f in by_code(sections).items() if f.type not in UNANSWERED_TYPES}
    made = Start()
    last = last_case(unit, task=task, variant=variant, before=round.year)
    before = _well_formed(sections, _answers_today(last, task, unit.scope_path, pack)) if last else {}
    about_last = _about_case(last) if last else {}
    reported = {figure.indicator: figure for figure in figures}
    register = _register(unit, {f.prefill for f in fields.values() if f.prefill})
    for code, asked in by_code(sections).items():
        for reference in asked.same_as:
            if told := _told(reference, asked, before, about_last, reported):
                made.known[reference] = told
        if code not in fields:
            continue
        if asked.prefill and asked.type == "text":
            _take(made, asked, {"from": "register"}, register[asked.prefill])
        for reference in asked.same_as:
            if reference in made.known and code not in made.answers:
                told = made.known[reference]
                _take(made, asked, {k: v for k, v in told.items() if k != "value"}, told["value"])
        if code in before and code not in made.answers and asked.type != "yesno":
            _take(made, asked, about_last, before[code])
    return made


def last_case(unit: Unit, *, task: Task, variant: str, before: int) -> Application | None:
    """The unit's submitted case of the same task and kind in the last round earlier than year ``before``.

    None where it had several then: which of them this one goes on from is for people to choose.
    """
    codes = translator(task, unit.scope_path).sources("variant", variant)
    cases = list(
        Application.objects.filter(
            unit=unit,
            task=task,
            variant__in=codes,
            round__year__lt=before,
            submitted_at__isnull=False,
        )
        .select_related("round")
        .order_by("-round__year", "pk")[:2]
    )
    if len(cases) == 2 and cases[0].round.year == cases[1].round.year:
        return None
    return cases[0] if cases else None


def _answers_today(case: Application, task: Task, scope_path: str, pack: TaskPack) -> dict[str, Any]:
    revision = Revision.objects.filter(application=case).order_by("-number").first()
    stored: dict[str, Any] = revision.answers if revision else {}
    meant = translator(task, scope_path, pack=pack)
    return meant.answers(stored) if meant else stored


def _about_case(case: Application) -> dict[str, Any]:
    return {"from": "case", "year": case.round.year, "number": case.number}


def _well_formed(sections: Sequence[Section], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of earlier answers those that this form asks for and that are answers to it today."""
    fields = by_code(sections)
    asked = {
        code: value
        for code, value in answers.items()
        if code in fields and fields[code].type not in UNANSWERED_TYPES | {"targets"}
    }
    cleaned = form_answers.clean(sections, asked)
    faulty = {name.partition("-")[0] for name in cleaned.errors}
    return {c: v for c, v in cleaned.values.items() if v is not None and c not in faulty}


def _register(unit: Unit, references: Iterable[str]) -> dict[str, str]:
    """What the registration says under each reference; contact and leader are only asked for where one is wanted."""
    found = {reference: REGISTER[reference](unit) for reference in references if reference in REGISTER}
    rest = set(references) - set(found)
    if "unit.leader" in rest:
        leader = leaders(unit).order_by("pk").first()
        found["unit.leader"] = leader.name if leader else ""
    if rest - {"unit.leader"}:
        contact = contact_of(unit)
        found |= {
            "unit.contact": contact.name if contact else "",
            "unit.contact_phone": contact.phone if contact else "",
            "unit.contact_email": contact.email if contact else "",
        }
    return found


def _told(
    reference: str,
    asked: FieldDef,
    before: Mapping[str, Any],
    about_last: Mapping[str, Any],
    reported: Mapping[str, Figure],
) -> dict[str, Any] | None:
    """What a last case or a confirmed report says under a reference, in the format the field is stored in."""
    where, _dot, code = reference.partition(".")
    value: Any = None
    about: Mapping[str, Any] = about_last
    if where == "last":
        value = before.get(code)
    elif where == "indicator" and code in reported:
        figure = reported[code]
        value = int(figure.value) if asked.type in _WHOLE else float(figure.value)
        about = {"from": "report", "year": figure.year}
    if value is None:
        return None
    if asked.type != "computed":
        try:
            value = clean_value(asked, value)
        except Malformed:
            return None
    return {**about, "value": value}


def _take(made: Start, asked: FieldDef, source: Mapping[str, Any], value: Any) -> None:
    if value is None or value == "":
        return
    made.answers[asked.code] = value
    made.sources[asked.code] = {**source, "version": 0}
