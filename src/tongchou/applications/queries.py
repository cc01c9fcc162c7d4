"""Every read of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from tongchou.applications.models import Application, Evidence, Revision
from tongchou.forms import checks
from tongchou.forms.answers import compute
from tongchou.forms.rules import Context
from tongchou.forms.schema import sections_for
from tongchou.orgs.queries import unit_facts
from tongchou.programmes.queries import edition_for

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.forms.finding import Finding
    from tongchou.orgs.models import Unit
    from tongchou.orgs.scopes import Actor
    from tongchou.programmes.models import Round, Task
    from tongchou.programmes.pack_format import Variant


def applications(scope: Scope) -> QuerySet[Application]:
    """The applications inside ``scope`` with what a list shows."""
    return (
        Application.objects.filter(scope.q())
        .select_related("task", "round", "unit", "edition")
        .order_by("-id")
    )


def visible(actor: Actor) -> QuerySet[Application]:
    """What ``actor`` may open: an authority its subtree without the drafts that are still the unit's own, a unit its own."""
    rows = applications(actor.scope)
    return rows if actor.scope.unit_id is not None else rows.exclude(submitted_at=None)


def of_unit(unit: Unit) -> QuerySet[Application]:
    """The unit's own applications, newest first."""
    return Application.objects.filter(unit=unit).select_related("task", "round", "edition").order_by("-id")


def evidence(application: Application) -> QuerySet[Evidence]:
    """The evidence attached now."""
    return (
        Evidence.objects.filter(application=application, removed_at=None)
        .select_related("file")
        .order_by("field", "id")
    )


def latest_revision(application: Application) -> Revision | None:
    """The revision that is decided on."""
    return application.revisions.order_by("-number").first()


def target_years(round_: Round) -> range:
    """The years for which a plan of this round commits annual targets: the round's to the programme's last."""
    return range(round_.year, round_.programme.horizon + 1)


def context(application: Application, answers: dict[str, Any]) -> Context:
    """What the rules of the edition see, computed fields included."""
    seen = Context(answers, variant=application.variant, unit=unit_facts(application.unit))
    compute(sections_for(application.edition.pack.form, application.variant), seen)
    return seen


def findings(application: Application, answers: dict[str, Any]) -> list[Finding]:
    """Everything that is missing or wrong in ``answers``, each with its clause."""
    return checks.run(
        application.edition.pack,
        answers,
        variant=application.variant,
        unit=unit_facts(application.unit),
        evidence_fields=set(evidence(application).values_list("field", flat=True)),
        years=target_years(application.round),
    )


def offered_variants(task: Task, unit: Unit) -> list[Variant]:
    """The variants of ``task`` that a unit of this kind may lead, where it stands."""
    pack = edition_for(task, unit.scope_path).pack
    return [variant for variant in pack.variants if unit.kind in variant.leads]
