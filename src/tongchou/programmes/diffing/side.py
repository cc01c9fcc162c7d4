"""The two sides that are compared: one version of a programme, whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

from tongchou.programmes import overlay as overlays
from tongchou.programmes.check import Checked
from tongchou.programmes.pack_format import Mapping, OverlayPack, OverlayTask, ProgrammePack, TaskPack


@dataclass(frozen=True, slots=True)
class OverlaySide:
    """A place's overlay: its own pack and tasks as written, and the tasks as they stand there.

    ``above`` are the places with overlays that it lies in, widest first.
    """

    pack: OverlayPack
    own: Dictionary[str, OverlayTask] = field(default_factory=dict)
    tasks: Dictionary[str, TaskPack] = field(default_factory=dict)
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a programme: the pack, its tasks, and the overlays by place (a place after those it lies in).

    Nothing at all (no ``programme``) is what stands before a first load.
    """

    programme: ProgrammePack | None = None
    tasks: Dictionary[str, TaskPack] = field(default_factory=dict)
    overlays: Dictionary[str, OverlaySide] = field(default_factory=dict)

    @classmethod
    def of(cls, checked: Checked, places: Dictionary[str, str]) -> Side:
        """A pack as it was checked. ``places``: the path of each known place by its code."""
        codes = [overlay.place for overlay in checked.overlays]
        return cls(
            checked.programme,
            checked.tasks,
            {
                o.place: OverlaySide(o.pack, o.own, o.tasks, _above(o.place, codes, places))
                for o in checked.overlays
            },
        )

    @classmethod
    def of_contents(
        cls, contents: Dictionary[str, Dictionary[str, Any]], places: Dictionary[str, str]
    ) -> Side:
        """What was kept of a loaded version (``PackVersion.content`` by place), the overlays laid on as they were.

        Nothing where the programme's own place is not among them. pydantic's ``ValidationError`` for content that the
        format no longer knows.
        """
        whole = next(
            (place for place, content in contents.items() if "programme" not in content["pack"]), None
        )
        if whole is None:
            return cls()
        tasks = {c: TaskPack.model_validate(t) for c, t in contents[whole]["tasks"].items()}
        side = cls(ProgrammePack.model_validate(contents[whole]["pack"]), tasks, {})
        built: dict[str, OverlaySide] = {}
        others = sorted((place for place in contents if place != whole), key=lambda p: len(places.get(p, p)))
        for place in others:
            own = {c: OverlayTask.model_validate(t) for c, t in contents[place]["tasks"].items()}
            above = _above(place, others, places)
            bases = tasks | (dict(built[above[-1]].tasks) if above else {})
            laid = {code: overlays.lay(bases[code], part) for code, part in own.items() if code in bases}
            standing = (dict(built[above[-1]].tasks) if above else {}) | laid
            pack = OverlayPack.model_validate(contents[place]["pack"])
            built[place] = OverlaySide(pack, own, standing, above)
        return cls(side.programme, tasks, built)

    def mappings(self) -> list[Mapping]:
        """The mappings of the pack and of its overlays."""
        own = list(self.programme.mappings) if self.programme else []
        return own + [mapping for overlay in self.overlays.values() for mapping in overlay.pack.mappings]

    def task_in(self, code: str, path: str) -> TaskPack | None:
        """The task as it stands at a place, given by its path; ``None``: there is none."""
        for place in reversed(path.strip("/").split("/")):
            overlay = self.overlays.get(place)
            if overlay is not None and code in overlay.tasks:
                return overlay.tasks[code]
        return self.tasks.get(code)


def _above(place: str, others: Iterable[str], places: Dictionary[str, str]) -> tuple[str, ...]:
    around = places.get(place, "").strip("/").split("/")
    return tuple(sorted((other for other in others if other != place and other in around), key=around.index))
