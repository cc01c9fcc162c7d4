"""Reading versions of packs: what was uploaded, what came into force, what was rehearsed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from pydantic import ValidationError

from tongchou.orgs.models import Jurisdiction
from tongchou.orgs.scopes import Actor, Role
from tongchou.programmes import history
from tongchou.programmes.check import Checked, CheckedOverlay
from tongchou.programmes.diffing import Side, diff
from tongchou.programmes.models import Programme
from tongchou.programmes.pack_format import OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.release_models import PackRehearsal, PackRelease, PackUpload

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority

_KNOWN_BELOW = ("scheduled", "in_force", "superseded", "withdrawn")
_LARGE = ("problems", "notes", "changes")


def uploads(actor: Actor) -> QuerySet[PackUpload]:
    """The versions that the actor may see, without what was found in them.

    An authority's own administrators and those above see a version always, those below once it is published.
    """
    seen = Q(pk__in=[])
    for authority in actor.authorities_as(Role.PACK_ADMIN):
        path = authority.place.path
        seen |= Q(authority__place__path__startswith=path)
        seen |= Q(authority__place__in=path.strip("/").split("/"), state__in=_KNOWN_BELOW)
    rows = PackUpload.objects.filter(seen).defer(*_LARGE)
    return rows.select_related(
        "authority__place", "programme", "uploaded_by", "published_by", "withdrawn_by"
    ).order_by("-id")


def releases(programme: Programme | None = None) -> QuerySet[PackRelease]:
    """What came into force, newest first."""
    rows = PackRelease.objects.filter(programme=programme) if programme else PackRelease.objects.all()
    return rows.select_related(
        "programme__place", "by", "upload__authority__place", "upload__programme", "withdraws"
    ).defer(*(f"{held}__{name}" for held in ("upload", "withdraws") for name in _LARGE))


def before(release: PackRelease) -> PackRelease | None:
    """What was in force until then."""
    return releases(release.programme).filter(pk__lt=release.pk).first()


def changed(old: PackRelease, new: PackRelease) -> list[dict[str, Any]]:
    """What differs between two releases, in words; nothing where one was kept in a format that is no longer known."""
    places = dict(Jurisdiction.objects.values_list("code", "path"))
    try:
        sides = [Side.of_contents(history.contents(release), places) for release in (old, new)]
    except ValidationError:
        return []
    codes = {place for side in sides for place in side.overlays}
    names = dict(Jurisdiction.objects.filter(pk__in=codes).values_list("code", "name"))
    return [change.as_json() for change in diff(*sides, names=names)]


def rehearsals(upload: PackUpload) -> QuerySet[PackRehearsal]:
    """The rehearsals of a version, newest first."""
    return upload.rehearsals.select_related("place", "asked_by")


def kept_by(actor: Actor) -> list[Authority]:
    """The authorities whose packs the actor keeps."""
    return actor.authorities_as(Role.PACK_ADMIN)


def programmes() -> QuerySet[Programme]:
    """Every programme, with the place that runs it."""
    return Programme.objects.select_related("place").order_by("pk")


def packs_in_force(release: PackRelease) -> Checked:
    """The packs of a release as written; its windows and the laid-on tasks stand in the database.

    Raises pydantic's ``ValidationError`` for content that the format no longer knows.
    """
    return _written(release.pk)


@lru_cache(maxsize=4)
def _written(pk: int) -> Checked:
    """Releases never change, so they are read once a process."""
    release = PackRelease.objects.select_related("programme__place").get(pk=pk)
    contents = history.contents(release)
    own = contents.pop(release.programme.place_id, {"pack": {}, "tasks": {}})
    checked = Checked(
        programme=ProgrammePack.model_validate(own["pack"]),
        tasks={code: TaskPack.model_validate(task) for code, task in own["tasks"].items()},
    )
    for place, content in sorted(contents.items()):
        tasks = {code: OverlayTask.model_validate(task) for code, task in content["tasks"].items()}
        pack = OverlayPack.model_validate(content["pack"])
        checked.overlays.append(CheckedOverlay(place, pack, own=tasks))
    return checked
