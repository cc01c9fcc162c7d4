"""What a pack may say of a quota 推荐限额: who holds how much, what counts and what is exempt. Part of the pack format."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from tongchou.forms.definition import Cel, Cited, Code, Name, Part, PlaceCode, Text, UnitKind

Year = Annotated[int, Field(ge=2000, le=2100)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Years(Part):
    """Years, both included; an open side is unlimited."""

    first: Year | None = Field(default=None, alias="from")
    until: Year | None = None

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Match(Part):
    """Who holds a quota. For authorities: ``places``. For units: ``kinds`` and ``tags`` (all of them), each held since one
    of ``tag_years`` where those are given. Empty matches all.
    """

    places: list[PlaceCode] = []
    kinds: list[UnitKind] = []
    tags: list[Code] = []
    tag_years: Years | None = Field(default=None, description="only tags that are dated")

    @property
    def tag_from(self) -> int | None:
        return self.tag_years.first if self.tag_years else None

    @property
    def tag_until(self) -> int | None:
        return self.tag_years.until if self.tag_years else None


class HolderRule(Part):
    """One line of a quota; the first line that matches a holder gives its limit or minimum."""

    name: Name
    match: Match = Match()
    limit: Count | None = None
    minimum: Count | None = None


class Exemption(Cited):
    """Cases for which ``when`` holds take no place; an authority that refuses the claim makes them count.

    It lapses after ``until`` and holds in ``rounds`` alone; a case that passed exempt before stays so.
    """

    code: Code
    text: Text
    when: Cel
    until: date | None = Field(default=None, description="last day on which a case passes exempt")
    rounds: list[Code] = Field(default=[], description="only in these rounds; empty: in all of the quota's")


class QuotaDef(Cited):
    """A quota 推荐限额 of one step. All ``variants`` and ``rounds`` it lists share one account a holder (pooled)."""

    code: Code
    name: Name
    step: Code
    holder: Literal["unit", "city", "province"]
    variants: list[Code] = []
    kinds: list[UnitKind] = Field(default=[], description="only cases led by such units count; empty: all")
    when: Cel | None = Field(default=None, description="only cases for which it holds count; none: all")
    rounds: list[Code] = Field(min_length=1)
    holders: list[HolderRule] = Field(min_length=1)
    exempt: list[Exemption] = []
