"""The jurisdictions pack: reading ``places.csv`` and ``registration.csv``.

Pure, so that pack checks know the places without a database.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

FILE = "places.csv"
REGISTRATION = "registration.csv"
DEPARTMENTS = "departments.csv"
_LEVELS = {"city", "province"}
_YES_NO = {"yes": True, "no": False}
_DEPARTMENT_COLUMNS = ["place", "department", "name"]
_RULE_COLUMNS = ["place", "kind", "levels", "sealed_form", "cite"]
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


def departments(
    folder: Path, known: Mapping[str, Place], names: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """The departments beside education that sign jointly 会签: place, department and name; none without the file.

    Raises :class:`PlacesError` for missing columns, an unknown place or department, no name, or a department twice.
    """
    file = folder / DEPARTMENTS
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        if reader.fieldnames != _DEPARTMENT_COLUMNS:
            raise PlacesError(f"{DEPARTMENTS} 第 1 行：列应为 {','.join(_DEPARTMENT_COLUMNS)}")
        seen: set[tuple[str, str]] = set()
        for row in reader:
            at = f"{DEPARTMENTS} 第 {reader.line_num} 行"
            place, department, name = row["place"], row["department"], (row["name"] or "").strip()
            if place not in known:
                raise PlacesError(f"{at}：没有地区 {place}")
            if department not in names:
                raise PlacesError(f"{at}：部门应为 {'、'.join(names)}")
            if not name:
                raise PlacesError(f"{at}：没有写部门名称")
            if (place, department) in seen:
                raise PlacesError(f"{at}：{place} 的 {department} 重复")
            seen.add((place, department))
            yield place, department, name


@dataclass(frozen=True, slots=True)
class Registration:
    """How units of a kind register in a place; see ``record_models.RegistrationRule``."""

    place: str
    kind: str
    levels: tuple[str, ...]
    sealed_form: bool
    cite: str


def registration(folder: Path, known: Mapping[str, Place], kinds: Collection[str]) -> Iterator[Registration]:
    """The rules of ``registration.csv``; none where the pack has no such file.

    Raises :class:`PlacesError` for missing columns, an unknown place, kind, level or answer, or a kind twice in a place.
    """
    file = folder / REGISTRATION
    if not file.exists():
        return
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        if reader.fieldnames != _RULE_COLUMNS:
            raise PlacesError(f"{REGISTRATION} 第 1 行：列应为 {','.join(_RULE_COLUMNS)}")
        seen: set[tuple[str, str]] = set()
        for row in reader:
            at = f"{REGISTRATION} 第 {reader.line_num} 行"
            levels = tuple(row["levels"].split())
            if row["place"] not in known:
                raise PlacesError(f"{at}：没有地区 {row['place']}")
            if row["kind"] not in kinds:
                raise PlacesError(f"{at}：没有单位类型 {row['kind']}")
            if not levels or set(levels) - _LEVELS:
                raise PlacesError(f"{at}：levels 应为 city、province 或二者，以空格分开")
            if row["sealed_form"] not in _YES_NO:
                raise PlacesError(f"{at}：sealed_form 应为 yes 或 no")
            if (row["place"], row["kind"]) in seen:
                raise PlacesError(f"{at}：{row['place']} 的 {row['kind']} 重复")
            seen.add((row["place"], row["kind"]))
            yield Registration(row["place"], row["kind"], levels, _YES_NO[row["sealed_form"]], row["cite"])
