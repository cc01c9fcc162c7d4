"""Checks of a 250-field form a second in one process: everything a task asks, against the bare evaluation of its rules."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from bench import wide
from bench.house import house, machine


def measure(seconds: int = 5) -> dict[str, Any]:
    with house():
        from tongchou.forms import checks
        from tongchou.forms.rules import Context, compile_rule
        from tongchou.programmes.pack_format import TaskPack

        pack = TaskPack.model_validate(json.loads(json.dumps(wide.task())))
        answers = wide.answers(1)
        rules = [compile_rule(c.rule) for c in pack.conditions if c.rule]
        rules += [compile_rule(f.compute) for s in pack.form for f in s.fields if f.compute]
        computed = checks.look(pack, answers, variant="main", unit={}, years=()).computed

        def full() -> None:
            seen = checks.look(pack, answers, variant="main", unit={}, years=())
            if not seen.ready:
                raise RuntimeError(seen.findings[0].message)

        def bare() -> None:
            context = Context(answers | computed)
            for rule in rules:
                rule.value(context)

        rates = _in_turns([full, bare], seconds)
    return {
        "settings": {**machine(), "fields": wide.FIELDS, "rules": len(rules), "seconds": seconds},
        "full_per_second": round(rates[0], 1),
        "bare_rules_per_second": round(rates[1], 1),
        "ratio": round(rates[0] / rates[1], 3),
    }


def _in_turns(works: list[Callable[[], None]], seconds: float) -> list[float]:
    """How often a second of processor time each can be done, in turns of a tenth of a second."""
    counts, spent = [0] * len(works), [0.0] * len(works)
    ends = time.perf_counter() + seconds * len(works)
    while time.perf_counter() < ends:
        for number, work in enumerate(works):
            began = time.process_time()
            while (now := time.process_time()) - began < 0.1:
                work()
                counts[number] += 1
            spent[number] += now - began
    return [count / time_ for count, time_ in zip(counts, spent, strict=True)]
