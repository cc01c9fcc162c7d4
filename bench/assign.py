"""Assigning experts to all cases of a task at once, with every constraint and every write, against inserting the bare rows.

One side is what an officer waits for: reading the facts, computing conflicts, solving and storing the proposal; then checking
it all again and writing duties, audit records and messages. The other side inserts the same rows of duties and nothing else.
Goal: 5,000 cases and 300 experts in under 10 s.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from typing import Any

from bench import many
from bench.house import house, machine, say

PLACE, STEP, WAITS = "220000", "province-score", "province-designate"
GOAL = 10.0
AT = datetime(2023, 8, 20, tzinfo=UTC)


def measure(cases: int = 5000, experts: int = 300, each: int = 3, units: int = 400) -> dict[str, Any]:
    with house() as home:
        many.load()
        authority, officer = _authority()
        say(f"Making {cases} cases of {units} units and {experts} experts")
        made = _units(units)
        _pool(authority, officer, experts, made)
        task = _cases(cases, made, officer)
        home.ready()
        from tongchou.reviews import solving

        cap = -(-cases * each // experts) * 5 // 4
        begun, worked = time.perf_counter(), time.process_time()
        run = solving.propose(authority, task=task, step=STEP, by=officer, per_case=each, cap=cap, seed=1)
        proposed = time.perf_counter()
        done = solving.carry_out(run, by=officer)
        ended, worked = time.perf_counter(), time.process_time() - worked
        bare = _bare(done)
        full = ended - begun
        return {
            "settings": {**machine(), "cases": cases, "experts": experts, "each": each, "cap": cap},
            "goal_seconds": GOAL,
            "propose_seconds": round(proposed - begun, 2),
            "carry_out_seconds": round(ended - proposed, 2),
            "full_seconds": round(full, 2),
            "processor_seconds": round(worked, 2),
            "bare_seconds": round(bare, 2),
            "ratio": round(bare / full, 3),
            "reached": full < GOAL,
            "made": done.result["made"],
            "short": len(done.result["gaps"]),
            "highest_load": max(done.result["loads"].values()),
            "lowest_load": min(done.result["loads"].values()),
        }


def _authority() -> tuple[Any, Any]:
    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Authority

    authority = Authority.objects.select_related("place").get(place_id=PLACE, department="education")
    officer = orgs.install_person(
        username="officer",
        name="经办",
        email="officer@example.org",
        password=None,
        role="officer",
        authority=authority,
    )
    return authority, officer


def _units(many_: int) -> list[Any]:
    from tongchou.orgs.models import Authority, Jurisdiction, Unit
    from tongchou.orgs.uscc import complete

    cities = list(Jurisdiction.objects.filter(parent_id=PLACE, level="city").order_by("code"))
    own = {a.place_id: a.pk for a in Authority.objects.filter(department="education")}
    cities = [city for city in cities if city.code in own]
    return Unit.objects.bulk_create(
        Unit(
            uscc=complete(f"12220100{number:09d}"),
            name=f"第{number}职业学校",
            kind="secondary_school",
            place=city,
            place_path=city.path,
            scope_path=city.path,
            authority_id=own[city.code],
            state="verified",
            registered_at=AT,
        )
        for number in range(many_)
        for city in [cities[number % len(cities)]]
    )


def _pool(authority: Any, officer: Any, experts: int, units: list[Any]) -> None:
    """Experts of every unit and city, every other one at home in the task; each fifth has declared a tie."""
    from tongchou.orgs.models import Membership, Person
    from tongchou.reviews.expert_models import ExpertProfile, ExpertTie

    people = Person.objects.bulk_create(
        Person(username=f"expert{n}", name=f"评审{n}", email=f"expert{n}@example.org") for n in range(experts)
    )
    Membership.objects.bulk_create(Membership(person=p, role="expert", authority=authority) for p in people)
    employers = [units[n % len(units)] for n in range(experts)]
    ExpertProfile.objects.bulk_create(
        ExpertProfile(
            person=person,
            tasks=[many.LIBRARY] if n % 2 else [],
            words=["智能制造"] if n % 3 == 0 else ["护理", "学前"],
            employer=employer,
            employer_name=employer.name,
            place_id=employer.place_id,
        )
        for n, (person, employer) in enumerate(zip(people, employers, strict=True))
    )
    ExpertTie.objects.bulk_create(
        ExpertTie(
            expert=person,
            unit=units[-n - 1],
            name=units[-n - 1].name,
            reason="师生",
            declared_by=officer,
            declared_at=AT,
        )
        for n, person in enumerate(people[::5])
    )


def _cases(number: int, units: list[Any], officer: Any) -> Any:
    """Waiting cases, each with partners and a team of which some are experts' employers and names."""
    from tongchou.applications.models import Application, Revision
    from tongchou.programmes.models import Round, Task
    from tongchou.programmes.queries import edition_for

    random = Random(7)
    task, round_ = Task.objects.get(code=many.LIBRARY), Round.objects.order_by("year").first()
    edition = edition_for(task, units[0].scope_path)
    words = ["智能制造", "护理", "学前教育", "物流", "会计"]
    rows = Application.objects.bulk_create(
        (
            Application(
                round=round_,
                task=task,
                edition=edition,
                variant="main",
                unit=unit,
                place_path=unit.place_path,
                scope_path=unit.scope_path,
                number=f"B-{n:06d}",
                project_name=f"{words[n % len(words)]}专业教学资源库{n}",
                state="in_review",
                step=WAITS,
                begun_at=AT,
                submitted_at=AT,
            )
            for n in range(number)
            for unit in [units[n % len(units)]]
        ),
        batch_size=2000,
    )
    Revision.objects.bulk_create(
        (
            Revision(
                application=case,
                number=1,
                answers={
                    "project_name": case.project_name,
                    "intro": "建设基础扎实。" * 400,
                    "partners": [
                        {"uscc": unit.uscc, "name": unit.name, "kind": "secondary_school"}
                        for unit in random.sample(units, 4)
                    ],
                    "team": [
                        {"name": f"评审{random.randrange(3000)}", "unit": "某单位", "duty": "开发"}
                        for _ in range(8)
                    ],
                },
                digest=f"{case.pk:064d}",
                submitted_at=AT,
                submitted_by=officer,
            )
            for case in rows
        ),
        batch_size=1000,
    )
    return task


def _bare(run: Any) -> float:
    """Seconds to insert the same duties once more, rolled back."""
    from django.db import transaction

    from tongchou.reviews.models import Assignment

    rows = list(Assignment.objects.filter(run=run))
    for row in rows:
        row.pk, row.superseded = None, True  # one expert has one current duty on a case
    with transaction.atomic():
        begun = time.perf_counter()
        Assignment.objects.bulk_create(rows, batch_size=2000)
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return seconds
