"""The applications' work for the worker."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongchou.applications import evidence, sealed
from tongchou.applications.models import EvidenceUpload
from tongchou.core import clock
from tongchou.core.models import Upload

NAME = "applications.finish_uploads"


@app.periodic(cron="* * * * *")
@app.task(name=NAME, queueing_lock=NAME)
def finish_uploads(timestamp: int) -> int:
    """Check and attach the large files that have wholly arrived."""
    waiting = EvidenceUpload.objects.filter(upload__state=Upload.State.FINISHING).order_by("pk")
    rows = waiting.select_related("upload__by", "application")
    for meant in rows:
        upload = evidence.finish_upload(meant)
        if upload.state == Upload.State.REFUSED:
            case = meant.application
            evidence.tell_refused(upload, link=f"/unit/applications/{case.pk}/fill/", about=case)
    return len(rows)


@app.periodic(cron="* * * * *")
@app.task(name=sealed.TASK, queueing_lock=sealed.TASK)
def check_scans(timestamp: int) -> int:
    """Read the stamped scans that wait to be held against their declarations."""
    return sealed.check_waiting()


def finish_soon() -> None:
    """Have the worker finish what has arrived."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        finish_uploads.configure(queueing_lock=NAME).defer(timestamp=int(clock.now().timestamp()))
