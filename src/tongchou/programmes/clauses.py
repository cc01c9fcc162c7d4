"""The documents a pack is built from, their clauses, and which clause a cite speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from tongchou.forms.definition import Part

_CHINESE_DIGITS = "零一二三四五六七八九十百"


class Clause(Part):
    """A numbered clause of a document, and what serves it besides the parts of the pack that cite it.

    What is served by nothing says why in ``reason``: a preamble, an explanation, work done on paper.
    """

    id: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)] = Field(
        description="its number as cites write it, such as 四(一)3"
    )
    text: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)] = Field(
        description="what it asks, in one line of one's own words"
    )
    screens: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]+(:[a-z_]+)?$")]] = Field(
        default=[], description="screens of the platform that serve it, by the name of their address"
    )
    reason: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(
        default="", description="why nothing serves it; only where neither a cite nor a screen does"
    )


class Document(Part):
    """A document that clauses are cited from."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9./-]*$", max_length=60)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    number: Annotated[str, StringConstraints(max_length=80)] = ""
    issuer: Annotated[str, StringConstraints(max_length=80)] = ""
    issued: date | None = None
    clauses: list[Clause] = Field(
        default=[],
        description="its clauses, in order; a cite then must name or begin with one, and trace shows those unserved",
    )

    @property
    def clause_ids(self) -> list[str]:
        return [clause.id for clause in self.clauses]


def clause_of(cited: str, listed: Iterable[str]) -> str | None:
    """The clause that ``cited`` names: itself or the longest one it begins with; none: no listed one.

    ``四(一)3`` of ``四(一)3 原创``, but not ``附件2 1`` of ``附件2 12``: a number is not cut in two.
    """
    wanted = cited.strip()
    found = [clause for clause in listed if _begins(wanted, clause)]
    return max(found, key=len, default=None)


def _begins(cited: str, clause: str) -> bool:
    if not cited.startswith(clause):
        return False
    rest = cited[len(clause) :]
    return not (rest and _same_number(clause[-1], rest[0]))


def _same_number(before: str, after: str) -> bool:
    digits = before.isdigit() and after.isdigit()
    return digits or (before in _CHINESE_DIGITS and after in _CHINESE_DIGITS)
