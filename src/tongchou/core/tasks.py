"""Core's work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.core import audit


@app.periodic(cron="* * * * *")
@app.task(name="core.seal_audit", queueing_lock="core.seal_audit")
def seal_audit(timestamp: int) -> int:
    """Seal the audit records of the last minute into the chain."""
    return audit.seal_pending()
