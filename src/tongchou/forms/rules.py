"""Rules of packs, in CEL. The only place that knows which library evaluates them.

A rule sees three variables: ``v`` (the answers by field code), ``variant`` (the code of the project's kind) and ``unit``
(what is known of the unit: ``unit.kind``, ``unit.place``, ``unit.tags``). Beyond standard CEL there is ``sum(list)``.

* Every number is a double, money too (in fen): write ``v["n"] + 1.0``. Comparing ``v["n"] > 3`` is fine.
* A missing answer is absent from ``v``: whatever needs it is *undecided*, while ``has(v.n)`` asks for it. What can be
  decided without it is decided: ``true || v["n"] > 3`` holds.
* Dates are ISO strings and compare as such.
* Divide in a computed field: there a division by zero yields no value, and what needs it is undecided.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

LONGEST_RULE = 2000
"""Characters of an expression. (Iterations within one evaluation are bounded to 10,000 by the library.)"""

_FIELD = re.compile(r"""(?<![\w.])v(?:\[\s*(?:"([^"]*)"|'([^']*)')\s*\]|\.([A-Za-z_]\w*))""")

_ANSWERS = re.compile(r"(?<![\w.])v(?!\w)")


class RuleError(ValueError):
    """An expression that does not compile; the text says where."""


class Rule:
    """A compiled expression. ``fields`` are the field codes it reads, in order of appearance."""

    def __init__(self, text: str, expression: Any) -> None:
        named = [a or b or c for a, b, c in _FIELD.findall(text)]
        self.text = text
        self.fields = tuple(dict.fromkeys(named))
        self.reads_others = len(named) < len(_ANSWERS.findall(text))
        """Whether it may also read fields it does not name."""
        self._expression = expression

    def value(self, context: Context) -> Any:
        """What the expression yields, or ``None`` where it cannot be decided from the answers given."""
        result, _ = self.attempt(context)
        return result

    def holds(self, context: Context) -> bool | None:
        """Whether the rule holds; ``None``: undecided, as an answer it needs is missing or of another type."""
        result = self.value(context)
        return result if isinstance(result, bool) else None

    def attempt(self, context: Context) -> tuple[Any, str]:
        """The value and why there is none (the library's own words, for those who write packs)."""
        try:
            outcome = self._expression.eval(context.activation_for(self))
        except RuntimeError as error:  # the iteration budget is spent
            return None, str(error)
        if outcome.type() == cel.Type.ERROR:
            return None, str(outcome.plain_value())
        value = outcome.plain_value()
        if isinstance(value, float) and not math.isfinite(value):
            return None, "division by zero"
        return value, ""


class Context:
    """What rules are decided on.

    The library copies the answers it is handed, which costs more than a rule. While answers are still being computed it is
    handed those that a rule names; once they are :meth:`settled`, all of them for all rules.
    """

    def __init__(
        self, values: Mapping[str, Any], *, variant: str = "", unit: Mapping[str, Any] | None = None
    ) -> None:
        plain = {code: _plain(value) for code, value in values.items()}
        self.values = {code: value for code, value in plain.items() if value is not None}
        self._others = {"variant": variant, "unit": dict(unit or {})}
        self._whole: Any = None

    def settled(self) -> None:
        """No answer will change now."""
        self._whole = _ENV.Activation({"v": self.values, **self._others})

    def activation_for(self, rule: Rule) -> Any:
        if self._whole is not None:
            return self._whole
        values = self.values
        read = values if rule.reads_others else {code: values[code] for code in rule.fields if code in values}
        return _ENV.Activation({"v": read, **self._others})

    def set(self, code: str, value: Any) -> None:
        """Give one answer; an empty one counts as missing."""
        plain = _plain(value)
        if plain is None:
            self.drop(code)
        else:
            self.values[code] = plain
            self._whole = None

    def drop(self, code: str) -> None:
        self.values.pop(code, None)
        self._whole = None


@lru_cache(maxsize=8192)
def compile_rule(text: str) -> Rule:
    """Compile an expression, once per process. Raises :class:`RuleError`."""
    if len(text) > LONGEST_RULE:
        raise RuleError(f"规则超过 {LONGEST_RULE} 个字符")
    try:
        return Rule(text, _ENV.compile(text))
    except RuntimeError as error:
        raise RuleError(_short(str(error))) from None


def _plain(value: Any) -> Any:
    """The answer as rules see it: numbers as doubles, empty parts left out."""
    if value is None or value == "":
        return None
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dict):
        kept = {}
        for key, part in value.items():
            plain = part if type(part) is float or (type(part) is str and part) else _plain(part)
            if plain is not None:
                kept[str(key)] = plain
        return kept or None
    if isinstance(value, list | tuple):
        return [part for part in map(_plain, value) if part is not None] or None
    return value


def _short(message: str) -> str:
    """The library's first complaint, without its frame: ``1:4: undeclared reference to 'foo'``."""
    first = message.split("ERROR: <input>:", 1)[-1].splitlines()[0]
    return first.replace(" (in container '')", "").removesuffix(" [INVALID_ARGUMENT]")


def _sum(items: Sequence[Any]) -> float:
    return math.fsum(items)


_ENV = cel.NewEnv(
    variables={
        "v": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        "variant": cel.Type.STRING,
        "unit": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    },
    functions=[
        cel.FunctionDecl(
            "sum", [cel.Overload("sum_list", cel.Type.DYN, [cel.Type.List(cel.Type.DYN)], impl=_sum)]
        )
    ],
)
