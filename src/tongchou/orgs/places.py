"""The jurisdictions pack: reading ``places.csv``. Pure, so that pack checks know the places without a database."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from pathlib import Path

FILE = "places.csv"
_COLUMNS = ["code", "name", "short_name", "level", "parent", "statistical", "authority"]


class PlacesError(ValueError):
    """The file cannot be used; says line, what is wrong, and the remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the pack; ``path`` holds the codes from the root, each followed by a slash."""

    code: str
    name: str
    short_name: str
    level: str
    parent: str
    statistical: bool
    authority: str
    path: str

    @property
    def sort_key(self) -> str:
        return "".join(lazy_pinyin(self.short_name))


def read(folder: Path) -> dict[str, Place]:
    """The places by code, parents before children.

    Raises :class:`PlacesError` for missing columns, a code twice, an unknown parent or a circle of parents.
    """
    with (folder / FILE).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != _COLUMNS:
            raise PlacesError(f"{FILE} 第 1 行：列应为 {','.join(_COLUMNS)}")
        rows: dict[str, dict[str, str]] = {}
        for row in reader:
            if row["code"] in rows:
                raise PlacesError(f"{FILE} 第 {reader.line_num} 行：代码 {row['code']} 重复")
            rows[row["code"]] = row
    places: dict[str, Place] = {}

    def add(code: str, trail: tuple[str, ...]) -> Place:
        if code in places:
            return places[code]
        if code in trail:
            raise PlacesError(f"{FILE}：上级关系成环 {' → '.join((*trail, code))}")
        row = rows.get(code)
        if row is None:
            raise PlacesError(f"{FILE}：{trail[-1]} 的上级 {code} 不存在")
        above = add(row["parent"], (*trail, code)).path if row["parent"] else ""
        place = places[code] = Place(
            code=code,
            name=row["name"],
            short_name=row["short_name"],
            level=row["level"],
            parent=row["parent"],
            statistical=row["statistical"] == "1",
            authority=row["authority"],
            path=f"{above}{code}/",
        )
        return place

    for code in rows:
        add(code, ())
    return places
