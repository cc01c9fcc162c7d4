"""The stamped scan of the printed declaration 盖章扫描件: held against the version it claims to be, page by page.

Attaching to a slot for it (``Material.sealed``) asks for the reading; a small scan is read at once, a large one by the
worker. What was found holds for exactly these files and this content: a changed draft needs a new print. A scan that does
not match is refused at submission with what is wrong; a page that can't be read may be vouched for by the unit's reviewer
or leader, in words, when all the rest fits.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongchou.applications import access, paper, queries, states
from tongchou.applications.casework import locked, note
from tongchou.applications.scan_judging import judge
from tongchou.applications.sealed_models import SealedScan
from tongchou.core import clock, files, read_codes
from tongchou.core.access import refuse, require
from tongchou.core.digests import digest_of
from tongchou.core.models import StoredFile
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.applications.models import Application, Evidence
    from tongchou.orgs.models import Person

TASK = "applications.check_scans"
AT_ONCE = 12
"""Pages that are read in the request; more are left to the worker."""
S = SealedScan.State


def scan_files(application: Application, field: str) -> list[Evidence]:
    """The files that make up the scan, in the order of their coming."""
    return list(queries.evidence(application).filter(field=field).order_by("pk"))


def expect(application: Application, field: str) -> None:
    """Ask for the scan in ``field`` to be read, after its files have changed; inside the action's transaction."""
    attached = scan_files(application, field)
    if not attached:
        SealedScan.objects.filter(application=application, field=field).delete()
        return
    SealedScan.objects.update_or_create(
        application=application,
        field=field,
        defaults={
            "state": S.WAITING,
            "files": _files_digest(attached),
            "code": "",
            "pages": [],
            "faults": [],
            "asked_at": clock.now(),
            "checked_at": None,
            "confirmed_by": None,
            "confirmed_note": "",
        },
    )
    transaction.on_commit(soon)


def soon() -> None:
    """Have the worker read what waits."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(TASK, queueing_lock=TASK).defer(timestamp=int(clock.now().timestamp()))


def check_waiting() -> int:
    """Read the scans that wait; how many."""
    waiting = SealedScan.objects.filter(state=S.WAITING).order_by("pk")
    return sum(_check(scan) for scan in waiting)


@transaction.atomic
def check_scan(application: Application, *, by: Person, field: str) -> SealedScan:
    """Hold the scan against the draft as it now stands; a large one is left to the worker."""
    application = locked(application)
    require(access.may_fill(actor(by), application))
    require(states.may_move(application, "scan"))
    attached = scan_files(application, field)
    if field not in paper.sealed_slots(application.edition.pack, application.variant) or not attached:
        raise refuse("form", _("还没有上传盖章扫描件。"), remedy=_("请先打印、盖章、扫描后上传。"))
    expect(application, field)
    note("check_scan", application, by, field=field)
    if sum(e.file.pages or 1 for e in attached) <= AT_ONCE:
        _check(SealedScan.objects.get(application=application, field=field))
    return SealedScan.objects.get(application=application, field=field)


@transaction.atomic
def confirm_scan(application: Application, *, by: Person, field: str, words: str) -> SealedScan:
    """Vouch for the pages that a machine could not read, after comparing them with the original; said in words."""
    application = locked(application)
    require(access.may_confirm_scan(actor(by), application))
    require(states.may_move(application, "scan"))
    scan = SealedScan.objects.select_for_update().filter(application=application, field=field).first()
    if scan is None or not holds(scan, application):
        raise refuse("state", _("扫描件还没有按现在的内容核对。"), remedy=_("请先核对扫描件。"))
    if not may_be_confirmed(scan):
        raise refuse(
            "state",
            _("只有个别页看不清、其余各页都一致的扫描件可以人工确认。"),
            remedy=_("请重新扫描后上传。"),
        )
    if not words.strip():
        raise refuse(
            "form",
            _("请写明看不清的页对照原件的情况。"),
            fields={"words": _("例如：第 3 页已对照纸质原件，版本码一致")},
        )
    scan.state, scan.confirmed_by, scan.confirmed_note = S.CONFIRMED, by, words.strip()
    scan.save(update_fields=["state", "confirmed_by", "confirmed_note"])
    note("confirm_scan", application, by, field=field, words=scan.confirmed_note, code=scan.code)
    return scan


def holds(scan: SealedScan, application: Application) -> bool:
    """Whether what was found still speaks of these files and this content."""
    if scan.state == S.WAITING or scan.files != _files_digest(scan_files(application, scan.field)):
        return False
    found = paper.draft_code(application)
    return scan.code.rpartition("-")[2] == found.rpartition("-")[2]


def may_be_confirmed(scan: SealedScan) -> bool:
    """Whether only legibility stands between the scan and a match, and its number of pages is known."""
    return scan.state == S.ILLEGIBLE and any(page.get("last") for page in scan.pages)


def require_matched(application: Application) -> dict[str, str]:
    """Refuse to submit with a scan that is unread, of other content, incomplete or illegible.

    Gives back the digest of the files of each scan, for the audit record.
    """
    found = {}
    for field in sorted(paper.sealed_slots(application.edition.pack, application.variant)):
        attached = scan_files(application, field)
        if not attached:
            continue  # whether it must be there is asked with the other materials
        scan = SealedScan.objects.filter(application=application, field=field).first()
        if scan is None or scan.state == S.WAITING:
            raise refuse(
                "scan",
                _("盖章扫描件还在核对。"),
                remedy=_("请稍候，核对完再提交；也可在“盖章扫描件”中立即核对。"),
                fields={field: _("正在核对")},
            )
        if not holds(scan, application):
            raise refuse(
                "scan",
                _("盖章扫描件核对以后，填报内容或文件又有改动。"),
                remedy=_("请按现在的内容重新打印、盖章、扫描后上传；只换了扫描件的，请重新核对。"),
                fields={field: _("与现在的内容不一致")},
            )
        if scan.state not in {S.MATCHED, S.CONFIRMED}:
            raise refuse(
                "scan",
                _("盖章扫描件与申报内容不一致：%(faults)s。") % {"faults": _("；").join(scan.faults)},
                remedy=_("请按提示重新打印或扫描后上传。")
                if scan.state == S.MISMATCHED
                else _("请重新扫描；或由校核人、审核人对照原件确认看不清的页。"),
                fields={field: scan.faults[0]},
            )
        found[field] = scan.files
    return found


# ---------------------------------------------------------------- inside


def _check(scan: SealedScan) -> bool:
    """Read one scan and keep what was found, unless its files changed meanwhile; whether it was kept."""
    application = scan.application
    attached = scan_files(application, scan.field)
    if any(e.file.state != StoredFile.State.USABLE for e in attached):
        return False  # the virus scanner has not cleared it; asked again in a minute
    read: list[list[str]] = []
    for evidence in attached:
        read += _read(evidence.file)
    with transaction.atomic():
        now = locked(application)
        kept = (
            SealedScan.objects.select_for_update()
            .filter(pk=scan.pk, files=_files_digest(attached), state=S.WAITING)
            .first()
        )
        if kept is None:
            return False
        code = paper.draft_code(now)
        judged = judge(code, read)
        kept.code, kept.checked_at, kept.faults = code, clock.now(), judged.faults
        kept.pages = [
            page | {"last": judged.whole is not None and page["number"] == judged.whole}
            for page in judged.pages
        ]
        kept.state = S.MISMATCHED if judged.mismatched else S.ILLEGIBLE if judged.illegible else S.MATCHED
        kept.save()
    return True


def _read(file: StoredFile) -> list[list[str]]:
    """The texts of the codes on each page; of a file that can't be read, pages without any."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", read_codes.__name__, str(files.path_of(file))],
            check=True,
            capture_output=True,
            timeout=2 * (10 + read_codes.SECONDS_A_PAGE * (file.pages or 1)),
        )
    except subprocess.SubprocessError:
        return [[]] * (file.pages or 1)
    pages: list[list[str]] = json.loads(done.stdout)
    return pages


def _files_digest(attached: list[Evidence]) -> str:
    return digest_of([e.file.sha256 for e in attached])
