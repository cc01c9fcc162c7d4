"""What a later edition of a bulletin states otherwise than the one before: figure by figure. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_COUNTS = {"applications": "申报数", "by_city": "市级推荐数", "by_province": "省级推荐数"}
_TEXTS = {"title": "标题", "document_number": "文号"}


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], reasons: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """Each change with the officer's reason: that given for it by name, else that of the whole edition."""
    old, new, given = dict(_stated(before)), dict(_stated(after)), reasons or {}
    return [
        {
            "what": what,
            "before": old.get(what) or "—",
            "after": new.get(what) or "—",
            "reason": given.get(what, "").strip() or after.get("reason", ""),
        }
        for what in [*new, *(key for key in old if key not in new)]
        if old.get(what) != new.get(what)
    ]


def _stated(made: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    yield from ((name, made[key]) for key, name in _TEXTS.items())
    levels: Sequence[Mapping[str, str]] = made["levels"]
    for part in ("tasks", "places"):
        for row in made[part]:
            for key, word in _COUNTS.items():
                yield f"{row['name']} · {word}", str(row[key])
            for level in levels:
                yield f"{row['name']} · {level['name']}项目数", str(row["held"][level["code"]])
    for goal in made["goals"]:
        yield f"目标“{goal['text']}”· 现有", str(goal["held"])
    for task in made["indicators"]:
        for row in task["rows"]:
            name = f"{task['task_name']} · {row['name']}"
            yield name, row["text"]
            yield f"{name} · 达标项目数", f"{row['met']}/{row['targeted']}"
    yield from _reporting(made)
    yield "工作要求", "；".join(made["remarks"])


def _reporting(made: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    whole = made["completeness"]["performance"]
    yield "绩效数据 · 应报", str(whole["expected"])
    yield "绩效数据 · 已报", str(whole["submitted"])
    yield "绩效数据 · 已确认", str(made["reports"]["confirmed"])
    for row in made["completeness"]["by_place"]:
        yield f"{row['name']} · 绩效数据已报", f"{row['submitted']}/{row['expected']}"
    for kind in made["completeness"]["by_kind"]:
        yield f"{kind['name']} · 已报", f"{kind['submitted']}/{kind['expected']}"
    for row in made["late"]:
        yield f"{row['who']} · {row['what']}（{row['project'] or row['task'] or row['due']}）", row["text"]
    for row in made["quotas"]:
        yield f"{row['quota']} · {row['holder']} · 已用", str(row["taken"])
