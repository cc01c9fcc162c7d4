"""Scans of printed declarations as an office makes them: pages as grey pictures, a little turned, with noise and a grey patch."""

import io
from random import Random

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

A4 = (1240, 1754)  # pixels at 150 dpi


def pictures(content: bytes, dpi: int = 150) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def worn(page: Image.Image, *, tilt: float = 1.5, blur: float = 0.6, seed: int = 7) -> Image.Image:
    """One page as it comes out of a scanner: turned, blurred, speckled, with a patch where a stamp would be."""
    page = page.rotate(tilt, fillcolor=250, resample=Image.Resampling.BICUBIC, expand=False)
    width, height = page.size
    draw, random = ImageDraw.Draw(page), Random(seed)
    draw.rectangle((width * 0.55, height * 0.6, width * 0.8, height * 0.75), fill=170)
    for _ in range(4000):
        draw.point((random.randrange(width), random.randrange(height)), fill=random.randrange(256))
    return page.filter(ImageFilter.GaussianBlur(blur))


def skewed(page: Image.Image, by: float = 0.03) -> Image.Image:
    """A page that lay askew under a camera."""
    return page.transform(page.size, Image.Transform.AFFINE, (1, by, 0, by / 2, 1, 0), fillcolor=250)


def as_pdf(pages: list[Image.Image]) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return out.getvalue()


def as_jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()
