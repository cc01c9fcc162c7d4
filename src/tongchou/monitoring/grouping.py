"""Grouping rows by the places directly below a path, and what the groups are called."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CharField, Func, Value
from django.utils.translation import gettext_noop

from tongchou.designations.models import Level
from tongchou.orgs.models import Jurisdiction, Unit
from tongchou.programmes.models import Task

ITSELF = gettext_noop("本级")
"""What stands at the place itself and not below: its own summary, a unit registered directly there."""


def place_below(path: str, *, column: str = "place_path") -> Func:
    """The code of the place directly below ``path`` in which a row stands, ``""`` when it stands at ``path`` itself."""
    return Func(
        column, Value("/"), Value(path.count("/") + 1), function="split_part", output_field=CharField()
    )


def names(by: str, keys: Iterable[str]) -> dict[str, str]:
    """What the groups are called, in the order in which official documents list them (one query at most).

    Places by their code, tasks by their number, levels from the highest. A key without a name is left out.
    """
    keys = set(keys)
    if by == "place":
        found = dict(Jurisdiction.objects.filter(code__in=keys).order_by("code").values_list("code", "name"))
        return found | ({"": ITSELF} if "" in keys else {})
    if by == "task":
        return dict(Task.objects.filter(code__in=keys).values_list("code", "name"))
    if by == "unit":
        return {
            str(pk): name
            for pk, name in Unit.objects.filter(pk__in=keys - {""}).order_by("pk").values_list("pk", "name")
        }
    fixed = {
        "level": {value: str(label) for value, label in reversed(Level.choices)},
        "unit_kind": {value: str(label) for value, label in Unit.Kind.choices},
    }.get(by, {})
    return {value: label for value, label in fixed.items() if value in keys}
