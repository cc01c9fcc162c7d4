"""A pack's folder as an argument, and the pack in it as checked."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.orgs import places as jurisdictions
from tongchou.paths import packs_dir
from tongchou.programmes.check import Checked, check_pack
from tongchou.programmes.packs import read

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PLACES = click.option(
    "--places",
    type=FOLDER,
    help="Folder with places.csv; by default the jurisdictions-* folder beside the pack or with the platform.",
)


def checked_pack(folder: Path, places: Path | None) -> Checked:
    """Read and check the pack; misuse (exit 2) where no table of places is at hand."""
    return check_pack(
        read(folder), {code: place.path for code, place in known_places(folder, places).items()}
    )


def known_places(folder: Path, places: Path | None) -> dict[str, jurisdictions.Place]:
    """The places by code: of ``places``, else of the table beside the pack, else of the one that comes with the platform."""
    beside = [folder.resolve().parent, packs_dir()]
    found = places or next(
        (table for parent in beside for table in sorted(parent.glob("jurisdictions-*"), reverse=True)), None
    )
    if found is None:
        raise click.UsageError(
            "配置包旁没有 jurisdictions-* 文件夹，请用 --places 指明 places.csv 所在的文件夹"
        )
    try:
        return jurisdictions.read(found)
    except (OSError, jurisdictions.PlacesError) as error:
        raise click.UsageError(f"地区表不能使用：{error}") from error
