"""`tongchou pack diff`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.pack.database import database
from tongchou.cli.pack.folder import FOLDER, PLACES, known_places
from tongchou.cli.pack.problems import tell
from tongchou.programmes.check import Checked, check_pack
from tongchou.programmes.diffing import BINDS, SEVERITIES, Change, Side
from tongchou.programmes.diffing import diff as compare_sides
from tongchou.programmes.packs import read

if TYPE_CHECKING:
    from tongchou.programmes.comparison import Comparison


@click.command()
@click.argument("old", metavar="[OLD] NEW", type=FOLDER)
@click.argument("new", required=False, metavar="", type=FOLDER)
@PLACES
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(old: Path, new: Path | None, places: Path | None, as_json: bool) -> None:
    """Say in words what the pack in NEW changes against the one in OLD, for whom, and by which clause.

    With one folder, against what is loaded: then only what stored data really hold is refused, and each change says how
    much is stored under it. Exit code 1: mistakes in a pack, or changes that need a mapping and have none.
    """
    if new is None:
        _against_the_database(old, as_json=as_json)
        return
    known = known_places(new, places)
    paths = {code: place.path for code, place in known.items()}
    sides = [Side.of(_checked(folder, paths), paths) for folder in (old, new)]
    names = {code: place.name for code, place in known.items()}
    changes = compare_sides(*sides, names=names)
    refused = [(change.sentence, change.cite, change.remedy) for change in changes if change.forbidden]
    _tell([(change, "") for change in changes], refused, names, as_json=as_json)


def _against_the_database(folder: Path, *, as_json: bool) -> None:
    with database():
        from tongchou.orgs.models import Jurisdiction
        from tongchou.programmes.comparison import affected, compare
        from tongchou.programmes.models import Programme

        paths = dict(Jurisdiction.objects.values_list("code", "path"))
        names = dict(Jurisdiction.objects.values_list("code", "name"))
        checked = _checked(folder, paths)
        code = checked.programme.code if checked.programme else ""
        programme = Programme.objects.filter(code=code).first()
        found: Comparison = compare(programme, checked, paths)
        held = [
            (change, str(affected(programme, change)) if programme and change.key else "")
            for change in found.changes
        ]
    for note in found.notes:
        click.echo(f"提示：{note}", err=True)
    refused = [(str(loss), loss.stake.cite, loss.remedy) for loss in found.losses]
    _tell(held, refused, names, as_json=as_json)


def _checked(folder: Path, paths: dict[str, str]) -> Checked:
    checked = check_pack(read(folder), paths)
    if checked.problems:
        tell(checked.problems, ends="，请先改正。", within=str(folder))
        raise SystemExit(1)
    return checked


Refusals = Sequence[tuple[str, Sequence[str], str]]
"""What is refused, by which clause, and what to write instead."""


def _tell(
    changes: Sequence[tuple[Change, str]], refused: Refusals, names: Mapping[str, str], *, as_json: bool
) -> None:
    """Print the changes (each with what is stored under it) and what is refused; exit 1 where anything is."""
    if as_json:
        click.echo(json.dumps(_plain(changes, refused), ensure_ascii=False, indent=2))
    else:
        _print(changes, refused, names)
    if refused:
        raise SystemExit(1)


def _plain(changes: Sequence[tuple[Change, str]], refused: Refusals) -> dict[str, Any]:
    return {
        "changes": [change.as_json() | ({"held": held} if held else {}) for change, held in changes],
        "refused": [
            {"reason": reason, "cite": list(cite), "remedy": remedy} for reason, cite, remedy in refused
        ],
    }


def _print(changes: Sequence[tuple[Change, str]], refused: Refusals, names: Mapping[str, str]) -> None:
    if not changes:
        click.echo("没有改动。")
    for place, group in groupby(changes, key=lambda told: told[0].place):
        click.echo(f"{place} {names.get(place, '')}")
        for change, held in group:
            click.echo(f"  [{SEVERITIES[change.severity]}] {change.sentence}")
            concerns = "、".join(BINDS[code] for code in change.binds)
            clauses = f"；依据：{'；'.join(change.cite)}" if change.cite else ""
            click.echo(f"      涉及：{concerns}{clauses}")
            if held:
                click.echo(f"      {held if held.startswith('没有') else f'已存{held}'}")
            if change.mapping:
                click.echo(f"      对应关系：{change.mapping.old} → {change.mapping.to or '不再沿用'}")
    if refused:
        click.echo(f"不能这样改动的有 {len(refused)} 处：")
    for reason, cite, remedy in refused:
        by = "；".join(cite)
        click.echo(f"  {reason}　依据：{by}" if by else f"  {reason}")
        click.echo(f"    → {remedy}")
    if changes:
        click.echo(f"共 {len(changes)} 处改动。", err=True)
