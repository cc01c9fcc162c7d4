"""Core's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.core import audit, jobs
from tongchou.core.files import preview, scan, uploads


@app.periodic(cron="* * * * *")
@app.task(name="core.seal_audit", queueing_lock="core.seal_audit")
def seal_audit(timestamp: int) -> int:
    """Seal the audit records of the last minute into the chain."""
    return audit.seal_pending()


@app.periodic(cron="* * * * *")
@app.task(name=scan.TASK, queueing_lock=scan.TASK)
def scan_files(timestamp: int) -> int:
    """Ask the virus scanner about the files that wait for it."""
    return scan.scan_pending()


@app.periodic(cron="17 * * * *")
@app.task(name="core.clear_uploads", queueing_lock="core.clear_uploads")
def clear_uploads(timestamp: int) -> int:
    """Throw away uploads that nobody went on with, and pictures of pages that nobody looks at now."""
    return uploads.clear_expired() + preview.clear_old()


@app.periodic(cron="*/2 * * * *")
@app.task(name="core.retry_stalled", queueing_lock="core.retry_stalled")
def retry_stalled(timestamp: int) -> int:
    """Take up again what a killed worker left behind."""
    return jobs.retry_stalled()
