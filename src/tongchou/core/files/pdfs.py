"""PDF: whether it is whole, how many pages it has, and what runs or hides in it taken out. Works on files, not in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pikepdf
from django.utils.translation import gettext as _

from tongchou.core.access import Refused, refuse

if TYPE_CHECKING:
    from pathlib import Path

MAX_PAGES = 5000


def clean(path: Path, into: Path) -> int:
    """The number of pages of the PDF at ``path``. Where it must be changed, the changed file is written to ``into``.

    It is changed when it has scripts or embedded files. Refused when it is cut or otherwise damaged, encrypted, has no
    pages or too many.
    """
    if b"%%EOF" not in _tail(path):
        raise _damaged()
    try:
        # Without mending: a reader that mends a cut file finds some of its pages, or all of them empty, and says nothing.
        with pikepdf.open(path, attempt_recovery=False) as pdf:
            pages = len(pdf.pages)
            if not 0 < pages <= MAX_PAGES:
                raise refuse(
                    "file",
                    _("PDF 有 %(pages)s 页，应在 1 至 %(max_pages)s 页之间。")
                    % {"pages": pages, "max_pages": MAX_PAGES},
                    remedy=_("请拆分后再上传。"),
                )
            if _strip(pdf):
                pdf.save(into, deterministic_id=True)
            return pages
    except pikepdf.PasswordError:
        raise refuse("file", _("PDF 设有打开密码。"), remedy=_("请去掉密码后再上传。")) from None
    except pikepdf.PdfError:
        raise _damaged() from None


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 2048))
        return file.read()


def _damaged() -> Refused:
    return refuse("file", _("PDF 已损坏或不完整，无法打开。"), remedy=_("请重新导出或扫描后再上传。"))


def _strip(pdf: pikepdf.Pdf) -> bool:
    """Remove scripts, automatic actions and embedded files, wherever in the file they stand; whether there were any."""
    root, found = pdf.Root, False
    for holder, keys in (
        (root, ["/OpenAction"]),
        (root.get("/Names"), ["/JavaScript", "/EmbeddedFiles"]),
        (root.get("/AcroForm"), ["/XFA"]),  # a form of another kind, with scripts of its own
    ):
        for key in keys:
            if holder is not None and key in holder:
                del holder[key]
                found = True
    heap: list[object] = list(pdf.objects)
    while heap:
        part = heap.pop()
        if isinstance(part, pikepdf.Array):
            heap += [inner for inner in part if _is_direct(inner)]
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            found = _disarm(part) or found
            heap += [inner for _, inner in part.items() if _is_direct(inner)]
    return found


_RUNS = {"/JavaScript", "/Launch", "/Rendition", "/ImportData"}


def _disarm(part: pikepdf.Object) -> bool:
    """Take from one dictionary what runs or embeds. The keys alone don't tell: a font may be called AA as well."""
    found = False
    if part.get("/S") in _RUNS:
        part["/S"] = pikepdf.Name("/None")
        if "/JS" in part:
            del part["/JS"]
        found = True
    actions, embedded = part.get("/AA"), part.get("/EF")
    if isinstance(actions, pikepdf.Dictionary) and any(
        isinstance(action, pikepdf.Dictionary) and "/S" in action for _, action in actions.items()
    ):
        del part["/AA"]
        found = True
    if (
        isinstance(embedded, pikepdf.Dictionary)
        and "/Type" not in embedded
        and ("/F" in embedded or "/UF" in embedded)
    ):
        del part["/EF"]
        found = True
    return found


def _is_direct(part: object) -> bool:
    """Whether it holds something that the list of indirect objects does not hold already."""
    return isinstance(part, pikepdf.Array | pikepdf.Dictionary) and not part.is_indirect
