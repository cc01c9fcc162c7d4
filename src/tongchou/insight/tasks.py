"""Insight's work for the worker."""

from __future__ import annotations

import time

from procrastinate.contrib.django import app

from tongchou.insight import national, summary

_MINUTE = 55
_PAUSE = 3


@app.periodic(cron="* * * * *")
@app.task(name="insight.fold", queueing_lock="insight.fold", lock="insight.fold")
def fold(timestamp: int) -> int:
    """Add changed facts to the summary, again and again while more come within the minute."""
    ends = time.monotonic() + _MINUTE
    folded = added = summary.fold()
    while added and time.monotonic() < ends:
        time.sleep(_PAUSE)
        added = summary.fold()
        folded += added
    return folded


@app.task(name=national.RENEW)
def renew_overview(authority: int, place: str, programme: int, year: int) -> None:
    """Count anew what an authority is shown of a place, which somebody looked at."""
    national.renew(authority, place, programme, year)
