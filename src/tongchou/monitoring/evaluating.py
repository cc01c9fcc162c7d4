"""The units' self-evaluation 自评, and the marks of each level in turn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.core.files import scan
from tongchou.monitoring import evaluation_access as access
from tongchou.monitoring import evaluation_states as states
from tongchou.monitoring import grading, marking, schemes
from tongchou.monitoring.evaluation_casework import locked, note, store
from tongchou.monitoring.evaluation_models import Assessment, AssessmentFile, LevelScore
from tongchou.monitoring.marking import Given
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.orgs.models import Person

A = Assessment.State
DAYS_TO_MEND = 10
"""How long a returned self-evaluation has when the officer names no day."""


# ---------------------------------------------------------------- the unit itself


@transaction.atomic
def save_self(assessment: Assessment, *, by: Person, text: str, given: Given | None = None) -> Assessment:
    """Keep the self-evaluation as it is written; nothing is judged yet."""
    assessment = locked(assessment)
    require(access.may_fill(actor(by), assessment))
    require(states.may_move(assessment, "fill"))
    assessment.text = text.strip()[: marking.MOST_WORDS * 4]
    if given is not None:
        mark = str(given.mark) if given.mark not in {None, ""} else None
        assessment.draft = {"mark": mark, "marks": dict(given.marks), "vetoes": dict(given.vetoes)}
    assessment.save(update_fields=["text", "draft"])
    note("save_self_evaluation", assessment, by)
    return assessment


@transaction.atomic
def attach_file(
    assessment: Assessment, *, by: Person, upload: IO[bytes] | bytes, name: str
) -> AssessmentFile:
    """Attach a file (PDF or picture) to the self-evaluation."""
    assessment = locked(assessment)
    require(access.may_fill(actor(by), assessment))
    require(states.may_move(assessment, "fill"))
    attached = assessment.files.filter(removed_at=None, rectification=None).count()
    return store(assessment, attached, by=by, upload=upload, name=name)


@transaction.atomic
def submit_self(assessment: Assessment, *, by: Person) -> LevelScore:
    """Hand in the self-evaluation: text, and the unit's own mark where it has a share.

    Late is late, not refused: the duty does not end with its day, unless the authority has gone on without it.
    """
    assessment = locked(assessment)
    require(access.may_submit(actor(by), assessment))
    require(states.may_move(assessment, "submit"))
    scheme = schemes.scheme_of(assessment.evaluation)
    if not assessment.text:
        raise refuse(
            "incomplete",
            _("自评还没有正文。"),
            clause="；".join(scheme.cite),
            fields={"text": _("请对照建设目标和评价要求填写自评")},
        )
    scan.require_clean(
        (f.name, f.file) for f in assessment.files.filter(removed_at=None).select_related("file")
    )
    given = marking.from_draft(assessment.draft, assessment.text)
    shared = any(share.level == "unit" for share in scheme.shares)
    mark = marking.read(assessment, given) if shared else None
    score = marking.keep(assessment, "unit", mark=mark, given=given, by=by)
    _to_scoring(assessment)
    note("submit_self_evaluation", assessment, by, mark=str(mark) if mark is not None else None)
    return score


def _to_scoring(assessment: Assessment) -> None:
    assessment.state, assessment.submitted_at = A.SCORING, clock.now()
    assessment.returned_reason, assessment.returned_due = "", None
    assessment.save(update_fields=["state", "submitted_at", "returned_reason", "returned_due"])


# ---------------------------------------------------------------- the authorities


@transaction.atomic
def go_on_without_self(assessment: Assessment, *, by: Person, reason: str) -> Assessment:
    """Go on without a self-evaluation that is overdue. Where the unit has a share, its mark is 0: nobody else's to give."""
    assessment = locked(assessment)
    require(access.may_return(actor(by), assessment))
    require(states.may_move(assessment, "fill"))
    last = assessment.last_day
    if clock.today() <= last:
        raise refuse(
            "window",
            _("自评到%(day)s截止，还没有逾期。") % {"day": day_text(last)},
            remedy=_("请等待自评，或先催办。"),
        )
    if not reason.strip():
        raise refuse("form", _("请写明理由。"), fields={"reason": _("请填写理由")})
    scheme = schemes.scheme_of(assessment.evaluation)
    if any(share.level == "unit" for share in scheme.shares):
        marking.keep(assessment, "unit", mark=grading.HUNDRED * 0, given=Given(comment=reason.strip()), by=by)
    _to_scoring(assessment)
    note("go_on_without_self", assessment, by, reason=reason.strip())
    notify(
        people_of(assessment.unit),
        kind=Kind.EVALUATED,
        about=str(assessment),
        subject=f"逾期未自评，已转入评分：{assessment}",
        body=reason.strip(),
        link=f"/unit/evaluations/{assessment.pk}/",
    )
    return assessment


@transaction.atomic
def return_self(assessment: Assessment, *, by: Person, reason: str, due: date | None = None) -> Assessment:
    """Return a self-evaluation for correction, with a reason and the day it is due again; marks above it fall away."""
    assessment = locked(assessment)
    require(access.may_return(actor(by), assessment))
    require(states.may_move(assessment, "return"))
    if not reason.strip():
        raise refuse("form", _("退回必须写明理由。"), fields={"reason": _("请填写退回理由")})
    due = due or clock.today() + timedelta(days=DAYS_TO_MEND)
    if due < clock.today():
        raise refuse("form", _("重新报送的期限不能早于今天。"), fields={"due": _("请选择今天或以后的日期")})
    assessment.scores.filter(superseded=False).update(superseded=True)
    assessment.state, assessment.returned_reason, assessment.returned_due = A.RETURNED, reason.strip(), due
    assessment.save(update_fields=["state", "returned_reason", "returned_due"])
    note("return_self_evaluation", assessment, by, reason=reason.strip(), due=due.isoformat())
    notify(
        people_of(assessment.unit),
        kind=Kind.RETURNED,
        about=str(assessment),
        subject=f"自评已退回：{assessment}",
        body=f"{reason.strip()}\n请在{day_text(due)}前修改后重新报送。",
        link=f"/unit/evaluations/{assessment.pk}/",
    )
    return assessment


@transaction.atomic
def score_level(assessment: Assessment, *, level: str, by: Person, given: Given) -> LevelScore:
    """Mark a project for one's level, after the levels below. Until the next level has marked, one may mark anew."""
    assessment = locked(assessment)
    require(access.may_score(actor(by), assessment, level))
    require(states.may_move(assessment, "score"))
    order = schemes.markers(
        assessment.evaluation, schemes.levels_above([assessment.scope_path]), assessment.scope_path
    )
    if level not in order:
        raise refuse(
            "step",
            _("这项考核没有“%(level)s”。") % {"level": _(LevelScore.Level(level).label)},
            clause="；".join(schemes.scheme_of(assessment.evaluation).cite),
        )
    there, place = marking.standing(assessment), order.index(level)
    _require_turn(there, before=order[:place], after=order[place + 1 :])
    mark = marking.read(assessment, given)
    score = marking.keep(assessment, level, mark=mark, given=given, by=by)
    note("score_level", assessment, by, level=level, mark=str(mark))
    return score


def _require_turn(there: Iterable[str], *, before: Sequence[str], after: Sequence[str]) -> None:
    if missing := [level for level in before if level not in there]:
        raise refuse(
            "step",
            _("“%(level)s”还没有完成，不能评分。") % {"level": _(LevelScore.Level(missing[0]).label)},
            remedy=_("请等下一级评分后再评。"),
        )
    if later := [level for level in after if level in there]:
        raise refuse(
            "step",
            _("“%(level)s”已经完成，不能再改评分。") % {"level": _(LevelScore.Level(later[0]).label)},
            remedy=_("如需修改，请由上级退回自评后重新评分。"),
        )
