"""One indicator at one place: what it comes to, how it went over the years, how it is spread, who is ahead, and by what it parts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.insight import rollup
from tongchou.insight.figure import Figure, value_text
from tongchou.insight.pivot import change
from tongchou.insight.spread import Spread, spread
from tongchou.insight.tiles import TILES
from tongchou.orgs.models import Jurisdiction
from tongchou.web.insight.asking import Asked, only
from tongchou.web.paging import page_of
from tongchou.web.screens import Request
from tongchou.web.tables import Column, Empty, Table

MOST_BARS = 40
YEARS = 3
SHADES = 4
WAYS = ("place", "unit", "unit_kind", "level", "variant")


def carried(question: Asked, indicator: str, **more: object) -> str:
    """The question as an address's query, with the indicator."""
    filters = {name: question.filters[name] for name in ("task", "level", "unit_kind", "confirmed", "now")}
    return question.query(**{**filters, "indicator": indicator, **more})


def link(question: Asked, indicator: str, **more: object) -> str:
    return f"{reverse('insight:figures')}?{carried(question, indicator, **more)}"


def rows_link(question: Asked, indicator: str, **more: object) -> str:
    return f"{reverse('insight:rows')}?{carried(question, indicator, **more)}"


def one(request: Request, question: Asked, indicator: str) -> HttpResponseBase:
    """``by``: by what the table parts it; ``order``: ``value`` or ``completion`` puts the first on top."""
    scope = request.actor.scope
    asked: dict[str, Any] = {"programme": question.programme, "path": question.place.path, **only(question)}
    asked["indicator"] = indicator
    by, order = _by(request, question), request.GET.get("order", "")
    years = range(question.year - YEARS + 1, question.year + 1)
    whole = {int(f.keys["year"]): f for f in rollup.rollup(scope, **asked, year=years)}
    parts = rollup.rollup(scope, **asked, year=[question.year - 1, question.year], by=by)
    before = {f.keys[by]: f for f in parts if f.keys["year"] == str(question.year - 1)}
    now = [f for f in parts if f.keys["year"] == str(question.year)]
    figure, gone = whole.get(question.year), _gone(before, now, by)
    if order:
        now.sort(key=lambda f: _rank(f, order))
    spread_out, middle = (
        spread(scope, **asked, year=question.year, by="" if by == "unit" else by) if figure else (None, {})
    )
    return render(
        request,
        "insight/figure.html",
        {
            "asked": question,
            "filters": question.filters,
            "figure": figure,
            "at": clock.now(),
            "change": change(figure, whole.get(question.year - 1)) if figure else None,
            "mean": value_text(figure.definition, figure.mean) if figure and figure.mean is not None else "",
            "spread": _told(figure, spread_out) if figure and spread_out else None,
            "by": by,
            "ways": [(way, label, link(question, indicator, by=way)) for way, label in _ways(question)],
            "orders": [
                (name, label, link(question, indicator, by=by, order=name))
                for name, label in [
                    ("", _("原顺序")),
                    ("value", _("按汇总值排名")),
                    ("completion", _("按完成率排名")),
                ]
            ],
            "order": order,
            "table": _table(request, now, question, by, indicator, before, middle, ranked=bool(order)),
            "gone": gone[:MOST_BARS],
            "gone_count": len(gone),
            "tiles": _tiles(now, question, indicator)
            if by == "place" and question.place.level == "nation"
            else [],
            "chart": _bars(now, by),
            "trend": _trend(list(whole.values())),
            "histogram": _histogram(figure, spread_out) if figure and spread_out else None,
            "trail": [
                (place.name, link(question, indicator, place=place.code)) for place in question.trail[:-1]
            ],
            "rows_url": rows_link(question, indicator),
        },
    )


def _gone(before: dict[str, Figure], now: list[Figure], by: str) -> list[str]:
    """Who had a figure a year before and has none yet: without them the comparison misleads."""
    here = {figure.keys[by] for figure in now}
    return [f"{_label(f, by)} {f.value_text}" for key, f in before.items() if key not in here]


def _by(request: Request, question: Asked) -> str:
    by = request.GET.get("by", "")
    if by in dict(_ways(question)):
        return by
    return "place" if question.place.level in {"nation", "province"} else "unit"


def _ways(question: Asked) -> list[tuple[str, str]]:
    """The nation is not shown by ten thousand units: one goes down to a province first."""
    names = {
        "place": _("按地区"),
        "unit": _("按单位"),
        "unit_kind": _("按单位类型"),
        "level": _("按级别"),
        "variant": _("按建设类型"),
    }
    return [(way, names[way]) for way in WAYS if way != "unit" or question.place.level != "nation"]


def _rank(figure: Figure, order: str) -> tuple[bool, Decimal]:
    number = figure.completion if order == "completion" else figure.value
    if number is None:
        return True, Decimal(0)
    return False, number if order == "value" and figure.definition.better == "lower" else -number


def _label(figure: Figure, by: str) -> str:
    return figure.labels[by] if by in {"unit", "variant"} else _(figure.labels[by])


def numbers(*, how: bool = False) -> list[Column]:
    """The columns that every table of figures has. ``how``: where indicators differ, how each is worked out."""
    return [
        Column(_("汇总值"), "value_text", kind="number", note=(lambda f: _(f.method)) if how else None),
        Column(_("目标"), lambda f: f.target_text or "—", kind="number"),
        Column(
            _("完成率"),
            lambda f: round(f.completion, 1) if f.completion is not None else None,
            kind="percent",
        ),
        Column(_("达标 / 有目标"), lambda f: f"{f.met} / {f.targeted}", kind="number"),
        Column(_("项目数"), "count", kind="number"),
    ]


def _table(
    request: Request,
    found: list[Figure],
    question: Asked,
    by: str,
    indicator: str,
    before: dict[str, Figure],
    middle: dict[str, Decimal],
    *,
    ranked: bool,
) -> Table:
    def leads(figure: Figure) -> str | None:
        key = figure.keys[by]
        if by == "place" and key:
            return link(question, indicator, place=key)
        return rows_link(question, indicator, by=by, key=key or "-")

    def more(figure: Figure) -> str:
        share = change(figure, before.get(figure.keys[by]))
        return "—" if share is None else f"{share:+.1f}%"

    def median(figure: Figure) -> str:
        number = middle.get(figure.keys[by])
        return "—" if number is None else value_text(figure.definition, number)

    places = {id(figure): number for number, figure in enumerate(found, 1)}
    label = {"place": _("地区"), "unit": _("单位"), "level": _("级别"), "variant": _("建设类型")}.get(
        by, _("单位类型")
    )
    columns = [
        Column(label, lambda f: _label(f, by), link=leads),
        *numbers(),
        Column(_("比上年"), more, kind="number"),
    ]
    if middle:
        columns.append(Column(_("中位数"), median, kind="number"))
    if ranked:
        columns.insert(0, Column(_("名次"), lambda f: places[id(f)], kind="number"))
    return Table(
        columns,
        page_of(request, found, per_page=100),
        caption=_("下钻"),
        empty=Empty(_("还没有数据"), _("这里还没有单位报送这个指标。")),
    )


# ---------------------------------------------------------------- drawings; each has a table with the same figures


def _scale(figure: Figure) -> int:
    return 1_000_000 if figure.kind == "money" else 1  # 万元


def _plain(figure: Figure, number: Decimal | float | None) -> float | None:
    return None if number is None else round(float(number) / _scale(figure), 2)


def _bars(found: list[Figure], by: str) -> dict[str, Any] | None:
    """Bars of what is reached against the targets; nothing where one bar would stand alone."""
    rows = [f for f in found if f.value is not None]
    if not 1 < len(rows) <= MOST_BARS:
        return None
    return {
        "names": [_label(f, by) for f in rows],
        "held": [_plain(f, f.value) for f in rows],
        "goal": [_plain(f, f.target) for f in rows],
        "labels": [_("实际"), _("目标")],
        "unit": rows[0].unit,
    }


def _trend(years: list[Figure]) -> dict[str, Any] | None:
    if len(years) < 2:
        return None
    return {
        "kind": "line",
        "names": [f.keys["year"] for f in years],
        "held": [_plain(f, f.value) for f in years],
        "goal": [_plain(f, f.target) for f in years],
        "labels": [_("实际"), _("目标")],
        "unit": years[0].unit,
    }


def _histogram(figure: Figure, found: Spread) -> dict[str, Any] | None:
    if not found.bars:
        return None
    return {
        "kind": "columns",
        "names": [f"{_plain(figure, bar.low):,g}" for bar in found.bars],
        "held": [bar.count for bar in found.bars],
        "labels": [_("项目数")],
        "unit": figure.unit,
    }


def _told(figure: Figure, found: Spread) -> list[tuple[str, str]]:
    """The quantiles of single projects as people read them."""
    named = [
        (_("最小"), found.least),
        (_("下四分位"), found.lower),
        (_("中位数"), found.median),
        (_("上四分位"), found.upper),
        (_("最大"), found.most),
    ]
    return [(name, value_text(figure.definition, Decimal(str(round(number, 4))))) for name, number in named]


def _tiles(found: list[Figure], question: Asked, indicator: str) -> list[dict[str, Any]]:
    """The provinces, darker where more of the target is reached (where there is none, where the figure is greater)."""
    known = {f.keys["place"]: f for f in found}
    names = dict(Jurisdiction.objects.filter(code__in=TILES).values_list("code", "short_name"))
    by_completion = any(f.completion is not None for f in found)
    numbers_known = sorted(n for f in found if (n := f.completion if by_completion else f.value) is not None)

    def shade(figure: Figure | None) -> int:
        number = (figure.completion if by_completion else figure.value) if figure else None
        if number is None:
            return 0
        below = sum(1 for other in numbers_known if other < number)
        return 1 + below * SHADES // len(numbers_known)

    return [
        {
            "name": names[code],
            "column": column,
            "row": row,
            "shade": shade(known.get(code)),
            "text": known[code].value_text if code in known else "—",
            "completion": known[code].completion if code in known else None,
            "url": link(question, indicator, place=code),
        }
        for code, (column, row) in TILES.items()
        if code in names
    ]
