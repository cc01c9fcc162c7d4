"""Checking answers against everything a task asks. Pure: answers in, findings out, every finding with its remedy.

Fields that are hidden (their ``visible_when`` does not hold) are neither asked nor counted.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import partial
from typing import Any, Protocol

from django.utils.translation import gettext as _

from tongchou.forms import ranges
from tongchou.forms.conditions import check_conditions
from tongchou.forms.definition import (
    Condition,
    ConditionGroup,
    FieldDef,
    Indicator,
    Material,
    Section,
    UnitKind,
)
from tongchou.forms.finding import Finding, Findings, Standing
from tongchou.forms.limits import check_limits, check_partners
from tongchou.forms.reading import Reading
from tongchou.forms.schema import for_variant, target_field, targeted


class Asks(Protocol):
    """The part of a task that is checked; ``programmes.pack_format.TaskPack`` is one."""

    @property
    def form(self) -> Sequence[Section]: ...
    @property
    def conditions(self) -> Sequence[Condition]: ...
    @property
    def groups(self) -> Sequence[ConditionGroup]: ...
    @property
    def materials(self) -> Sequence[Material]: ...
    @property
    def indicators(self) -> Sequence[Indicator]: ...
    @property
    def partners(self) -> Sequence[UnitKind]: ...
    @property
    def cite(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """Of the fields a section needs, how many are there."""

    filled: int
    needed: int


@dataclass(frozen=True, slots=True)
class Look:
    """All that one pass over the answers yields. ``progress`` is by section code, ``computed`` by field code.

    ``needed`` are the fields that the form and the materials ask for as the answers stand, ``groups`` how groups of
    conditions stand.
    """

    findings: list[Finding]
    progress: dict[str, Progress]
    computed: dict[str, Any]
    hidden: set[str]
    needed: frozenset[str] = frozenset()
    groups: list[Standing] = dataclass_field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Nothing keeps the case from being submitted."""
        return not any(finding.blocks for finding in self.findings)


def look(
    pack: Asks,
    answers: Mapping[str, Any],
    *,
    variant: str,
    unit: Mapping[str, Any],
    evidence_fields: Container[str] = (),
    years: Sequence[int] = (),
) -> Look:
    """Check everything once. ``years`` are those the plan commits targets for (none: targets are not asked)."""
    reading = Reading(pack.form, answers, variant=variant, unit=unit, evidence_fields=evidence_fields)
    found = Findings()
    found.needed |= reading.plan.required
    simple, filled = reading.plan.simple, reading.context.values
    for code, field in reading.fields.items():
        if code in simple and code in filled:  # nearly every field of nearly every form
            check_limits(field, reading.values[code], found)
        else:
            _check_field(field, pack, reading, years, found)
    for material in pack.materials:
        if material.required and for_variant(material.variants, variant) and material.field in reading.fields:
            found.needed.add(material.field)
            if not reading.filled(material.field):
                message = _("缺少材料：%(material)s。请在“%(field)s”处上传。") % {
                    "material": material.name,
                    "field": reading.label(material.field),
                }
                found.missing(material.field, message, material.cite)
    needed = frozenset(found.needed)
    check_conditions(pack.conditions, pack.groups, reading, found)
    return Look(found.all, _progress(reading, found), reading.computed, reading.hidden, needed, found.groups)


def run(
    pack: Asks,
    answers: Mapping[str, Any],
    *,
    variant: str,
    unit: Mapping[str, Any],
    evidence_fields: Container[str] = (),
    years: Sequence[int] = (),
) -> list[Finding]:
    """The findings alone; see :func:`look`."""
    return look(
        pack, answers, variant=variant, unit=unit, evidence_fields=evidence_fields, years=years
    ).findings


def _check_field(
    field: FieldDef, pack: Asks, reading: Reading, years: Sequence[int], found: Findings
) -> None:
    needed = reading.needs(field)
    if field.type == "targets":
        if needed or reading.filled(field.code):
            _check_targets(field, pack, reading, years, found)
        return
    if needed:
        found.needed.add(field.code)
    if reading.filled(field.code):
        value = reading.values[field.code]
        check_limits(field, value, found)
        if field.type == "partners":
            check_partners(field, value, pack.partners, pack.cite, found)
    elif needed and field.type == "files":
        # a material that asks for this slot says it better, by its own name
        material = next((m for m in pack.materials if m.field == field.code and m.required), None)
        if material is None or not for_variant(material.variants, reading.variant):
            found.missing(
                field.code, _("“%(field)s”未上传，请上传文件。") % {"field": field.label}, field.cite
            )
    elif needed:
        message = (
            _("“%(field)s”未填写，至少 %(rows)s 行，请填写。")
            % {"field": field.label, "rows": field.min_rows}
            if field.min_rows
            else _("“%(field)s”未填写，请填写。") % {"field": field.label}
        )
        found.missing(field.code, message, field.cite)


def _check_targets(
    field: FieldDef, pack: Asks, reading: Reading, years: Sequence[int], found: Findings
) -> None:
    """Each targeted indicator has a value within its limits for each year."""
    given: Mapping[str, Mapping[str, Any]] = reading.values.get(field.code) or {}
    if years and targeted(pack.indicators, reading.variant):
        found.needed.add(field.code)
    for indicator in targeted(pack.indicators, reading.variant):
        by_year = given.get(indicator.code, {})
        missing = [year for year in years if by_year.get(str(year)) is None]
        if missing:
            message = _("“%(field)s”中，指标“%(indicator)s”缺 %(years)s 年目标值，请填写。") % {
                "field": field.label,
                "indicator": indicator.name,
                "years": _("、").join(map(str, missing)),
            }
            found.missing(f"{field.code}-{indicator.code}-{missing[0]}", message, indicator.cite)
        for year, value in by_year.items():
            name = f"{field.code}-{indicator.code}-{year}"
            for holder, bound in _limited(indicator, value):
                check_limits(holder, bound, found, name=name, label=partial(_target_label, indicator, year))


def _limited(indicator: Indicator, target: Any) -> list[tuple[FieldDef, Any]]:
    """What of a target is held against limits, each as what field: of a range both of its ends."""
    if indicator.goal == "range" and isinstance(target, str):
        return [(indicator.value_field, float(bound)) for bound in ranges.bounds(indicator, target)]
    return [(target_field(indicator), target)]


def _target_label(indicator: Indicator, year: str) -> str:
    return _("%(indicator)s · %(year)s 年") % {"indicator": indicator.name, "year": year}


def _progress(reading: Reading, found: Findings) -> dict[str, Progress]:
    missing = {finding.code for finding in found.all if finding.severity == "missing"}
    progress = {}
    for section in reading.sections:
        needed = [field.code for field in section.fields if field.code in found.needed]
        progress[section.code] = Progress(sum(code not in missing for code in needed), len(needed))
    return progress
