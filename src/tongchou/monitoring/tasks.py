"""Monitoring's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.monitoring import reminders


@app.periodic(cron="7 * * * *")
@app.task(name="monitoring.remind", queueing_lock="monitoring.remind", lock="monitoring.remind")
def remind(timestamp: int) -> int:
    """Remind of what is due in 30, 7, 3 days or tomorrow. Asked every hour, so that a day without a worker is made up for."""
    return reminders.remind_all()
