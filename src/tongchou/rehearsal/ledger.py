"""What a rehearsal found: what was done and refused, by stage, with how long it took. Counts are the same for a seed."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import transaction

from tongchou.core.access import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
P = ParamSpec("P")


@dataclass
class Ledger:
    """Counts of actions and refusals, and seconds by stage."""

    echo: Callable[[str], Any] = lambda _: None
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    example: dict[tuple[str, str], str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and say that it runs."""
        began = time.perf_counter()
        before = sum(self.done.values())
        yield
        took = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0) + took
        self.echo(f"  {name}　{sum(self.done.values()) - before:,} 步，{took:.1f} 秒")

    def attempt(self, what: str, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Do ``action`` with the rest of the arguments; a refusal is counted with its code, and nothing of it remains."""
        try:
            with transaction.atomic():
                result = action(*args, **kwargs)
        except Refused as refused:
            key = (what, refused.code)
            self.refused[key] += 1
            self.example.setdefault(key, str(refused))
            return None
        self.done[what] += 1
        return result
