"""Keeping a file: checked, cleaned, under its digest, on disk for good before anything refers to it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.core.files import kinds, pdfs, scan
from tongchou.core.models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MB = 2**20


def store(
    content: bytes | IO[bytes] | Path,
    *,
    allowed: Collection[str] = ("pdf",),
    max_mb: int = 50,
    ours: bool = False,
) -> StoredFile:
    """Check ``content`` (bytes, an open file, or the path of one that is left as it is) and keep it.

    The same bytes are kept once. ``allowed`` names kinds of :data:`kinds.MEDIA`. A PDF is rewritten without scripts and
    embedded files. Where a virus scanner is configured the file is not usable before it was scanned, unless it is
    ``ours``: made by the platform itself. Raises ``Refused`` with code ``file`` when it is empty, too large, of another
    type, damaged, encrypted, or known to be infected.
    """
    with _drafts() as folder:
        path = content if isinstance(content, Path) else _written(content, folder / "as-sent", max_mb)
        require_size(path.stat().st_size, max_mb)
        media_type = kinds.sniff(path)
        kinds.require_allowed(media_type, allowed)
        pages = None
        if media_type in kinds.MEDIA["image"]:
            kinds.check_picture(path)
        elif media_type == "application/pdf":
            cleaned = folder / "cleaned"
            pages = pdfs.clean(path, into=cleaned)
            path = cleaned if cleaned.exists() else path
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _keep(path, sha256)
        waits = scan.configured() and not ours
        stored, _created = StoredFile.objects.get_or_create(
            sha256=sha256,
            defaults={
                "size": path.stat().st_size,
                "media_type": media_type,
                "pages": pages,
                "stored_at": clock.now(),
                "state": StoredFile.State.CHECKING if waits else StoredFile.State.USABLE,
            },
        )
    if stored.state == StoredFile.State.INFECTED:
        raise refuse("file", scan.infected(stored), remedy=_("请在本机查杀后重新导出文件。"))
    if stored.state == StoredFile.State.CHECKING:
        transaction.on_commit(scan.soon)
    return stored


def require_size(size: int, max_mb: int) -> None:
    """Refuse a file of ``size`` bytes when it is empty or larger than ``max_mb``; asked before the first byte too."""
    if not size:
        raise refuse("file", _("文件是空的（0 字节）。"), remedy=_("请重新选择文件后上传。"))
    if size > max_mb * MB:
        raise refuse(
            "file", _("文件超过 %(max_mb)s MB。") % {"max_mb": max_mb}, remedy=_("请压缩或拆分后再上传。")
        )


def safe_name(name: str) -> str:
    """The last part of a name in any script, without control characters; for showing, never for deciding."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "未命名"


def path_of(file: StoredFile) -> Path:
    """Where the content lies."""
    return _place(file.sha256)


def partial_folder() -> Path:
    """Where what is not whole or not checked yet lies: on the same disk, so that keeping it copies nothing."""
    folder = settings.FILES / "partial"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _place(sha256: str) -> Path:
    return settings.FILES / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def _drafts() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=partial_folder(), prefix="keep-") as folder:
        yield Path(folder)


def _written(content: bytes | IO[bytes], path: Path, max_mb: int) -> Path:
    """The content as a file; of a stream no more than a byte too many."""
    with path.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            left = max_mb * MB + 1
            while left and (block := content.read(min(MB, left))):
                file.write(block)
                left -= len(block)
    return path


def _keep(path: Path, sha256: str) -> None:
    """Put the file under its digest, on disk for good. A link, so that the original may be taken up again after a crash."""
    place = _place(sha256)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    try:
        place.hardlink_to(path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        draft = path.with_name(f"{path.name}.copy")
        shutil.copyfile(path, draft)
        draft.replace(place)
    _sync_folder(place.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
