"""Monitoring's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.monitoring import peers, questions, reminders


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
