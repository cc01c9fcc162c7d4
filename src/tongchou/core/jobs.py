"""Jobs of a worker that is gone: a killed one leaves them as if they still ran."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

from tongchou.core import clock

MOST_TRIES = 5  # a job that takes its worker down each time is not begun for ever


def retry_stalled() -> int:
    """Put the jobs of workers that no longer give a sign of life back into the queue; return how many.

    One whose like already waits in the queue (a periodic job), or that was tried too often, is closed as failed.
    """
    retried = 0
    for job in async_to_sync(app.job_manager.get_stalled_jobs)():
        if job.attempts >= MOST_TRIES or not _back(job):
            async_to_sync(app.job_manager.finish_job)(job, status=Status.FAILED, delete_job=False)
        else:
            retried += 1
    return retried


def _back(job: Job) -> bool:
    try:
        with transaction.atomic():
            async_to_sync(app.job_manager.retry_job)(job, retry_at=clock.now())
    except UniqueViolation:
        return False
    return True
