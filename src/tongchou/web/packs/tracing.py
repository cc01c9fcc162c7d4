"""The trace as a matrix: a row a clause, a column a kind of what serves it, the gaps marked."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

from tongchou.core.access import refuse
from tongchou.programmes import access, history, release_queries
from tongchou.programmes.release_models import PackRelease
from tongchou.programmes.trace import Server, Trace, TracedClause, trace
from tongchou.web.filters import Filter, Filters
from tongchou.web.packs.choosing import chosen_programme, programme_filter
from tongchou.web.screens import Request, allow, screen

STATES = [
    ("served", gettext_noop("已落实")),
    ("explained", gettext_noop("有说明")),
    ("unserved", gettext_noop("未落实")),
]


def traced(release: PackRelease) -> Trace:
    """The trace of what is in force; refused where it was kept in a format that is no longer known."""
    try:
        return trace(release_queries.packs_in_force(release))
    except ValidationError:
        raise refuse(
            "format",
            _("现行版本是按旧格式保存的，不能追溯。"),
            remedy=_("请用 pack load 重新载入一次。"),
        ) from None


@screen
def matrix(request: Request) -> HttpResponse:
    """One document's clauses, or all that nothing serves."""
    allow(access.may_read_packs(request.actor))
    programme = chosen_programme(request)
    release = history.current(programme) if programme else None
    if release is None:
        return render(request, "packs/trace.html", {"documents": []})
    found = traced(release)
    names = [(d.document.id, d.document.number or d.document.title) for d in found.documents]
    bar = Filters(
        request,
        *programme_filter(request),
        Filter("document", _("文件"), choices=names),
        Filter("state", _("情况"), choices=STATES),
    )
    shown = [d for d in found.documents if bar["document"] in {"", d.document.id}]
    kinds = Trace(shown).kinds
    documents = [
        (
            d,
            [(clause, _cells(clause, kinds)) for clause in d.clauses if bar["state"] in {"", clause.state}],
        )
        for d in shown
    ]
    return render(
        request,
        "packs/trace.html",
        {
            "bar": bar,
            "kinds": [_(kind) for kind in kinds],
            "documents": [(d, rows) for d, rows in documents if rows],
            "count": found.count(),
            "programme": programme,
        },
    )


def _cells(clause: TracedClause, kinds: list[str]) -> list[list[Server]]:
    held = clause.by_kind()
    return [held.get(kind, []) for kind in kinds]
