"""The outbox's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.outbox import delivery, letters


@app.periodic(cron="* * * * *")
@app.task(name="outbox.deliver", queueing_lock="outbox.deliver")
def deliver(timestamp: int) -> int:
    """Mail what was written since the last minute, and try again what failed."""
    sent = 0
    while count := delivery.deliver():
        sent += count
    while count := letters.deliver_letters():
        sent += count
    return sent


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="outbox.deliver_digests", queueing_lock="outbox.deliver_digests", lock="outbox.deliver_digests"
)
def deliver_digests(timestamp: int) -> int:
    """Mail the digests that are due; asked every few minutes, so that one missed at 08:00 is not lost."""
    sent = 0
    while count := delivery.deliver_digests():
        sent += count
    return sent
