"""`tongchou pack trace`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tongchou.cli.pack.folder import FOLDER, PLACES, checked_pack
from tongchou.programmes.trace import Trace, TracedClause, TracedDocument
from tongchou.programmes.trace import trace as trace_pack


@click.command()
@click.argument("folder", type=FOLDER)
@PLACES
@click.option("--unserved", is_flag=True, help="Show only clauses that nothing serves and no reason excuses.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def trace(folder: Path, places: Path | None, unserved: bool, as_json: bool) -> None:
    """Print each clause and what serves it, or why nothing does.

    Exit code 1 if a clause is served by nothing and no reason is given, or if the pack has mistakes.
    """
    checked = checked_pack(folder, places)
    if checked.problems:
        click.echo(f"配置包有 {len(checked.problems)} 处错误，请先用 pack check 查看并改正。", err=True)
        raise SystemExit(1)
    found = trace_pack(checked)
    if as_json:
        click.echo(json.dumps(_as_json(found, only_unserved=unserved), ensure_ascii=False, indent=2))
    else:
        for document in found.documents:
            _print(document, only_unserved=unserved)
        click.echo(_total(found))
    raise SystemExit(1 if found.count()["unserved"] else 0)


def _shown(document: TracedDocument, *, only_unserved: bool) -> list[TracedClause]:
    return [clause for clause in document.clauses if not only_unserved or clause.state == "unserved"]


def _print(document: TracedDocument, *, only_unserved: bool) -> None:
    clauses = _shown(document, only_unserved=only_unserved)
    if only_unserved and not clauses:
        return
    head = document.document
    click.echo(f"{head.id}　《{head.title}》{head.number}")
    for traced in clauses:
        click.echo(
            f"  {traced.clause.id}　{traced.clause.text}" if document.listed else f"  {traced.clause.id}"
        )
        for server in traced.servers:
            click.echo(f"    {server}")
        if traced.state == "explained":
            click.echo(f"    不需落实：{traced.clause.reason}")
        elif traced.state == "unserved":
            click.echo("    无着落：没有引用，没有页面，也没有理由")
    if not document.listed:
        click.echo("  （未列出条款，无从得知哪些尚未落实：在 documents 中补写 clauses）")


def _total(found: Trace) -> str:
    count = found.count()
    return (
        f"条款 {sum(count.values())} 条：已落实 {count['served']}，"
        f"说明不需落实 {count['explained']}，无着落 {count['unserved']}"
    )


def _as_json(found: Trace, *, only_unserved: bool) -> dict[str, Any]:
    return {
        "count": found.count(),
        "kinds": found.kinds,
        "documents": [
            {
                "id": document.document.id,
                "title": document.document.title,
                "number": document.document.number,
                "place": document.place,
                "listed": document.listed,
                "clauses": [
                    {
                        "id": traced.clause.id,
                        "text": traced.clause.text,
                        "state": traced.state,
                        "served_by": [server._asdict() for server in traced.servers],
                        "reason": traced.clause.reason,
                    }
                    for traced in _shown(document, only_unserved=only_unserved)
                ],
            }
            for document in found.documents
        ],
    }
