"""Telling a difference in Chinese: what changes, where, from what to what. Pure."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary

from pydantic import BaseModel

from tongchou.programmes.diffing import words
from tongchou.programmes.diffing.compare import Difference, Trail
from tongchou.programmes.pack_format import Criterion, FieldDef, HolderRule, Mapping, QuotaDef

_TURNS = {
    "required": ("改为必填", "改为选填"),
    "sealed": ("改为须上传盖章件", "改为不须盖章"),
    "public": ("改为公开", "改为不公开"),
    "extra": ("改为加分项", "不再是加分项"),
    "may_not_apply": ("改为可申报不适用", "改为一律须填报"),
    "targeted": ("改为须定年度目标", "改为不定年度目标"),
    "guide_published": ("建设指南已发布", "建设指南改为尚未发布"),
}
"""What a flag means when it is set, and when it is taken back."""


class Teller:
    """Tells differences in one task and place. ``rounds``: names of rounds by code."""

    def __init__(self, *, task: str = "", place: str = "", rounds: Dictionary[str, str]) -> None:
        where = [f"任务“{task}”"] * bool(task) + [place] * bool(place)
        self.where = f"{'，'.join(where)}：" if where else ""
        self.rounds = rounds

    def tell(self, found: Difference) -> str:
        """The difference as one sentence."""
        match found.kind:
            case "added" | "removed":
                verb = "新增" if found.kind == "added" else "取消"
                said = f"{self._around(found.trail[:-1])}{verb}{self._item(*found.trail[-1])}"
            case "order":
                names = "、".join(words.title(found.name, part) for part in found.new)
                said = f"{self._subject(found.trail)}{words.LISTS.get(found.name, found.name)}的次序调整为：{names}"
            case _:
                said = self._changed(found)
        return self.where + said.rstrip()

    def _changed(self, found: Difference) -> str:
        part = found.trail[-1][1] if found.trail else None
        label = words.attribute(found.name, part)
        subject = self._subject(found.trail)
        if found.name in {"limit", "minimum"} and isinstance(part, HolderRule):
            subject, label = subject.removesuffix("的"), "推荐限额" if found.name == "limit" else "最低推荐数"
        if isinstance(found.new, bool) and found.name in _TURNS:
            return f"{subject.removesuffix('的')}{_TURNS[found.name][not found.new]}"
        if words.is_long(found.old) or words.is_long(found.new):
            return f"{subject}{label}{_length_note(found)}"
        old, new = words.value(found.name, found.old), words.value(found.name, found.new)
        return f"{subject}{label}由{_quoted(found.name, old)}改为{_quoted(found.name, new)}"

    def _around(self, trail: Trail) -> str:
        return f"{'，'.join(self._part(name, part) for name, part in trail)}，" if trail else ""

    def _subject(self, trail: Trail) -> str:
        return f"{'，'.join(self._part(name, part) for name, part in trail)}的" if trail else ""

    def _part(self, name: str, part: BaseModel) -> str:
        match part:
            case QuotaDef():
                rounds = "、".join(self.rounds.get(code, code) for code in part.rounds)
                return f"{rounds}“{part.name}”"
            case HolderRule():
                return part.name
            case Criterion():
                return f"评分项“{part.group} / {part.name}”"
            case Mapping():
                return f"{words.PARTS[part.part]}对应关系“{words.title(name, part)}”"
        return f"{words.LISTS.get(name, name)}“{words.title(name, part)}”"

    def _item(self, name: str, part: BaseModel) -> str:
        """An item that comes or goes, with what matters about it."""
        said = self._part(name, part)
        match part:
            case HolderRule():
                numbers = [f"限额 {part.limit}"] if part.limit is not None else []
                numbers += [f"最低 {part.minimum}"] if part.minimum is not None else []
                return f"限额行“{part.name}”（{'，'.join(numbers) or '不限'}）"
            case QuotaDef():
                lines = "；".join(self._item("holders", line) for line in part.holders)
                return f"限额{said}：{lines}"
            case FieldDef():
                unit = f"，{part.unit}" if part.unit else ""
                return f"{said}（{words.value('type', part.type)}{unit}{'，必填' if part.required else ''}）"
            case Mapping():
                factor = f"，×{part.factor:g}" if part.factor is not None else ""
                return f"{said}{factor}{f'，理由：{part.drop}' if part.drop else ''}"
        first, until = getattr(part, "first", None), getattr(part, "until", None)
        if name == "calendar":
            days = f"{words.value('first', first)}至{words.value('until', until)}"
            return f"{said}（{days}）"
        return said


def _quoted(name: str, said: str) -> str:
    """Numbers stand bare between spaces, all else in quotation marks."""
    bare = said.replace(".", "", 1).removeprefix("-").isdecimal() or said in {
        "不限",
        "无",
        "是",
        "否",
        "全部",
    }
    return f" {said} " if bare else f"“{said}”"


def _length_note(found: Difference) -> str:
    old, new = len(found.old or ""), len(found.new or "")
    if not old:
        return f"新增文字（{new} 字）"
    if not new:
        return f"文字被删去（原 {old} 字）"
    return f"文字有改动（{old} 字改为 {new} 字）"
