"""Copies of files without names: what is found on a page is blacked out, what can't be found takes the page with it."""

import io
import json
import subprocess
import sys

import pypdfium2
import typst
from PIL import Image

from tongchou.core import blot_file
from tongchou.documents import typesetting


def blotted(tmp_path, content: bytes, names: list[str]):
    source, out = tmp_path / "source", tmp_path / "out"
    source.write_bytes(content)
    told = json.dumps(names).encode()
    subprocess.run([sys.executable, "-m", blot_file.__name__, source, out], input=told, check=True)
    return out


def test_a_name_is_blacked_out_and_one_that_can_not_be_found_takes_its_page(tmp_path):
    words = "#set page(width: 90mm, height: 60mm)\n由春城学校编制\n#pagebreak()\nStraße\n#pagebreak()\n无名"
    made = typst.Compiler(words.encode(), font_paths=typesetting._fonts()).compile(format="pdf")
    copy = pypdfium2.PdfDocument(blotted(tmp_path, made, ["春城学校", "Strasse"]))
    assert [page.get_textpage().get_text_range() for page in copy] == ["", "", "无名"]
    shares = []
    for page in copy:
        grey = page.render(scale=1).to_pil().convert("L")
        shares.append(sum(grey.histogram()[:40]) / (grey.width * grey.height))
    assert 0 < shares[0] < 0.3
    assert shares[1] > 0.99
    assert shares[2] < 0.1


def test_a_picture_keeps_nothing_but_the_picture(tmp_path):
    exif = Image.Exif()
    exif[0x013B] = "author-of-it"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "PNG", exif=exif)
    assert b"author-of-it" in out.getvalue()
    copy = blotted(tmp_path, out.getvalue(), [])
    assert b"author-of-it" not in copy.read_bytes()
    assert Image.open(copy).size == (60, 40)
