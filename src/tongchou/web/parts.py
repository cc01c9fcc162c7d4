"""Small things that screens hand to components."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """One entry of a timeline."""

    at: datetime | date | None
    title: str
    who: str = ""
    text: str = ""
    tone: str = "quiet"  # quiet, wait, warn, bad, good
    due: date | None = None
    remarks: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Duty:
    """One line of a workbench: what is due, by when, and where to do it."""

    title: str
    kind: str
    url: str
    last: date | datetime | None = None
    note: str = ""
    cite: Any = None
    tone: str = ""
