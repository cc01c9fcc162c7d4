"""Everything a bulletin states, taken from the queries at one moment, beside what stood a year before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q

from tongchou.core import clock
from tongchou.core.digests import digest_of
from tongchou.core.scope import Scope
from tongchou.designations.models import Designation, Level
from tongchou.forms.display import show_date, show_number, wan_of
from tongchou.insight import queries, rollup
from tongchou.insight.bulletin.reporting import completeness, late, percent, rates_before
from tongchou.insight.bulletin.wording import wording
from tongchou.insight.tiles import TILES
from tongchou.monitoring import grouping
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Document, Quota, Window
from tongchou.reviews.board import board

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Programme

FORMAT = 2


_ADDRESSEES = {
    "nation": "各省、自治区、直辖市教育厅（教委），新疆生产建设兵团教育局：",
    "province": "各市级教育行政部门，各建设单位：",
}


def digest(snapshot: Mapping[str, Any]) -> str:
    """The digest by which an edition is recognised."""
    return digest_of(snapshot)


def snapshot(
    *,
    authority: Authority,
    programme: Programme,
    year: int,
    document_number: str,
    edition: int = 1,
    reason: str = "",
    remarks: str = "",
    confirmed_only: bool = False,
) -> dict[str, Any]:
    """Take everything the bulletin of ``authority`` for ``year`` states, as of now. Reads only."""
    place = authority.place
    path, national = place.path, place.level == "nation"
    cases = _cases(programme, path, year)
    everything = Scope(path=path)
    expected = monitoring_queries.expected(everything, year, programme=programme, path=path)
    before = rates_before(everything, year - 1, programme, path)
    figures = rollup.rollup(None, programme=programme, year=year, path=path, confirmed_only=confirmed_only)
    past = rollup.rollup(None, programme=programme, year=year - 1, path=path, confirmed_only=confirmed_only)
    reports = PerformanceReport.objects.filter(
        period__year=year, period__task__programme=programme, place_path__startswith=path
    )
    today = clock.today()
    clause = clause_reader(programme)
    made: dict[str, Any] = {
        "format": FORMAT,
        "programme": {"code": programme.code, "name": programme.name},
        "authority": authority.name,
        "place": {"code": place.code, "name": place.name, "level": place.level},
        "year": year,
        "edition": edition,
        "reason": reason,
        "document_number": document_number,
        "addressee": _ADDRESSEES[place.level],
        "title": f"{authority.name}关于{programme.name}{year}年度建设情况的通报",
        "as_of": today.isoformat(),
        "as_of_text": show_date(today.isoformat()),
        "confirmed_only": confirmed_only,
        "documents": _documents(programme, place.path),
        "levels": [{"code": v, "name": str(Level(v).label)} for v in reversed(Level.values)],
        "tasks": cases["task"],
        "places": cases["place"],
        "tiles": _tiles() if national else [],
        "goals": [_goal(goal, year, clause) for goal in queries.goals(programme, place=place)],
        "indicators": _indicators(
            figures, past, *(_reported(programme, path, y, confirmed_only) for y in (year, year - 1))
        ),
        "reports": {
            "submitted": reports.filter(submitted_at__isnull=False).count(),
            "confirmed": reports.filter(state=PerformanceReport.State.CONFIRMED).count(),
        },
        "completeness": {
            "performance": completeness(expected.performance, before.get(None)),
            "by_task": [completeness(row) for row in expected.by_task],
            "by_place": [completeness(row, before.get(row.key)) for row in expected.by_place],
            "by_kind": [completeness(row) for row in expected.by_kind],
        },
        "late": late(everything, year, programme, path, authorities_only=national),
        "late_covers": "authorities" if national else "all",
        "quotas": _quotas(path, programme, clause, provinces_only=national),
        "remarks": [line.strip() for line in remarks.splitlines() if line.strip()],
    }
    made["text"] = wording(made)
    return made


def _documents(programme: Programme, path: str) -> list[dict[str, str]]:
    """The numbered documents on which the whole programme rests in the place, oldest first.

    Those that set its windows across tasks; a notice that only one task cites stands beside that task's figures.
    """
    windows = Window.objects.filter(programme=programme, task=None, place__in=path.strip("/").split("/"))
    cited = {cite.split(" ", 1)[0] for window in windows for cite in window.cite}
    rows = (
        Document.objects.filter(programme=programme, code__in=cited)
        .exclude(number="")
        .order_by("issued", "pk")
    )
    return [{"title": d.title, "number": d.number, "issuer": d.issuer} for d in rows]


_WIDE = str.maketrans({"(": "（", ")": "）", " ": ""})
"""Clauses as official documents number them (GB/T 9704-2012 7.3.3)."""


def clause_reader(programme: Programme) -> Callable[[str], str]:
    """A way to read clauses as documents name them: ``jilin-2023-7 三(三) 目标`` as 吉教职成〔2023〕7号三（三）目标."""
    names = {d.code: d.number or f"《{d.title}》" for d in Document.objects.filter(programme=programme)}

    def read(cites: str) -> str:
        parts = (cite.partition(" ") for cite in cites.split("；"))
        return "；".join(f"{names.get(code, code)}{place.translate(_WIDE)}" for code, _, place in parts)

    return read


def _cases(programme: Programme, path: str, year: int) -> dict[str, list[dict[str, Any]]]:
    """By task and by place: all cases until the year, those of the year's own rounds, and what was designated in it."""
    made = {}
    for by, column in (("task", F("task__code")), ("place", grouping.place_below(path))):
        all_now = queries.cases(None, programme=programme, by=by, path=path, up_to=year)
        before = {
            row.key: row.applications
            for row in queries.cases(None, programme=programme, by=by, path=path, up_to=year - 1)
        }
        designated = dict(
            Designation.objects.filter(
                task__programme=programme, place_path__startswith=path, since__year=year, revoked_on=None
            )
            .annotate(key=column)
            .order_by()
            .values_list("key")
            .annotate(Count("application", distinct=True))
        )
        made[by] = [
            {
                "key": row.key,
                "name": row.name,
                "applications": row.applications,
                "by_city": row.recommended_by_city,
                "by_province": row.recommended_by_province,
                "held": dict(row.held),
                "applications_new": row.applications - before.get(row.key, 0),
                "designated_new": designated.get(row.key, 0),
            }
            for row in all_now
        ]
    return made


def _tiles() -> list[dict[str, str]]:
    """The provinces that stand on the tile grid, as people call them."""
    rows = Jurisdiction.objects.filter(code__in=TILES).order_by("code").values_list("code", "short_name")
    return [{"code": code, "name": name} for code, name in rows]


def _goal(goal: queries.Goal, year: int, clause: Callable[[str], str]) -> dict[str, Any]:
    """A goal and how far it is reached: ``gap`` is what is missing, ``past`` whether its year is over with this one."""
    return {
        "task": goal.task,
        "task_name": goal.task_name,
        "text": goal.text,
        "by": goal.by,
        "count": goal.count,
        "held": goal.held,
        "gap": max(0, goal.count - goal.held) if goal.bound != "at_most" else 0,
        "past": year >= goal.by,
        "rate": percent(goal.rate),
        "rate_number": goal.rate,
        "unit": goal.unit,
        "cite": goal.cite,
        "cite_text": clause(goal.cite),
    }


def _reported(programme: Programme, path: str, year: int, confirmed_only: bool) -> dict[str, int]:
    """From how many projects there are figures of ``year``, by task; which figures they are asked for may differ."""
    values = IndicatorValue.objects.filter(report=OuterRef("pk"))
    rows = PerformanceReport.objects.filter(
        Exists(values.filter(confirmed=True) if confirmed_only else values),
        period__year=year,
        period__task__programme=programme,
        place_path__startswith=path,
    )
    return dict(rows.order_by().values_list("period__task__code").annotate(n=Count("pk")))


def _indicators(
    figures: Iterable[rollup.Figure],
    past: Iterable[rollup.Figure],
    reports: Mapping[str, int],
    before_reports: Mapping[str, int],
) -> list[dict[str, Any]]:
    before = {(f.task, f.indicator): f for f in past}
    tasks: dict[str, dict[str, Any]] = {}
    for f in figures:
        task = tasks.setdefault(
            f.task,
            {
                "task": f.task,
                "task_name": f.task_name,
                "reports": reports.get(f.task, 0),
                "before_reports": before_reports.get(f.task, 0),
                "rows": [],
            },
        )
        earlier = before.get((f.task, f.indicator))
        task["rows"].append(
            {
                "code": f.indicator,
                "name": f.name,
                "group": f.dimension,
                "kind": f.kind,
                "unit": f.unit,
                "method": f.method,
                "reports": f.count,
                "number": _number(f.kind, f.value),
                "text": f.value_text,
                "before_number": _number(f.kind, earlier.value) if earlier else None,
                "before_text": earlier.value_text if earlier else "—",
                "change": _change(f, earlier),
                "target_number": _number(f.kind, f.target),
                "target_text": f.target_text,
                "completion": percent(f.completion),
                "completion_number": str(f.completion) if f.completion is not None else None,
                "met": f.met,
                "targeted": f.targeted,
            }
        )
    return list(tasks.values())


def _change(now: rollup.Figure, before: rollup.Figure | None) -> str:
    """How a figure stands to last year's: sums grow by per cent, shares and quotients by points or their own unit."""
    if before is None or now.kind == "choice" or now.value is None or before.value is None:
        return "—"
    difference = now.value - before.value
    if not difference:
        return "持平"
    word = "增长" if difference > 0 else "下降"
    if now.kind in {"ratio", "percent"}:
        unit = "个百分点" if now.unit == "%" else now.unit
        return f"{word}{show_number(round(float(abs(difference)), 2))}{unit}"
    return f"{word}{percent(round(100 * abs(difference / before.value), 1))}" if before.value else "—"


def _number(kind: str, value: Decimal | None) -> str | None:
    if value is None or kind == "choice":
        return None
    if kind == "money":
        value = wan_of(int(value))
    return f"{round(value, 6).normalize():f}"


def _quotas(
    path: str, programme: Programme, clause: Callable[[str], str], *, provinces_only: bool
) -> list[dict[str, Any]]:
    """Quotas used and left; for the nation, those that provinces hold. Holders of whom nothing is used or asked are left out."""
    return [
        {
            "task": row.quota.task.name,
            "quota": row.quota.name,
            "holder": row.holder,
            "limit": row.limit,
            "minimum": row.minimum,
            "taken": row.taken,
            "exempt": row.exempt,
            "left": row.left,
            "cite": "；".join(row.quota.cite),
            "cite_text": clause("；".join(row.quota.cite)),
        }
        for row in board(path, Q(task__programme=programme))
        if not row.idle and not (provinces_only and row.quota.holder != Quota.Holder.PROVINCE)
    ]
