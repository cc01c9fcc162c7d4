"""The screens' work for the worker."""

from __future__ import annotations

from procrastinate.contrib.django import app

from tongchou.applications import bulk
from tongchou.web.authority.bulk import play


@app.task(name=bulk.TASK)
def decide_many(run: int) -> None:
    """Do what was asked for many cases, one by one."""
    play(run)
