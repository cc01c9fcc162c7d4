"""Chasing 催办: an authority presses for what is not handed in; one thing or all that are late, once a day each.

One action for everything that can be late: declarations not begun, drafts not submitted, returned cases, performance
reports, periodic reports of units and of the authorities below.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.access import Denied, Refused, refuse, require
from tongchou.monitoring import access
from tongchou.monitoring.chase_models import Chase
from tongchou.monitoring.chaseable import KEY, Case, Key, Thing, key_of, read
from tongchou.orgs import addressees
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import Reminder, remind
from tongchou.outbox.kinds import Kind
from tongchou.programmes.deadlines import day_said

if TYPE_CHECKING:
    from tongchou.orgs.models import Person
    from tongchou.orgs.scopes import Actor

MOST_AT_ONCE = 2000
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Chased:
    """How many were chased, and what was left out and why."""

    count: int
    left_out: list[tuple[str, Denied]]


@transaction.atomic
def chase(things: Iterable[Thing], *, by: Person, text: str = "") -> Chased:
    """Press for each of ``things``: those who owe it are told at once what, until when and by which clause.

    Refused wholly when one of them is not the officer's, or when none of them can be chased; else what is not due, or was
    chased today, is left out and named. A constant number of queries, but for one audit record each.
    """
    wanted, text = list(things), text.strip()
    _require_form(wanted, text)
    person = actor(by)
    cases = [_not_of_oneself(case, person) for case in read(wanted)]
    for case in cases:
        owed = case.authority_id is not None and not case.beside and case.denied is None
        require(access.may_chase(person, case.scope_path, owed_by_authority=owed))
    today = clock.today()
    chased_today = set(Chase.objects.filter(on=today).values_list(*KEY))
    judged = [(case, _why_not(case, chased_today)) for case in cases]
    left_out = [(case.name, denied) for case, denied in judged if denied is not None]
    late = [case for case, denied in judged if denied is None]
    if not late:
        raise Refused(left_out[0][1])
    mine = sorted(person.authorities_as(), key=lambda a: -len(a.place.path))
    made = Chase.objects.bulk_create(_chase_of(case, mine, by, text) for case in late)
    for case, one in zip(late, made, strict=True):
        audit.record(
            "chase",
            case.row,
            by=by,
            scope_path=case.scope_path,
            unit_id=case.unit_id,
            chase=one.pk,
            name=case.name,
        )
    remind(_messages(late, made, text))
    return Chased(len(late), left_out)


# ---------------------------------------------------------------- what stands in lists


@dataclass(frozen=True, slots=True)
class Standing:
    """How often a thing was chased, and when last."""

    times: int
    last: date

    def __str__(self) -> str:
        return _("已催办 %(n)s 次，最近 %(month)s月%(day)s日") % {
            "n": self.times,
            "month": self.last.month,
            "day": self.last.day,
        }


def standings(things: Iterable[Thing]) -> dict[Key, Standing]:
    """How things of a list were chased, by :func:`key_of` (one query)."""
    wanted = {key_of(thing) for thing in things}
    columns: list[set[int]] = [{key[n] for key in wanted if key[n] is not None} for n in range(4)]  # type: ignore[misc]
    rows = Chase.objects.filter(
        Q(application__in=columns[0])
        | Q(performance__in=columns[1])
        | Q(periodic__in=columns[2])
        | Q(unit__in=columns[3])
    )
    return {key: standing for key, standing in _counted(rows).items() if key in wanted}


def of_unit(unit: Unit) -> dict[Key, Standing]:
    """How everything that ``unit`` owes was chased (one query)."""
    return _counted(
        Chase.objects.filter(
            Q(application__unit=unit) | Q(performance__unit=unit) | Q(periodic__unit=unit) | Q(unit=unit)
        )
    )


def _counted(rows: QuerySet[Chase]) -> dict[Key, Standing]:
    counted = rows.order_by().values_list(*KEY).annotate(Count("pk"), Max("on"))
    return {row[: len(KEY)]: Standing(row[-2], row[-1]) for row in counted}


# ---------------------------------------------------------------- inside


def _require_form(things: Sequence[Thing], text: str) -> None:
    if not things:
        raise refuse("form", _("没有选择要催办的内容。"), remedy=_("请先勾选。"))
    if len(things) > MOST_AT_ONCE:
        raise refuse(
            "form", _("一次最多催办 %(n)s 项。") % {"n": MOST_AT_ONCE}, remedy=_("请用筛选分批办理。")
        )
    if len(text) > LONGEST_TEXT:
        fields = {"text": _("不超过 %(n)s 字") % {"n": LONGEST_TEXT}}
        raise refuse("form", _("催办的附言太长。"), fields=fields)


def _not_of_oneself(case: Case, person: Actor) -> Case:
    """A case that waits for one's own decision is left out, not refused with all the others."""
    mine = isinstance(case.row, Application) and case.authority_id is not None
    if not mine or not person.for_authority(case.authority_id or 0):
        return case
    denied = Denied(
        "state",
        _("%(name)s正等待您所在的部门办理，不必催办。") % {"name": case.name},
        remedy=_("请在待办中直接办理。"),
    )
    return replace(case, denied=denied)


def _why_not(case: Case, chased_today: set[Key]) -> Denied | None:
    if case.denied is not None or case.key not in chased_today:
        return case.denied
    return Denied(
        "again",
        _("%(name)s今天已经催办过。") % {"name": case.name},
        remedy=_("每项每天只催办一次，请明天再催。"),
    )


def _chase_of(case: Case, mine: Sequence[Authority], by: Person, text: str) -> Chase:
    """The chase, by the nearest of the officer's authorities above the thing."""
    nearest = next(a for a in mine if case.scope_path.startswith(a.place.path))
    columns = dict(zip(KEY, case.key, strict=True))
    return Chase(on=clock.today(), at=clock.now(), by=by, authority=nearest, text=text, **columns)


def _messages(late: Sequence[Case], made: Sequence[Chase], text: str) -> Iterator[Reminder]:
    units = addressees.of_units(case.unit_id for case in late if case.unit_id)
    officers = addressees.of_authorities(case.authority_id for case in late if case.authority_id)
    for case, one in zip(late, made, strict=True):
        said = [f"{one.authority.name}催办：{case.said}"]
        said += [day_said(case.last, case.cite)] if case.last else []
        said += [f"附言：{text}"] if text else []
        for person in [*units.get(case.unit_id or 0, ()), *officers.get(case.authority_id or 0, ())]:
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"chase:{one.pk}",
                kind=Kind.CHASED,
                subject=f"催办：{case.name}",
                body="\n".join(said),
                link=case.link,
                about=case.name,
            )
