"""Monitoring's work for the worker."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongchou.applications.evidence import tell_refused
from tongchou.core import clock
from tongchou.core.models import Upload
from tongchou.monitoring import evidence, peers, questions, reminders
from tongchou.monitoring.models import ReportUpload

UPLOADS = "monitoring.finish_uploads"


@app.periodic(cron="7 * * * *")
@app.task(name="monitoring.remind", queueing_lock="monitoring.remind", lock="monitoring.remind")
def remind(timestamp: int) -> int:
    """Remind of what is due in 30, 7, 3 days or tomorrow. Asked every hour, so that a day without a worker is made up for."""
    return reminders.remind_all()


@app.periodic(cron="*/10 * * * *")
@app.task(name="monitoring.peers", queueing_lock="monitoring.peers", lock="monitoring.peers")
def measure_peers(timestamp: int) -> int:
    """Measure how figures lie where something was submitted, and ask about those that stand out now; how many are asked."""
    asked = 0
    for task, year in peers.changed():
        peers.measure(task, year)
        asked += questions.ask_later(task, year)
    return asked


@app.periodic(cron="* * * * *")
@app.task(name=UPLOADS, queueing_lock=UPLOADS)
def finish_uploads(timestamp: int) -> int:
    """Check and attach the large files that have wholly arrived."""
    rows = (
        ReportUpload.objects.filter(upload__state=Upload.State.FINISHING)
        .select_related("upload__by", "report__application")
        .order_by("pk")
    )
    for meant in rows:
        upload = evidence.finish_upload(meant)
        if upload.state == Upload.State.REFUSED:
            report = meant.report
            tell_refused(upload, link=f"/unit/reports/{report.pk}/", about=report.application)
    return len(rows)


def finish_soon() -> None:
    """Have the worker finish what has arrived."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        finish_uploads.configure(queueing_lock=UPLOADS).defer(timestamp=int(clock.now().timestamp()))
