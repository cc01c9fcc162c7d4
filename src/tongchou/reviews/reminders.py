"""What is reminded of while cases are reviewed: returned cases before they are due again, and windows of authorities that
close while cases still wait. Set-wise, see ``applications.reminders``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.orgs import addressees
from tongchou.orgs.models import Authority
from tongchou.programmes.deadlines import AHEAD, Deadlines
from tongchou.programmes.due import Due
from tongchou.programmes.models import Task, TaskEdition, Window
from tongchou.reviews.models import Decision
from tongchou.reviews.step_models import Signature

S = Application.State
BINDS = {"city": Window.Binds.CITIES, "province": Window.Binds.PROVINCE, "nation": Window.Binds.NATION}


def returned() -> Iterator[Due]:
    """Returned cases not submitted again, before the day on which they are due (two queries)."""
    today = clock.today()
    cases = list(
        Application.objects.filter(state=S.RETURNED, returned_due__range=(today, today + AHEAD))
        .select_related("task", "unit")
        .annotate(returned_at=Max("decisions__at", filter=Q(decisions__kind=Decision.Kind.RETURN)))
    )
    people = addressees.of_units(case.unit_id for case in cases)
    for case in cases:
        if case.returned_due is None:
            continue
        yield Due(
            thing=f"returned:{case.pk}",
            last=case.returned_due,
            since=case.returned_at,
            to=people.get(case.unit_id, ()),
            heading=("退回修改", f"：{case.project_name or case.task.name}"),
            body=f"申报 {case.number}（{case.task.name}）退回后还没有重新提交。",
            link=f"/unit/applications/{case.pk}/",
            about=str(case),
        )


class Deciders:
    """For whom each of some cases in review waits: a department that has yet to sign, else the authority of its step.

    Two queries, however many cases.
    """

    def __init__(self, cases: Collection[Application]) -> None:
        codes = {code for case in cases for code in case.scope_path.strip("/").split("/")}
        rows = Authority.objects.filter(place__in=codes, department=Authority.Department.EDUCATION)
        self._leading = (
            {(a.place_id, a.place.level): a for a in rows.select_related("place")} if cases else {}
        )
        asked = Signature.objects.filter(application__in=[c.pk for c in cases], state=Signature.State.WAITING)
        self._signing = {s.application_id: s.authority for s in asked.select_related("authority__place")}

    def of(self, case: Application) -> Authority | None:
        """The authority; ``None`` for a case that waits for none."""
        if case.state != S.IN_REVIEW:
            return None
        level = steps.find(case.edition.pack, case.step).level
        codes = case.scope_path.strip("/").split("/")
        leading = next((a for code in codes if (a := self._leading.get((code, level)))), None)
        return self._signing.get(case.pk) or leading


@dataclass(frozen=True, slots=True)
class _Waiting:
    task: Task
    step: str
    count: int
    cite: tuple[str, ...]


def windows_of_authorities(deadlines: Deadlines) -> Iterator[Due]:
    """Windows for recommending or designating that close while cases wait there: one message for each last day
    (five queries).
    """
    if not any(deadlines.near(p) for p in (Window.Purpose.RECOMMEND, Window.Purpose.DESIGNATE)):
        return
    waiting = _waiting(deadlines)
    people = addressees.of_authorities({authority for authority, _last in waiting})
    for (authority, last), rows in waiting.items():
        lines = [f"· {row.task.name}“{row.step}”：{row.count} 件" for row in rows]
        cite = dict.fromkeys(clause for row in rows for clause in row.cite)
        yield Due(
            thing=f"decide:{authority}",
            last=last,
            to=people.get(authority, ()),
            heading=("审核推荐", f"：{sum(row.count for row in rows)} 件待办"),
            body="\n".join(["还没有办理的申报：", *lines]),
            cite=deadlines.cited(cite),
            link="/authority/queue/",
            about="审核推荐",
        )


def _waiting(deadlines: Deadlines) -> dict[tuple[int, date], list[_Waiting]]:
    """The cases that wait, by authority and last day."""
    counted = list(
        Application.objects.filter(state=S.IN_REVIEW)
        .order_by()
        .values("task_id", "edition_id", "step", "variant", "scope_path", "round__year")
        .annotate(count=Count("pk"))
    )
    editions = TaskEdition.objects.select_related("task").in_bulk({row["edition_id"] for row in counted})
    authorities = {
        (place, level): pk
        for pk, place, level in Authority.objects.filter(
            department=Authority.Department.EDUCATION
        ).values_list("pk", "place_id", "place__level")
    }
    found: dict[tuple[int, date, int, str], _Waiting] = {}
    for row in counted:
        edition = editions[row["edition_id"]]
        step = steps.find(edition.pack, row["step"])
        codes = row["scope_path"].strip("/").split("/")
        authority = next((pk for c in codes if (pk := authorities.get((c, step.level)))), None)
        if authority is None or step.level not in BINDS or step.kind not in {"recommend", "designate"}:
            continue
        closing = deadlines.closing(
            step.kind,
            BINDS[step.level],
            edition.task,
            row["scope_path"],
            year=row["round__year"],
            variant=row["variant"],
        )
        if closing is None:
            continue
        key = (authority, closing.last, edition.task_id, step.name)
        before = found[key].count if key in found else 0
        found[key] = _Waiting(edition.task, step.name, before + row["count"], tuple(closing.window.cite))
    by_day: dict[tuple[int, date], list[_Waiting]] = defaultdict(list)
    for (authority, last, _task, _step), one in found.items():
        by_day[authority, last].append(one)
    return by_day
