"""Who a token stands for."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja import Router, Schema

from tongchou.api.room import REFUSED, Request

router = Router(tags=["people"])


class Part(Schema):
    """A role in a unit or an authority."""

    role: str
    unit: int | None
    authority: int | None
    name: str


class Me(Schema):
    username: str
    name: str
    roles: list[Part]


@router.get("/me", response={200: Me, **REFUSED}, summary="Who the token stands for")
def me(request: HttpRequest) -> Me:
    asked = cast("Request", request)
    parts = [
        Part(role=m.role, unit=m.unit_id, authority=m.authority_id, name=str(m.unit or m.authority))
        for m in asked.actor.memberships
    ]
    return Me(username=asked.person.username, name=asked.person.name, roles=parts)
