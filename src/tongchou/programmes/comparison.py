"""What stands in the database as one side of a comparison, and what a checked pack would change there."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from pydantic import ValidationError

from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import history, mappings
from tongchou.programmes.check import Checked
from tongchou.programmes.diffing import Change, Side, diff
from tongchou.programmes.diffing.remedies import knows
from tongchou.programmes.holdings import Held, Loss, held_under, in_use, losses
from tongchou.programmes.models import PackVersion, Programme


@dataclass(slots=True)
class Comparison:
    """What a pack would change against what is in force; ``losses`` are what stored data forbid."""

    new: Side
    changes: list[Change] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare(programme: Programme | None, checked: Checked, places: Dictionary[str, str]) -> Comparison:
    """Compare a checked pack with what is in force. ``places``: the path of each known place by its code."""
    new = Side.of(checked, places)
    found = Comparison(new)
    try:
        old = side_in_force(programme, places) if programme else Side()
    except ValidationError:
        old = Side()
        found.notes.append("现行版本是按旧格式保存的，不能逐项比较")
    kept = mappings.kept(programme) if programme else []
    names = dict(
        Jurisdiction.objects.filter(pk__in={*old.overlays, *new.overlays}).values_list("code", "name")
    )
    found.changes = diff(old, new, names=names, kept=kept)
    if programme:
        found.losses = losses(programme, new, kept=kept)
    return found


def side_in_force(programme: Programme, places: Dictionary[str, str]) -> Side:
    """The packs in force. pydantic's ``ValidationError`` where they were kept in a format that is no longer known."""
    release = history.current(programme)
    if release is not None:
        return Side.of_contents(history.contents(release), places)
    latest = PackVersion.objects.filter(programme=programme).order_by("place_id", "-loaded_at", "-pk")
    contents = {version.place_id: version.content for version in latest.distinct("place_id")}
    return Side.of_contents(contents, places)


def affected(programme: Programme, change: Change) -> Held:
    """How much is stored under what a change takes away or gives another meaning."""
    if change.key is None or change.key.part == "round":
        return Held()
    key, found = change.key, Held()
    for edition in in_use(programme).filter(task__code=key.task):
        if knows(edition.pack, key):
            found += held_under(key, edition.pack, [edition])
    return found
