"""Read the QR codes on pages: ``python -m tongchou.core.read_codes FILE``, a PDF or a picture. Prints JSON: the texts, page by page.

A program of its own, like ``draw_page``, because a scan comes from anybody. A page on which nothing was read at a lower
resolution is tried again at a higher one, sharpened, and turned a little.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter

MEMORY = 1536 * 2**20
SECONDS_A_PAGE = 8
LONGEST = 5200  # pixels on the longer side
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_DPI = (150, 300)
_TILTS = (-4, 4, -8, 8)  # degrees; the reader itself bears about as much between them


def main(source: str) -> None:
    pages = list(_pages(Path(source)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (10 + SECONDS_A_PAGE * len(pages),) * 2)
    sys.stdout.write(json.dumps([_read(page) for page in pages]))


def _pages(source: Path) -> Iterator[Callable[[int], Image.Image]]:
    """For each page what draws it in grey at a resolution."""
    with source.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if not is_pdf:
        yield lambda dpi: _picture(source, dpi)
        return
    document = pypdfium2.PdfDocument(source)
    for number in range(len(document)):

        def draw(dpi: int, number: int = number) -> Image.Image:
            page = document[number]
            scale = min(dpi / 72, LONGEST / max(page.get_width(), page.get_height()))
            return page.render(scale=scale, grayscale=True).to_pil().convert("L")

        yield draw


def _picture(source: Path, dpi: int) -> Image.Image:
    """A photo or scan: first no larger than a page at that resolution."""
    with Image.open(source) as opened:
        image = opened.convert("L")
    image.thumbnail((min(12 * dpi, LONGEST),) * 2)
    return image


def _read(draw: Callable[[int], Image.Image]) -> list[str]:
    for dpi in _DPI:
        image = draw(dpi)
        if found := _codes(image):
            return found
    for better in (
        image.filter(ImageFilter.UnsharpMask(radius=3, percent=200)),
        image.filter(ImageFilter.MedianFilter(3)),
        *(image.rotate(angle, fillcolor=255, resample=Image.Resampling.BILINEAR) for angle in _TILTS),
    ):
        if found := _codes(better):
            return found
    return []


def _codes(image: Image.Image) -> list[str]:
    read = zxingcpp.read_barcodes(image, formats=_QR)
    return sorted({code.text for code in read})


if __name__ == "__main__":
    main(*sys.argv[1:])
