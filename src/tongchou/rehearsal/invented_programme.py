"""An invented programme of national size, written as a pack: eleven tasks of forty indicators each.

It stands for no guide. Its indicators have every kind that is counted, so that each way of rolling up is met at size.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

CODE = "generated"
ROUND = "2023"
TASKS = 11
KINDS = ("secondary_school", "vocational_college", "enterprise", "government")
VARIANTS = {
    "campus": ("校内建设类", ["secondary_school", "vocational_college"]),
    "joint": ("联合建设类", list(KINDS)),
}
_CITE = ["plan 一"]
_ABOUT = [
    "产教联合体", "行业共同体", "实践中心", "专业资源库", "智慧校园", "虚拟实训基地", "核心课程", "优质教材",
    "实践项目", "国际化资源", "海外办学",
]  # fmt: skip
_GROUPS = ["培养", "培训", "资源", "服务", "投入"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the figures of one indicator look like: its kind, the middle value, and whether a target is committed."""

    code: str
    kind: str
    middle: float
    growth: float
    targeted: bool
    lower_is_better: bool = False


def shapes(count: int) -> list[Shape]:
    """The indicators of every task, in order: of each ten six numbers, a sum of money, a ratio, a percentage and a choice."""
    found = []
    for number in range(count):
        kind = {6: "money", 7: "ratio", 8: "percent", 9: "choice"}.get(number % 10, "integer")
        middle = {"money": 80_000_000.0, "ratio": 0.7, "percent": 82.0, "choice": 0.0}.get(
            kind, 30.0 * (1 + number % 7)
        )
        found.append(
            Shape(
                code=f"z{number + 1:02d}",
                kind=kind,
                middle=middle,
                growth=1.0 if kind in {"percent", "choice"} else 1.02 + 0.02 * (number % 5),
                targeted=number % 7 == 0 and kind in {"integer", "money", "ratio"},
                lower_is_better=number == 14,
            )
        )
    return found


def write(folder: Path, *, indicators: int, first_year: int) -> Path:
    """Write the pack to ``folder`` (JSON is YAML) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.yaml").write_text(
        json.dumps(
            {
                "code": CODE,
                "version": "1",
                "name": "规模演练计划",
                "place": "000000",
                "horizon": first_year + 4,
                "documents": [{"id": "plan", "title": "规模演练方案", "number": "演练〔2023〕1号"}],
                "rounds": [{"code": ROUND, "name": "演练批次", "year": 2023}],
            },
            ensure_ascii=False,
        )
    )
    for number in range(1, TASKS + 1):
        beside = folder / "tasks" / f"{number:02d}"
        beside.mkdir(parents=True, exist_ok=True)
        (beside / "task.yaml").write_text(json.dumps(_task(number, indicators), ensure_ascii=False))
    return folder


def _task(number: int, indicators: int) -> dict[str, Any]:
    about = _ABOUT[number - 1]
    steps = [("declare", "申报", "declare", "unit"), ("city", "推荐", "recommend", "city"),
             ("province", "认定", "designate", "province"), ("nation", "认定", "designate", "nation")]  # fmt: skip
    return {
        "code": f"task-{number:02d}",
        "number": number,
        "name": f"演练{about}建设",
        "summary": f"演练任务：{about}",
        "cite": _CITE,
        "variants": [
            {"code": code, "name": name, "leads": leads, "cite": _CITE}
            for code, (name, leads) in VARIANTS.items()
        ],
        "targets": [
            {
                "level": "nation",
                "by": 2025,
                "count": 150 * (1 + number % 4),
                "unit": f"个{about}",
                "cite": _CITE,
            }
        ],
        "form": [
            {
                "code": "basic",
                "title": "基本情况",
                "fields": [
                    {
                        "code": "summary",
                        "label": "建设基础",
                        "type": "longtext",
                        "max_length": 500,
                        "cite": _CITE,
                    }
                ],
            }
        ],
        "indicators": [_indicator(about, n, shape) for n, shape in enumerate(shapes(indicators))],
        "steps": [
            {"code": code, "name": name, "kind": kind, "level": level, "cite": _CITE}
            | ({"grants": level} if kind == "designate" else {})
            for code, name, kind, level in steps
        ],
    }


def _indicator(about: str, number: int, shape: Shape) -> dict[str, Any]:
    group = _GROUPS[number // 8 % len(_GROUPS)]
    whole: dict[str, Any] = {
        "code": shape.code,
        "name": f"{about}{group}{_NAMES[shape.kind]}（{number + 1}）",
        "dimension": group,
        "kind": shape.kind,
        "unit": {"integer": "人次", "money": "万元", "ratio": "%", "percent": "%"}.get(shape.kind, ""),
        "targeted": shape.targeted,
        "cite": _CITE,
    }
    if shape.lower_is_better:
        whole["better"] = "lower"
    if shape.kind == "ratio":
        whole |= {"numerator": "达标数", "denominator": "总数"}
    if shape.kind == "choice":
        whole |= {
            "better": "none",
            "choices": [{"value": v, "label": n} for v, n in (("a", "已建成"), ("b", "在建"), ("c", "筹建"))],
        }
    return whole


_NAMES = {"integer": "人次", "money": "经费", "ratio": "达标率", "percent": "满意度", "choice": "建设状态"}
