"""The marks on the pages of a printed declaration that a machine reads back: QR codes as small pictures in SVG."""

from __future__ import annotations

import io
from functools import lru_cache

import zxingcpp
from PIL import Image

from tongchou.applications.paper import LAST, WORD, mark_text


def page_marks(code: str, pages: int) -> list[str]:
    """The mark of each of the first ``pages`` pages."""
    return [_svg(mark_text(code, number)) for number in range(1, pages + 1)]


def last_mark(code: str) -> str:
    """What the last page bears besides."""
    return _svg(mark_text(code, LAST))


def word_mark(code: str) -> bytes:
    """The one mark of the Word form, a picture in PNG."""
    out = io.BytesIO()
    Image.fromarray(_code(mark_text(code, WORD)).to_image(scale=8)).save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=512)
def _svg(text: str) -> str:
    svg: str = _code(text).to_svg(add_quiet_zones=False)
    return svg


def _code(text: str) -> zxingcpp.Barcode:
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
