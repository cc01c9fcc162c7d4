"""The outbox's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.outbox import actions, letters


@app.periodic(cron="* * * * *")
@app.task(name="outbox.deliver", queueing_lock="outbox.deliver")
def deliver(timestamp: int) -> int:
    """Mail what was written since the last minute."""
    sent = 0
    while count := actions.deliver():
        sent += count
    while count := letters.deliver_letters():
        sent += count
    return sent
