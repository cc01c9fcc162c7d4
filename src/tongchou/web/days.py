"""Days as they come from date inputs."""

from __future__ import annotations

from datetime import date


def day_typed(text: str) -> date | None:
    """The day in a date input; none when it is empty or no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
