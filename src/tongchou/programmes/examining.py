"""What a version of a pack would be as a whole, what is wrong with it, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core.access import Refused, refuse
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes import archives, history
from tongchou.programmes.actions import load_pack
from tongchou.programmes.check import Checked, check_pack
from tongchou.programmes.comparison import compare
from tongchou.programmes.models import Programme
from tongchou.programmes.packs import PROGRAMME, Problem, read
from tongchou.programmes.release_models import PackRelease, PackUpload


@dataclass(slots=True)
class Examined:
    """What was found. ``hindrance``: why stored data forbid loading it, though nothing is wrong with it."""

    version: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    hindrance: str = ""
    same: bool = False
    """Whether it is, in all that counts, what is in force."""

    def problems_as_json(self) -> list[dict[str, Any]]:
        return [asdict(problem) for problem in self.problems]


def own_parts(upload: PackUpload) -> dict[str, archives.Files]:
    """The upload's files by unit, an overlay's as files of the whole."""
    files = history.files_of(upload.archive)
    unit = history.own_unit(upload)
    return archives.units(archives.overlay_of(unit, files) if unit else files)


def whole(parts: Mapping[str, archives.Files], current: PackRelease | None) -> archives.Files:
    """The programme's packs with ``parts`` in place of what is in force of them; all else stays as it is in force."""
    standing = archives.units(history.files_of(current.archive)) if current else {}
    return archives.joined({**standing, **parts})


def overtaken(upload: PackUpload) -> list[str]:
    """Overlays that the upload carries along and that their own place has renewed since it was uploaded."""
    current = history.current(upload.programme) if upload.programme else None
    if current is None:
        return []
    was = upload.against.units if upload.against else {}
    own = history.own_unit(upload)
    return [
        unit
        for unit, digest in upload.units.items()
        if unit != own and current.units.get(unit) not in {was.get(unit), digest}
    ]


def examine(
    parts: Mapping[str, archives.Files], *, authority: Authority, programme: Programme | None
) -> Examined:
    """Check a version laid on what is in force, and tell what it would change."""
    current = history.current(programme) if programme else None
    places = dict(Jurisdiction.objects.values_list("code", "path"))
    with archives.folder_of(whole(parts, current)) as folder:
        checked = check_pack(read(folder), places)
        found = Examined(problems=list(checked.problems), notes=list(checked.notes))
        found.version = _version(checked, history.unit_kept_by(authority, programme))
        found.problems += _whose(checked, authority, programme)
        if not found.problems:
            compared = compare(programme, checked, places)
            found.changes = [change.as_json() for change in compared.changes]
            found.notes += compared.notes
            found.hindrance, found.same = _tried(folder)
            if compared.losses:
                found.hindrance = "\n".join(f"{loss}：{loss.remedy}" for loss in compared.losses)
    return found


def _version(checked: Checked, unit: str) -> str:
    if not unit:
        return checked.programme.version if checked.programme else ""
    return next((overlay.pack.version for overlay in checked.overlays if overlay.place == unit), "")


def _whose(checked: Checked, authority: Authority, programme: Programme | None) -> list[Problem]:
    """Mistakes about which programme this is: each is run by one authority, and keeps its code."""
    pack = checked.programme
    if pack is None:
        return []
    if programme is not None:
        if pack.code == programme.code and pack.place == programme.place_id:
            return []
        message = _("这是计划“%(found)s”（%(place)s）的配置包，不是“%(wanted)s”的") % {
            "found": pack.code,
            "place": pack.place,
            "wanted": programme.code,
        }
        return [Problem(PROGRAMME, 0, 0, message, _("核对 code 和 place，或选对所属计划"), "programmepack")]
    if Programme.objects.filter(code=pack.code).exists():
        message = _("已有编码为“%(code)s”的计划") % {"code": pack.code}
        return [
            Problem(
                PROGRAMME,
                0,
                0,
                message,
                _("新计划换一个编码；要更新该计划，上传时选它"),
                "programmepack-code",
            )
        ]
    if pack.place != authority.place_id:
        message = _("计划由 %(place)s 实施，不是本部门所在的 %(own)s") % {
            "place": pack.place,
            "own": authority.place_id,
        }
        return [Problem(PROGRAMME, 0, 0, message, _("改正 place"), "programmepack-place")]
    return []


def _tried(folder: Path) -> tuple[str, bool]:
    """Load the folder and undo it: why stored data forbid it, and whether it would change nothing."""
    try:
        with transaction.atomic():
            same = load_pack(folder).release is None
            transaction.set_rollback(True)
    except Refused as refused:
        return str(refused), False
    return "", same


def require_sound(found: Examined) -> None:
    """Refuse what may not be published, with the first reason; all of them stand in the upload."""
    if found.problems:
        raise refuse(
            "pack",
            _("配置包有 %(count)s 处错误，不能发布：%(first)s")
            % {"count": len(found.problems), "first": found.problems[0]},
            remedy=_("改正后重新上传。"),
        )
    if found.hindrance:
        raise refuse("data", _("已存数据不允许这样改动：%(why)s") % {"why": found.hindrance})
