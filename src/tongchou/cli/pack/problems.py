"""Telling the mistakes of a pack on the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from tongchou.programmes.marks import REFERENCE, Problem


def tell(problems: Sequence[Problem], *, ends: str = "。", within: str = "") -> None:
    """Print one line each with its address in the reference, then how many there are and where the reference is.

    ``within``: the folder, where several are at hand; ``ends``: what comes of it.
    """
    for problem in problems:
        told = f"{within}：{problem}" if within else str(problem)
        click.echo(f"{told} [#{problem.anchor}]" if problem.anchor else told)
    if not problems:
        return
    example = next((problem.link for problem in problems if problem.anchor), REFERENCE)
    click.echo(f"共 {len(problems)} 处错误{ends}", err=True)
    click.echo(f"方括号里是各处在格式说明中的位置，如 {example}", err=True)


def tell_as_json(problems: Sequence[Problem], notes: Sequence[str]) -> None:
    """Print one JSON object: ``problems`` (file, line, column, sheet, cell, message, remedy, link) and ``notes``."""
    told = {"problems": [problem.as_json() for problem in problems], "notes": list(notes)}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
