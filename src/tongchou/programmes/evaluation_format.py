"""What a pack may say of an evaluation 考核评价 of what was built: who judges, in which grades, and what follows from them.

Part of the pack format. Data that is checked, shown and traced; a document that names no marks gets no marks here.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tongchou.forms.definition import Cited, Code, Name, Part, Text


class Grade(Part):
    """One of the grades 等级, the best first."""

    code: Code
    name: Name
    least: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="lowest mark of 100 that earns it; all grades have one, the last 0, or none has",
    )


class Share(Part):
    """What one level's mark counts in the whole: 50, 25 and 25, or 30 and 70."""

    level: Literal["unit", "city", "province", "nation"]
    weight: float = Field(gt=0, le=100, description="per cent; all shares together make 100")


class Consequence(Cited):
    """What follows: from ``grades``, from an indicator that stays low, or, with neither, from what the authority finds."""

    code: Code
    text: Text
    does: Literal["renew", "candidate", "support", "guide", "rectify", "bar", "revoke"]
    grades: list[Code] = Field(default=[], description="grades that lead to it")
    indicator: Code | None = Field(
        default=None, description="number whose yearly value leads to it, with `below`"
    )
    below: float | None = Field(default=None, description="a year counts whose value is lower")
    over: Literal["once", "in_a_row", "in_total", "every_year"] = "once"
    years: Annotated[int, Field(ge=2, le=20)] | None = Field(
        default=None, description="in_a_row and in_total: how many years"
    )
    days: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="rectify only: days allowed; none: the authority sets them"
    )


class Evaluation(Cited):
    """An evaluation: every year, of a whole period of ``years``, or a spot check 抽检."""

    code: Code
    name: Name
    kind: Literal["yearly", "period", "spot"]
    years: Annotated[int, Field(ge=2, le=20)] | None = Field(
        default=None, description="period only: how many years it has"
    )
    of: Code | None = Field(
        default=None, description="task whose projects are evaluated, where it is another than this one"
    )
    variants: list[Code] = []
    reports: list[Code] = Field(default=[], description="reports it mainly rests on, of the task `of`")
    rubric: Code | None = Field(default=None, description="rubric that experts score it by")
    shares: list[Share] = []
    grades: list[Grade] = Field(min_length=2)
    consequences: list[Consequence] = []
    late_red: Annotated[int, Field(ge=1, le=365)] | None = Field(
        default=None, description="days after its last one from which a report not in is a red card"
    )
    met_yellow: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="per cent of the year's targets met below which it is a yellow card"
    )
    met_red: Annotated[float, Field(gt=0, le=100)] | None = Field(
        default=None, description="per cent of the year's targets met below which it is a red card"
    )
