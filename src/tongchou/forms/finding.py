"""What checking finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["missing", "error", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. ``field`` names the input it belongs to (empty: the case as a whole).

    ``missing`` and ``error`` keep a case from being submitted, ``advice`` does not. ``cite`` names the clauses.
    """

    severity: Severity
    field: str
    message: str
    cite: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        return self.severity != "advice"

    @property
    def code(self) -> str:
        """The code of the field the input belongs to."""
        return self.field.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Member:
    """A condition of a group and how it stands: met, unmet, or undecided (``None``). ``fields`` are those it looks at."""

    code: str
    text: str
    met: bool | None
    fields: tuple[str, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a group of conditions stands: ``need`` of its members must be met."""

    code: str
    text: str
    need: int
    members: tuple[Member, ...]
    cite: tuple[str, ...]

    @property
    def met(self) -> int:
        return sum(member.met is True for member in self.members)

    @property
    def undecided(self) -> int:
        return sum(member.met is None for member in self.members)

    @property
    def reached(self) -> bool:
        return self.met >= self.need


@dataclass(slots=True)
class Findings:
    """Collects findings, each missing input once, which fields were needed at all, and how groups of conditions stand."""

    all: list[Finding] = field(default_factory=list)
    groups: list[Standing] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)
    _missing: set[str] = field(default_factory=set)

    def missing(self, name: str, message: str, cite: Sequence[str] = ()) -> None:
        if name not in self._missing:
            self._missing.add(name)
            self.all.append(Finding("missing", name, message, tuple(cite)))

    def error(self, name: str, message: str, cite: Sequence[str] = ()) -> None:
        self.all.append(Finding("error", name, message, tuple(cite)))

    def advice(self, name: str, message: str, cite: Sequence[str] = ()) -> None:
        self.all.append(Finding("advice", name, message, tuple(cite)))

    def is_missing(self, name: str) -> bool:
        return name in self._missing
