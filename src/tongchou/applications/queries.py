"""Every read of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongchou.applications import sources, uniqueness
from tongchou.applications.models import Application, Evidence, EvidenceUpload, Revision
from tongchou.core.models import StoredFile, Upload
from tongchou.core.prepared import Prepared
from tongchou.forms import checks
from tongchou.forms.agreement import held
from tongchou.forms.finding import Finding
from tongchou.forms.reading import Reading
from tongchou.forms.schema import sections_for
from tongchou.orgs.queries import unit_facts
from tongchou.programmes.queries import edition_for, translator

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.core.scope import Scope
    from tongchou.forms.checks import Look
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
    own = [Application.State.DRAFT, Application.State.ABANDONED]
    return rows if actor.scope.unit_id is not None else rows.exclude(state__in=own)


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


def latest_number(application: Application) -> int:
    """The number of the revision that is decided on; 0 before the first."""
    return next((revision.number for revision in _LATEST(case=application.pk)), 0)


_LATEST = Prepared(
    lambda case: Revision.objects.filter(application=case).only("number").order_by("-number")[:1]
)


def latest_revision(application: Application) -> Revision | None:
    """The revision that is decided on."""
    return application.revisions.order_by("-number").first()


def target_years(round_: Round) -> range:
    """The years for which a plan of this round commits annual targets: the round's to the programme's last."""
    return range(round_.year, round_.programme.horizon + 1)


def reading(application: Application, answers: dict[str, Any]) -> Reading:
    """The answers as the rules of the edition see them: computed fields, evidence, what is hidden."""
    return Reading(
        application.edition.pack.form,
        answers,
        variant=application.variant,
        unit=unit_facts(application.unit),
        evidence_fields=_evidence_fields(application),
    )


def reading_today(application: Application, answers: dict[str, Any]) -> Reading:
    """The answers as rules of the packs in force see them: what has another code by now stands under that one."""
    meant = translator(application.task, application.scope_path)
    if not meant:
        return reading(application, answers)
    form = edition_for(application.task, application.scope_path).pack.form
    slots = {meant.current("field", code).code for code in _evidence_fields(application)}
    return Reading(
        form,
        meant.answers(answers),
        variant=meant.current("variant", application.variant).code or application.variant,
        unit=unit_facts(application.unit),
        evidence_fields={slot for slot in slots if slot},
    )


def look(
    application: Application, answers: dict[str, Any], *, attached: Sequence[Evidence] | None = None
) -> Look:
    """One pass over everything the task asks: findings with their clauses, progress by section, computed fields.

    ``attached`` is the evidence, for those who have read it.
    """
    if attached is None:
        attached = list(evidence(application))
    seen = checks.look(
        application.edition.pack,
        answers,
        variant=application.variant,
        unit=unit_facts(application.unit),
        evidence_fields={e.field for e in attached},
        years=target_years(application.round),
    )
    seen.findings.extend(file_findings(attached, uploads(application)))
    seen.findings.extend(declared_elsewhere(application, answers))
    seen.findings.extend(said_elsewhere(application, seen, answers))
    return seen


def said_elsewhere(application: Application, seen: Look, answers: dict[str, Any]) -> list[Finding]:
    """Where answers disagree with registration, report, or another case of the unit. Needs the case's draft."""
    pack = application.edition.pack
    sections = sections_for(pack.form, application.variant)
    return sources.findings(
        application,
        seen,
        answers,
        fields=held(sections),
        sections=sections,
        indicators=pack.indicators,
        unit=application.unit,
        known=application.draft.known,
    )


def declared_elsewhere(application: Application, answers: dict[str, Any]) -> list[Finding]:
    """What another case has already claimed of that which the pack lets stand once."""
    if not application.edition.pack.unique:
        return []
    return uniqueness.findings(application, reading(application, answers))


def uploads(application: Application) -> list[EvidenceUpload]:
    """The files on their way in, and those that were refused and not put away yet."""
    return _UPLOADS(case=application.pk)


_UPLOADS = Prepared(
    lambda case: (
        EvidenceUpload.objects.filter(application=case)
        .exclude(upload__state=Upload.State.DONE)
        .select_related("upload")
        .order_by("upload_id")
    )
)


def file_findings(attached: Iterable[Evidence], coming: Iterable[EvidenceUpload]) -> list[Finding]:
    """What must be known of the files before the case is submitted: which are still checked, infected, or not whole."""
    found = [
        Finding("error", e.field, _("“%(file)s”还在检查，检查通过后才能提交。") % {"file": e.name})
        if e.file.state == StoredFile.State.CHECKING
        else Finding(
            "error",
            e.field,
            _("“%(file)s”检出病毒“%(virus)s”，已隔离，请移除后重新上传。")
            % {"file": e.name, "virus": e.file.virus},
        )
        for e in attached
        if e.file.state != StoredFile.State.USABLE
    ]
    for one in coming:
        name = {"file": one.upload.name}
        if one.upload.state == Upload.State.FINISHING:
            found.append(Finding("error", one.field, _("“%(file)s”还在检查，检查通过后才能提交。") % name))
        elif one.upload.state == Upload.State.RECEIVING:
            found.append(Finding("advice", one.field, _("“%(file)s”还没有传完，现在提交不会包含它。") % name))
    return found


def _evidence_fields(application: Application) -> set[str]:
    return set(evidence(application).values_list("field", flat=True))


def offered_variants(task: Task, unit: Unit) -> list[Variant]:
    """The variants of ``task`` that a unit of this kind may lead, where it stands."""
    pack = edition_for(task, unit.scope_path).pack
    return [variant for variant in pack.variants if unit.kind in variant.leads]
