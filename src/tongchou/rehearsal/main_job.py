"""The whole main job as one call: a round of every task, the year after it, and the bulletins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tongchou.core import audit
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Programme
from tongchou.rehearsal.ledger import Ledger
from tongchou.rehearsal.play import Play
from tongchou.rehearsal.result import collect
from tongchou.rehearsal.rounds import play_round
from tongchou.rehearsal.years import publish_bulletin, report_year, write_bulletin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
) -> dict[str, Any]:
    """Play the programme's first round in ``place`` (``numbers``: of these tasks only) and the year after; return what :func:`result.collect` found."""
    ledger = Ledger(echo=echo)
    play = Play(programme, place, seed, ledger, evidence, numbers)
    round_ = programme.rounds.order_by("year").first()
    if round_ is None:
        raise ValueError(programme.code)
    year = round_.year + 1
    with ledger.stage("注册与核验"):
        cast = play.register(units, date(round_.year, 8, 1))
    for task in play.tasks():
        with ledger.stage(f"任务 {task.number} {task.name}"):
            play_round(play, task, round_, cast, share=SHARES.get(task.code, _USUAL_SHARE))
    with ledger.stage(f"{year} 年绩效与报告"):
        report_year(play, year)
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
