"""The formal check 形式审查 of a step: what the machine decides, what the officer ticks, and that all of it is met."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import queries as application_queries
from tongchou.applications import steps
from tongchou.applications.casework import note
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.forms.rules import compile_rule
from tongchou.forms.schema import for_variant
from tongchou.reviews.casework import deciding
from tongchou.reviews.step_models import FormalCheck

if TYPE_CHECKING:
    from tongchou.applications.models import Application, Revision
    from tongchou.orgs.models import Person
    from tongchou.programmes.pack_format import FormalItem


@dataclass(frozen=True, slots=True)
class Line:
    """One point as it stands; ``met`` is ``None`` while nobody has decided it."""

    code: str
    text: str
    cite: tuple[str, ...]
    machine: bool
    met: bool | None

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "text": self.text,
            "cite": list(self.cite),
            "by": "machine" if self.machine else "officer",
            "met": bool(self.met),
        }


def items(application: Application) -> list[FormalItem]:
    """What the step where the case waits asks to be checked."""
    listed = steps.find(application.edition.pack, application.step).formal
    return [item for item in listed if for_variant(item.variants, application.variant)]


def latest(application: Application, revision: Revision) -> FormalCheck | None:
    """What was ticked for this revision at the step where the case waits."""
    return FormalCheck.objects.filter(revision=revision, step=application.step).select_related("by").first()


def standing(application: Application, revision: Revision, check: FormalCheck | None = None) -> list[Line]:
    """How every point of the step stands: what the machine says now, else what the officer ticked."""
    asked = items(application)
    ticked = set(check.met) if check else set()
    judged = _judged(application, revision, asked)
    return [
        Line(
            code=item.code,
            text=item.text,
            cite=tuple(item.cite),
            machine=judged.get(item.code) is not None,
            met=judged[item.code] if judged.get(item.code) is not None else (item.code in ticked or None),
        )
        for item in asked
    ]


def _judged(
    application: Application, revision: Revision, asked: Collection[FormalItem]
) -> dict[str, bool | None]:
    """What the machine decides; ``None`` where the answers that a rule needs were not given: then the officer looks."""
    found: dict[str, bool | None] = {}
    if rules := [item for item in asked if item.rule]:
        context = application_queries.reading(application, revision.answers).context
        found |= {item.code: compile_rule(item.rule or "").holds(context) for item in rules}
    if looked := [item for item in asked if item.machine]:
        wrong = [f for f in application_queries.look(application, revision.answers).findings if f.blocks]
        slots = {material.field for material in application.edition.pack.materials}
        lacking = any(f.code in slots for f in wrong)
        found |= {item.code: not (lacking if item.machine == "materials" else wrong) for item in looked}
    return found


@transaction.atomic
def check_formally(
    application: Application, *, by: Person, met: Collection[str], remark: str = ""
) -> FormalCheck:
    """Tick what was found to be met at the step where the case waits; what the machine decides is not ticked.

    It holds for this revision and may be mended until the decision, which keeps it.
    """
    application, _authority = deciding(application, by, "formal")
    revision = application_queries.latest_revision(application)
    own = {line.code for line in standing(application, revision) if not line.machine} if revision else set()
    if revision is None or not items(application):
        raise refuse("step", _("本环节没有形式审查要点。"), remedy=_("不必核对，请直接审核。"))
    if strange := set(met) - own:
        raise refuse(
            "form",
            _("这些要点不由经办人核对：%(codes)s") % {"codes": _("、").join(sorted(strange))},
            remedy=_("请只勾选由经办人核对的要点。"),
        )
    check, _made = FormalCheck.objects.update_or_create(
        revision=revision,
        step=application.step,
        defaults={
            "application": application,
            "met": sorted(met),
            "note": remark.strip()[:2000],
            "by": by,
            "at": clock.now(),
        },
    )
    note("check_formally", application, by, step=application.step, met=sorted(met))
    return check


def require_met(application: Application) -> list[dict[str, Any]]:
    """The check as the decision keeps it. Refused with code ``formal`` while a point is not met."""
    if not items(application):
        return []
    revision = application_queries.latest_revision(application)
    if revision is None:
        return []
    lines = standing(application, revision, latest(application, revision))
    if open_ones := [line for line in lines if not line.met]:
        raise refuse(
            "formal",
            _("申报 %(number)s 的形式审查还有 %(count)s 项未通过：%(points)s")
            % {
                "number": application.number,
                "count": len(open_ones),
                "points": _("；").join(line.text for line in open_ones),
            },
            clause="；".join(dict.fromkeys(c for line in open_ones for c in line.cite)),
            remedy=_("请逐项核对并保存；不符合的请退回修改。"),
        )
    return [line.as_json() for line in lines]
