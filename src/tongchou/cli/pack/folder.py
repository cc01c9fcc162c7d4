"""A pack's folder as an argument, and the pack in it as checked."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.orgs import places as jurisdictions
from tongchou.programmes.check import Checked, check_pack
from tongchou.programmes.packs import read

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PLACES = click.option(
    "--places",
    type=FOLDER,
    help="Folder with places.csv; by default the jurisdictions-* folder beside the pack.",
)


def checked_pack(folder: Path, places: Path | None) -> Checked:
    """Read and check the pack; misuse (exit 2) where no table of places is at hand."""
    places = places or next(iter(sorted(folder.resolve().parent.glob("jurisdictions-*"), reverse=True)), None)
    if places is None:
        raise click.UsageError(
            "配置包旁没有 jurisdictions-* 文件夹，请用 --places 指明 places.csv 所在的文件夹"
        )
    try:
        known = {code: place.path for code, place in jurisdictions.read(places).items()}
    except (OSError, jurisdictions.PlacesError) as error:
        raise click.UsageError(f"地区表不能使用：{error}") from error
    return check_pack(read(folder), known)
