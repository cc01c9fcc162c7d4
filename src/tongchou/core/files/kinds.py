"""What a file really is, told by its content; archives and pictures that would burst are known before they are read."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import puremagic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from PIL import Image, UnidentifiedImageError

from tongchou.core.access import refuse

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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
_HEAD = 4096  # bytes that tell a type
MAX_PIXELS = 150_000_000  # an A0 sheet scanned at 300 dots per inch has 139 million
MAX_PARTS = 20_000  # of an Office document
MAX_DIRECTORY = 8 * 2**20  # bytes that an archive's own list of parts may take
MAX_UNPACKED = 2 * 2**30
MAX_RATIO = 200  # a sheet of equal cells packs about 100 : 1
_ENTIRELY_SMALL = 100 * 2**20  # unpacked, whatever the ratio


def sniff(path: Path) -> str:
    """The media type told by the content, or ``""``. Refused when it is an archive that would burst."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK"):
        return _sniff_office(path)
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    known = frozenset().union(*MEDIA.values())
    return next((m.mime_type for m in matches if m.mime_type in known), "")


def require_allowed(media_type: str, allowed: Collection[str]) -> None:
    """Refuse what is none of the ``allowed`` kinds (keys of :data:`MEDIA`)."""
    if any(media_type in MEDIA[kind] for kind in allowed):
        return
    wanted = _("、").join(_(NAMES[kind]) for kind in allowed)
    raise refuse(
        "file",
        _("文件的实际内容不是%(wanted)s。") % {"wanted": wanted},
        remedy=_("请转换为%(wanted)s后再上传；改文件名不起作用。") % {"wanted": wanted},
    )


_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _sniff_office(path: Path) -> str:
    """The type of an Office document by its parts, since every archive begins alike; none with macros is one.

    Nothing is unpacked: what it would unpack to is what its own list of parts declares, and the list itself is
    measured before it is read.
    """
    if not _has_readable_directory(path):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return ""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > max(_ENTIRELY_SMALL, MAX_RATIO * path.stat().st_size):
        raise refuse(
            "file",
            _("文件解压后约 %(size)s MB，远大于文件本身，疑为压缩炸弹。") % {"size": unpacked // 2**20},
            remedy=_("请用 Office 重新另存后再上传。"),
        )
    parts = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in parts or any(part.endswith("vbaProject.bin") for part in parts):
        return ""
    return next((media for part, media in _OFFICE.items() if part in parts), "")


_END = struct.Struct("<4s4H2LH")  # the record that ends an archive (APPNOTE 4.3.16)


def _has_readable_directory(path: Path) -> bool:
    """Whether the list of parts exists and is small enough to be read into memory."""
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return False
    _sign, _disk, _start, _here, parts, directory, _offset, _note = _END.unpack_from(tail, at)
    if parts > MAX_PARTS or directory > MAX_DIRECTORY:  # the values of ZIP64 are greater still
        raise refuse(
            "file",
            _("压缩包内的文件过多（%(parts)s 个以上），疑为压缩炸弹。") % {"parts": MAX_PARTS},
            remedy=_("请用 Office 重新另存后再上传。"),
        )
    return True


def check_picture(path: Path) -> None:
    """Refuse a damaged picture, or one whose size when unpacked would fill the memory of whoever opens it."""
    try:
        with Image.open(path) as picture:
            pixels = picture.width * picture.height
            if pixels <= MAX_PIXELS:
                picture.verify()
    except Image.DecompressionBombError:
        pixels = MAX_PIXELS + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise refuse(
            "file", _("图片已损坏或不完整，无法打开。"), remedy=_("请重新导出或拍摄后再上传。")
        ) from None
    if pixels > MAX_PIXELS:
        raise refuse(
            "file",
            _("图片超过 %(pixels)s 万像素。") % {"pixels": MAX_PIXELS // 10_000},
            remedy=_("请缩小后再上传。"),
        )
