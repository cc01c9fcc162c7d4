"""Cities, the province, its experts and the ministry decide on what waits at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from tongchou.applications import actions as applications
from tongchou.applications.models import Application
from tongchou.applications.queries import latest_revision
from tongchou.applications.steps import find, scoring_before
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.designations.queries import unpublished
from tongchou.orgs.models import Authority, Person
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import Round, Task
from tongchou.rehearsal.calendar import TaskDays
from tongchou.rehearsal.noticing import put_on_notice
from tongchou.rehearsal.play import Play
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties, formal, ranking, signing
from tongchou.reviews.models import Assignment, Decision
from tongchou.reviews.queries import queue, summary
from tongchou.reviews.scoring import rubric_for

EXPERTS_A_CASE = 3
PASS_MARK = 60


def waiting(play: Play, authority: Authority, task: Task, round_: Round) -> list[Application]:
    """What waits at ``authority`` in this task and round, best units first."""
    rows = queue(authority, actor(play.officer(authority))).filter(task=task, round=round_)
    return sorted(rows, key=lambda a: (a.variant, -play.quality.get(a.unit_id, 0.5), a.pk))


def city_step(play: Play, task: Task, round_: Round, when: TaskDays) -> None:
    """Cities return a case in twelve, rank, and recommend or designate from the top until the quota refuses."""
    for city in play.cities():
        officer = play.officer(city)
        with clock.at(when.submit):
            for case in waiting(play, city, task, round_):
                applications.mark_opened(case, by=officer)
                if play.random.random() < 1 / 12:
                    _return_and_resubmit(play, case, officer, when)
        with clock.at(when.city):
            by_variant: dict[str, list[Application]] = defaultdict(list)
            waited = waiting(play, city, task, round_)
            designates = any(find(case.edition.pack, case.step).kind == "designate" for case in waited)
            for case in waited:
                by_variant[case.variant].append(case)
            put_on_notice(play, city, waited, when.city)
            for cases in by_variant.values():
                ranking.rank(city, step=cases[0].step, applications=cases, by=officer)
                for case in cases:
                    _pass_on(play, case, officer)
            if designates:
                publish(play, city, task, round_, officer)


def _return_and_resubmit(play: Play, case: Application, officer: Person, when: TaskDays) -> None:
    returned = play.ledger.attempt(
        "退回修改",
        reviews.return_for_changes,
        case,
        by=officer,
        reason="建设方案与年度绩效目标的对应关系不清楚，请补充说明。",
        due=when.city,
        remarks={"project_name": "请核对项目名称。"},
    )
    person = people_of(case.unit).order_by("pk").first()
    if returned and person:
        play.ledger.attempt("重新提交", designations.submit, case, by=person)


def _pass_on(play: Play, case: Application, officer: Person) -> None:
    if find(case.edition.pack, case.step).kind == "designate":
        done = _decided(play, "市级认定", designations.designate, case, officer)
    else:
        done = _decided(play, "市级推荐", designations.recommend, case, officer)
    if done is None:
        play.ledger.attempt(
            "不予推荐", reviews.decline, case, by=officer, reason="推荐限额已满，按排序不再推荐。"
        )


def _decided(
    play: Play, what: str, action: Callable[..., Decision], case: Application, officer: Person
) -> Decision | None:
    """Check the case formally where the step asks for it, decide, and have the other departments sign."""
    revision = latest_revision(case)
    if revision is not None and (points := formal.standing(case, revision)):
        met = [point.code for point in points if not point.machine]
        play.ledger.attempt("形式审查", formal.check_formally, case, by=officer, met=met)
    done = play.ledger.attempt(what, action, case, by=officer)
    if done is not None and done.kind == Decision.Kind.PROPOSE:
        for asked in signing.waiting(case):
            signer = play.officer(asked.authority)
            play.ledger.attempt("会签", designations.countersign, case, by=signer, agree=True)
    return done


def score(play: Play, authority: Authority, task: Task, round_: Round, on: date) -> None:
    """Three experts a case score it; quality decides, taste varies, one declares a conflict now and then."""
    pool, officer = play.experts(authority), play.officer(authority)
    with clock.at(on):
        for case in waiting(play, authority, task, round_):
            applications.mark_opened(case, by=officer)
            if scoring_before(case.edition.pack, case.unit.kind, case.step) is None:
                continue
            for expert in play.random.sample(pool, EXPERTS_A_CASE):
                duty = play.ledger.attempt("分配专家", duties.assign, case, expert=expert, by=officer)
                if duty is not None:
                    _mark(play, duty, expert)


def _mark(play: Play, duty: Assignment, expert: Person) -> None:
    case = duty.application
    rubric = rubric_for(case.edition.pack, case.variant)
    if rubric is None:
        return
    if play.random.random() < 1 / 60:
        play.ledger.attempt("专家回避", duties.declare_conflict, duty, by=expert, reason="曾参与该项目论证")
        return
    base = play.quality.get(case.unit_id, 0.5)
    marks = {
        c.code: float(round(min(1.0, max(0.2, play.random.gauss(0.35 + 0.6 * base, 0.08))) * rubric.scale, 1))
        for c in rubric.criteria
    }
    vetoes = (
        {rubric.vetoes[0].code: "申报书第 2 页的表述不符合要求"}
        if rubric.vetoes and play.random.random() < 1 / 150
        else {}
    )
    play.ledger.attempt(
        "专家评分",
        duties.score,
        duty,
        by=expert,
        marks=marks,
        vetoes=vetoes,
        comment="材料较完整，目标基本可考核。",
        submit=True,
    )


def designate(play: Play, authority: Authority, task: Task, round_: Round, on: date, *, share: float) -> None:
    """Designate the best cases that wait; decline those below the mark; publish the list."""
    officer = play.officer(authority)
    with clock.at(on):
        cases = [
            c
            for c in waiting(play, authority, task, round_)
            if find(c.edition.pack, c.step).kind == "designate"
        ]
        ranked = sorted(cases, key=lambda c: (c.variant, -_mean(play, c), c.pk))
        by_variant: dict[str, list[Application]] = defaultdict(list)
        for case in ranked:
            by_variant[case.variant].append(case)
        kept = {
            case
            for rows in by_variant.values()
            for case in rows[: max(1, round(len(rows) * share))]
            if _mean(play, case) >= PASS_MARK
        }
        put_on_notice(play, authority, [case for case in ranked if case in kept], on)
        for rows in by_variant.values():
            for case in rows:
                done = None
                if case in kept:
                    what = f"{authority.place.get_level_display()}认定"
                    done = _decided(play, what, designations.designate, case, officer)
                if done is None:
                    play.ledger.attempt(
                        "不予认定",
                        reviews.decline,
                        case,
                        by=officer,
                        reason="综合评审结果未达到本批认定要求。",
                    )
        publish(play, authority, task, round_, officer)


def _mean(play: Play, case: Application) -> float:
    found = summary(case.assignments.filter(superseded=False))
    return float(found.mean) if found.mean is not None else 60 + 30 * play.quality.get(case.unit_id, 0.5)


def publish(play: Play, authority: Authority, task: Task, round_: Round, officer: Person) -> None:
    """Publish every list of ``authority`` that waits for this task and round."""
    level = authority.place.get_level_display()
    for row in unpublished(authority):
        if row["task_id"] != task.pk or row["application__round_id"] != round_.pk:
            continue
        play.ledger.attempt(
            "公布名单",
            designations.publish_list,
            authority=authority,
            task=task,
            round=round_,
            level=str(row["level"]),
            title=f"{round_.year}年{level}“{task.name}”名单（演练）",
            document_number=f"演练〔{clock.today().year}〕{task.number}号",
            by=officer,
        )


def recommend_upward(
    play: Play, authority: Authority, task: Task, round_: Round, on: date, *, share: float
) -> None:
    """The province (or, where it decides by a recommendation, the nation) passes on the best until quota or share ends it;
    what that grants is published.
    """
    officer = play.officer(authority)
    with clock.at(on):
        by_variant: dict[str, list[Application]] = defaultdict(list)
        for case in waiting(play, authority, task, round_):
            if find(case.edition.pack, case.step).kind == "recommend":
                by_variant[case.variant].append(case)
        for cases in by_variant.values():
            cases.sort(key=lambda c: (-_mean(play, c), c.pk))
            ranking.rank(authority, step=cases[0].step, applications=cases, by=officer)
            what = f"{authority.place.get_level_display()}推荐"
            for case in cases[: max(1, round(len(cases) * share))]:
                _decided(play, what, designations.recommend, case, officer)
        publish(play, authority, task, round_, officer)
