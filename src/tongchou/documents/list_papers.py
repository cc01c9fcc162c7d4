"""A designation list as an official document: the annex of the document that publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tongchou.documents.official.paper import Block, Column, Heading, Notes, Paper, Sheet, Text


def paper(listed: Mapping[str, Any]) -> Paper:
    """The list from ``documents.lists.designation_list``; a kind of project a heading where there are several."""
    numbered = any(row["certificate"] for group in listed["groups"] for row in group["rows"])
    blocks: list[Block] = [Text(f"{listed['document_number']}　共{listed['count']}项", flush=True)]
    for group in listed["groups"]:
        if len(listed["groups"]) > 1:
            blocks.append(Heading(1, f"{group['name']}（{len(group['rows'])}项）"))
        blocks.append(_sheet(group, certificates=numbered))
    if listed["revoked"]:
        blocks.append(Notes([f"本名单公布后撤销的{listed['revoked']}项没有列入。"]))
    return Paper(
        title=listed["title"],
        issuer=listed["authority"],
        on=date.fromisoformat(listed["date"]),
        mark="附件",
        blocks=blocks,
    )


def _sheet(group: Mapping[str, Any], *, certificates: bool) -> Sheet:
    columns = [
        Column("序号", 0.4, "center"),
        Column("项目名称", 1.5),
        Column("建设单位", 1.4),
        Column("所在地区", 0.9),
        *([Column("证书编号", 1)] if certificates else []),
    ]
    keys = ("project", "unit", "place", *(["certificate"] if certificates else []))
    return Sheet(
        "", columns, [(str(n), *(row[key] for key in keys)) for n, row in enumerate(group["rows"], 1)]
    )
