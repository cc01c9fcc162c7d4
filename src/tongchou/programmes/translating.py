"""Reading what was stored under older codes as it is meant today, by the mappings of the packs. Pure.

What is stored stays as it is. A mapping leads from a code that went away to the one that took its place; mappings of
several versions are followed one after the other, and their factors multiply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.schema import TABLE_TYPES, by_code
from tongchou.programmes.checking.mappings import coded
from tongchou.programmes.pack_format import TaskPack

_WHOLE = {"integer", "money"}
_FIGURES = ("value", "numerator", "denominator")


class Link(Protocol):
    """One mapping; rows of ``models.Mapping`` and parts of a pack are such."""

    @property
    def part(self) -> str: ...
    @property
    def inside(self) -> str: ...
    @property
    def old(self) -> str: ...
    @property
    def to(self) -> str | None: ...
    @property
    def factor(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means today: ``code`` (``None``: it is carried over to nothing), numbers times ``factor``."""

    code: str | None
    factor: Decimal = Decimal(1)


class Translator:
    """The mappings of one task in one place. Without any, every code means itself.

    ``pack``: the task as it is to be read, by default in force; a code that it has means itself, whatever was mapped.
    """

    def __init__(self, links: Iterable[Link] = (), pack: TaskPack | None = None) -> None:
        self._links = {(link.part, link.inside, link.old): link for link in links}
        self._pack = pack

    def __bool__(self) -> bool:
        return bool(self._links)

    def current(self, part: str, code: str, inside: str = "") -> Meaning:
        """What ``code`` means today. ``inside``: what a column or choice was stored under."""
        factor, seen = Decimal(1), set[str]()
        in_use = coded(self._pack, part, inside) if self._pack else {}
        while code not in in_use and code not in seen and (link := self._links.get((part, inside, code))):
            seen.add(code)
            if link.to is None:
                return Meaning(None)
            factor *= Decimal(str(link.factor)) if link.factor is not None else 1
            code = link.to
        return Meaning(code, factor)

    def chain(self, part: str, code: str) -> list[str]:
        """The code, and those that took its place one after the other."""
        codes = [code]
        while (link := self._links.get((part, "", codes[-1]))) and link.to and link.to not in codes:
            codes.append(link.to)
        return codes

    def sources(self, part: str, code: str) -> dict[str, Decimal]:
        """Every code that means ``code`` today, itself first, each with the factor to it."""
        found = {code: Decimal(1)}
        for kind, inside, old in self._links:
            if kind == part and not inside:
                meaning = self.current(part, old)
                if meaning.code == code and old != code:
                    found[old] = meaning.factor
        return found

    # ------------------------------------------------------------ performance reports

    def figures(self, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The answers of a performance report under today's codes; what is carried over to nothing stays out.

        A code that is in use keeps its answer; one that stood under both keeps the newer.
        """
        known = {i.code: i for i in self._pack.indicators} if self._pack else {}
        found: dict[str, dict[str, Any]] = {}
        for code in sorted(answers, key=lambda c: c not in known):
            meaning = self.current("indicator", code)
            indicator = known.get(meaning.code or "")
            if indicator is not None and indicator.code not in found:
                found[indicator.code] = self._figure(indicator, code, answers[code], meaning.factor)
        return found

    def _figure(
        self, indicator: Indicator, stored_as: str, answer: Mapping[str, Any], factor: Decimal
    ) -> dict[str, Any]:
        found = dict(answer)
        if indicator.kind == "choice" and "value" in answer:
            found["value"] = self.current("choice", str(answer["value"]), stored_as).code
        elif factor != 1:
            for part in _FIGURES:
                if found.get(part) is not None:
                    found[part] = _converted(found[part], factor, whole=indicator.kind in _WHOLE)
        return {part: value for part, value in found.items() if value is not None}

    # ------------------------------------------------------------ forms

    def answers(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of an earlier form under the codes of today's; what has no place in it stays out."""
        known = by_code(self._pack.form) if self._pack else {}
        found: dict[str, Any] = {}
        for code in sorted(stored, key=lambda c: c not in known):
            meaning = self.current("field", code)
            field = known.get(meaning.code or "")
            if field is not None and field.code not in found:
                found[field.code] = self._value(field, code, stored[code], meaning.factor)
        return found

    def _value(self, field: FieldDef, stored_as: str, value: Any, factor: Decimal) -> Any:
        if field.type == "choice" and isinstance(value, str):
            return self.current("choice", value, stored_as).code
        if field.type == "multichoice" and isinstance(value, list):
            meant = (self.current("choice", str(item), stored_as).code for item in value)
            return list(dict.fromkeys(item for item in meant if item is not None))
        if field.type in TABLE_TYPES and isinstance(value, list):
            return [self._row(field, stored_as, row) for row in value if isinstance(row, Mapping)]
        if factor != 1 and isinstance(value, int | float) and not isinstance(value, bool):
            return _converted(value, factor, whole=field.type in _WHOLE)
        return value

    def _row(self, table: FieldDef, stored_as: str, row: Mapping[str, Any]) -> dict[str, Any]:
        if table.type != "table":
            return dict(row)
        known = {column.code: column for column in table.columns}
        found: dict[str, Any] = {}
        for code in sorted(row, key=lambda c: c not in known):
            meaning = self.current("column", code, stored_as)
            column = known.get(meaning.code or "")
            if column is not None and column.code not in found:
                found[column.code] = self._value(column, f"{stored_as}.{code}", row[code], meaning.factor)
        return found


def _converted(value: Any, factor: Decimal, *, whole: bool) -> int | float:
    number = Decimal(str(value)) * factor
    return int(number.quantize(Decimal(1), ROUND_HALF_UP)) if whole else float(number)
