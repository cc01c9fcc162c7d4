"""Units declare: they fill the form, forget something now and then, and are late now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.applications import actions as applications
from tongchou.applications import evidence
from tongchou.applications.models import Application
from tongchou.applications.queries import look, offered_variants, target_years
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.forms.schema import fields_of
from tongchou.orgs.models import Person, Unit
from tongchou.orgs.queries import people_of, unit_facts
from tongchou.programmes.models import Round, Task
from tongchou.rehearsal import cast
from tongchou.rehearsal.answers import Filler, NoAnswer
from tongchou.rehearsal.calendar import TaskDays
from tongchou.rehearsal.play import Play

if TYPE_CHECKING:
    from collections.abc import Iterable


S = Application.State


def declare(
    play: Play, task: Task, round_: Round, units: Iterable[Unit], when: TaskDays, *, share: float
) -> None:
    """A share of the units that may lead declares; one in fifteen forgets something first, one in thirty is late.

    The first unit that may lead a variant always does, so that a small rehearsal plays every one of them too.
    """
    led: set[str] = set()
    for unit in units:
        person = people_of(unit).order_by("pk").first()
        for variant in offered_variants(task, unit):
            count = max(_how_many(play, unit, share), variant.code not in led)
            led.add(variant.code)
            for _ in range(count):
                late = play.random.random() < 1 / 30
                _declare_one(play, task, round_, unit, variant.code, person, when, late=late)


def _how_many(play: Play, unit: Unit, share: float) -> int:
    wanted = share * (2.2 if unit.kind in {"vocational_college", "vocational_university"} else 1)
    return int(wanted) + (play.random.random() < wanted % 1)


def _declare_one(
    play: Play,
    task: Task,
    round_: Round,
    unit: Unit,
    variant: str,
    person: Any,
    when: TaskDays,
    *,
    late: bool,
) -> None:
    with clock.at(when.begin):
        case = play.ledger.attempt(
            "开始申报",
            applications.begin,
            unit,
            task=task,
            variant=variant,
            round=round_,
            by=person,
        )
        if case is None:
            return
        name = cast.project_name(play.random, task.number, variant)
        if not fill(play, case, person, name, forgetful=play.random.random() < 1 / 15):
            return
    with clock.at(when.late if late else when.submit):
        submitted = play.ledger.attempt("提交申报", designations.submit, case, by=person)
        if submitted is None and not late and complete(play, case, person):
            play.ledger.attempt("提交申报", designations.submit, case, by=person)


def fill(play: Play, case: Application, person: Person, name: str, *, forgetful: bool = False) -> bool:
    """Fill the whole form as a unit would, with its evidence; whether passing answers were found."""
    case = Application.objects.select_related("edition", "round__programme", "unit", "draft").get(pk=case.pk)
    filler = Filler(
        case.edition.pack, case.variant, unit_facts(case.unit), target_years(case.round), play.random
    )
    draft = case.draft  # an invented project is not last year's again: only what the registration says stays
    given = {code: draft.answers[code] for code, of in draft.sources.items() if of["from"] == "register"}
    try:
        filled = filler.fill(project=name, given=given)
    except NoAnswer as fault:
        play.ledger.refused["填写申报", "pack"] += 1
        play.ledger.example.setdefault(("填写申报", "pack"), f"{case.task} {case.variant}：{fault}")
        return False
    saved = applications.save_draft(case, by=person, changes=filled.answers, base_version=case.draft.version)
    if saved.errors:
        play.ledger.refused["填写申报", "form"] += 1
        play.ledger.example.setdefault(("填写申报", "form"), str(saved.errors))
    for slot in filled.slots[1:] if forgetful else filled.slots:
        evidence.attach(
            case, by=person, field=slot, upload=play.evidence, name="佐证材料（演练）.pdf", pages="1-2"
        )
    play.ledger.done["填写申报"] += 1
    return True


def complete(play: Play, case: Application, person: Person) -> bool:
    """Attach what was forgotten; whether that is all that was missing."""
    case.refresh_from_db()
    if case.state != S.DRAFT:
        return False
    wanted = [f.code for f in look(case, case.draft.answers).findings if f.severity == "missing"]
    slots = {field.code for field in fields_of(case.edition.pack.form) if field.type == "files"}
    if not slots.issuperset(wanted):
        return False
    for slot in wanted:
        evidence.attach(case, by=person, field=slot, upload=play.evidence, name="补充材料（演练）.pdf")
    return bool(wanted)
