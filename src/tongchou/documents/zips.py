"""Office files are ZIPs that note when they were made; without that the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile

_EARLIEST = (1980, 1, 1, 0, 0, 0)


def fixed(content: bytes) -> bytes:
    """The same files in the same order, each dated as early as a ZIP can date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name), compresslevel=6)
    return out.getvalue()
