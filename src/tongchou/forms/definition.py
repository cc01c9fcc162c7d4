"""What a form may ask, as pydantic models: fields, sections, conditions, required materials, indicators.

The pack format (``programmes.pack_format``) is built from these; this room only reads them. Dates are days in
Asia/Shanghai, money is in fen, rules are CEL (see :mod:`tongchou.forms.rules`).
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
FieldCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
PlaceCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{6}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Cite = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9./-]* \S.*$", max_length=120)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Cel = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

UnitKind = Literal[
    "secondary_school",  # 中等职业学校
    "vocational_college",  # 高职专科学校
    "vocational_university",  # 职业本科学校
    "university",  # 普通高等学校
    "enterprise",  # 企业
    "government",  # 政府及其组成部门
    "park",  # 产业园区、开发区管委会
    "association",  # 行业组织
    "institute",  # 科研院所
]

Register = Literal[
    "",
    "unit.name",
    "unit.uscc",
    "unit.kind",
    "unit.place",
    "unit.school_code",
    "unit.address",
    "unit.authority",
    "unit.leader",
    "unit.contact",
    "unit.contact_phone",
    "unit.contact_email",
]
"""What of the unit's registration fills a field in."""

SameAs = Annotated[
    str, StringConstraints(pattern=r"^(field|target|last|round|indicator)\.[a-z0-9][a-z0-9_-]{0,59}$")
]
"""Where a fact stands too: a field of the same form; the first year's target of an indicator; a field of the unit's case
of the year before; a field of its other cases in the round; an indicator of its last confirmed performance report."""

SameFigure = Annotated[
    str,
    StringConstraints(
        pattern=r"^(field\.[a-z][a-z0-9_]{0,59}|task\.[a-z0-9][a-z0-9_-]{0,59}\.[a-z0-9][a-z0-9_-]{0,59})$"
    ),
]
"""Where a yearly figure stands too: a field of the project's declaration; another task's indicator of the same unit and year."""


class Part(BaseModel):
    """Base of every part of a pack: unknown keys are mistakes, parts never change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Cited(Part):
    """A part that comes from a clause."""

    cite: list[Cite] = Field(min_length=1, description="document and clause, e.g. 'guide-04 二.3'")


class Choice(Part):
    value: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    label: Text


class Dictionary(Cited):
    """A long list of choices that a pack holds once; fields of choice name it in ``dictionary``."""

    code: Code
    name: Name
    entries: list[Choice] = Field(min_length=1)


FieldType = Literal[
    "text",
    "longtext",
    "integer",
    "number",
    "money",  # stored as integer fen, typed and shown in 万元
    "percent",  # stored as a number of per cent, 0-100
    "date",
    "choice",
    "multichoice",
    "yesno",
    "table",
    "people",  # rows of persons: name, unit, title, duty
    "partners",  # rows of partner units: uscc, name, kind
    "files",  # evidence slot
    "computed",
    "targets",  # annual targets: every indicator of the task x year
]


class FieldDef(Part):
    """One field of a form; ``code`` is the key of the answer and the name rules use."""

    code: FieldCode
    label: Text
    type: FieldType
    help: str = ""
    cite: list[Cite] = []
    required: bool = False
    required_when: Cel | None = None
    visible_when: Cel | None = None
    variants: list[Code] = Field(default=[], description="only for these variants; empty: for all")
    min: Number | None = Field(default=None, description="least allowed; money in fen")
    max: Number | None = Field(default=None, description="most allowed; money in fen")
    max_length: int | None = None
    unit: str = ""
    decimals: int | None = None
    choices: list[Choice] = []
    dictionary: Code | None = Field(
        default=None,
        description="choice and multichoice, instead of choices: code of the dictionary whose entries may be chosen",
    )
    columns: list[FieldDef] = Field(
        default=[], description="table only: text, integer, number, money, percent, date, choice"
    )
    min_rows: int | None = None
    max_rows: int | None = None
    total: list[FieldCode] = Field(
        default=[], description="table only: columns that are summed below the table"
    )
    compute: Cel | None = Field(default=None, description="computed only")
    accept: list[Literal["pdf", "image", "office", "video"]] = ["pdf"]
    max_mb: int = 50
    prefill: Register = ""
    same_as: list[SameAs] = []
    identifying: bool = False

    @cached_property
    def bounds(self) -> tuple[float | None, float | None]:
        """Least and most that a number may be, in the stored unit; of a percentage 0 and 100 unless it says otherwise."""
        if self.type != "percent":
            return self.min, self.max
        return 0 if self.min is None else self.min, 100 if self.max is None else self.max


class Section(Part):
    code: FieldCode
    title: Text
    help: str = ""
    variants: list[Code] = []
    fields: list[FieldDef] = Field(min_length=1)


# ---------------------------------------------------------------- conditions, materials, indicators


class Condition(Cited):
    """A condition 基础条件 of declaring.

    With ``rule`` a machine decides (CEL over the answers); without, the unit answers yes or no with evidence and a
    reviewer confirms. ``field`` is the form field where a failure shows.
    """

    code: Code
    text: Text
    rule: Cel | None = None
    field: FieldCode | None = None
    severity: Literal["error", "advice"] = "error"
    variants: list[Code] = []


class ConditionGroup(Cited):
    """So many of the named conditions must be met (three of five, three of six)."""

    code: Code
    text: Text
    need: int = Field(ge=1)
    of: list[Code] = Field(min_length=1)


class Material(Cited):
    """A required material; ``field`` is the form's file slot that takes it.

    ``sealed``: it is the stamped scan of the printed declaration itself, whose pages are checked against the content.
    """

    code: Code
    name: Text
    required: bool = True
    sealed: bool = Field(default=False, description="the stamped scan of the printed declaration 盖章扫描件")
    field: FieldCode
    variants: list[Code] = []


class Indicator(Cited):
    """An indicator 指标 reported every year against the committed annual target."""

    code: Code
    name: Text
    dimension: str = Field(default="", description="the guide's group, e.g. 资源建设")
    kind: Literal["integer", "number", "money", "percent", "ratio", "choice", "text"]
    unit: str = ""
    better: Literal["higher", "lower", "none"] = "higher"
    numerator: str = Field(default="", description="ratio only: what is counted above")
    denominator: str = Field(default="", description="ratio only: what is counted below")
    choices: list[Choice] = []
    targeted: bool = Field(default=True, description="the plan commits a target for each year")
    variants: list[Code] = []
    key_for: list[UnitKind] = Field(
        default=[], description="重点考核: for which kinds of unit this one is a key indicator"
    )
    min: Number | None = 0
    max: Number | None = None
    goal: Literal["", "equal", "range", "graded"] = Field(
        default="",
        description="what a target commits to: empty, at least or at most as much, by `better`; exactly as much; "
        "between two values; a text, judged at review in three steps 达到/基本达到/未达到",
    )
    weight: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        default=None, description="points for full completion; of a variant they sum to 100, `extra` apart"
    )
    extra: bool = Field(default=False, description="extra points 加分项, beside the hundred")
    cap: Annotated[float, Field(ge=100, le=1000)] = Field(
        default=100, description="per cent of the target that count at most; 120 lets a fifth more count"
    )
    partly: Annotated[float, Field(ge=0, le=100)] = Field(
        default=60, description="graded only: per cent of the points that 基本达到 gives"
    )
    may_not_apply: bool = Field(
        default=False,
        description="a unit may say, with a reason, that it does not apply; it then costs nothing",
    )
    jump: Annotated[float, Field(gt=1, le=1000)] = Field(
        default=3,
        description="asked about when the figure is so many times that of a year before, or its inverse",
    )
    same_as: list[SameFigure] = []

    @cached_property
    def target_field(self) -> FieldDef:
        """What is committed for one year, as a field: a value, or the text of a range or of a graded goal."""
        if self.goal not in {"range", "graded"}:
            return self.value_field
        return FieldDef(
            code="value",
            label=self.name,
            type="text",
            help="如 80～120" if self.goal == "range" else "",
            unit=self.unit,
            cite=self.cite,
            max_length=60 if self.goal == "range" else 200,
        )

    @cached_property
    def ratio_fields(self) -> dict[str, FieldDef]:
        """Both parts of a ratio as fields, by the key under which they stand in an answer."""
        labels = {"numerator": self.numerator, "denominator": self.denominator}
        return {
            part: FieldDef(
                code="value", label=f"{self.name} · {label or part}", type="number", min=0, cite=self.cite
            )
            for part, label in labels.items()
        }

    @cached_property
    def value_field(self) -> FieldDef:
        """Its value as a field, so values are cleaned, checked and shown in one way. The code is a stand-in."""
        return FieldDef(
            code="value",
            label=self.name,
            type="number" if self.kind == "ratio" else self.kind,
            unit=self.unit,
            cite=self.cite,
            min=self.min,
            max=self.max,
            choices=self.choices,
        )


FieldDef.model_rebuild()
