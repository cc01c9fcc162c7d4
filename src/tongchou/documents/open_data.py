"""The public figures of a bulletin for machines: what its snapshot states, a row a figure, and the snapshot itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = {
    "programme": "计划代码",
    "place": "辖区代码",
    "place_name": "辖区",
    "year": "年度",
    "edition": "版次",
    "as_of": "数据截止日",
    "task": "任务代码",
    "task_name": "任务",
    "figure": "数据项代码",
    "figure_name": "数据项",
    "unit": "单位",
    "value": "数值；金额以万元为单位，比率为分子之和除以分母之和",
    "last_year": "上一年度的数值，口径相同",
    "target": "承诺的年度目标，只计有目标的项目",
    "reports": "填报的项目数",
}
"""The columns of the table and what each means."""
_CASES = {
    "applications": "累计申报",
    "by_city": "市级推荐",
    "by_province": "省级推荐",
}


def as_csv(snapshot: Mapping[str, Any]) -> bytes:
    """One row a figure, in UTF-8 with the mark by which spreadsheets know it. No text of a user's stands in it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(COLUMNS), restval="", lineterminator="\r\n")
    writer.writeheader()
    whole = {
        "programme": snapshot["programme"]["code"],
        "place": snapshot["place"]["code"],
        "place_name": snapshot["place"]["name"],
        "year": snapshot["year"],
        "edition": snapshot["edition"],
        "as_of": snapshot["as_of"],
    }
    for row in _rows(snapshot):
        writer.writerow(whole | row)
    return out.getvalue().encode("utf-8-sig")


def as_json(snapshot: Mapping[str, Any]) -> bytes:
    """The snapshot as it was frozen: what the digest of the edition is of."""
    return json.dumps(snapshot, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _rows(made: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for task in made["tasks"]:
        whose = {"task": task["key"], "task_name": task["name"], "unit": "项"}
        for key, name in _CASES.items():
            yield whose | {"figure": key, "figure_name": name, "value": task[key]}
        for level in made["levels"]:
            held = task["held"][level["code"]]
            yield whose | {
                "figure": f"held_{level['code']}",
                "figure_name": f"{level['name']}项目",
                "value": held,
            }
    for task in made["indicators"]:
        for row in task["rows"]:
            if row["number"] is None:
                continue
            yield {
                "task": task["task"],
                "task_name": task["task_name"],
                "figure": row["code"],
                "figure_name": row["name"],
                "unit": row["unit"],
                "value": row["number"],
                "last_year": row["before_number"],
                "target": row["target_number"],
                "reports": row["reports"],
            }
