"""The worker's part in packs."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.programmes import releases


@app.periodic(cron="* * * * *")
@app.task(name="programmes.take_effect", queueing_lock="programmes.take_effect")
def take_effect(timestamp: int) -> int:
    """Bring into force the versions whose day has come; after a standstill, all that have become due meanwhile."""
    return releases.take_effect_due()
