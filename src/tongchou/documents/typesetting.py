"""Typesetting by typst: official layout, Chinese fonts from a wheel, the same data giving the same bytes.

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
import typst

TEMPLATES = Path(__file__).parent / "templates"
DOTS_PER_INCH = 220


def render(template: str, data: Mapping[str, Any], *, on: date) -> bytes:
    """``template`` filled with ``data`` as PDF, dated ``on``. Raises ``typst.TypstError`` for a fault in a template."""
    return _compiled(template, data, format="pdf", timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC))


def picture(template: str, data: Mapping[str, Any]) -> bytes:
    """A template of one page as PNG."""
    return _compiled(template, data, format="png", ppi=DOTS_PER_INCH)


def _compiled(template: str, data: Mapping[str, Any], **words: Any) -> bytes:
    compiler = typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=_fonts())
    made = compiler.compile(sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **words)
    if not isinstance(made, bytes):
        raise TypeError("typst gave more or less than one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the wheel and no others: a machine's own fonts must not change a document."""
    folder = Path(pylopdf_fonts_zh_cn.serif_path()).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
