"""Make a copy of a file without names: ``python -m tongchou.core.blot_file SOURCE OUT``, the names as a JSON list on stdin.

Of a PDF the properties, bookmarks and annotations go; a page whose text holds a name becomes a picture with the name blacked
out, so that no text is left below; where the name can't be found on the page (broken over lines), the whole page is blacked
out. Of a picture everything but the picture goes. What is only drawn, such as a scan, is not read.

A program of its own for the reason that ``draw_page`` is: the file comes from anybody.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageDraw

MEMORY = 1536 * 2**20
SECONDS = 120
SCALE = 2.0
MARGIN = 2
QUALITY = 85


def main(source: str, out: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    names = [name for name in json.load(sys.stdin) if name]
    with Path(source).open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if is_pdf:
        _pdf(source, out, names)
        return
    with Image.open(source) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=QUALITY)


def _pdf(source: str, out: str, names: list[str]) -> None:
    drawn = pypdfium2.PdfDocument(source)
    with pikepdf.open(source) as made:
        for number in range(len(drawn)):
            picture = _blotted(drawn[number], names)
            if picture is not None:
                made.pages[number] = _page(made, picture, drawn[number].get_size())
        for page in made.pages:
            if "/Annots" in page:
                del page["/Annots"]
        for key in ("/Metadata", "/Outlines", "/StructTreeRoot", "/AcroForm"):
            if key in made.Root:
                del made.Root[key]
        if "/Info" in made.trailer:
            del made.trailer["/Info"]
        made.remove_unreferenced_resources()
        made.save(out, deterministic_id=True)


def _blotted(page: pypdfium2.PdfPage, names: list[str]) -> Image.Image | None:
    """The page as a picture without the names; nothing where it holds none."""
    text = page.get_textpage()
    whole = "".join(text.get_text_range().split()).casefold()
    held = [name for name in names if "".join(name.split()).casefold() in whole]
    if not held:
        return None
    bitmap = page.render(scale=SCALE)
    convert = bitmap.get_posconv(page)
    picture = bitmap.to_pil().convert("RGB")
    brush = ImageDraw.Draw(picture)
    left = whole
    for name in held:
        found = 0
        search = text.search(name)
        while (hit := search.get_next()) is not None:
            found += 1
            for i in range(text.count_rects(*hit)):
                x0, y0, x1, y1 = text.get_rect(i)
                corners = [convert.to_bitmap(x0, y0), convert.to_bitmap(x1, y1)]
                xs, ys = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
                brush.rectangle(
                    (xs[0] - MARGIN, ys[0] - MARGIN, xs[1] + MARGIN, ys[1] + MARGIN), fill="black"
                )
        if found < left.count("".join(name.split()).casefold()):
            brush.rectangle((0, 0, *picture.size), fill="black")
            return picture
    return picture


def _page(made: pikepdf.Pdf, picture: Image.Image, size: tuple[float, float]) -> pikepdf.Page:
    """A page of ``size`` points that is nothing but the picture."""
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=QUALITY)
    image = pikepdf.Stream(made, data.getvalue())
    image.stream_dict.update(
        {
            "/Type": pikepdf.Name("/XObject"),
            "/Subtype": pikepdf.Name("/Image"),
            "/Width": picture.width,
            "/Height": picture.height,
            "/ColorSpace": pikepdf.Name("/DeviceRGB"),
            "/BitsPerComponent": 8,
            "/Filter": pikepdf.Name("/DCTDecode"),
        }
    )
    width, height = size
    content = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
    return pikepdf.Page(
        made.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name("/Page"),
                MediaBox=[0, 0, width, height],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=image)),
                Contents=pikepdf.Stream(made, content),
            )
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
