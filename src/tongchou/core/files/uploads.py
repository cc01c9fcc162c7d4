"""Receiving a large file piece by piece, so that a cut costs a piece and not the file.

An upload is begun with its size and name, pieces are appended in order, and when the last byte is there it is finished:
checked, kept, and handed to what it was for. A byte that was acknowledged is on disk (fsync) and counted in the row, in
this order, so ``kill -9`` loses none. The rooms above say what an upload is for and how large it may be.
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import Refused, refuse
from tongchou.core.files import storing
from tongchou.core.models import StoredFile, Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from django.db.models import Model

LIFE = timedelta(days=3)
"""How long an upload waits for its next piece."""
MOST_OPEN = 20
"""How many uploads a person may have open at once."""
SPARE = 2**30  # bytes that stay free on the disk
SMALL = 32 * 2**20
"""Up to so many bytes a file is finished at once; a larger one by the worker, while the page shows that it is checked."""

S = Upload.State


def begin(*, by: Model, name: str, size: int, max_mb: int) -> Upload:
    """Open an upload of ``size`` bytes, before the first of them comes.

    Refused when it is empty or too large, when the person has too many open, or when the disk has no room for it.
    """
    storing.require_size(size, max_mb)
    now = clock.now()
    if Upload.objects.filter(by_id=by.pk, state=S.RECEIVING, expires_at__gt=now).count() >= MOST_OPEN:
        raise refuse(
            "file",
            _("您还有 %(count)s 个文件没有传完。") % {"count": MOST_OPEN},
            remedy=_("请先传完或取消其中一些。"),
        )
    if shutil.disk_usage(storing.partial_folder()).free < size + SPARE:
        raise refuse("file", _("服务器的存储空间不足。"), remedy=_("请稍后再试，并告知平台管理员。"))
    return Upload.objects.create(
        by_id=by.pk, name=storing.safe_name(name), size=size, begun_at=now, expires_at=now + LIFE
    )


@transaction.atomic
def append(upload: Upload, piece: IO[bytes], *, at: int) -> Upload:
    """Append the bytes of ``piece`` at offset ``at``; they are on disk when this returns.

    Refused with code ``conflict`` unless the upload stands exactly at ``at`` and still lacks bytes. Bytes beyond the
    declared size are not taken.
    """
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state != S.RECEIVING or upload.offset != at:
        raise refuse(
            "conflict",
            _("“%(name)s”已收到 %(offset)s 字节，不能从 %(at)s 处续传。")
            % {"name": upload.name, "offset": upload.offset, "at": at},
            remedy=_("请从已收到的位置续传。"),
        )
    path = partial_path(upload)
    storing.partial_folder()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.seek(at)
        left = upload.size - at
        while left and (block := piece.read(min(left, storing.MB))):
            file.write(block)
            left -= len(block)
        file.truncate()  # what an append that was cut before its commit had left
        file.flush()
        os.fsync(file.fileno())
    upload.offset = upload.size - left
    upload.state = S.RECEIVING if left else S.FINISHING
    upload.expires_at = clock.now() + LIFE
    upload.save(update_fields=["offset", "state", "expires_at"])
    return upload


def finish(
    upload: Upload, *, allowed: Collection[str], max_mb: int, take: Callable[[StoredFile], Any]
) -> Upload:
    """Check and keep a wholly received file and hand it to ``take``, which attaches it to what it is for.

    All of it or nothing, and once: a second call finds it done. When the file or ``take`` is refused, the upload says so.
    """
    with transaction.atomic():
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.state != S.FINISHING:
            return upload
        try:
            with transaction.atomic():
                stored = storing.store(partial_path(upload), allowed=allowed, max_mb=max_mb)
                take(stored)
        except Refused as refused:
            upload.state, upload.reason = S.REFUSED, str(refused)
        else:
            upload.state, upload.file = S.DONE, stored
        upload.save(update_fields=["state", "reason", "file"])
    partial_path(upload).unlink(missing_ok=True)
    return upload


@transaction.atomic
def cancel(upload: Upload) -> None:
    """Give up an upload that is not finished, or put away the notice of one that was refused."""
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    if upload.state == S.FINISHING:
        raise refuse("state", _("“%(name)s”正在检查，不能取消。") % {"name": upload.name})
    upload.delete()
    transaction.on_commit(lambda: partial_path(upload).unlink(missing_ok=True))


def clear_expired() -> int:
    """Throw away uploads past their time, and pieces on disk that no upload knows; how many uploads."""
    now = clock.now()
    cleared = 0
    for upload in Upload.objects.filter(expires_at__lte=now).exclude(state=S.FINISHING):
        upload.delete()
        partial_path(upload).unlink(missing_ok=True)
        cleared += 1
    known = {key.hex for key in Upload.objects.values_list("key", flat=True)}
    for path in storing.partial_folder().iterdir():
        if path.name not in known and path.stat().st_mtime < now.timestamp() - LIFE.total_seconds():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return cleared


def partial_path(upload: Upload) -> Path:
    """Where the bytes lie that have come so far."""
    return settings.FILES / "partial" / upload.key.hex
