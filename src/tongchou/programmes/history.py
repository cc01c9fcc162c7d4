"""What came into force when: every load that changes something keeps the whole folder, so it can be put back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.core import clock
from tongchou.programmes import archives
from tongchou.programmes.models import PackVersion, Programme
from tongchou.programmes.release_models import PackArchive, PackRelease, PackUpload

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person

U = PackUpload.State


def archive(content: bytes) -> PackArchive:
    """Keep a zip; the same content is kept once."""
    kept, _made = PackArchive.objects.get_or_create(
        digest=hashlib.sha256(content).hexdigest(), defaults={"content": content, "size": len(content)}
    )
    return kept


def files_of(kept: PackArchive) -> archives.Files:
    """The files of a kept archive."""
    return archives.unpack(bytes(kept.content))


def current(programme: Programme) -> PackRelease | None:
    """What is in force."""
    return programme.releases.select_related("archive").order_by("-id").first()


def contents(release: PackRelease) -> dict[str, Any]:
    """The packs of a release as they were read (``PackVersion.content``), by place."""
    digests = [held["digest"] for held in release.versions.values()]
    kept = PackVersion.objects.filter(programme=release.programme_id, digest__in=digests)
    return {version.place_id: version.content for version in kept}


def keep(
    programme: Programme,
    folder: Path,
    *,
    by: Person | None,
    versions: Iterable[PackVersion],
    changes: list[str],
) -> PackRelease | None:
    """Write down that ``folder`` has been loaded; nothing where what is in force stays as it was."""
    held = {v.place_id: {"version": v.version, "digest": v.digest} for v in versions}
    before = current(programme)
    if before is not None and before.versions == held and not changes:
        return None
    files = archives.files_in(folder)
    units = archives.digests(files)
    release = PackRelease.objects.create(
        programme=programme,
        archive=archive(archives.pack_up(files)),
        at=clock.now(),
        by=by,
        units=units,
        versions=held,
        changes=changes,
    )
    _uploads_follow(programme, units)
    return release


def own_unit(upload: PackUpload) -> str:
    """The unit that the upload's authority answers for."""
    return unit_kept_by(upload.authority, upload.programme)


def unit_kept_by(authority: Authority, programme: Programme | None) -> str:
    """The programme's own part for whoever runs it (or begins it), an overlay for everybody else."""
    whole = programme is None or programme.place_id == authority.place_id
    return "" if whole else authority.place_id


def _uploads_follow(programme: Programme, units: Mapping[str, str]) -> None:
    """Uploads whose part is no longer what is in force are superseded; one whose part is again, is in force again."""
    uploads = programme.uploads.filter(state__in=[U.IN_FORCE, U.SUPERSEDED]).select_related(
        "authority", "programme"
    )
    held: set[str] = set()
    for upload in uploads.order_by("-effective_from", "-published_at", "-pk"):
        own = own_unit(upload)
        fits = upload.units.get(own) == units.get(own) and own not in held
        state = U.IN_FORCE if fits else U.SUPERSEDED
        if fits:
            held.add(own)
        if upload.state != state:
            PackUpload.objects.filter(pk=upload.pk).update(state=state)
