"""When things happen in a rehearsal: on the windows the packs set, or on plain days where they set none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tongchou.core.clock import SHANGHAI, last_day
from tongchou.programmes.queries import windows_for

if TYPE_CHECKING:
    from tongchou.orgs.models import Jurisdiction
    from tongchou.programmes.models import Round, Task


@dataclass(frozen=True, slots=True)
class TaskDays:
    """The days of one task in one round and place."""

    begin: date
    submit: date
    late: date
    city: date
    score: date
    designate: date
    recommend: date
    nation: date
    aside: date
    """When those are decided that the ministry did not take."""


def days(task: Task, place: Jurisdiction, round_: Round) -> TaskDays:
    """Declaring ends on the pack's day, or on 30 September of the round's year where it names none.

    Cities decide on their last day. Where no window is set for a later step, it follows at a plausible distance.
    """

    def window(purpose: str, binds: str) -> tuple[date | None, date | None]:
        ends = [
            (w.closes_at, w.opens_at)
            for w in windows_for(task, place.path, purpose=purpose, year=round_.year, binds=binds)
            if w.closes_at is not None and not w.waiting
        ]
        if not ends:
            return None, None
        closes_at, opens_at = min(ends, key=lambda end: end[0])
        return opens_at.astimezone(SHANGHAI).date() if opens_at else None, last_day(closes_at)

    _, declare = window("declare", "units")
    _, city = window("recommend", "cities")
    if city is None:  # a city that designates
        _, city = window("designate", "cities")
    opens, designate = window("designate", "province")
    _, recommend = window("recommend", "province")
    submit = declare or date(round_.year, 9, 30)
    city = city or submit
    score = max(opens or city + timedelta(days=10), city + timedelta(days=1))
    recommend = recommend or max(score + timedelta(days=30), (designate or date.min) + timedelta(days=5))
    nation = max(recommend + timedelta(days=30), (designate or date.min) + timedelta(days=40))
    return TaskDays(
        begin=submit - timedelta(days=12),
        submit=min(submit, city) - timedelta(days=1),
        late=submit + timedelta(days=1),
        city=city,
        score=score,
        designate=min(score + timedelta(days=12), designate or date.max),
        recommend=recommend,
        nation=nation,
        aside=nation + timedelta(days=14),
    )
