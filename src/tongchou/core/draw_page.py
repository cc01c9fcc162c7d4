"""Draw one page of a PDF as a picture: ``python -m tongchou.core.draw_page FILE PAGE WIDTH OUT``, page from 1, width in pixels.

A program of its own because a PDF comes from anybody: it may take little memory and time, and when it falls, only its page
is not drawn.
"""

from __future__ import annotations

import resource
import sys

import pypdfium2

MEMORY = 1536 * 2**20
SECONDS = 20
TALLEST = 3  # times the width
QUALITY = 82


def main(source: str, page: str, width: str, out: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    drawn = pypdfium2.PdfDocument(source)[int(page) - 1]
    scale = min(int(width) / drawn.get_width(), TALLEST * int(width) / drawn.get_height())
    drawn.render(scale=scale).to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)


if __name__ == "__main__":
    main(*sys.argv[1:])
