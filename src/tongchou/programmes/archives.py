"""Packs as zip files: read with suspicion, written the same for the same content, and taken apart into units.

A *unit* of a programme's packs is what one administrator answers for: the programme's own part (``""``: everything but
the overlays), and each place's overlay (the place's code). Pure but for the folder written and read.
"""

from __future__ import annotations

import hashlib
import io
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from tongchou.core.access import Refused, refuse
from tongchou.programmes.packs import OVERLAY, PROGRAMME

MB = 1024 * 1024
MAX_ZIP = 20 * MB
MAX_FILE = 8 * MB
MAX_TOTAL = 60 * MB
MAX_ENTRIES = 2000
MAX_RATIO = 200
"""How many times its packed size a file may have; YAML reaches about 20."""
SUFFIXES = {".yaml", ".md", ".csv"}
_NOT_MEANT = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_SYSTEM_OF_UTF8 = 0x800
_ENCRYPTED = 0x1

Files = dict[str, bytes]
"""A pack's files by their path inside its folder."""


def unpack(content: bytes) -> Files:
    """The files of an uploaded zip, by path inside the pack's folder (a single folder around everything is left out).

    Raises ``Refused`` with code ``archive`` for what is no zip, is damaged, encrypted or too large, holds other than
    .yaml, .md and .csv files, a link, the same name twice, or a path that leads elsewhere.
    """
    if not content:
        raise _refused(_("文件是空的（0 字节）。"), _("请重新选择文件后上传。"))
    if len(content) > MAX_ZIP:
        raise _refused(_("压缩包超过 %(size)s MB。") % {"size": MAX_ZIP // MB})
    files: Files = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_ENTRIES:
                raise _refused(_("压缩包里有 %(count)s 个文件，最多 %(most)s 个。") % _many(len(entries)))
            total = 0
            for entry in entries:
                path = _path(entry)
                if not _NOT_MEANT.isdisjoint(path.parts):
                    continue
                data = _read(archive, entry, path)
                total += len(data)
                if total > MAX_TOTAL:
                    raise _refused(_("压缩包解开后超过 %(size)s MB。") % {"size": MAX_TOTAL // MB})
                if str(path) in files:
                    raise _refused(_("压缩包里有两个同名文件：%(name)s") % {"name": path})
                files[str(path)] = data
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise _refused(_("文件不是压缩包，或已损坏。"), _("请把配置包文件夹压缩成 zip 后上传。")) from None
    if not files:
        raise _refused(_("压缩包里没有文件。"))
    return _without_wrapper(files)


def _many(count: int) -> dict[str, int]:
    return {"count": count, "most": MAX_ENTRIES}


def _refused(reason: str, remedy: str = "") -> Refused:
    return refuse("archive", reason, remedy=remedy or _("请整理文件夹后重新压缩。"), fields={"file": reason})


def _path(entry: zipfile.ZipInfo) -> PurePosixPath:
    name = entry.filename
    if not entry.flag_bits & _SYSTEM_OF_UTF8:  # zipfile has read it as cp437; Windows in China writes GBK
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gbk"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = name.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name or not name.isprintable() or len(name) > 240:
        raise _refused(_("压缩包里的路径指向文件夹之外，或含有不能用的字符：%(name)r") % {"name": name})
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refused(_("压缩包里有链接，不能接收：%(name)s") % {"name": name})
    return path


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: PurePosixPath) -> bytes:
    if path.suffix.lower() not in SUFFIXES:
        raise _refused(_("压缩包里只能有 .yaml、.md、.csv 文件，不能有 %(name)s") % {"name": path})
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(_("压缩包设有密码。"), _("请去掉密码后再上传。"))
    with archive.open(entry) as packed:
        data = packed.read(MAX_FILE + 1)
    if len(data) > MAX_FILE or len(data) > max(entry.compress_size, 1) * MAX_RATIO + 4096:
        raise _refused(_("%(name)s 解开后太大。") % {"name": path})
    return data


def _without_wrapper(files: Files) -> Files:
    tops = {PurePosixPath(name).parts[0] for name in files}
    top = f"{next(iter(tops))}/"
    if len(tops) == 1 and {top + PROGRAMME, top + OVERLAY} & files.keys():
        return {name.removeprefix(top): data for name, data in files.items()}
    return files


def pack_up(files: Mapping[str, bytes]) -> bytes:
    """A zip of ``files``: equal files give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def files_in(folder: Path) -> Files:
    """The files of a pack's folder, as far as a pack has such."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES}
    return {
        inside.as_posix(): path.read_bytes()
        for inside, path in found.items()
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in inside.parts)
    }


@contextmanager
def folder_of(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A temporary folder with ``files`` in it."""
    with tempfile.TemporaryDirectory(prefix="tongchou-pack-") as name:
        folder = Path(name)
        for path, data in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield folder


# ---------------------------------------------------------------- units


def unit_of(path: str) -> str:
    """Which unit a path belongs to."""
    parts = PurePosixPath(path).parts
    return parts[1] if len(parts) > 2 and parts[0] == "overlays" else ""


def units(files: Mapping[str, bytes]) -> dict[str, Files]:
    """The files by unit."""
    found: dict[str, Files] = {}
    for path, data in files.items():
        found.setdefault(unit_of(path), {})[path] = data
    return found


def joined(parts: Mapping[str, Files]) -> Files:
    """Units put together again."""
    return {path: data for files in parts.values() for path, data in files.items()}


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """The digest of each unit."""
    return {
        unit: hashlib.sha256(b"".join(_line(path, held[path]) for path in sorted(held))).hexdigest()
        for unit, held in sorted(units(files).items())
    }


def _line(path: str, data: bytes) -> bytes:
    return f"{path}\0{hashlib.sha256(data).hexdigest()}\n".encode()


def overlay_of(place: str, files: Files) -> Files:
    """An uploaded overlay of ``place`` as files of the whole: the overlay's folder itself, or ``overlays/<place>/``.

    Refused where it holds anything else.
    """
    inside = f"overlays/{place}/"
    if OVERLAY in files:
        return {inside + path: data for path, data in files.items()}
    if strange := sorted(path for path in files if not path.startswith(inside)):
        raise refuse(
            "scope",
            _("压缩包里有本地细则之外的内容：%(names)s") % {"names": "、".join(strange[:5])},
            remedy=_("只上传 %(folder)s 文件夹里的内容：overlay.yaml 和 tasks。") % {"folder": inside},
            fields={"file": _("只能含本地细则")},
        )
    return files
