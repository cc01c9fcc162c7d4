"""Figures: what roll-ups say, with the definition of each."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, cast

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tongchou.api.room import REFUSED, Request
from tongchou.insight import rollup
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Programme

router = Router(tags=["figures"])


class Figure(Schema):
    """One figure of one indicator. Money is in fen; a ratio is the sum above divided by the sum below."""

    task: str
    indicator: str
    name: str
    kind: str
    unit: str
    method: str
    cite: list[str]
    keys: dict[str, str] = Field(description="by dimension asked for")
    value: Decimal | None
    target: Decimal | None
    count: int = Field(description="reports it is made of")
    met: int
    targeted: int

    @staticmethod
    def of(figure: rollup.Figure) -> dict[str, Any]:
        return {
            "task": figure.task,
            "indicator": figure.indicator,
            "name": figure.name,
            "kind": figure.kind,
            "unit": "分" if figure.kind == "money" else figure.definition.unit,
            "method": figure.method,
            "cite": list(figure.definition.cite),
            "keys": dict(figure.keys),
            "value": figure.value,
            "target": figure.target,
            "count": figure.count,
            "met": figure.met,
            "targeted": figure.targeted,
        }


@router.get("/figures", response={200: list[Figure], **REFUSED}, summary="Roll-ups within what one may see")
def figures(
    request: HttpRequest,
    programme: str,
    year: Annotated[int, Query(ge=2000, le=2100)],
    place: str = "",
    task: str = "",
    indicator: str = "",
    by: Annotated[str, Query(description="dimensions, separated by commas")] = "",
    confirmed: bool = False,
) -> Any:
    found = Programme.objects.filter(code=programme).first()
    where = Jurisdiction.objects.filter(code=place).first() if place else None
    dimensions = [name for name in by.split(",") if name]
    known = {"task", "indicator", *rollup.DIMENSIONS}
    if found is None or (place and where is None) or not set(dimensions) <= known:
        raise Http404
    rows = rollup.rollup(
        cast("Request", request).actor.scope,
        programme=found,
        year=year,
        path=where.path if where else "",
        by=dimensions,
        task=task,
        indicator=indicator,
        confirmed_only=confirmed,
    )
    return [Figure.of(row) for row in rows]
