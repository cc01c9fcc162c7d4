"""The declaration as a Word file, from a template that an operator may change (``templates/application.docx``).

It is for reading and signing round inside the unit: a Word file can be changed, so its mark names the version but proves no
page, and a scan of it is refused. What is stamped and uploaded is the PDF.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from tongchou.documents.marks import word_mark
from tongchou.documents.typesetting import TEMPLATES

_NUMERALS = "一二三四五六七八九十"


def application_form(form: Mapping[str, Any]) -> bytes:
    """The form from ``documents.forms.application_form`` or ``draft_form`` as .docx; nothing of it is read as markup."""
    template = DocxTemplate(TEMPLATES / "application.docx")
    shown = _plain(form)
    sections = [
        {"ordinal": _ordinal(n), "title": section["title"], "blocks": _blocks(section["fields"])}
        for n, section in enumerate(shown["sections"], 1)
    ]
    after = len(sections) + 1
    filled = shown | {
        "sections": sections,
        "evidence_ordinal": _ordinal(after),
        "sign_ordinal": _ordinal(after + bool(shown["evidence"])),
        "mark": InlineImage(template, io.BytesIO(word_mark(form["version_code"])), width=Mm(17)),
    }
    template.render(filled, autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _blocks(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Short answers that follow one another as one table; long ones and tables by themselves."""
    blocks: list[dict[str, Any]] = []
    for kind, run in groupby(fields, key=lambda field: field["kind"]):
        if kind == "row":
            blocks.append({"kind": "rows", "fields": list(run)})
        elif kind == "long":
            blocks += [{"kind": "long", "label": f["label"], "lines": f["value"].split("\n")} for f in run]
        else:
            blocks += [
                {
                    "kind": "table",
                    "label": f["label"],
                    "columns": f["columns"],
                    "rows": [*f["rows"], *([f["total"]] if f["total"] else [])],
                }
                for f in run
            ]
    return blocks


def _plain(value: Any) -> Any:
    """The same without the control characters that a Word file may not hold."""
    if isinstance(value, str):
        return "".join(c for c in value if c >= " " or c in "\n\t")
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number <= 10:
        return _NUMERALS[number - 1]
    return (_NUMERALS[tens - 1] if tens > 1 else "") + "十" + (_NUMERALS[ones - 1] if ones else "")
