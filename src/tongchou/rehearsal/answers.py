"""Answers that an invented unit could really give: filled from the form's definition, then mended until the checks pass.

Nothing here knows a task. The form's own limits bound what is tried, and the same checks that a unit meets decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from tongchou.forms import checks
from tongchou.forms.schema import UNIT_KINDS, by_code, columns_of, for_variant, sections_for, targeted
from tongchou.orgs import uscc
from tongchou.rehearsal import cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.forms.definition import FieldDef, Indicator
    from tongchou.programmes.pack_format import TaskPack

_NAMED = re.compile(r"""v\[["']([a-z0-9_]+)["']\]""")
_REGISTRAR = {"enterprise": "91", "government": "11", "association": "51"}
_WORDS = [  # the first word that stands in a label decides; numbers and addresses lead nowhere
    ("信用代码", uscc.complete("12220000000000000")),
    ("专业代码", "999901"),
    ("专业名称", "现代装备运维（演练）"),
    ("学校标识码", "9999000001"),
    ("代码", "999901"),
    ("电话", "000-00000000"),
    ("手机", "000-00000000"),
    ("邮箱", "office@example.org"),
    ("电子邮件", "office@example.org"),
    ("网址", "https://example.org/"),
    ("地址", "演练大街 1 号"),
    ("域名", "example.org"),
    ("承担任务", "资源建设与应用推广"),
    ("职称", "副教授"),
    ("职务", "教务处处长"),
    ("部门", "教务处"),
    ("专业", "现代装备运维（演练）"),
    ("课程", "装备运行与维护（演练）"),
    ("平台", "演练教学平台"),
    ("企业", "演练装备有限公司"),
    ("学校", "演练职业技术学校"),
    ("单位", "演练职业技术学校"),
    ("国家", "演练国"),
]
_CLAIMED = 0.25
_TRIALS = 400
_YUAN = 100  # fen
_NUMBERS = [
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    10,
    12,
    15,
    20,
    25,
    30,
    40,
    50,
    60,
    70,
    75,
    80,
    85,
    90,
    92,
    95,
    98,
    100,
    200,
    500,
    1000,
    5000,
]


class NoAnswer(Exception):  # noqa: N818 - not a fault: a form that no unit of this kind can satisfy
    """No passing answers were found; carries what is left to mend, which points at the pack."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Passing answers, and the file slots that need a file."""

    answers: dict[str, Any]
    slots: list[str]


_BASES: dict[tuple[int, str, str, tuple[int, ...]], tuple[TaskPack, Filled]] = {}
"""Answers found once for each form, kind of unit and years; the pack is kept, so that no other takes its identity."""


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills one variant of a task for one unit."""

    pack: TaskPack
    variant: str
    unit: dict[str, Any]
    years: Sequence[int]
    random: Random

    def fill(self, *, project: str, given: dict[str, Any]) -> Filled:
        """Passing answers for ``project``; ``given`` is what the draft holds already (prefilled). Raises NoAnswer."""
        fields = by_code(sections_for(self.pack.form, self.variant))
        key = (id(self.pack), self.variant, self.unit["kind"], tuple(self.years))
        if key not in _BASES:
            # not by the play's own luck, or the first play of a process would draw otherwise than those after it
            luck = Random(f"{self.variant} {self.unit['kind']}")  # noqa: S311 - invented, no secret
            _BASES[key] = (self.pack, replace(self, random=luck).base(fields))
        _, base = _BASES[key]
        answers = base.answers | {code: value for code, value in given.items() if value not in (None, "")}
        if "project_name" in fields:
            answers["project_name"] = project
        self._vary(fields, answers, base.slots)
        return Filled(answers, base.slots)

    def base(self, fields: dict[str, FieldDef]) -> Filled:
        """One passing set of answers, which others of the kind then vary."""
        answers = {
            code: self._value(asked)
            for code, asked in fields.items()
            if asked.type not in {"files", "computed"}
        }
        for code in self._claims():
            if code in fields and fields[code].type == "yesno":
                answers[code] = False
        slots: list[str] = []
        self._mend(fields, answers, slots)
        return Filled(answers, slots)

    def _claims(self) -> list[str]:
        """The fields by which a case claims to be exempt from a quota; most cases don't."""
        rules = (exemption.when for quota in self.pack.quotas for exemption in quota.exempt)
        return [code for rule in rules for code in _NAMED.findall(rule)]

    # ---- first values

    def _value(self, asked: FieldDef) -> Any:
        match asked.type:
            case "text":
                return _clip(self._words(asked.label), asked)
            case "longtext":
                return _clip(
                    f"（演练）围绕“{asked.label}”，本单位已有较好基础：制度健全、分工明确、投入有保障；"
                    "今后三年按年度目标分步推进，每学期检查一次，每年公开一次进展。",
                    asked,
                )
            case "integer":
                return int(self._number(asked, 12))
            case "number":
                return round(self._number(asked, 12), asked.decimals or 1)
            case "percent":
                return round(self._number(asked, 85), 1)
            case "money":
                return int(self._number(asked, 100 * 10_000 * _YUAN))
            case "date":
                return "2021-09-01"
            case "choice":
                return asked.choices[0].value
            case "multichoice":
                return [choice.value for choice in asked.choices]
            case "yesno":
                return True
            case "people" | "table" | "partners":
                return self._rows(asked)
            case "targets":
                return self._targets()
            case _:
                return None

    def _words(self, label: str) -> str:
        """A short text that fits what the label asks for."""
        if "姓名" in label or "联系人" in label or label.endswith("负责人"):
            return cast.person_name(self.random)
        return next((text for word, text in _WORDS if word in label), f"{label}（演练）")

    def _number(self, asked: FieldDef, usual: float) -> float:
        low = asked.min if asked.min is not None else 0
        high = asked.max if asked.max is not None else max(usual, low) * 2 or 1
        return min(max(usual * self.random.uniform(0.8, 1.2), low), high)

    def _rows(self, asked: FieldDef) -> list[dict[str, Any]]:
        count = min(max(asked.min_rows or 0, 2), asked.max_rows or 3)
        if asked.type == "partners":
            return [self._partner(number) for number in range(count)]
        rows = []
        for number in range(count):
            row = {column.code: self._value(column) for column in columns_of(asked)}
            for column in columns_of(asked):  # a choice that names each row once, or the years of a plan
                if column.type == "choice":
                    row[column.code] = column.choices[number % len(column.choices)].value
                if column.type == "integer" and "年" in column.label:
                    row[column.code] = self.years[number % len(self.years)]
            if asked.type == "people":
                row |= {"name": cast.person_name(self.random), "unit": "本单位（演练）"}
            rows.append(row)
        return rows

    def _partner(self, number: int, kind: str = "") -> dict[str, Any]:
        kinds = list(self.pack.partners or UNIT_KINDS)
        kind = kind or kinds[number % len(kinds)]
        code = uscc.complete(f"{_REGISTRAR.get(kind, '12')}220000{self.random.randrange(10**9):09d}")
        return {
            "uscc": code,
            "name": f"协作单位{number + 1}（演练）",
            "kind": kind,
            "duty": "共同建设与推广应用",
        }

    def _targets(self) -> dict[str, dict[str, Any]]:
        return {
            indicator.code: {
                str(year): target(indicator, self.random, step) for step, year in enumerate(self.years)
            }
            for indicator in targeted(self.pack.indicators, self.variant)
        }

    # ---- mending

    def _faults(self, answers: dict[str, Any], slots: list[str]) -> list[Any]:
        found = checks.run(
            self.pack,
            answers,
            variant=self.variant,
            unit=self.unit,
            evidence_fields=set(slots),
            years=self.years,
        )
        return [finding for finding in found if finding.severity != "advice"]

    def _mend(self, fields: dict[str, FieldDef], answers: dict[str, Any], slots: list[str]) -> None:
        """Attach what is asked for, then climb: change one answer at a time to whatever leaves the fewest faults."""
        faults = self._faults(answers, slots)
        slots += dict.fromkeys(
            f.field for f in faults if f.field in fields and fields[f.field].type == "files"
        )
        faults = self._faults(answers, slots)
        for _ in range(_TRIALS):
            if not faults:
                return
            best: tuple[int, str, Any] = (len(faults), "", None)
            for code in self._suspects(fields, faults[0]):
                asked = fields[code]
                for value in self._candidates(asked):
                    left = len(self._faults(answers | {code: value}, slots))
                    if left < best[0]:
                        best = (left, code, value)
                if best[1]:
                    break
            if not best[1]:
                break
            answers[best[1]] = best[2]
            faults = self._faults(answers, slots)
        if faults:
            raise NoAnswer("；".join(f"{f.field}: {f.message}" for f in faults[:5]))

    def _suspects(self, fields: dict[str, FieldDef], fault: Any) -> list[str]:
        """The fields a fault may come from: its own, and those its rule and computed fields are made of."""
        found = [fault.field.partition("-")[0]]
        for condition in self.pack.conditions:
            if (
                condition.rule
                and for_variant(condition.variants, self.variant)
                and condition.field == found[0]
            ):
                found += _NAMED.findall(condition.rule)
        for code in list(found):
            if code in fields and fields[code].compute:
                found += _NAMED.findall(fields[code].compute or "")
        wanted = dict.fromkeys(code for code in found if code in fields)
        return [code for code in wanted if fields[code].type not in {"files", "computed"}]

    def _candidates(self, asked: FieldDef) -> list[Any]:
        match asked.type:
            case "integer" | "number" | "percent":
                wanted: list[Any] = [asked.min, asked.max, *_NUMBERS]
            case "money":
                wanted = [asked.min, asked.max, *(n * 10_000 * _YUAN for n in _NUMBERS)]
            case "choice":
                return [choice.value for choice in asked.choices]
            case "multichoice":
                return [[c.value for c in asked.choices[: n + 1]] for n in range(len(asked.choices))]
            case "yesno":
                return [True, False]
            case "partners":
                return [
                    [self._partner(number, kind) for number in range(count)]
                    for kind in self.pack.partners or UNIT_KINDS
                    for count in (1, 2, 3)
                ]
            case "people" | "table":
                rows = self._rows(asked)
                return [(rows * 6)[:n] for n in range(1, 7)]
            case "date":
                return ["2018-09-01", "2022-03-01", "2024-12-31"]
            case _:
                return [self._value(asked)]
        low = asked.min if asked.min is not None else float("-inf")
        high = asked.max if asked.max is not None else float("inf")
        fit = [n for n in wanted if n is not None and low <= n <= high]
        return [int(n) for n in fit] if asked.type in {"integer", "money"} else [float(n) for n in fit]

    def _vary(self, fields: dict[str, FieldDef], answers: dict[str, Any], slots: list[str]) -> None:
        """Shake numbers, targets, names and claims, so that no two units answer alike; keep what still passes."""
        shaken = dict(answers)
        once = {name for rule in self.pack.unique for name in rule.fields}
        for code, asked in fields.items():
            value = shaken.get(code)
            if asked.type in {"integer", "money"} and isinstance(value, int) and value > 10:
                shaken[code] = int(value * self.random.uniform(0.9, 1.1))
            elif asked.type == "targets":
                shaken[code] = self._targets()
            elif code in once and isinstance(value, str):
                shaken[code] = self._other(value, asked)
            elif asked.type == "people" and value:
                shaken[code] = [row | {"name": cast.person_name(self.random)} for row in value]
        claims = {code: True for code in self._claims() if code in fields and self.random.random() < _CLAIMED}
        for tried in (shaken | claims, shaken):
            if not self._faults(tried, slots):
                answers.update(tried)
                return

    def _other(self, text: str, asked: FieldDef) -> str:
        """A text that hardly anybody else has: another name, or other digits, at its end where it had none."""
        if not any(character.isdigit() for character in text):
            word = self._words(asked.label)
            return word if word != text else _clip(f"{self.random.randrange(10**6)} {text}", asked)
        return "".join(
            str(self.random.randrange(10)) if character.isdigit() else character for character in text
        )


def target(indicator: Indicator, random: Random, step: int) -> Any:
    """A target that grows (or, where smaller is better, stays small) from year to year."""
    base = {"integer": 20, "number": 20, "money": 50 * 10_000 * _YUAN, "percent": 80, "ratio": 80}[
        indicator.kind
    ]
    if indicator.better == "lower":
        base = 0 if indicator.kind == "integer" else base // 10
    value = base * random.uniform(0.7, 1.3) * (1 + 0.1 * step)
    value = min(value, indicator.max if indicator.max is not None else value)
    if indicator.kind in {"percent", "ratio"}:
        return round(min(value, 98.0), 1)
    return int(value)


def _clip(text: str, asked: FieldDef) -> str:
    return text[: asked.max_length or 2000]
