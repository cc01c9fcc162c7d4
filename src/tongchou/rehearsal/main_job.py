"""The whole main job as one call: a round of every task, the year after it, and the bulletins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tongchou.core import audit
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Programme, Round
from tongchou.rehearsal.calendar import days
from tongchou.rehearsal.evaluating import evaluate_year
from tongchou.rehearsal.ledger import Ledger
from tongchou.rehearsal.play import Play
from tongchou.rehearsal.result import collect
from tongchou.rehearsal.rounds import play_round
from tongchou.rehearsal.years import publish_bulletin, report_year, write_bulletin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def first_round(programme: Programme, place: Jurisdiction) -> Round:
    """The first round that windows or quotas of ``place`` itself speak of, else the programme's first."""
    rounds = programme.rounds.order_by("year", "code")
    own = rounds.filter(Q(quotas__place=place) | Q(windows__place=place)).first()
    return own or rounds[0]


def _registered(play: Play, round_: Round) -> date:
    """The first of August, or a week before the first task begins, if that is earlier."""
    begins = (days(task, play.place, round_).begin for task in play.tasks())
    return min(date(round_.year, 8, 1), *(begin - timedelta(days=7) for begin in begins))


SHARES = {"practice-centre": 0.8, "resource-library": 0.5, "international": 0.35}
_USUAL_SHARE = 0.4


def run(
    *,
    programme: Programme,
    place: Jurisdiction,
    units: int,
    numbers: tuple[int, ...] = (),
    seed: int,
    evidence: bytes,
    folder: Path | None,
    echo: Callable[[str], Any],
    round_code: str = "",
) -> dict[str, Any]:
    """Play one round in ``place`` (``numbers``: of these tasks only) and the year after; return what :func:`result.collect` found.

    Without ``round_code`` it is the first round that the place's own windows or quotas speak of, else the programme's first.
    """
    ledger = Ledger(echo=echo)
    play = Play(programme, place, seed, ledger, evidence, numbers)
    round_ = programme.rounds.get(code=round_code) if round_code else first_round(programme, place)
    year = round_.year + 1
    with ledger.stage("注册与核验"):
        cast = play.register(units, _registered(play, round_))
    for task in play.tasks():
        with ledger.stage(f"任务 {task.number} {task.name}"):
            play_round(play, task, round_, cast, share=SHARES.get(task.code, _USUAL_SHARE))
    with ledger.stage(f"{year} 年绩效与报告"):
        report_year(play, year)
    with ledger.stage(f"{year} 年考核评价"):
        evaluate_year(play, year)
    bulletins = []
    with ledger.stage("通报"):
        for authority in (play.province, play.nation):
            bulletin = publish_bulletin(play, authority, year, date(year + 1, 1, 20))
            if bulletin is not None:
                bulletins.append(bulletin)
                if folder is not None:
                    write_bulletin(bulletin, folder)
    with ledger.stage("封存审计链"):
        audit.seal_pending()
    return collect(play, bulletins)
