"""Declarations: a unit begins, fills and submits its own; an authority reads and decides those that came to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, cast

from django.http import Http404, HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tongchou.api.room import LARGEST, REFUSED, Request, one
from tongchou.applications import actions, evidence, queries
from tongchou.applications.models import Application
from tongchou.designations import actions as designations
from tongchou.forms.finding import Finding
from tongchou.forms.schema import sections_for
from tongchou.monitoring import beginning
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Round, Task
from tongchou.reviews import actions as reviews

router = Router(tags=["applications"])
MOST = 200
Id = Annotated[int, Field(ge=1, le=LARGEST)]


class Case(Schema):
    """A declaration as lists show it. ``task`` and ``round`` are codes of the programme."""

    id: int
    number: str
    programme: str
    task: str
    variant: str
    round: str
    unit: int
    unit_name: str
    place: str = Field(description="code of the unit's place")
    project_name: str
    state: str
    step: str
    submitted_at: datetime | None

    @staticmethod
    def of(row: Application) -> dict[str, Any]:
        return {
            "id": row.pk,
            "number": row.number,
            "programme": row.task.programme.code,
            "task": row.task.code,
            "variant": row.variant,
            "round": row.round.code,
            "unit": row.unit_id,
            "unit_name": row.unit.name,
            "place": row.place_path.strip("/").rpartition("/")[2],
            "project_name": row.project_name,
            "state": row.state,
            "step": row.step,
            "submitted_at": row.submitted_at,
        }


class Page(Schema):
    """Rows in the order of their ids; ``next`` is what to ask for as ``after``, none at the end."""

    items: list[Case]
    next: int | None


class Found(Schema):
    """Something to mend: ``missing`` and ``error`` keep a case from being submitted, ``advice`` does not."""

    severity: str
    field: str
    message: str
    cite: list[str]

    @staticmethod
    def of(finding: Finding) -> dict[str, Any]:
        return {
            "severity": finding.severity,
            "field": finding.field,
            "message": finding.message,
            "cite": list(finding.cite),
        }


class Whole(Case):
    """A declaration with its answers: to its unit the draft, to authorities the latest revision."""

    answers: dict[str, Any]
    version: int | None = Field(description="of the draft, to be sent with changes; none of a revision")
    revision: int | None
    digest: str
    findings: list[Found]


class Beginning(Schema):
    unit: Id
    programme: str
    task: str
    variant: str = "main"
    round: str


class Changes(Schema):
    """``answers`` by field; ``null`` empties one. ``version`` is the one they were made on."""

    version: Annotated[int, Field(ge=0, le=LARGEST)]
    answers: dict[str, Any]


class Merged(Schema):
    """What came of a save. A field somebody else changed since ``version`` was not overwritten: ``conflicts`` has what stands."""

    version: int
    saved: list[str]
    errors: dict[str, str]
    conflicts: dict[str, Any]


class Submitted(Schema):
    revision: int
    digest: str


class Attached(Schema):
    id: int
    name: str
    pages: str


class Returning(Schema):
    reason: str
    due: date
    remarks: dict[str, str] = {}


class Reason(Schema):
    reason: str = ""


class Decided(Schema):
    state: str
    step: str


def _rows(request: HttpRequest) -> Any:
    return queries.visible(cast("Request", request).actor).select_related("task__programme", "draft")


def _own(request: HttpRequest, pk: int) -> Application:
    """A case of one's own unit; to anybody else it is not there."""
    units = cast("Request", request).actor.units_as()
    return one(_rows(request).filter(unit__in=units), pk)


def _person(request: HttpRequest) -> Any:
    return cast("Request", request).person


@router.get("/applications", response={200: Page, **REFUSED}, summary="The declarations one may see")
def listed(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    task: str = "",
    state: Literal["", "draft", "in_review", "returned", "declined", "concluded", "abandoned"] = "",
) -> Any:
    rows = _rows(request).filter(pk__gt=after).order_by("pk")
    if task:
        rows = rows.filter(task__code=task)
    if state:
        rows = rows.filter(state=state)
    found = list(rows[: limit + 1])
    return {
        "items": [Case.of(row) for row in found[:limit]],
        "next": found[limit - 1].pk if len(found) > limit else None,
    }


@router.post("/applications", response={201: Case, **REFUSED}, summary="Begin a declaration")
def begin(request: HttpRequest, body: Beginning) -> Any:
    unit = next((u for u in cast("Request", request).actor.units_as() if u.pk == body.unit), None)
    task = Task.objects.filter(programme__code=body.programme, code=body.task).first()
    round_ = Round.objects.filter(programme__code=body.programme, code=body.round).first()
    if not isinstance(unit, Unit) or task is None or round_ is None:
        raise Http404
    case = beginning.begin(unit, task=task, variant=body.variant, round=round_, by=_person(request))
    return Status(201, Case.of(case))


@router.get(
    "/applications/{int:pk}", response={200: Whole, **REFUSED}, summary="A declaration with its answers"
)
def shown(request: HttpRequest, pk: int) -> Any:
    case = one(_rows(request), pk)
    own = cast("Request", request).actor.in_unit(case.unit_id)
    last = queries.latest_revision(case)
    if not own and last is None:
        raise Http404
    answers = case.draft.answers if own else last.answers  # type: ignore[union-attr]
    return {
        **Case.of(case),
        "answers": answers,
        "version": case.draft.version if own else None,
        "revision": last.number if last else None,
        "digest": last.digest if last else "",
        "findings": [Found.of(finding) for finding in queries.look(case, answers).findings],
    }


@router.get(
    "/applications/{int:pk}/form",
    response={200: list[dict[str, Any]], **REFUSED},
    summary="The sections and fields that the declaration asks, as the pack format describes them",
)
def form(request: HttpRequest, pk: int) -> Any:
    case = one(_rows(request), pk)
    sections = sections_for(case.edition.pack.form, case.variant)
    return [section.model_dump(mode="json", exclude_defaults=True) for section in sections]


@router.patch(
    "/applications/{int:pk}/answers", response={200: Merged, **REFUSED}, summary="Change answers of the draft"
)
def fill(request: HttpRequest, pk: int, body: Changes) -> Any:
    saved = actions.save_draft(
        _own(request, pk), by=_person(request), changes=body.answers, base_version=body.version
    )
    return {
        "version": saved.version,
        "saved": saved.fields,
        "errors": saved.errors,
        "conflicts": saved.conflicts,
    }


@router.post("/applications/{int:pk}/evidence", response={201: Attached, **REFUSED}, summary="Attach a file")
def attach(
    request: HttpRequest,
    pk: int,
    file: File[UploadedFile],
    field: Form[str],
    pages: Form[str] = "",
    indicator: Form[str] = "",
    year: Form[int | None] = None,
) -> Any:
    found = evidence.attach(
        _own(request, pk),
        by=_person(request),
        field=field,
        upload=file.file or file.read(),
        name=file.name or "",
        pages=pages,
        indicator=indicator,
        year=year,
    )
    return Status(201, {"id": found.pk, "name": found.name, "pages": found.pages})


@router.post(
    "/applications/{int:pk}/submit", response={200: Submitted, **REFUSED}, summary="Submit the draft"
)
def submit(request: HttpRequest, pk: int) -> Any:
    revision = designations.submit(_own(request, pk), by=_person(request))
    return {"revision": revision.number, "digest": revision.digest}


@router.post(
    "/applications/{int:pk}/withdraw", response={200: Decided, **REFUSED}, summary="Withdraw a submitted one"
)
def withdraw(request: HttpRequest, pk: int) -> Any:
    return _decided(reviews.withdraw(_own(request, pk), by=_person(request)))


@router.post(
    "/applications/{int:pk}/recommend", response={200: Decided, **REFUSED}, summary="Recommend upward"
)
def recommend(request: HttpRequest, pk: int, body: Reason) -> Any:
    decision = designations.recommend(one(_rows(request), pk), by=_person(request), reason=body.reason)
    return _decided(decision.application)


@router.post(
    "/applications/{int:pk}/return", response={200: Decided, **REFUSED}, summary="Return for changes"
)
def give_back(request: HttpRequest, pk: int, body: Returning) -> Any:
    decision = reviews.return_for_changes(
        one(_rows(request), pk), by=_person(request), reason=body.reason, due=body.due, remarks=body.remarks
    )
    return _decided(decision.application)


@router.post(
    "/applications/{int:pk}/decline", response={200: Decided, **REFUSED}, summary="Decline, with a reason"
)
def decline(request: HttpRequest, pk: int, body: Reason) -> Any:
    decision = reviews.decline(one(_rows(request), pk), by=_person(request), reason=body.reason)
    return _decided(decision.application)


def _decided(case: Application) -> dict[str, str]:
    return {"state": case.state, "step": case.step}
