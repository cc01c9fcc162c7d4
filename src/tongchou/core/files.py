"""Stored files: what a file really is, kept once by its digest, never trusted by its name.

A file lies under ``settings.FILES`` at ``ab/cd/<sha256>``. Who may read it is decided by what refers to it; no address
leads to it by digest alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pikepdf
import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core import clock
from tongchou.core.access import Refused, refuse
from tongchou.core.models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Collection

MEDIA: dict[str, frozenset[str]] = {
    "pdf": frozenset({"application/pdf"}),
    "image": frozenset({"image/jpeg", "image/png"}),
    "video": frozenset({"video/mp4"}),
    "office": frozenset(
        {
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        }
    ),
}
NAMES = {
    "pdf": "PDF",
    "image": gettext_noop("图片（JPG、PNG）"),
    "video": gettext_noop("视频（MP4）"),
    "office": gettext_noop("Office 文档（docx、xlsx、pptx）"),
}
MAX_PAGES = 5000


def sniff(content: bytes) -> str:
    """The media type told by the content, or ``""``."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK"):
        return _sniff_office(content)
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return ""
    known = frozenset().union(*MEDIA.values())
    return next((m.mime_type for m in matches if m.mime_type in known), "")


_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _sniff_office(content: bytes) -> str:
    """The type of an Office document by its parts, since every archive begins alike; none with macros is one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in parts or any(part.endswith("vbaProject.bin") for part in parts):
        return ""
    return next((media for part, media in _OFFICE.items() if part in parts), "")


def store(content: bytes | IO[bytes], *, allowed: Collection[str] = ("pdf",), max_mb: int = 50) -> StoredFile:
    """Check ``content`` and keep it; the same bytes are kept once.

    ``allowed`` names kinds of :data:`MEDIA`. A PDF is rewritten without scripts and embedded files. Raises ``Refused``
    with code ``file`` when it is empty, too large, of another type, damaged or encrypted.
    """
    data = content if isinstance(content, bytes) else content.read(max_mb * 1024 * 1024 + 1)
    if not data:
        raise refuse("file", _("文件是空的（0 字节）。"), remedy=_("请重新选择文件后上传。"))
    if len(data) > max_mb * 1024 * 1024:
        raise refuse(
            "file", _("文件超过 %(max_mb)s MB。") % {"max_mb": max_mb}, remedy=_("请压缩或拆分后再上传。")
        )
    media_type = sniff(data)
    if not any(media_type in MEDIA[kind] for kind in allowed):
        wanted = _("、").join(_(NAMES[kind]) for kind in allowed)
        raise refuse(
            "file",
            _("文件的实际内容不是%(wanted)s。") % {"wanted": wanted},
            remedy=_("请转换为%(wanted)s后再上传；改文件名不起作用。") % {"wanted": wanted},
        )
    pages = None
    if media_type == "application/pdf":
        data, pages = _clean_pdf(data)
    sha256 = hashlib.sha256(data).hexdigest()
    _write(sha256, data)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={"size": len(data), "media_type": media_type, "pages": pages, "stored_at": clock.now()},
    )
    return stored


def safe_name(name: str) -> str:
    """The last part of a name in any script, without control characters; for showing, never for deciding."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "未命名"


def path_of(file: StoredFile) -> Path:
    """Where the content lies."""
    return settings.FILES / file.sha256[:2] / file.sha256[2:4] / file.sha256


def _clean_pdf(data: bytes) -> tuple[bytes, int]:
    if b"%%EOF" not in data[-2048:]:  # qpdf would mend it silently, without the pages that are missing
        raise _damaged()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            if not 0 < pages <= MAX_PAGES:
                raise refuse(
                    "file",
                    _("PDF 有 %(pages)s 页，应在 1 至 %(max_pages)s 页之间。")
                    % {"pages": pages, "max_pages": MAX_PAGES},
                    remedy=_("请拆分后再上传。"),
                )
            if not _strip(pdf):
                return data, pages
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True)
            return out.getvalue(), pages
    except pikepdf.PasswordError:
        raise refuse("file", _("PDF 设有打开密码。"), remedy=_("请去掉密码后再上传。")) from None
    except pikepdf.PdfError:
        raise _damaged() from None


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


def _write(sha256: str, data: bytes) -> None:
    path = settings.FILES / sha256[:2] / sha256[2:4] / sha256
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(data)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(path)
