"""`tongchou pack load`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.pack.database import database
from tongchou.cli.pack.folder import FOLDER
from tongchou.cli.pack.problems import tell
from tongchou.orgs import places as jurisdictions


@click.command()
@click.argument("folder", type=FOLDER)
def load(folder: Path) -> None:
    """Load the pack in FOLDER with its overlays: everything or nothing. Loading it again changes nothing.

    A folder with places.csv is the pack of jurisdictions; load it first.
    """
    with database():
        from tongchou.core.access import Refused
        from tongchou.orgs.actions import load_jurisdictions
        from tongchou.programmes.actions import PackRefused, load_pack

        if (folder / jurisdictions.FILE).is_file():
            try:
                click.echo(f"已载入 {load_jurisdictions(folder)} 个地区。")
            except jurisdictions.PlacesError as error:
                click.echo(f"未载入：{error}", err=True)
                raise SystemExit(1) from None
            return
        try:
            report = load_pack(folder)
        except PackRefused as refused:
            tell(refused.problems, ends="，未载入。")
            raise SystemExit(1) from None
        except Refused as refused:
            click.echo(f"未载入：{refused}", err=True)
            raise SystemExit(1) from None
    for change in report.changes:
        click.echo(change)
    for note in report.notes:
        click.echo(f"提示：{note}", err=True)
    click.echo("已载入。" if report.changes else "与已载入的相同，没有改动。")
