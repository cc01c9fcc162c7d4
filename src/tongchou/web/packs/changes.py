"""What one version changes against another, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.diffing import BINDS, SEVERITIES
from tongchou.programmes.models import Programme, Task

TONES = {
    "plain": "quiet",
    "tightening": "warn",
    "loosening": "wait",
    "loses": "bad",
    "reinterprets": "bad",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change as the page shows it."""

    task: str
    sentence: str
    severity: str
    tone: str
    binds: str
    cite: list[str]
    remedy: str


@dataclass(slots=True)
class There:
    """What changes in one place."""

    name: str
    changes: list[Told] = field(default_factory=list)


def told(changes: Sequence[dict[str, Any]], programme: Programme | None) -> list[There]:
    """The changes by place, each with its task, for whom it is and of what kind."""
    places = dict(
        Jurisdiction.objects.filter(pk__in={c["place"] for c in changes}).values_list("code", "name")
    )
    tasks = dict(Task.objects.filter(programme=programme).values_list("code", "name"))
    found: dict[str, There] = {}
    for change in changes:
        there = found.setdefault(change["place"], There(places.get(change["place"], change["place"])))
        severity = change["severity"]
        there.changes.append(
            Told(
                tasks.get(change["task"], change["task"]) or _("各项任务"),
                change["sentence"],
                _(SEVERITIES.get(severity, severity)),
                TONES.get(severity, "quiet"),
                _("、").join(_(BINDS.get(who, who)) for who in change["binds"]),
                change["cite"],
                change["remedy"] if change["forbidden"] else "",
            )
        )
    return list(found.values())


def kinds_of(changes: Iterable[There]) -> list[tuple[str, str, int]]:
    """How many changes there are of each kind."""
    counts: dict[tuple[str, str], int] = {}
    for there in changes:
        for change in there.changes:
            key = (change.severity, change.tone)
            counts[key] = counts.get(key, 0) + 1
    return [(word, tone, count) for (word, tone), count in counts.items()]
