"""Loading packs: everything or nothing, and twice the same changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import Denied, Refused
from tongchou.core.digests import digest_of
from tongchou.orgs.models import Jurisdiction, Person, Tag
from tongchou.programmes import history, ledger, mappings, timetable
from tongchou.programmes.check import Checked, CheckedOverlay, check_pack
from tongchou.programmes.comparison import compare
from tongchou.programmes.holdings import ChangeRefused
from tongchou.programmes.models import (
    Document,
    EditionContent,
    PackVersion,
    Programme,
    Round,
    Task,
    TaskEdition,
)
from tongchou.programmes.pack_format import OverlayPack, ProgrammePack, TaskPack
from tongchou.programmes.packs import Problem, read
from tongchou.programmes.parts import canonical
from tongchou.programmes.release_models import PackRelease


class PackRefused(Refused):
    """The pack has mistakes; nothing was loaded."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(
            Denied(
                "pack",
                f"配置包有 {len(problems)} 处错误，未载入：{problems[0]}",
                remedy="用 pack check 查看全部",
            )
        )


@dataclass(slots=True)
class LoadReport:
    """What loading changed, one line each in Chinese; ``notes`` point things out."""

    programme: Programme
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    release: PackRelease | None = None
    """What came into force; none where nothing changed."""


@transaction.atomic
def load_pack(folder: Path, *, by: Person | None = None) -> LoadReport:
    """Load a programme with its overlays: documents, rounds, tags, tasks and editions, windows, quotas.

    Editions are numbered anew only where their content changed; a quota in use keeps its row and accounts. Raises
    :class:`PackRefused` for a pack with mistakes, and :class:`Refused` for a change that stored data forbids: what would
    lose or reinterpret them without a mapping (:class:`~tongchou.programmes.holdings.ChangeRefused`), a limit below what
    is taken, a round gone that has applications.
    """
    places = dict(Jurisdiction.objects.values_list("code", "path"))
    checked = check_pack(read(folder), places)
    if checked.problems or checked.programme is None:
        raise PackRefused(checked.problems)
    pack = checked.programme
    Programme.objects.get_or_create(
        code=pack.code, defaults={"name": pack.name, "place_id": pack.place, "horizon": pack.horizon}
    )
    programme = Programme.objects.select_for_update().get(code=pack.code)
    found = compare(programme, checked, places)
    if found.losses:
        raise ChangeRefused(found.losses)
    told = [change.sentence for change in found.changes]
    report = LoadReport(programme, changes=told, notes=[*checked.notes, *found.notes])
    _programme(programme, checked)
    tasks = _tasks(programme, checked)
    _editions(programme.place_id, checked.tasks, tasks, report)
    for overlay in checked.overlays:
        _editions(overlay.place, overlay.tasks, tasks, report)
    _retire(programme, checked, report)
    rounds = {r.code: r for r in programme.rounds.all()}
    mappings.sync(programme, found.new, tasks, by=by)
    synced = timetable.sync(programme, checked, tasks, rounds) + ledger.sync(
        programme, checked, tasks, rounds
    )
    report.changes = report.changes or synced  # the same pack may be laid out otherwise than before
    whole = _versions(programme, checked, by=by)
    versions = {version.place_id: version.version for version, new in whole if new}
    report.release = history.keep(
        programme,
        folder,
        by=by,
        versions=[version for version, _content in whole],
        changes=report.changes,
    )
    if report.release is not None:
        audit.record(
            "programmes.load_pack",
            programme,
            by=by,
            scope_path=places[pack.place],
            versions=versions,
            changes=report.changes,
        )
    return report


def _programme(programme: Programme, checked: Checked) -> None:
    pack = checked.programme
    assert pack is not None  # noqa: S101 - load_pack has looked
    for name in ("name", "name_en", "horizon"):
        setattr(programme, name, getattr(pack, name))
    programme.place_id = pack.place
    programme.save()
    parts: list[ProgrammePack | OverlayPack] = [pack, *(overlay.pack for overlay in checked.overlays)]
    kept = set()
    for part in parts:
        for document in part.documents:
            kept.add(document.id)
            values = document.model_dump(exclude={"id", "clauses"})
            Document.objects.update_or_create(programme=programme, code=document.id, defaults=values)
        for tag in part.tags:
            values = tag.model_dump(include={"name", "name_en", "dated"})
            Tag.objects.update_or_create(code=tag.code, defaults=values)
    programme.documents.exclude(code__in=kept).delete()
    for round_ in pack.rounds:
        Round.objects.update_or_create(
            programme=programme, code=round_.code, defaults={"name": round_.name, "year": round_.year}
        )
    for gone in programme.rounds.exclude(code__in=[r.code for r in pack.rounds]):
        if gone.applications.exists():
            raise Refused(
                Denied(
                    "data",
                    _("批次“%(round)s”已有申报，不能从配置包中删去") % {"round": gone.name},
                    remedy=_("保留这个批次，可另加新批次"),
                )
            )
        gone.delete()


def _tasks(programme: Programme, checked: Checked) -> dict[str, Task]:
    tasks = {}
    for pack in checked.tasks.values():
        values = {"number": pack.number, "name": pack.name, "name_en": pack.name_en}
        tasks[pack.code], _made = Task.objects.update_or_create(
            programme=programme, code=pack.code, defaults=values
        )
    return tasks


def _editions(place: str, packs: dict[str, TaskPack], tasks: dict[str, Task], report: LoadReport) -> None:
    """Make the next edition of each task whose content changed in ``place``."""
    current = {
        edition.task_id: edition
        for edition in TaskEdition.objects.filter(task__in=tasks.values(), place=place, current=True)
    }
    for code, pack in packs.items():
        content = canonical(pack)
        digest = digest_of(content)
        task = tasks[code]
        before = current.get(task.pk)
        if before is not None and before.digest == digest:
            continue
        if before is not None:
            TaskEdition.objects.filter(pk=before.pk).update(current=False)
        last = TaskEdition.objects.filter(task=task, place=place).order_by("-number").first()
        edition = TaskEdition.objects.create(
            task=task,
            place_id=place,
            number=last.number + 1 if last else 1,
            digest=digest,
            made_at=clock.now(),
        )
        EditionContent.objects.create(edition=edition, content=content)
        report.changes.append(f"{place}“{pack.name}”第 {edition.number} 版")


def _retire(programme: Programme, checked: Checked, report: LoadReport) -> None:
    """Editions of tasks and places that are no longer in the pack stop being current; nothing is deleted."""
    keep = {(programme.place_id, code) for code in checked.tasks}
    keep |= {(overlay.place, code) for overlay in checked.overlays for code in overlay.tasks}
    for edition in TaskEdition.objects.filter(task__programme=programme, current=True).select_related("task"):
        if (edition.place_id, edition.task.code) not in keep:
            TaskEdition.objects.filter(pk=edition.pk).update(current=False)
            report.changes.append(f"{edition.place_id}“{edition.task.name}”不再使用")


def _versions(programme: Programme, checked: Checked, *, by: Person | None) -> list[tuple[PackVersion, bool]]:
    """Keep each pack and overlay whole, once for each content; returns them all, and whether each is new."""
    overlays: list[CheckedOverlay] = checked.overlays
    wholes: list[tuple[str, ProgrammePack | OverlayPack, dict[str, Any]]] = []
    if checked.programme:
        tasks = {code: canonical(task) for code, task in checked.tasks.items()}
        wholes.append((programme.place_id, checked.programme, tasks))
    wholes += [(o.place, o.pack, {code: canonical(own) for code, own in o.own.items()}) for o in overlays]
    kept = []
    for place, pack, tasks in wholes:
        content = {"pack": canonical(pack), "tasks": tasks}
        kept.append(
            PackVersion.objects.get_or_create(
                programme=programme,
                place_id=place,
                digest=digest_of(content),
                defaults={
                    "version": pack.version,
                    "content": content,
                    "loaded_at": clock.now(),
                    "loaded_by": by,
                },
            )
        )
    return kept
