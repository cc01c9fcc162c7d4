"""Public notice in a play: cases whose step asks for it stand on one that is over on the day they are designated."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tongchou.applications.steps import find
from tongchou.core import clock
from tongchou.designations import noticing
from tongchou.designations.notice_rules import last_day_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Authority
    from tongchou.programmes.pack_format import Step
    from tongchou.rehearsal.play import Play


def put_on_notice(play: Play, authority: Authority, cases: Sequence[Application], on: date) -> None:
    """Put up a notice for the cases, one for each step, so early that its last day is before ``on``."""
    by_step: dict[str, list[Application]] = defaultdict(list)
    for case in cases:
        if find(case.edition.pack, case.step).notice_days:
            by_step[case.step].append(case)
    for rows in by_step.values():
        first, officer = rows[0], play.officer(authority)
        step = find(first.edition.pack, first.step)
        with clock.at(_day_before(step, on)):
            draft = play.ledger.attempt(
                "列入公示",
                noticing.draft_notice,
                authority,
                task=first.task,
                round=first.round,
                step=step.code,
                cases=rows,
                by=officer,
            )
            if draft is None:
                continue
            play.ledger.attempt(
                "发布公示",
                noticing.put_on_notice,
                draft,
                by=officer,
                title=f"{first.round.name}{first.task.name}{step.name}公示",
                days=step.notice_days,
                working=step.notice_working,
                office=f"{authority.name}职业教育处",
            )


def _day_before(step: Step, on: date) -> date:
    """The latest day on which a notice can go up that is over on ``on``."""
    day = on - timedelta(days=1)
    while last_day_of(day, step.notice_days or 0, working=step.notice_working) >= on:
        day -= timedelta(days=1)
    return day
