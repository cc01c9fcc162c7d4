"""Assigning experts to all cases of a task at once: proposed by the solver, looked at, then carried out or discarded.

A run keeps what it was asked (n for each case, cap, seed), a digest of what the solver was given, and what it answered:
``chosen`` by case, a list of ``[expert, task is a speciality, [words], from elsewhere]``; ``gaps``, a list of
``[case, missing, barred, held, full, {reason: experts}]``; ``loads`` by expert; after it was carried out ``skipped`` by case
why.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application, Revision
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.core.digests import digest_of
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import experts
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import access, assigning, pool, results
from tongchou.reviews.conflict_facts import facts_of_cases, facts_of_experts
from tongchou.reviews.conflicts import Conflicts, place_of
from tongchou.reviews.expert_models import AssignmentRun, ExpertProfile
from tongchou.reviews.models import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Task
    from tongchou.programmes.pack_format import Step

MOST_EXPERTS = 9
_BATCH = 2000
_State = AssignmentRun.State


@transaction.atomic
def propose(
    authority: Authority, *, task: Task, step: str, by: Person, per_case: int, cap: int, seed: int
) -> AssignmentRun:
    """Have the solver propose experts of ``authority`` for the cases of ``task`` that wait for the scoring step ``step``.

    A former proposal that was not decided on is discarded. Nobody is assigned yet: :func:`carry_out`.
    """
    require(access.may_organise_at(actor(by), authority))
    _require_settings(per_case, cap, seed)
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    cases = list(results.to_score(authority, task, step))
    if not cases:
        raise refuse("state", _("没有等待这一环节评审的申报。"), remedy=_("请刷新页面后重新选择。"))
    people = list(experts(authority).exclude(expert_profile__paused=True))
    if not people:
        raise refuse(
            "form", _("专家库中没有可以派单的专家。"), remedy=_("请联系安全管理员授权，或恢复暂停的专家。")
        )
    conflicts = _conflicts(cases, people)
    given = _cases(cases, conflicts, step, per_case), _experts(people, cases, cap)
    proposal = assigning.solve(*given, seed=seed)
    former = AssignmentRun.objects.filter(authority=authority, task=task, step=step, state=_State.PROPOSED)
    former.update(state=_State.DISCARDED, done_at=clock.now())
    run = AssignmentRun.objects.create(
        authority=authority,
        task=task,
        step=step,
        per_case=per_case,
        cap=cap,
        seed=seed,
        digest=digest_of([[_plain(part) for part in parts] for parts in given]),
        result=_result(proposal, conflicts),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    audit.record(
        "propose_assignment",
        run,
        by=by,
        scope_path=authority.place.path,
        cases=len(cases),
        experts=len(people),
        seed=seed,
        digest=run.digest,
    )
    return run


@transaction.atomic
def carry_out(run: AssignmentRun, *, by: Person) -> AssignmentRun:
    """Assign as proposed. What no longer holds (a case moved on, an expert left or has a conflict by now) is skipped, told why."""
    run = _locked(run, by)
    chosen: dict[int, list[list[Any]]] = {int(pk): rows for pk, rows in run.result["chosen"].items()}
    waiting = results.to_score(run.authority, run.task, run.step).filter(pk__in=chosen)
    cases = {case.pk: case for case in waiting.select_for_update(of=("self",)).order_by("pk")}
    people = {p.pk: p for p in experts(run.authority).exclude(expert_profile__paused=True)}
    conflicts = _conflicts(list(cases.values()), list(people.values()))
    latest = _latest_revisions(cases)
    held = set(
        Assignment.objects.filter(application__in=cases, step=run.step, superseded=False).values_list(
            "application", "expert"
        )
    )
    now, made, skipped = clock.now(), [], {}
    for pk, rows in sorted(chosen.items()):
        for expert in [row[0] for row in rows]:
            if why := _why_not(pk, expert, cases, people, conflicts, held):
                skipped[f"{pk}.{expert}"] = why
                continue
            made.append(
                Assignment(
                    application_id=pk,
                    revision_id=latest[pk],
                    step=run.step,
                    expert_id=expert,
                    assigned_by=by,
                    assigned_at=now,
                    run=run,
                )
            )
    Assignment.objects.bulk_create(made, batch_size=_BATCH)
    by_case: dict[int, list[int]] = {}
    for duty in made:
        by_case.setdefault(duty.application_id, []).append(duty.expert_id)
    audit.record_each(
        "assign",
        (
            audit.Entry(cases[pk], cases[pk].scope_path, cases[pk].unit_id, {"experts": who, "run": run.pk})
            for pk, who in by_case.items()
        ),
        by=by,
    )
    notify(
        [people[pk] for pk in sorted({duty.expert_id for duty in made})],
        kind=Kind.ASSIGNED,
        subject="新的评审任务",
        body=run.task.name,
        link="/expert/",
    )
    run.state, run.done_at = _State.CARRIED_OUT, now
    run.result = {**run.result, "skipped": skipped, "made": len(made)}
    run.save(update_fields=["state", "done_at", "result"])
    audit.record(
        "carry_out_assignment",
        run,
        by=by,
        scope_path=run.authority.place.path,
        cases=len(by_case),
        made=len(made),
        skipped=len(skipped),
    )
    return run


@transaction.atomic
def discard(run: AssignmentRun, *, by: Person) -> AssignmentRun:
    """Put a proposal away; nobody was assigned by it."""
    run = _locked(run, by)
    run.state, run.done_at = _State.DISCARDED, clock.now()
    run.save(update_fields=["state", "done_at"])
    audit.record("discard_assignment", run, by=by, scope_path=run.authority.place.path)
    return run


# ---------------------------------------------------------------- inside


def _locked(run: AssignmentRun, by: Person) -> AssignmentRun:
    run = (
        AssignmentRun.objects.select_for_update(of=("self",))
        .select_related("authority__place", "task")
        .get(pk=run.pk)
    )
    require(access.may_organise_at(actor(by), run.authority))
    if run.state != _State.PROPOSED:
        raise refuse(
            "state",
            _("这份分配方案已经办结（%(state)s）。") % {"state": _(run.get_state_display())},
            remedy=_("如需补充，请重新生成方案；已分配的不会重复分配。"),
        )
    return run


def _require_settings(per_case: int, cap: int, seed: int) -> None:
    fields = {}
    if not 1 <= per_case <= MOST_EXPERTS:
        fields["n"] = _("每项专家人数应为 1 至 %(most)s") % {"most": MOST_EXPERTS}
    if not 1 <= cap <= pool.MOST_CASES:
        fields["cap"] = _("每位专家的任务上限应为 1 至 %(most)s") % {"most": pool.MOST_CASES}
    if not 0 <= seed < 2**31:
        fields["seed"] = _("抽签号应为不超过十位的整数")
    if fields:
        raise refuse("form", _("分配设置有误。"), remedy=_("请按提示更正。"), fields=fields)


def _conflicts(cases: Sequence[Application], people: Sequence[Person]) -> dict[int, dict[int, str]]:
    if not cases:
        return {}
    scoring: dict[int, Step] = {}
    for case in cases:
        step = steps.scoring_before(case.edition.pack, case.unit.kind, case.step)
        if step is not None:  # to_score gives no other
            scoring[case.pk] = step
    known = Conflicts(facts_of_experts(people))
    return {facts.pk: known.of(facts) for facts in facts_of_cases(cases, scoring)}


def _cases(
    cases: Sequence[Application], conflicts: dict[int, dict[int, str]], step: str, per_case: int
) -> list[assigning.Case]:
    """What the solver needs to know of each case: how many it lacks at this step, whatever others scored before."""
    held: dict[int, set[int]] = {}
    counted: Counter[int] = Counter()
    current = Assignment.objects.filter(application__in=[c.pk for c in cases], step=step, superseded=False)
    for pk, expert, conflict in current.values_list("application", "expert", "conflict"):
        held.setdefault(pk, set()).add(expert)
        counted[pk] += not conflict
    return [
        assigning.Case(
            case.pk,
            max(0, per_case - counted[case.pk]),
            case.task.code,
            _words_of(case),
            frozenset(conflicts[case.pk]),
            frozenset(held.get(case.pk, ())),
        )
        for case in cases
    ]


def _words_of(case: Application) -> str:
    variant = next((v.name for v in case.edition.pack.variants if v.code == case.variant), "")
    return f"{case.project_name} {variant}"


def _experts(people: Sequence[Person], cases: Sequence[Application], cap: int) -> list[assigning.Expert]:
    loads: Counter[int] = Counter(
        Assignment.objects.filter(expert__in=people, superseded=False, conflict="")
        .filter(Q(submitted_at=None) | Q(application__in=[c.pk for c in cases]))
        .values_list("expert", flat=True)
    )
    profiles = ExpertProfile.objects.select_related("employer", "place").in_bulk([p.pk for p in people])
    return [
        assigning.Expert(
            person.pk,
            profile.cap or cap,
            loads[person.pk],
            frozenset(profile.tasks),
            tuple(profile.words),
            place_of(profile.place.path, "city") or profile.place.path if profile.place else "",
            profile.employer_name,
        )
        for person in people
        for profile in [profiles.get(person.pk) or ExpertProfile(person=person)]
    ]


def _plain(part: assigning.Case | assigning.Expert) -> dict[str, Any]:
    values = ((name, getattr(part, name)) for name in part.__dataclass_fields__)
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in values}


def _result(proposal: assigning.Proposal, conflicts: dict[int, dict[int, str]]) -> dict[str, Any]:
    return {
        "chosen": {
            str(pk): [[c.expert, c.task, list(c.words), c.elsewhere] for c in choices]
            for pk, choices in proposal.chosen.items()
        },
        "gaps": [
            [g.case, g.missing, g.barred, g.held, g.full, dict(Counter(conflicts[g.case].values()))]
            for g in proposal.gaps
        ],
        "loads": {str(pk): load for pk, load in proposal.loads.items()},
    }


def _latest_revisions(cases: Iterable[int]) -> dict[int, int]:
    rows = Revision.objects.filter(application__in=list(cases)).order_by("application", "-number")
    return dict(rows.distinct("application").values_list("application", "pk"))


def _why_not(
    case: int,
    expert: int,
    cases: dict[int, Application],
    people: dict[int, Person],
    conflicts: dict[int, dict[int, str]],
    held: set[tuple[int, int]],
) -> str:
    if case not in cases:
        return _("申报已不在这一环节")
    if expert not in people:
        return _("专家已不在库中或已暂停派单")
    if (case, expert) in held:
        return _("已经分配")
    return conflicts[case].get(expert, "")
