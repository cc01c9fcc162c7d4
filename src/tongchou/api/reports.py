"""Performance reports: a unit fills and submits its own, an authority confirms or returns them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tongchou.api.cases import MOST, Changes, Merged
from tongchou.api.room import LARGEST, REFUSED, Request, one
from tongchou.monitoring import actions, indicators, queries
from tongchou.monitoring.models import PerformanceReport

router = Router(tags=["performance reports"])


class Report(Schema):
    """A yearly report that a designated project owes. ``application`` is the project's declaration."""

    id: int
    year: int
    task: str
    application: int
    unit: int
    state: str
    due: date | None
    submitted_at: datetime | None

    @staticmethod
    def of(row: PerformanceReport) -> dict[str, Any]:
        return {
            "id": row.pk,
            "year": row.period.year,
            "task": row.period.task.code,
            "application": row.application_id,
            "unit": row.unit_id,
            "state": row.state,
            "due": row.extended_to or row.due,
            "submitted_at": row.submitted_at,
        }


class Reports(Schema):
    """Rows in the order of their ids; ``next`` is what to ask for as ``after``, none at the end."""

    items: list[Report]
    next: int | None


class Asked(Schema):
    """An indicator the report asks for. Money is in fen."""

    code: str
    name: str
    kind: str
    unit: str


class WholeReport(Report):
    """Answers by indicator: ``value`` (or ``numerator`` and ``denominator``), ``note``, ``evidence``, ``page``."""

    version: int
    answers: dict[str, Any]
    indicators: list[Asked]


class Returning(Schema):
    reason: str
    due: date | None = None
    remarks: dict[str, str] = {}


class Judging(Schema):
    judgements: dict[str, str] = Field(default={}, description="by indicator, of goals that are judged")


class Stands(Schema):
    state: str


def _rows(request: HttpRequest, year: int | None = None) -> Any:
    return queries.performance(cast("Request", request).actor.scope, year=year)


def _person(request: HttpRequest) -> Any:
    return cast("Request", request).person


@router.get("/reports", response={200: Reports, **REFUSED}, summary="The performance reports one may see")
def listed(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Any:
    found = list(_rows(request, year).filter(pk__gt=after).order_by("pk")[: limit + 1])
    return {
        "items": [Report.of(row) for row in found[:limit]],
        "next": found[limit - 1].pk if len(found) > limit else None,
    }


@router.get("/reports/{int:pk}", response={200: WholeReport, **REFUSED}, summary="A report with its answers")
def shown(request: HttpRequest, pk: int) -> Any:
    report = one(_rows(request), pk)
    return {
        **Report.of(report),
        "version": report.version,
        "answers": report.answers,
        "indicators": [
            {"code": i.code, "name": i.name, "kind": i.kind, "unit": i.unit}
            for i in indicators.asked(report.edition.pack.indicators, report.variant)
        ],
    }


@router.patch("/reports/{int:pk}/answers", response={200: Merged, **REFUSED}, summary="Change answers")
def fill(request: HttpRequest, pk: int, body: Changes) -> Any:
    saved = actions.save_report(
        one(_rows(request), pk), by=_person(request), changes=body.answers, base_version=body.version
    )
    return {
        "version": saved.version,
        "saved": saved.accepted,
        "errors": saved.errors,
        "conflicts": saved.conflicts,
    }


@router.post("/reports/{int:pk}/submit", response={200: Stands, **REFUSED}, summary="Submit the report")
def submit(request: HttpRequest, pk: int) -> Any:
    revision = actions.submit_report(one(_rows(request), pk), by=_person(request))
    return {"state": revision.report.state}


@router.post(
    "/reports/{int:pk}/confirm", response={200: Stands, **REFUSED}, summary="Confirm a submitted report"
)
def confirm(request: HttpRequest, pk: int, body: Judging) -> Any:
    report = actions.confirm_report(one(_rows(request), pk), by=_person(request), judgements=body.judgements)
    return {"state": report.state}


@router.post("/reports/{int:pk}/return", response={200: Stands, **REFUSED}, summary="Return a report")
def give_back(request: HttpRequest, pk: int, body: Returning) -> Any:
    report = actions.return_report(
        one(_rows(request), pk), by=_person(request), reason=body.reason, due=body.due, remarks=body.remarks
    )
    return {"state": report.state}
