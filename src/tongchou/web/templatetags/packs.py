"""Small parts of the pack administrators' screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext
from pydantic import ValidationError

from tongchou.programmes import history, release_queries
from tongchou.programmes.clauses import clause_of
from tongchou.web.templatetags.tongchou import cite

register = template.Library()


def _listed(context: Context) -> dict[str, list[str]]:
    """The clauses of every document in force, read once a request."""
    request = context["request"]
    if not hasattr(request, "listed_clauses"):
        programme = context.get("programme") or context["task"].programme
        release = history.current(programme)
        request.listed_clauses = _clauses(release) if release else {}
    found: dict[str, list[str]] = request.listed_clauses
    return found


def _clauses(release: Any) -> dict[str, list[str]]:
    try:
        packs = release_queries.packs_in_force(release)
    except ValidationError:  # kept in a format that is no longer known: the links lead to the document
        return {}
    wholes = [packs.programme, *(overlay.pack for overlay in packs.overlays)]
    return {document.id: document.clause_ids for whole in wholes if whole for document in whole.documents}


@register.inclusion_tag("packs/parts/clauses.html", takes_context=True)
def clauses(context: Context, cites: str | Sequence[str] | None) -> dict[str, Any]:
    """The clause chips of a rule, each leading to its clause in the trace."""
    found = cite(context, cites)
    listed = _listed(context) if found["chips"] else {}
    for chip in found["chips"]:
        chip["row"] = clause_of(chip["clause"], listed.get(chip["code"], ())) or chip["clause"]
    return found


@register.filter
def under(row: Sequence[Any], head: Sequence[str]) -> list[tuple[str, Any]]:
    """The cells of a row, each with the head of its column."""
    return list(zip(head, row, strict=False))


@register.filter
def known(codes: Sequence[str], names: dict[str, Any]) -> str:
    """Codes as the names they have, joined; a code without a name stands as it is."""
    named = (names.get(code, code) for code in codes)
    return gettext("、").join(gettext(str(getattr(name, "name", name))) for name in named)
