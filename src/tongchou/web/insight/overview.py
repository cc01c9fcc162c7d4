"""The national or provincial view: goals, tasks, places, what is late and what changed."""

from __future__ import annotations

import re
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.designations.models import Level
from tongchou.insight import national
from tongchou.insight.national import Tile
from tongchou.insight.queries import Cases, Goal
from tongchou.insight.recent import DAYS
from tongchou.monitoring.queries import Completeness
from tongchou.monitoring.question_models import ReportQuestion
from tongchou.programmes.models import Task
from tongchou.web.authority.words import task_title
from tongchou.web.insight.asking import Asked, asked
from tongchou.web.paging import whole
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import named

SHADES = 4


@screen
def overview(request: Request) -> HttpResponseBase:
    question = asked(request)
    found = national.kept(
        question.authority, question.place, programme=question.programme, year=question.year
    )
    goals = [g for g in found.goals if g.count]
    tasks = {t.code: t for t in Task.objects.filter(programme=question.programme)}
    return render(
        request,
        "insight/overview.html",
        {
            "asked": question,
            "filters": question.filters,
            "found": found,
            "goals": [(g, named(tasks[g.task]) if g.task in tasks else g.task_name) for g in goals],
            "chart": _chart(goals),
            "tiles": _tiles(found.tiles, question),
            "tasks": _tasks(found.tasks, question, tasks),
            "places": _places(found.places, found.expected.by_place, question),
            "days": DAYS,
            "questions": [(_(str(kind.label)), found.questions.get(kind, 0)) for kind in ReportQuestion.Kind],
            "figures_url": f"{reverse('insight:figures')}?{question.query()}",
        },
    )


def _chart(goals: list[Goal]) -> dict[str, Any]:
    """Held against the goals, for the drawing; the measure word before a unit is left out."""
    return {
        "names": [re.sub(r"^[个所门种家项套支批](（套）)?", "", g.unit) or g.task_name for g in goals],
        "held": [g.held for g in goals],
        "goal": [g.count for g in goals],
        "labels": [_("现有"), _("目标")],
    }


def _tiles(tiles: Any, question: Asked) -> list[dict[str, Any]]:
    """The provinces with their shade: more cases, darker."""
    most = max((t.cases.applications for t in tiles if t.cases), default=0)

    def shade(tile: Tile) -> int:
        n = tile.cases.applications if tile.cases else 0
        return -(-SHADES * n // most) if most and n else 0

    return [
        {
            "tile": tile,
            "shade": shade(tile),
            "nation": tile.cases.held.get(Level.NATION, 0) if tile.cases else 0,
            "late": tile.completeness.overdue if tile.completeness else 0,
            "url": f"{reverse('insight:overview')}?{question.query(place=tile.code)}",
        }
        for tile in tiles
    ]


def _held_columns() -> list[Column]:
    def column(level: Level) -> Column:
        return Column(_(str(level.label)), lambda row: row.held.get(level.value, 0), kind="number")

    return [column(level) for level in reversed(Level)]


def _tasks(rows: Any, question: Asked, tasks: dict[str, Task]) -> Table:
    return Table(
        [
            Column(
                _("重点任务"),
                lambda r: task_title(tasks[r.key]) if r.key in tasks else r.name,
                link=lambda r: f"{reverse('insight:figures')}?{question.query(task=r.key)}",
            ),
            Column(_("申报"), "applications", kind="number"),
            Column(_("市级推荐"), "recommended_by_city", kind="number"),
            Column(_("省级推荐"), "recommended_by_province", kind="number"),
            *_held_columns(),
        ],
        whole(list(rows)),
        caption=_("各任务情况"),
        empty=Empty(_("还没有申报"), _("单位提交申报后会出现在这里。")),
    )


def _places(rows: Any, completeness: list[Completeness], question: Asked) -> Table:
    complete = {row.key: row for row in completeness}

    def of(row: Cases, name: str) -> Any:
        return getattr(complete[row.key], name) if row.key in complete else None

    return Table(
        [
            Column(
                _("地区"),
                lambda r: _(r.name),
                link=lambda r: (
                    f"{reverse('insight:overview')}?{question.query(place=r.key)}" if r.key else None
                ),
            ),
            Column(_("申报"), "applications", kind="number"),
            Column(_("市级推荐"), "recommended_by_city", kind="number"),
            Column(_("省级推荐"), "recommended_by_province", kind="number"),
            *_held_columns(),
            Column(_("绩效完成率"), lambda r: of(r, "rate"), kind="percent"),
            Column(_("逾期未报"), lambda r: of(r, "overdue"), kind="number"),
        ],
        whole(list(rows)),
        caption=_("各地区情况"),
        empty=Empty(_("还没有申报"), _("单位提交申报后会出现在这里。")),
        marked=lambda r: "tc-row-bad" if of(r, "overdue") else "",
    )
