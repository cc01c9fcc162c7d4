"""Copies of stored files without names, made when first asked for and kept as long as pictures of pages are."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from tongchou.core import blot_file
from tongchou.core.access import refuse
from tongchou.core.files import storing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tongchou.core.models import StoredFile

KINDS = {"application/pdf": "pdf", "image/png": "jpg", "image/jpeg": "jpg"}
_ONE_AT_A_TIME = threading.Lock()  # in each process


def can_blot(file: StoredFile) -> bool:
    """Whether names can be taken out of the file: of PDF and pictures they can; of others nobody knows what they say of whom."""
    return file.media_type in KINDS


def blotted(file: StoredFile, names: Sequence[str]) -> Path:
    """The copy of ``file`` without ``names``. Refused where it can't be made."""
    if not can_blot(file):
        raise refuse(
            "file",
            _("匿名评审时不提供这类文件：其中可能含有申报者的信息。"),
            remedy=_("请联系组织评审的主管部门。"),
        )
    told = json.dumps(list(names), ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    suffix = KINDS[file.media_type]
    copy: Path = settings.FILES / "preview" / file.sha256[:2] / file.sha256 / f"blind-{digest}.{suffix}"
    if not copy.is_file():
        with _ONE_AT_A_TIME:
            if not copy.is_file():
                _make(storing.path_of(file), copy, told)
    return copy


def _make(source: Path, copy: Path, told: str) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=copy.parent, suffix=".new") as draft:
        try:
            subprocess.run(
                [sys.executable, "-m", blot_file.__name__, str(source), draft.name],
                input=told.encode(),
                check=True,
                capture_output=True,
                timeout=2 * blot_file.SECONDS,
            )
        except subprocess.SubprocessError:
            raise refuse(
                "file", _("这份材料不能转为匿名副本。"), remedy=_("请联系组织评审的主管部门。")
            ) from None
        copy.hardlink_to(draft.name)
