"""What every address of the API shares: who asks, and how a refusal is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.security import HttpBearer
from pydantic import Field

from tongchou import __version__, answers
from tongchou.core.access import Refused
from tongchou.orgs import scopes, tokens
from tongchou.orgs.models import Person

if TYPE_CHECKING:
    from typing import TypeVar

    Row = TypeVar("Row", bound=Model)

LARGEST = 2**63 - 1


class Request(HttpRequest):
    """A request that came with a token; only for annotations."""

    actor: scopes.Actor
    person: Person


class Token(HttpBearer):
    """``Authorization: Bearer tc_…``: the person who made the token, with that person's rights."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        person = tokens.person_with(token)
        if person is not None:
            asked = cast("Request", request)
            asked.person, asked.actor = person, scopes.actor(person)
        return person


class Refusal(Schema):
    """Why an action was refused; nothing was changed."""

    code: str = Field(description="stable: role, scope, state, window, quota, form …")
    reason: str
    clause: str = Field(description="the clause of the document that says so, where a rule is at work")
    remedy: str
    fields: dict[str, str] = Field(description="remarks by field")


class Fault(Schema):
    """The request cannot be read, or what it names is not there."""

    detail: str | list[dict[str, object]]


api = NinjaAPI(
    title="Tongchou 统筹",
    version=__version__,
    description="The actions of the platform for programs. See docs/api.md.",
    urls_namespace="api",
    docs_url=None,  # the page would be loaded from another host
    auth=Token(),
)

REFUSED: dict[int, type[Schema]] = {
    400: Fault,
    401: Fault,
    403: Refusal,
    404: Fault,
    409: Refusal,
    422: Refusal | Fault,  # type: ignore[dict-item]
}
"""What every action may answer besides its result."""


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return api.create_response(request, answers.said(refused), status=answers.status_of(refused))


@api.exception_handler(DataError)
def _unstorable(request: HttpRequest, _fault: DataError) -> HttpResponse:
    """A text with a NUL in it, a number without end: nothing the database could hold or compare."""
    return api.create_response(request, {"detail": _("请求中有不能存储的字符或数值。")}, status=400)


def one(rows: QuerySet[Row], pk: int) -> Row:
    """The row of ``rows``, which are those the asker may see; to anybody else it is not there."""
    found = rows.filter(pk=pk).first() if 0 < pk <= LARGEST else None
    if found is None:
        raise Http404
    return found
