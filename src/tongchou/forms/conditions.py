"""Conditions of declaring and groups of them (k of n).

A condition with a rule is decided by it. One without is a statement: if it names a field, that field must be filled (and a
yes-or-no not answered 否), and a reviewer confirms; if it names none, it is the reviewer's alone and nothing is found.
A condition that belongs to a group counts only there.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tongchou.forms.definition import Condition, ConditionGroup
from tongchou.forms.finding import Findings, Member, Standing
from tongchou.forms.reading import Reading
from tongchou.forms.rules import compile_rule
from tongchou.forms.schema import for_variant


def judge(condition: Condition, reading: Reading) -> bool | None:
    """Whether the condition is met; ``None`` while it is undecided or left to reviewers."""
    if condition.rule:
        return compile_rule(condition.rule).holds(reading.context)
    if condition.field is None or not reading.filled(condition.field):
        return None
    return reading.values.get(condition.field) is not False


def check_conditions(
    conditions: Sequence[Condition], groups: Sequence[ConditionGroup], reading: Reading, found: Findings
) -> None:
    """Add what the conditions of the reading's variant find."""
    applying = {c.code: c for c in conditions if for_variant(c.variants, reading.variant)}
    grouped = {code for group in groups for code in group.of}
    for condition in applying.values():
        if condition.code not in grouped:
            _check_one(condition, reading, found)
    for group in groups:
        members = [applying[code] for code in group.of if code in applying]
        if members:
            _check_group(group, members, reading, found)


def _check_one(condition: Condition, reading: Reading, found: Findings) -> None:
    met = judge(condition, reading)
    open_fields = _unanswered(condition, reading)
    name = condition.field or next(iter(_reads(condition)), "")
    if condition.severity == "error":
        found.needed.update(code for code in _reads(condition) if reading.filled(code))
    if met is False and condition.severity == "error":
        found.error(
            name,
            _("不符合条件：%(text)s。请核对相关填报内容；确不符合的不能申报。") % {"text": condition.text},
            condition.cite,
        )
    elif met is False:
        found.advice(name, _("建议核对：%(text)s。") % {"text": condition.text}, condition.cite)
    elif met is None and condition.severity == "error":
        for code in open_fields:
            found.needed.add(code)
            message = _("“%(field)s”未填写，尚不能判断条件：%(text)s。请填写。") % {
                "field": reading.label(code),
                "text": condition.text,
            }
            found.missing(code, message, condition.cite)
        if condition.rule and not open_fields and not _hidden(condition, reading):
            message = _(
                "按现有答案不能判断条件：%(text)s。请核对相关填报内容（例如作除数的数不应为 0）。"
            ) % {"text": condition.text}
            found.error(name, message, condition.cite)


def _check_group(group: ConditionGroup, members: list[Condition], reading: Reading, found: Findings) -> None:
    verdicts = [judge(member, reading) for member in members]
    met, undecided = verdicts.count(True), verdicts.count(None)
    found.groups.append(_standing(group, members, verdicts, reading))
    if met >= group.need:
        return
    state = _("%(text)s：%(count)s 项中至少应满足 %(need)s 项，现满足 %(met)s 项") % {
        "text": group.text,
        "count": len(members),
        "need": group.need,
        "met": met,
    }
    names = [name for member in members for name in (_reads(member) or [member.field or ""]) if name]
    first = next(iter(names), "")
    if met + undecided < group.need:
        unmet = "；".join(m.text for m, v in zip(members, verdicts, strict=True) if v is False)
        found.error(
            first,
            _("%(state)s。未满足的有：%(unmet)s。请核对相关填报内容；确不符合的不能申报。")
            % {"state": state, "unmet": unmet},
            group.cite,
        )
        return
    open_fields = [code for member in members for code in _unanswered(member, reading)]
    if open_fields:
        found.needed.add(open_fields[0])
        labels = _("、").join(dict.fromkeys(f"“{reading.label(code)}”" for code in open_fields))
        found.missing(
            open_fields[0],
            _("%(state)s，还有未填写的：%(labels)s。请补充。") % {"state": state, "labels": labels},
            group.cite,
        )


def _standing(
    group: ConditionGroup, members: list[Condition], verdicts: list[bool | None], reading: Reading
) -> Standing:
    shown = tuple(
        Member(
            member.code,
            member.text,
            verdict,
            tuple(
                code
                for code in dict.fromkeys((*_reads(member), member.field or ""))
                if code in reading.fields
            ),
            tuple(member.cite),
        )
        for member, verdict in zip(members, verdicts, strict=True)
    )
    return Standing(group.code, group.text, group.need, shown, tuple(group.cite))


def _reads(condition: Condition) -> Sequence[str]:
    """The fields a condition looks at."""
    if condition.rule:
        return compile_rule(condition.rule).fields
    return (condition.field,) if condition.field else ()


def _unanswered(condition: Condition, reading: Reading) -> list[str]:
    return [code for code in _reads(condition) if code in reading.fields and not reading.filled(code)]


def _hidden(condition: Condition, reading: Reading) -> bool:
    """Whether it looks at a field this project is not asked, and so does not apply to it."""
    return any(code not in reading.fields for code in _reads(condition))
