"""Evaluations as invented units and authorities hold them, to the end or to any stage on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from tongchou.core import clock
from tongchou.monitoring import (
    concluding,
    consequences,
    evaluating,
    grading,
    measuring,
    opening_evaluations,
    rectifying,
    schemes,
)
from tongchou.monitoring.evaluation_models import Assessment, Evaluation, LevelScore, Rectification
from tongchou.monitoring.marking import Given
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import people_of

if TYPE_CHECKING:
    from tongchou.orgs.models import Person
    from tongchou.rehearsal.play import Play

SELF_DAYS, MEND_DAYS = 30, 60
_TEXT = "（演练）本年度各项建设任务按方案推进，目标完成情况见绩效填报；不足之处已列入下一年计划。"


class Stage(IntEnum):
    """How far an assessment is brought."""

    DUE = 0
    RETURNED = 1
    HANDED_IN = 2
    MARKED = 3
    CONCLUDED = 4
    FOLLOWED = 5
    MENDED = 6
    ACCEPTED = 7


def evaluate_year(play: Play, year: int) -> None:
    """The yearly evaluations of the programme for ``year``, opened in the March after it and brought to their end."""
    opens = date(year + 1, 3, 3)
    for authority in (play.province, play.nation):
        for offer in schemes.offered(authority):
            yearly = offer.scheme.kind == "yearly" and offer.level == authority.place.level
            if not yearly or offer.task.programme_id != play.programme.pk:
                continue
            with clock.at(opens):
                evaluation = play.ledger.attempt(
                    "开启考核",
                    opening_evaluations.open_evaluation,
                    authority=authority,
                    offer=offer,
                    year=year,
                    self_due=opens + timedelta(days=SELF_DAYS),
                    by=play.officer(authority),
                )
            if evaluation is not None:
                carry(play, evaluation, opens, lambda _: Stage.ACCEPTED)


def carry(play: Play, evaluation: Evaluation, on: date, to: Callable[[Assessment], Stage]) -> None:
    """Bring each project of an evaluation that was opened on the day ``on`` as far as ``to`` says."""
    rows = evaluation.assessments.select_related(
        "evaluation__edition", "evaluation__authority__place", "application", "unit__authority__place"
    ).order_by("pk")
    for row in rows:
        _Carried(play, row, on).bring(to(row))


class _Carried:
    """One assessment under way."""

    def __init__(self, play: Play, assessment: Assessment, on: date) -> None:
        self.play, self.assessment, self.on = play, assessment, on
        self.scheme = schemes.scheme_of(assessment.evaluation)
        self.quality = play.quality.get(assessment.unit_id, 0.7)

    def bring(self, stage: Stage) -> None:
        """Step by step as far as ``stage``; what asks for no self-evaluation begins with the marks."""
        asked = self.assessment.state != Assessment.State.SCORING
        if stage == Stage.RETURNED and asked:
            self._hand_in()
            self._return()
            return
        steps = {
            Stage.HANDED_IN: self._hand_in,
            Stage.MARKED: self._mark,
            Stage.CONCLUDED: self._conclude,
            Stage.FOLLOWED: self._follow,
            Stage.MENDED: self._mend,
            Stage.ACCEPTED: self._accept,
        }
        for reached, step in steps.items():
            if reached <= stage and (asked or reached != Stage.HANDED_IN):
                step()

    def _officer(self, level: str) -> Person:
        path = self.assessment.scope_path
        authority = next(
            a
            for a in Authority.objects.filter(place__level=level, department="education").select_related(
                "place"
            )
            if path.startswith(a.place.path)
        )
        return self.play.officer(authority)

    def _leader(self) -> Person:
        found = people_of(self.assessment.unit).order_by("pk").first()
        assert found is not None  # noqa: S101 - a unit is never without a leader
        return found

    @property
    def _top(self) -> Person:
        return self.play.officer(self.assessment.evaluation.authority)

    def _given(self, shift: float) -> Given:
        mark = round(min(100.0, max(30.0, 100 * (0.35 + 0.65 * self.quality) + shift)), 1)
        rubric = schemes.rubric_of(self.assessment.evaluation)
        if rubric is None:
            return Given(mark, comment="（演练）与绩效数据相符。")
        marks = {c.code: round(rubric.scale * mark / 100, 1) for c in rubric.criteria}
        return Given(marks=marks, comment="（演练）与绩效数据相符。")

    def _hand_in(self) -> None:
        with clock.at(self.on + timedelta(days=12)):
            by = self._leader()
            evaluating.save_self(self.assessment, by=by, text=_TEXT, given=self._given(2))
            self.play.ledger.attempt("考核自评", evaluating.submit_self, self.assessment, by=by)

    def _return(self) -> None:
        with clock.at(self.on + timedelta(days=15)):
            self.play.ledger.attempt(
                "退回自评",
                evaluating.return_self,
                self.assessment,
                by=self._top,
                reason="（演练）自评与绩效数据不一致，请核对。",
                due=self.assessment.evaluation.self_due,
            )

    def _mark(self) -> None:
        above = schemes.levels_above([self.assessment.scope_path])
        levels = schemes.markers(self.assessment.evaluation, above, self.assessment.scope_path)
        with clock.at(self.on + timedelta(days=SELF_DAYS + 5)):
            for shift, level in enumerate(x for x in levels if x != LevelScore.Level.UNIT):
                self.play.ledger.attempt(
                    "考核评分",
                    evaluating.score_level,
                    self.assessment,
                    level=level,
                    by=self._officer(level),
                    given=self._given(-2.0 * shift),
                )

    def _conclude(self) -> None:
        chosen = {}
        if not grading.graded_by_mark(self.scheme):
            grades = self.scheme.grades
            place = min(len(grades) - 1, int((1 - self.quality) * len(grades) * 1.25))
            chosen = {"grade": grades[place].code, "reason": "（演练）按评分和建设成效确定。"}
        with clock.at(self.on + timedelta(days=SELF_DAYS + 12)):
            self.play.ledger.attempt("考核结论", concluding.conclude, self.assessment, by=self._top, **chosen)

    def _follow(self) -> None:
        with clock.at(self.on + timedelta(days=SELF_DAYS + 15)):
            self.assessment.refresh_from_db(fields=["state"])
            offered = consequences.proposals([self.assessment]).get(self.assessment.pk, [])
            for proposal in offered:
                if not proposal.found:
                    self.play.ledger.attempt(
                        "结果运用",
                        measuring.confirm_measure,
                        self.assessment,
                        code=proposal.consequence.code,
                        by=self._top,
                        due=clock.today() + timedelta(days=MEND_DAYS),
                    )

    def _mending(self) -> Rectification | None:
        return Rectification.objects.filter(measure__assessment=self.assessment).first()

    def _mend(self) -> None:
        mending = self._mending()
        if mending is None:
            return
        with clock.at(mending.due - timedelta(days=10)):
            by = self._leader()
            rectifying.save_rectification(mending, by=by, report="（演练）问题已逐条整改，制度和台账已补齐。")
            rectifying.attach_proof(mending, by=by, upload=self.play.evidence, name="整改佐证（演练）.pdf")
            self.play.ledger.attempt("报送整改", rectifying.submit_rectification, mending, by=by)

    def _accept(self) -> None:
        mending = self._mending()
        if mending is None:
            return
        with clock.at(mending.due - timedelta(days=3)):
            self.play.ledger.attempt(
                "整改验收", rectifying.decide_rectification, mending, by=self._top, answer="accept"
            )
