"""Comparing two versions of a programme, whole: everywhere, then in each place with an overlay. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import replace

from tongchou.forms.definition import FieldDef, Section
from tongchou.programmes.diffing import days, judging, remedies, words
from tongchou.programmes.diffing.change import Change, Key
from tongchou.programmes.diffing.compare import Difference, differences, list_differences
from tongchou.programmes.diffing.sentences import Teller
from tongchou.programmes.diffing.side import Side
from tongchou.programmes.diffing.stakes import stakes
from tongchou.programmes.pack_format import Mapping, OverlayPack, ProgrammePack, TaskPack


def diff(
    old: Side, new: Side, *, names: Dictionary[str, str] | None = None, kept: Sequence[Mapping] = ()
) -> list[Change]:
    """What ``new`` changes against ``old``, in the order of the pack; empty if and only if both say the same.

    ``names``: what places are called, by code. A place with an overlay tells what changes there besides what changes
    everywhere. What would lose or reinterpret what may be stored is
    forbidden unless a mapping of ``new``, or one that was ``kept`` from an earlier version, answers for it.
    """
    return list(_Diff(old, new, names or {}, kept).changes())


class _Diff:
    def __init__(self, old: Side, new: Side, names: Dictionary[str, str], kept: Sequence[Mapping]) -> None:
        self.old, self.new, self.names = old, new, names
        self.mappings = [*new.mappings(), *kept]
        packs = [side.programme for side in (old, new) if side.programme]
        self.rounds = {r.code: r.name for pack in packs for r in pack.rounds}
        self.moved = days.moved(old, new)

    def changes(self) -> Iterator[Change]:
        before, after = self.old.programme, self.new.programme
        if after is None:
            if before is not None:
                yield Change(before.place, "", "programme", before.code, f"计划“{before.name}”被取消")
            return
        if before is None:
            yield Change(after.place, "", "programme", after.code, f"新建计划“{after.name}”")
        else:
            yield from self._packs(after.place, before, after)
        yield from self._derived((after.place, ""))
        for code in _both(self.old.tasks, self.new.tasks):
            yield from self._task(after.place, code)
        for place in _both(self.old.overlays, self.new.overlays):
            yield from self._overlay(place)

    # ------------------------------------------------------------ packs

    def _packs(
        self, place: str, before: ProgrammePack | OverlayPack, after: ProgrammePack | OverlayPack
    ) -> Iterator[Change]:
        teller = self._teller("", place)
        for found in differences(before, after):
            change = self._change(place, "", found, teller)
            if found.kind == "removed" and found.name == "rounds":
                key = Key("", "round", change.code)
                yield replace(change, severity="loses", key=key, remedy="保留这个批次，可另加新批次")
            else:
                yield change

    # ------------------------------------------------------------ tasks

    def _task(self, place: str, code: str) -> Iterator[Change]:
        before, after = self.old.tasks.get(code), self.new.tasks.get(code)
        if before is None and after is not None:
            yield Change(place, code, "task", code, f"新增任务“{after.name}”", cite=tuple(after.cite))
        elif before is not None and after is None:
            said = f"任务“{before.name}”不再使用，已有的申报照旧办理"
            yield Change(place, code, "task", code, said, cite=tuple(before.cite))
        elif before is not None and after is not None:
            yield from self._told(place, before, after, list(task_differences(before, after)))
            yield from self._derived((place, code))

    def _told(
        self, place: str, before: TaskPack, after: TaskPack, found: Iterable[Difference]
    ) -> Iterator[Change]:
        """The differences of a task in one place, and what each would do to what is stored."""
        teller = self._teller(after.name, place)
        at_stake = stakes(before, after)
        for difference in found:
            change = self._change(place, after.code, difference, teller)
            key = _key(after.code, difference)
            stake = at_stake.get(key) if key else None
            if key is None or stake is None:
                yield change
                continue
            mapping, misfit = remedies.answer(key, before, after, self.mappings)
            yield replace(
                change,
                severity=stake.severity,
                key=key,
                mapping=mapping,
                remedy="" if mapping else misfit or remedies.remedy(stake, place=self._written(place, key)),
            )

    def _written(self, place: str, key: Key) -> str:
        """The place whose overlay has to say what becomes of ``key``; empty: the pack, which knows it."""
        task = self.old.tasks.get(key.task)
        return place if task is None or not remedies.knows(task, key) else ""

    # ------------------------------------------------------------ overlays

    def _overlay(self, place: str) -> Iterator[Change]:
        before, after = self.old.overlays.get(place), self.new.overlays.get(place)
        name = self.names.get(place, place)
        changes: list[Change] = []
        if before is None:
            yield Change(place, "", "overlay", place, f"新增{name}的地方细则")
        elif after is None:
            yield Change(place, "", "overlay", place, f"取消{name}的地方细则，改按上级规定办理")
        else:
            changes += self._packs(place, before.pack, after.pack)
        changes += self._derived((place, ""))
        for code in self.new.tasks:
            if self.old.programme is not None and code in self.old.tasks:
                changes += self._task_there(place, code)
        yield from changes
        if before is not None and after is not None and not changes and before.own != after.own:
            yield Change(place, "", "overlay", place, f"{name}的地方细则写法有变，实际要求不变")

    def _task_there(self, place: str, code: str) -> Iterator[Change]:
        """What changes in the place besides what changes above it."""
        above = _wider(place, self.old, self.new)
        before, after = (_standing(side, (place, *above), code) for side in (self.old, self.new))
        wide_before, wide_after = (_standing(side, above, code) for side in (self.old, self.new))
        if before is None or after is None or wide_before is None or wide_after is None:
            return
        told = {found.signature for found in task_differences(wide_before, wide_after)}
        own = [found for found in task_differences(before, after) if found.signature not in told]
        yield from self._told(place, before, after, own)
        yield from self._derived((place, code))

    def _derived(self, place: days.Place) -> Iterator[Change]:
        code, task = place
        pack = self.new.tasks.get(task)
        teller = self._teller(pack.name if pack else "", code)
        for moved in self.moved.get(place, ()):
            year = f"（{moved.year}年）" if moved.entry.since else ""
            edge = "开始日" if moved.name == "first" else "截止日"
            old, new = (str(day) if day else None for day in (moved.old, moved.new))
            then, now = words.value(moved.name, old), words.value(moved.name, new)
            said = f"时间窗口“{moved.entry.name}”{year}的{edge}随所依据的日期由“{then}”改为“{now}”"
            found = Difference((("calendar", moved.entry),), "changed", moved.name, old, new)
            yield Change(
                code,
                task,
                "calendar",
                moved.entry.code,
                teller.where + said,
                judging.severity(found),
                (moved.entry.binds,),
                tuple(moved.entry.cite),
            )

    # ------------------------------------------------------------ one change

    def _teller(self, task: str, place: str) -> Teller:
        nation = self.new.programme.place if self.new.programme else ""
        where = "" if place == nation else self.names.get(place, place)
        return Teller(task=task, place=where, rounds=self.rounds)

    def _change(self, place: str, task: str, found: Difference, teller: Teller) -> Change:
        part = found.trail[0][0] if found.trail else found.name
        return Change(
            place,
            task,
            part,
            ".".join(found.codes),
            teller.tell(found),
            judging.severity(found),
            judging.binds(found),
            judging.cite(found),
        )


def task_differences(before: TaskPack, after: TaskPack) -> Iterator[Difference]:
    """What differs between two versions of a task. A field that moves to another section is no new field."""
    yield from differences(before, after, without=("form",))
    yield from list_differences("form", before.form, after.form, without=("fields",))
    yield from list_differences("fields", _fields(before), _fields(after), without=("section",))
    kept = {field.code: field.section for field in _fields(before)}
    for field in _fields(after):
        if kept.get(field.code, field.section) != field.section:
            yield Difference((("fields", field),), "changed", "section", kept[field.code], field.section)


class _Placed(FieldDef):
    """A field with the section it stands in."""

    section: str


def _fields(task: TaskPack) -> list[_Placed]:
    return [_placed(field, section) for section in task.form for field in section.fields]


def _placed(field: FieldDef, section: Section) -> _Placed:
    values = {name: getattr(field, name) for name in FieldDef.model_fields}
    return _Placed.model_construct(**values, section=section.title)


def _key(task: str, found: Difference) -> Key | None:
    """What stored data may hold of what a difference is about."""
    names, codes = [name for name, _ in found.trail], found.codes
    match names, found.name:
        case (["indicators"], "indicators" | "kind" | "unit"):
            return Key(task, "indicator", codes[0])
        case (["fields"], "fields" | "type" | "unit"):
            return Key(task, "field", codes[0])
        case (["fields", "columns"], "columns" | "type" | "unit"):
            return Key(task, "column", codes[1], codes[0])
        case (["steps"], "steps"):
            return Key(task, "step", codes[0])
        case (["variants"], "variants"):
            return Key(task, "variant", codes[0])
        case ([*holders, "choices"], "choices"):
            return Key(task, "choice", codes[-1], ".".join(codes[: len(holders)]))
    return None


def _both(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The codes of both sides, those of the new in their order, then what is gone."""
    kept = list(new)
    return kept + [code for code in old if code not in set(kept)]


def _wider(place: str, *sides: Side) -> tuple[str, ...]:
    """The places around ``place`` that have overlays, nearest first."""
    found = [side.overlays[place].above for side in sides if place in side.overlays]
    return tuple(reversed(max(found, key=len)))


def _standing(side: Side, places: Iterable[str], code: str) -> TaskPack | None:
    """The task as the first of the places that has an overlay of it has it, else as it stands everywhere."""
    found = (side.overlays[place].tasks.get(code) for place in places if place in side.overlays)
    return next((task for task in found if task is not None), side.tasks.get(code))
