"""Pages of a stored PDF as pictures, drawn when first asked for and kept a while."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from tongchou.core import clock, draw_page
from tongchou.core.access import refuse
from tongchou.core.files import storing

if TYPE_CHECKING:
    from tongchou.core.models import StoredFile

WIDTH = 1100  # pixels: a page fills half a screen sharply
KEPT_DAYS = 14
_ONE_AT_A_TIME = threading.Lock()  # in each process: drawing must not take the cores from pages


def page(file: StoredFile, number: int) -> Path:
    """The picture (JPEG) of page ``number``, counted from 1. Refused when there is no such page or it can't be drawn."""
    if file.pages is None or not 0 < number <= file.pages:
        raise refuse("file", _("没有第 %(number)s 页。") % {"number": number})
    picture = settings.FILES / "preview" / file.sha256[:2] / file.sha256 / f"{number}.jpg"
    if not picture.is_file():
        with _ONE_AT_A_TIME:
            if not picture.is_file():
                _draw(storing.path_of(file), number, picture)
    return picture


def clear_old() -> int:
    """Throw away pictures and copies made more than :data:`KEPT_DAYS` ago; how many."""
    before = clock.now().timestamp() - KEPT_DAYS * 86400
    kept = [path for path in (settings.FILES / "preview").rglob("*") if path.is_file()]
    old = [path for path in kept if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _draw(source: Path, number: int, picture: Path) -> None:
    picture.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=picture.parent, suffix=".new") as draft:
        try:
            subprocess.run(
                [sys.executable, "-m", draw_page.__name__, str(source), str(number), str(WIDTH), draft.name],
                check=True,
                capture_output=True,
                timeout=2 * draw_page.SECONDS,
            )
        except subprocess.SubprocessError:
            raise refuse(
                "file", _("第 %(number)s 页不能预览。") % {"number": number}, remedy=_("请下载后查看。")
            ) from None
        picture.hardlink_to(draft.name)
