"""The demo's second programme: national bases for teachers' training, chosen, reported, and evaluated in every state.

The key tasks' documents name no grades of evaluation; those of the bases do. So the demo shows evaluations there.
"""

from __future__ import annotations

from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING

from tongchou.core import clock
from tongchou.monitoring import opening_evaluations, schemes
from tongchou.paths import packs_dir
from tongchou.programmes.actions import load_pack
from tongchou.rehearsal.calendar import TaskDays
from tongchou.rehearsal.declaring import declare
from tongchou.rehearsal.evaluating import Stage, carry
from tongchou.rehearsal.play import Play
from tongchou.rehearsal.reviewing import designate, recommend_upward, score
from tongchou.rehearsal.years import report_year

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.monitoring.evaluation_models import Assessment, Evaluation
    from tongchou.orgs.models import Unit

PACK, YEAR = "teacher-bases-2023", 2024
_DAYS = TaskDays(
    begin=date(YEAR, 3, 1),
    submit=date(YEAR, 3, 20),
    late=date(YEAR, 3, 21),
    city=date(YEAR, 3, 20),
    score=date(YEAR, 5, 10),
    designate=date(YEAR, 5, 20),
    recommend=date(YEAR, 4, 10),
    nation=date(YEAR, 6, 1),
    aside=date(YEAR, 6, 15),
)
_STAGES = (
    Stage.CONCLUDED,
    Stage.HANDED_IN,
    Stage.FOLLOWED,
    Stage.RETURNED,
    Stage.MARKED,
    Stage.DUE,
)
_SPOT_STAGES = (Stage.FOLLOWED, Stage.MENDED, Stage.ACCEPTED, Stage.MARKED)
_MOST = 8


def play_bases(play: Play, own: Unit, units: Sequence[Unit]) -> None:
    """Choose bases among ``own`` and the colleges of ``units``, report a year, and hold its evaluation and a spot check."""
    programme = load_pack(packs_dir() / PACK).programme
    bases = Play(programme, play.place, play.seed, play.ledger, play.evidence, (1,), prefix=play.prefix)
    bases.quality = dict(play.quality)
    task, round_ = bases.tasks()[0], programme.rounds.get(code=str(YEAR))
    colleges = [unit for unit in units if unit.kind == own.kind and unit.pk != own.pk][: _MOST - 1]
    declare(bases, task, round_, [own, *colleges], _DAYS, share=1)
    recommend_upward(bases, bases.province, task, round_, _DAYS.recommend, share=1)
    score(bases, bases.nation, task, round_, _DAYS.score)
    designate(bases, bases.nation, task, round_, _DAYS.nation, share=1)
    report_year(bases, YEAR)
    stages = cycle(_STAGES)
    yearly = _opened(bases, "yearly", YEAR, date(2025, 4, 25), date(2025, 6, 25))
    if yearly is not None:
        carry(
            bases,
            yearly,
            date(2025, 4, 25),
            lambda a: Stage.DUE if a.unit_id == own.pk else next(stages),
        )
    _spot_check(bases, own)


def _spot_check(bases: Play, own: Unit) -> None:
    """A spot check of which most did not pass, so that there is something to mend in each state."""
    spot = _opened(bases, "spot", 2025, date(2025, 3, 10), date(2025, 3, 31))
    if spot is None:
        return
    bases.quality = dict.fromkeys(bases.quality, 0.3)
    stages = cycle(_SPOT_STAGES)

    def stage(assessment: Assessment) -> Stage:
        return Stage.FOLLOWED if assessment.unit_id == own.pk else next(stages)

    carry(bases, spot, date(2025, 3, 10), stage)


def _opened(bases: Play, code: str, year: int, on: date, self_due: date) -> Evaluation | None:
    offer = next(
        o for o in schemes.offered(bases.nation) if o.scheme.code == code and o.scheme.of == "training-base"
    )
    with clock.at(on):
        return bases.ledger.attempt(
            "开启考核",
            opening_evaluations.open_evaluation,
            authority=bases.nation,
            offer=offer,
            year=year,
            self_due=self_due,
            by=bases.officer(bases.nation),
            draw=_MOST,
        )
