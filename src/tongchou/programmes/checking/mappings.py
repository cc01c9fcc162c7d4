"""Checking mappings: what they name exists where it must, and the old and the new fit together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary

from tongchou.forms.definition import Choice, FieldDef, Indicator
from tongchou.forms.schema import by_code, columns_of
from tongchou.programmes.checking.known import Report
from tongchou.programmes.names import nearest
from tongchou.programmes.pack_format import Mapping, Step, TaskPack, Variant

Coded = Indicator | FieldDef | Choice | Step | Variant

NUMBERS = {"integer", "number", "money", "percent", "computed"}
_SAME = {"longtext": "text"}
_PARTS = {
    "indicator": "指标",
    "field": "字段",
    "column": "表格列",
    "choice": "选项",
    "step": "环节",
    "variant": "项目类型",
}


def coded(task: TaskPack, part: str, inside: str = "") -> dict[str, Coded]:
    """What of one kind the task has, by code. ``inside``: the table of columns; the field, ``table.column`` or indicator
    of choices.
    """
    fields = by_code(task.form)
    indicators = {indicator.code: indicator for indicator in task.indicators}
    match part:
        case "indicator":
            return dict(indicators)
        case "field":
            return dict(fields)
        case "column":
            return {c.code: c for c in columns_of(fields[inside])} if inside in fields else {}
        case "step":
            return {step.code: step for step in task.steps}
        case "variant":
            return {variant.code: variant for variant in task.variants}
    table, _, column = inside.partition(".")
    holder: FieldDef | Indicator | None = fields.get(table) or indicators.get(inside)
    if column and isinstance(holder, FieldDef):
        holder = {c.code: c for c in columns_of(holder)}.get(column)
    return {choice.value: choice for choice in holder.choices} if holder else {}


def current_holder(mapping: Mapping, others: Iterable[Mapping]) -> str:
    """What a column or a choice stands in today, where its table, field or indicator is mapped too."""
    table, dot, column = mapping.inside.partition(".")
    for other in others:
        if other.task != mapping.task or other.to is None:
            continue
        if other.part in {"field", "indicator"} and other.old == table:
            table = other.to
        elif (
            other.part == "column"
            and dot
            and other.inside == mapping.inside.partition(".")[0]
            and other.old == column
        ):
            column = other.to
    return f"{table}{dot}{column}"


def check_mappings(
    report: Report,
    mappings: Sequence[Mapping],
    tasks: Dictionary[str, TaskPack],
    ghosts: Dictionary[str, set[str]],
) -> None:
    """Every mapping leads from a code that is gone to one that is there.

    ``tasks``: as they stand where it is written; ``ghosts``: by task, names of what could not be read.
    """
    seen: set[tuple[str, str, str, str]] = set()
    for number, mapping in enumerate(mappings):
        path = ("mappings", number)
        key = (mapping.task, mapping.part, mapping.inside, mapping.old)
        if key in seen:
            report.add((*path, "from"), f"“{mapping.old}”的对应关系写了两遍", "只保留一条")
        seen.add(key)
        if not report.refer((*path, "task"), "任务", mapping.task, tasks):
            continue
        if (mapping.part in {"column", "choice"}) != bool(mapping.inside):
            remedy = "表格列写 in: 表格编码；选项写 in: 字段、表格.列或指标的编码；其他不写 in"
            report.add((*path, "in"), f"{_PARTS[mapping.part]}的 in 写得不对", remedy)
            continue
        if mapping.to is None or mapping.to not in ghosts.get(mapping.task, set()):
            _check_ends(report, path, mapping, mappings, tasks[mapping.task])
        if mapping.factor is not None and (
            mapping.part not in {"indicator", "field", "column"} or mapping.to is None
        ):
            report.add((*path, "factor"), "只有换算成另一个指标、字段或列时才写 factor", "删去 factor")


def _check_ends(
    report: Report, path: tuple[str | int, ...], mapping: Mapping, mappings: Sequence[Mapping], task: TaskPack
) -> None:
    what = _PARTS[mapping.part]
    if (mapping.to is None) == (not mapping.drop.strip()):
        remedy = "换了编码的写 to；不再沿用的写 to: null 和 drop: 理由"
        report.add(path, f"{what}“{mapping.old}”要么写 to，要么写 drop", remedy)
        return
    if mapping.old in coded(task, mapping.part, mapping.inside):
        remedy = "给改后的换一个新编码，原编码不再使用"
        report.add((*path, "from"), f"{what}“{mapping.old}”还在使用，不能再对应到别处", remedy)
    if mapping.to is None:
        return
    there = coded(task, mapping.part, current_holder(mapping, mappings))
    later = {
        other.old
        for other in mappings
        if (other.task, other.part, other.inside) == (mapping.task, mapping.part, mapping.inside)
    }
    if mapping.to not in there and mapping.to not in later - {mapping.old}:
        report.add((*path, "to"), f"{what}“{mapping.to}”不存在", nearest(mapping.to, there))
    elif mapping.to not in there and _circles(mapping, mappings):
        report.add((*path, "to"), f"{what}“{mapping.old}”的对应关系绕了一圈", "让每条都通到现有的编码")


def _circles(mapping: Mapping, mappings: Sequence[Mapping]) -> bool:
    following = {
        m.old: m.to
        for m in mappings
        if (m.task, m.part, m.inside) == (mapping.task, mapping.part, mapping.inside)
    }
    seen: set[str] = set()
    code: str | None = mapping.old
    while code is not None and code in following:
        if code in seen:
            return True
        seen.add(code)
        code = following[code]
    return False


def misfit(mapping: Mapping, before: TaskPack, after: TaskPack, mappings: Sequence[Mapping]) -> str:
    """Why the two ends of a mapping do not fit together, in Chinese; empty where they do, or where an end is not there."""
    if mapping.to is None:
        return ""
    old = coded(before, mapping.part, mapping.inside).get(mapping.old)
    new = coded(after, mapping.part, current_holder(mapping, mappings)).get(mapping.to)
    if isinstance(old, Indicator) and isinstance(new, Indicator):
        return _measures(old.kind, old.unit, new.kind, new.unit, mapping) or _choices(
            mapping, old, new, mappings
        )
    if isinstance(old, FieldDef) and isinstance(new, FieldDef):
        said = _measures(
            _SAME.get(old.type, old.type), old.unit, _SAME.get(new.type, new.type), new.unit, mapping
        )
        return said or _choices(mapping, old, new, mappings) or _columns(mapping, old, new, mappings)
    if isinstance(old, Step) and isinstance(new, Step) and (old.kind, old.level) != (new.kind, new.level):
        return f"环节“{old.code}”与“{new.code}”的类别或级别不同，不能对应"
    return ""


def _measures(kind: str, unit: str, new_kind: str, new_unit: str, mapping: Mapping) -> str:
    numbers = {kind, new_kind} <= NUMBERS
    if kind != new_kind and not numbers:
        return f"“{mapping.old}”是 {kind}，“{mapping.to}”是 {new_kind}，不能对应"
    if not numbers:
        return f"“{mapping.old}”不是单个的数，不能写 factor" if mapping.factor is not None else ""
    if (kind, unit) != (new_kind, new_unit) and mapping.factor is None:
        old, new = f"{kind}，{unit or '无单位'}", f"{new_kind}，{new_unit or '无单位'}"
        return f"“{mapping.old}”（{old}）与“{mapping.to}”（{new}）不同，须写 factor（旧数×factor=新数；单位相同的写 1）"
    return ""


def _choices(
    mapping: Mapping, old: Indicator | FieldDef, new: Indicator | FieldDef, mappings: Sequence[Mapping]
) -> str:
    inside = f"{mapping.inside}.{mapping.old}" if mapping.part == "column" else mapping.old
    mapped = {m.old for m in mappings if (m.task, m.part, m.inside) == (mapping.task, "choice", inside)}
    kept = {choice.value for choice in new.choices} | mapped
    lost = [choice.value for choice in old.choices if choice.value not in kept]
    return (
        f"“{mapping.to}”没有选项 {'、'.join(lost)}，须逐个写明对应（part: choice, in: {inside}）"
        if lost
        else ""
    )


def _columns(mapping: Mapping, old: FieldDef, new: FieldDef, mappings: Sequence[Mapping]) -> str:
    mapped = {m.old for m in mappings if (m.task, m.part, m.inside) == (mapping.task, "column", mapping.old)}
    kept = {column.code for column in columns_of(new)} | mapped
    lost = [column.code for column in columns_of(old) if column.code not in kept]
    return (
        f"“{mapping.to}”没有列 {'、'.join(lost)}，须逐个写明对应（part: column, in: {mapping.old}）"
        if lost
        else ""
    )
