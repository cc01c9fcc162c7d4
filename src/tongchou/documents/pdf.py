"""PDF by typst: official layout, Chinese fonts from a wheel, the same data giving the same bytes.

Data goes in as one JSON text and is shown as text; nothing a user wrote is ever read as markup. The document's date is the
data's own, so a bulletin can be made again a year later, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import pypdfium2
import typst

from tongchou.documents.marks import last_mark, page_marks

TEMPLATES = Path(__file__).parent / "templates"


def bulletin(snapshot: Mapping[str, Any]) -> bytes:
    """A bulletin from its snapshot (``insight.bulletin.snapshot``)."""
    return render("bulletin", snapshot, on=date.fromisoformat(snapshot["as_of"]))


def application_form(form: Mapping[str, Any]) -> bytes:
    """A declaration form from ``documents.forms.application_form``."""
    on = date.fromisoformat(form["date"])
    made = render("application", marked(form, _pages_expected(form)), on=on)
    pages = len(pypdfium2.PdfDocument(made))
    if pages > _pages_expected(form):  # some pages have no mark yet
        made = render("application", marked(form, pages), on=on)
    return made


def marked(form: Mapping[str, Any], pages: int) -> dict[str, Any]:
    """The form with the marks of its first ``pages`` pages and of its last."""
    code = form["version_code"]
    return {**form, "marks": page_marks(code, pages), "last_mark": last_mark(code)}


def _pages_expected(form: Mapping[str, Any]) -> int:
    """A little more than the pages the form will fill, by its lines: a mark too many costs less than making it twice."""
    lines = 30 + 2 * len(form["evidence"])
    for section in form["sections"]:
        lines += 2
        for field in section["fields"]:
            cells = [field["value"]] if "value" in field else [cell for row in field["rows"] for cell in row]
            lines += 1 + len(field.get("rows", ())) + sum(len(cell) for cell in cells) // 30
    return 3 + lines // 22


def designation_list(listed: Mapping[str, Any]) -> bytes:
    """A designation list from ``documents.lists.designation_list``."""
    return render("designations", listed, on=date.fromisoformat(listed["date"]))


def guide(made: Mapping[str, Any]) -> bytes:
    """The guide of a task from ``documents.guide.guide``."""
    return render("guide", made, on=date.fromisoformat(made["date"]))


def contact_form(form: Mapping[str, Any]) -> bytes:
    """A unit's contact form from ``documents.contacts.contact_form``."""
    return render("contact", form, on=date.fromisoformat(form["date"]))


def render(template: str, data: Mapping[str, Any], *, on: date) -> bytes:
    """``template`` filled with ``data``, dated ``on``. Raises ``typst.TypstError`` for a fault in a template."""
    made = typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=_fonts()).compile(
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC),
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no PDF")
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the wheel and no others: a machine's own fonts must not change a document."""
    folder = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
