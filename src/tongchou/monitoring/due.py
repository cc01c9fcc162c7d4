"""Which day binds whom. Pure, over windows that ``programmes.queries.windows_for`` found.

Several dates can hold at once (Jilin collects from all units until 12-15, and asks designated projects by 12-01). All of them
are kept and shown; one decides. For the same people the deepest place wins over the places above it, a window of the
task over one across tasks, one of the variant over one for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tongchou.core import clock

if TYPE_CHECKING:
    from tongchou.programmes.models import Window


@dataclass(frozen=True, slots=True)
class BindingDate:
    """One date of a duty: whom it binds, from and until which day (inclusive), and the clauses."""

    binds: str
    binds_name: str
    name: str
    opens: date | None
    until: date | None
    cite: str
    place: str
    decides: bool = False

    def as_json(self) -> dict[str, Any]:
        days = {"opens": self.opens, "until": self.until}
        return asdict(self) | {key: day.isoformat() if day else None for key, day in days.items()}


def dates(windows: Iterable[Window], *, path: str, variant: str, order: Sequence[str]) -> list[BindingDate]:
    """One date for each of the people in ``order``, as far as there are any; the first is the one that decides.

    ``order`` names whom (``Window.Binds``) from the most particular to the most general.
    """
    depth = {code: number for number, code in enumerate(path.strip("/").split("/"))}
    chosen: dict[str, tuple[tuple[int, bool, bool], Window]] = {}
    for window in windows:
        if window.place_id not in depth or window.variant not in {"", variant}:
            continue
        rank = (depth[window.place_id], window.task_id is not None, window.variant != "")
        if window.binds not in chosen or rank > chosen[window.binds][0]:
            chosen[window.binds] = (rank, window)
    found = [chosen[binds][1] for binds in order if binds in chosen]
    return [_date(window, decides=number == 0) for number, window in enumerate(found)]


def _date(window: Window, *, decides: bool) -> BindingDate:
    return BindingDate(
        binds=window.binds,
        binds_name=window.get_binds_display(),
        name=window.name,
        opens=window.opens_at.astimezone(clock.SHANGHAI).date() if window.opens_at else None,
        until=clock.last_day(window.closes_at) if window.closes_at else None,
        cite="；".join(window.cite)[:250],
        place=window.place_id,
        decides=decides,
    )
