"""Checking dictionaries, and what fields say of them as they are written (before entries are copied into them)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tongchou.forms.definition import Dictionary, FieldDef, Section
from tongchou.programmes.checking.known import Report
from tongchou.programmes.dictionaries import CHOOSING
from tongchou.programmes.packs import ItemPath


def check_dictionaries(
    report: Report, dictionaries: Sequence[Dictionary], *, taken: Collection[str] = ()
) -> None:
    """Each code stands once; within a dictionary each value and, as entries are found by what they say, each label."""
    report.once(("dictionaries",), "字典", dictionaries, taken=taken)
    for number, dictionary in enumerate(dictionaries):
        here: ItemPath = ("dictionaries", number, "entries")
        report.once(here, "条目", dictionary.entries, key="value")
        labels: dict[str, str] = {}
        for at, entry in enumerate(dictionary.entries):
            first = labels.setdefault(entry.label, entry.value)
            if first != entry.value:
                message = f"条目“{entry.value}”与“{first}”的文字相同：{entry.label}"
                report.add((*here, at, "label"), message, "写得能互相区分，或删去一条")


def check_named(report: Report, form: Sequence[Section]) -> None:
    """The dictionaries that fields and columns name: known, only where something is chosen, never beside choices."""
    for path, field in _fields(form):
        if field.dictionary is None:
            continue
        here = (*path, "dictionary")
        report.refer(here, "字典", field.dictionary, report.known.dictionaries)
        if field.type not in CHOOSING:
            message = f"{field.type} 类型的字段没有“dictionary”"
            report.add(here, message, "只有 choice、multichoice 有；删去或改类型")
        elif field.choices:
            message = f"“{field.code}”既写了 choices 又写了 dictionary"
            report.add(here, message, "只留一样")


def _fields(form: Sequence[Section]) -> Iterator[tuple[ItemPath, FieldDef]]:
    for s, section in enumerate(form):
        for f, field in enumerate(section.fields):
            path: ItemPath = ("form", s, "fields", f)
            yield path, field
            for c, column in enumerate(field.columns):
                yield (*path, "columns", c), column
