"""Asking clamd whether a stored file carries a virus. Where a scanner is configured, nothing is usable before it said no.

``settings.CLAMD`` is the path of a unix socket or ``host:port``; empty: there is none. The file goes over the connection
in pieces (INSTREAM), so clamd may run elsewhere and under another user. When clamd can't be reached the file stays
quarantined, and the worker asks again every minute.
"""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongchou.core import audit, clock
from tongchou.core.access import refuse
from tongchou.core.models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = logging.getLogger("tongchou.files")
TASK = "core.scan_files"
_BLOCK = 256 * 1024
_PATIENCE = 60  # seconds without a word from clamd


class ScanError(Exception):
    """clamd could not be asked, or would not answer; nothing is known about the file."""


def configured() -> bool:
    """Whether files are scanned here."""
    return bool(settings.CLAMD)


def soon() -> None:
    """Have the worker scan what waits."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, queueing_lock=TASK).defer(timestamp=int(clock.now().timestamp()))


def scan(path: Path) -> str:
    """The name of the virus found in the file, or ``""``. Raises :class:`ScanError`."""
    try:
        with _connected() as clamd, path.open("rb") as file:
            clamd.sendall(b"zINSTREAM\0")
            while block := file.read(_BLOCK):
                clamd.sendall(struct.pack("!I", len(block)) + block)
            clamd.sendall(struct.pack("!I", 0))
            answer = _answer(clamd)
    except OSError as error:
        raise ScanError(str(error)) from error
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScanError(answer)


def scan_pending() -> int:
    """Scan every file that waits; how many are known now. What can't be asked about stays quarantined."""
    known = 0
    for pk in (
        StoredFile.objects.filter(state=StoredFile.State.CHECKING).order_by("pk").values_list("pk", flat=True)
    ):
        try:
            known += _scan_one(pk)
        except ScanError:
            log.warning("clamd could not scan file %s; it stays quarantined", pk, exc_info=True)
    return known


@transaction.atomic
def _scan_one(pk: int) -> bool:
    file = (
        StoredFile.objects.select_for_update(skip_locked=True)
        .filter(pk=pk, state=StoredFile.State.CHECKING)
        .first()
    )
    if file is None:
        return False  # another worker has it
    found = scan(settings.FILES / file.sha256[:2] / file.sha256[2:4] / file.sha256) if configured() else ""
    file.state = StoredFile.State.INFECTED if found else StoredFile.State.USABLE
    file.virus, file.scanned_at = found[:200], clock.now()
    file.save(update_fields=["state", "virus", "scanned_at"])
    audit.record("scan_file", file, by=None, sha256=file.sha256, found=found)
    return True


def infected(file: StoredFile) -> str:
    """What is said of an infected file."""
    return _("病毒扫描检出“%(virus)s”，文件已隔离，任何人都不能打开。") % {"virus": file.virus}


def require_clean(named: Iterable[tuple[str, StoredFile]]) -> None:
    """Refuse while one of the files, given with its name, is still checked or was found infected."""
    for name, file in named:
        if file.state == StoredFile.State.CHECKING:
            raise refuse(
                "file",
                _("“%(file)s”还在检查，检查通过后才能提交。") % {"file": name},
                remedy=_("请稍后再试。"),
            )
        if file.state == StoredFile.State.INFECTED:
            raise refuse("file", f"“{name}”：{infected(file)}", remedy=_("请移除后重新上传。"))


def _connected() -> socket.socket:
    where = str(settings.CLAMD)
    if where.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(_PATIENCE)
        try:
            clamd.connect(where)
        except OSError:
            clamd.close()
            raise
        return clamd
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE)


def _answer(clamd: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and (block := clamd.recv(4096)):
        heard += block
    return heard.rstrip(b"\0").decode(errors="replace").strip()
