"""The pack format: what a programme folder may say, as pydantic models.

A pack is a folder of YAML that describes a programme (the national pack) or what one place adds to it (an overlay).
These models are the single definition of the format: ``pack check`` validates against them, the editor schema is
generated from them, and the loaded definition stored with a task edition is exactly their JSON.

Conventions
-----------
* ``cite`` names the document and clause a rule comes from, as ``"<document id> <clause>"``, for example
  ``"guide-04 二.3"``; the document id must stand in ``documents``.
* Dates are days in Asia/Shanghai. ``until`` is the *last day* that still counts (official Chinese 前/以前 is inclusive);
  the stored window is half-open and closes at the start of the following day.
* A day may be derived: ``"declare.until - 10 days"``, ``"declare.from"`` (the code of another calendar entry of the same
  task and, for yearly entries, the same year).
* Rules are CEL expressions over ``v`` (the form's answers by field code), see :mod:`tongchou.forms.rules`. A rule
  states what must hold.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from tongchou.forms.definition import (
    Cel,
    Choice,
    Cite,
    Cited,
    Code,
    Condition,
    ConditionGroup,
    Dictionary,
    FieldCode,
    FieldDef,
    FieldType,
    Indicator,
    Material,
    Name,
    Part,
    PlaceCode,
    Section,
    Text,
    UnitKind,
)
from tongchou.programmes.clauses import Clause, Document
from tongchou.programmes.evaluation_format import Consequence, Evaluation, Grade, Share
from tongchou.programmes.quota_format import Count, Exemption, HolderRule, Match, QuotaDef, Year, Years
from tongchou.programmes.step_format import Department, FormalItem, Readers

__all__ = [  # the parts that are defined elsewhere belong to the pack format as much as those below
    "Cel",
    "Choice",
    "Cite",
    "Cited",
    "Clause",
    "Code",
    "Condition",
    "ConditionGroup",
    "Consequence",
    "Count",
    "Department",
    "Dictionary",
    "Document",
    "Evaluation",
    "Exemption",
    "FieldCode",
    "FieldDef",
    "FieldType",
    "FormalItem",
    "Grade",
    "HolderRule",
    "Indicator",
    "Match",
    "Material",
    "Name",
    "Part",
    "PlaceCode",
    "QuotaDef",
    "Readers",
    "Section",
    "Share",
    "Text",
    "UnitKind",
    "Year",
    "Years",
]

Level = Literal["school", "city", "province", "nation"]


class TagDef(Cited):
    """A tag that units may hold and that quotas may ask for, such as 国家“双高计划”学校."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    name_en: Annotated[str, StringConstraints(max_length=120)] = ""
    dated: bool = Field(default=False, description="units say since which year; the authority confirms it")


class RoundDef(Part):
    """A round 批次 of declarations."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    year: Year


# ---------------------------------------------------------------- work


class Work(Cited):
    """A construction task 建设任务."""

    code: Code
    title: Text
    text: Text
    required: bool = True
    variants: list[Code] = []


# ---------------------------------------------------------------- once only


class UniqueDef(Cited):
    """What may stand in one declaration only (one course per leader): the ``fields`` taken together.

    A field is a text, choice, date or integer of the form, or a column of a list as ``team.name``: then each row counts,
    and all columns are of the same list. Capitals, spaces and punctuation make no difference.
    """

    code: Code
    text: Text = Field(description="the rule in words, as people are told it")
    fields: list[
        Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59})?$")]
    ] = Field(min_length=1)
    within: Literal["round", "task", "programme"] = Field(
        default="task",
        description="among the cases of the task in the round, of the task, or of the programme",
    )
    variants: list[Code] = []


# ---------------------------------------------------------------- rubrics


class Criterion(Cited):
    """A second-level rubric item 二级指标 with its points of observation 观测点."""

    code: Code
    group: Text = Field(description="一级指标")
    name: Text
    points: list[Text] = Field(min_length=1)
    weight: float = Field(default=1, gt=0)


class Veto(Cited):
    """A ground of the negative list (一票否决)."""

    code: Code
    text: Text


class Rubric(Cited):
    """How experts score a variant; ``scale`` is the highest mark of one criterion."""

    code: Code
    name: Text
    variants: list[Code] = []
    scale: int = Field(default=10, ge=2, le=100)
    note: str = ""
    criteria: list[Criterion] = Field(min_length=1)
    vetoes: list[Veto] = []


# ---------------------------------------------------------------- steps, calendar


Aggregate = Literal["mean", "trimmed", "median", "standardised"]


class Step(Cited):
    """A step 环节 of a case's way. ``kinds`` limits it to cases led by such units (empty: all).

    ``declare`` is the unit's own step; ``recommend`` passes the case on within a quota; ``score`` is expert review
    (does not itself move the case up); ``designate`` grants the level ``grants``. A case declined here ends, unless
    ``on_decline`` names the step it then goes to; that step is reached in no other way, and a case ends after it.
    """

    code: Code
    name: Text
    kind: Literal["declare", "recommend", "score", "designate"]
    level: Literal["unit", "city", "province", "nation"]
    kinds: list[UnitKind] = []
    grants: Level | None = None
    on_decline: Code | None = Field(
        default=None,
        description="step that a case declined here goes to; it stands further down and grants less",
    )
    countersign: list[Department] = []
    formal: list[FormalItem] = []
    remarks: Readers = "all"
    blind: bool = False
    avoid: Literal["city", "province"] | None = None
    aggregate: Aggregate = "mean"
    notice_days: Annotated[int, Field(ge=1, le=60)] | None = None
    notice_working: bool = False
    valid_years: Annotated[int, Field(ge=1, le=50)] | None = None
    certificate: Annotated[str, StringConstraints(max_length=60)] = ""


Purpose = Literal["register", "declare", "recommend", "designate", "performance", "report"]
Binds = Literal["units", "cities", "province", "designated", "nation"]


class CalendarEntry(Cited):
    """A window 时间窗口: once (``round``), every year (``since``), or continuous (neither ``until`` nor ``since``).

    With ``waiting`` it is shut until further notice 另行通知: no day is known yet.
    """

    code: Code
    name: Name
    purpose: Purpose
    binds: Binds
    round: Code | None = None
    since: Year | None = Field(
        default=None, description="first year of a yearly entry; from/until are then MM-DD"
    )
    first: str | None = Field(
        default=None, alias="from", description="first day: 2023-07-30, 11-01 or derived"
    )
    until: str | None = Field(default=None, description="last day that counts: 2023-08-22, 06-30 or derived")
    waiting: bool = Field(default=False, description="not open until further notice; no from, until or since")
    report: Code | None = Field(default=None, description="purpose report: which report is due")
    variants: list[Code] = []

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# ---------------------------------------------------------------- yearly duties, contacts


class ReportDef(Cited):
    """A periodic report, and who writes it: each designated project, each unit of ``kinds``, each city, the province."""

    code: Code
    name: Name
    by: Literal["project", "unit", "city", "province"]
    kinds: list[UnitKind] = Field(
        default=[], description="by unit only: which kinds of unit owe it; empty: all"
    )
    public: bool = Field(default=False, description="published with public feedback")
    sealed: bool = True
    parts: list[Text] = Field(default=[], description="what it must contain")
    variants: list[Code] = []


class Target(Cited):
    """A published goal, such as 到2025年50个左右."""

    level: Level
    by: int
    count: int
    bound: Literal["about", "at_least", "at_most", "exactly"] = "about"
    unit: Text
    variants: list[Code] = []


class Contact(Cited):
    """The office to ask, never a person."""

    office: Text
    level: Literal["province", "nation"]


class Variant(Cited):
    """A kind of project inside a task (three kinds of practice centre) and who may lead it."""

    code: Code
    name: Text
    name_en: str = ""
    leads: list[UnitKind] = Field(min_length=1)


class TaskPack(Cited):
    """A task 重点任务, complete. A task without kinds of its own has the single variant ``main``."""

    code: Code
    number: Annotated[int, Field(ge=1, le=999)]
    name: Name
    name_en: Annotated[str, StringConstraints(max_length=200)] = ""
    summary: Text
    variants: list[Variant] = Field(min_length=1)
    partners: list[UnitKind] = []
    guide: str = Field(default="", description="Markdown file beside the task; when loaded, its text")
    guide_published: bool = True
    targets: list[Target] = []
    conditions: list[Condition] = []
    groups: list[ConditionGroup] = []
    unique: list[UniqueDef] = []
    work: list[Work] = []
    materials: list[Material] = []
    form: list[Section] = Field(min_length=1)
    indicators: list[Indicator] = []
    rubrics: list[Rubric] = []
    internal: list[Literal["reviewer", "leader"]] = Field(
        default=["leader"],
        min_length=1,
        description="who of the unit checks the declaration before it is submitted, in order; the leader is the last",
    )
    leader: list[FieldCode] = []
    steps: list[Step] = Field(min_length=1)
    calendar: list[CalendarEntry] = []
    quotas: list[QuotaDef] = []
    reports: list[ReportDef] = []
    evaluations: list[Evaluation] = []
    contacts: list[Contact] = []


class OverlayTask(Part):
    """What a place adds to a task. ``steps`` replaces the national order; every other list is added to it."""

    code: Code
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    targets: list[Target] = []
    conditions: list[Condition] = []
    unique: list[UniqueDef] = []
    materials: list[Material] = []
    form: list[Section] = []
    steps: list[Step] = []
    calendar: list[CalendarEntry] = []
    quotas: list[QuotaDef] = []
    reports: list[ReportDef] = []
    evaluations: list[Evaluation] = []
    contacts: list[Contact] = []
    rubrics: list[Rubric] = []


OldCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]


class Mapping(Part):
    """What stored data under a code that goes away means from now on: another code, or nothing more (``drop`` says why).

    What is stored stays as it is; what reads across versions (roll-ups, last year's figures, quotas) reads it translated.
    A code never changes its meaning: what changes its kind or unit gets a new code, and a mapping from the old one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    task: Code
    part: Literal["indicator", "field", "column", "choice", "step", "variant"]
    inside: Annotated[str, StringConstraints(max_length=130)] = Field(
        default="", alias="in", description="column: the table; choice: the field, table.column or indicator"
    )
    old: OldCode = Field(alias="from", description="the code, or the choice's value, that goes away")
    to: OldCode | None = Field(default=None, description="what takes its place; none: say why in drop")
    drop: str = Field(default="", description="why what is stored is carried over to nothing")
    factor: Annotated[float, Field(ge=1e-9, le=1e12)] | None = Field(
        default=None,
        description="old number × factor = new number, where the unit changes; money counts in fen",
    )
    cite: list[Cite] = []


class ProgrammePack(Part):
    """``programme.yaml``: the programme, its documents, tags and rounds; tasks stand in ``tasks/*/task.yaml``."""

    code: Code
    version: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    name: Name
    name_en: Annotated[str, StringConstraints(max_length=200)] = ""
    place: PlaceCode = Field(description="the jurisdiction that runs it, 000000 for the nation")
    horizon: Year = Field(description="last year for which yearly windows are laid out")
    documents: list[Document] = Field(min_length=1)
    tags: list[TagDef] = []
    dictionaries: list[Dictionary] = Field(
        default=[], description="long lists that fields choose from; may stand in dictionaries.yaml"
    )
    rounds: list[RoundDef] = Field(min_length=1)
    reports: list[ReportDef] = Field(
        default=[], description="duties across all tasks (city and school yearly summaries)"
    )
    calendar: list[CalendarEntry] = Field(
        default=[], description="windows across all tasks (registration, summaries)"
    )
    mappings: list[Mapping] = Field(
        default=[], description="what stored data under codes that go away means; may stand in mappings.yaml"
    )


class OverlayPack(Part):
    """``overlays/<place>/overlay.yaml``: what a place adds; its tasks stand beside it in ``tasks/*.yaml``."""

    programme: Code
    place: PlaceCode
    version: Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
    documents: list[Document] = []
    tags: list[TagDef] = []
    dictionaries: list[Dictionary] = []
    reports: list[ReportDef] = []
    calendar: list[CalendarEntry] = []
    mappings: list[Mapping] = []
