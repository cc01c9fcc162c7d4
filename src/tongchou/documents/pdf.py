"""Each document as PDF, from the plain data that others make of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pypdfium2

from tongchou.documents.marks import last_mark, page_marks
from tongchou.documents.typesetting import render


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


def guide(made: Mapping[str, Any]) -> bytes:
    """The guide of a task from ``documents.guide.guide``."""
    return render("guide", made, on=date.fromisoformat(made["date"]))


def contact_form(form: Mapping[str, Any]) -> bytes:
    """A unit's contact form from ``documents.contacts.contact_form``."""
    return render("contact", form, on=date.fromisoformat(form["date"]))
