"""Where the answers of a draft are from, and what other sources say of the same facts.

``Draft.sources`` keeps by field ``{"from", "version", …}``: an answer is still as its source gave it while nobody has saved the
field since that version, so saving has nothing to keep up. ``from`` is ``register``, ``case`` (an earlier declaration) or
``report`` (a confirmed performance report); ``year`` and ``number`` say which. ``Draft.known`` keeps by reference of
``FieldDef.same_as`` what case and report say, as ``{"from", "year", "number", "value"}``. Registration and the unit's other
cases may change at any time: they are read when asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext as _

from tongchou.applications.models import Application, Draft
from tongchou.forms.agreement import Said, disagreements
from tongchou.forms.schema import by_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tongchou.forms.checks import Look
    from tongchou.forms.definition import FieldDef, Indicator, Section
    from tongchou.forms.finding import Finding
    from tongchou.orgs.models import Unit

REGISTER: dict[str, Callable[[Unit], str]] = {
    "unit.name": lambda unit: unit.name,
    "unit.uscc": lambda unit: unit.uscc,
    "unit.kind": lambda unit: unit.get_kind_display(),
    "unit.place": lambda unit: unit.place.name,
    "unit.school_code": lambda unit: unit.school_code,
    "unit.address": lambda unit: unit.address,
    "unit.authority": lambda unit: unit.authority.name,
}
"""What a unit's own row says; ``unit`` is read with its place and authority."""


def source_text(source: Mapping[str, Any]) -> str:
    """A source as people read it."""
    match source["from"]:
        case "register":
            return _("单位登记")
        case "report":
            return _("%(year)s 年绩效数据") % source
        case _:
            return _("%(year)s 年申报 %(number)s") % source


def untouched(draft: Draft) -> dict[str, str]:
    """By field: where its answer is from, as people read it, while it stands as the source gave it."""
    return {
        code: source_text(source)
        for code, source in draft.sources.items()
        if draft.field_versions.get(code, 0) <= source["version"] and draft.answers.get(code) is not None
    }


def findings(
    application: Application,
    seen: Look,
    answers: Mapping[str, Any],
    *,
    fields: Sequence[FieldDef],
    sections: Sequence[Section],
    indicators: Sequence[Indicator],
    unit: Unit,
    known: Mapping[str, Mapping[str, Any]],
) -> list[Finding]:
    """Where the answers disagree with another source. ``fields`` are those that are held against one at all.

    One query where a field is held against the unit's other cases, otherwise none.
    """
    shown = [field for field in fields if field.code not in seen.hidden]
    if not shown:
        return []
    said = {
        reference: [Said(source_text(told), told.get("value"))]
        for reference, told in known.items()
        if "value" in told
    }
    for field in shown:
        if field.prefill in REGISTER:
            said[field.prefill] = [Said(_("单位登记"), REGISTER[field.prefill](unit))]
    in_round = {ref for field in shown for ref in field.same_as if ref.startswith("round.")}
    if in_round:
        said |= _in_round(application, sorted(in_round))
    return disagreements(
        shown, {**answers, **seen.computed}, said, form=by_code(sections), indicators=indicators
    )


def _in_round(application: Application, references: Sequence[str]) -> dict[str, list[Said]]:
    """What the unit's other cases of the round say; drafts too while this one is with the unit as well."""
    codes = [reference.partition(".")[2] for reference in references]
    others = Draft.objects.filter(
        application__unit=application.unit_id, application__round=application.round_id
    )
    own = (Application.State.DRAFT, Application.State.RETURNED)
    if application.state not in own:  # who reviews it does not see what the unit has not submitted
        others = others.exclude(application__state__in=own)
    rows = (
        others.exclude(pk=application.pk)
        .order_by("pk")
        .values_list(
            "application__number", "application__task__name", *(F(f"answers__{code}") for code in codes)
        )
    )
    said: dict[str, list[Said]] = {reference: [] for reference in references}
    for number, task, *values in rows:
        source = _("同批次申报 %(number)s（%(task)s）") % {"number": number, "task": task}
        for reference, value in zip(references, values, strict=True):
            said[reference].append(Said(source, value))
    return said
