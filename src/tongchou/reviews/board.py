"""The quota board: for every holder of a place what is used, left, exempt, demanded and waiting."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tongchou.applications.models import Application
from tongchou.core.scope import on_one_line
from tongchou.orgs.models import Authority, Unit
from tongchou.programmes.models import Quota
from tongchou.reviews.models import QuotaAccount
from tongchou.reviews.quota import limit_of, line_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet


ALL = Q()
"""Every quota that is current."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A holder's standing in one quota. ``left`` is ``None`` where there is no limit."""

    quota: Quota
    holder: str
    holder_path: str
    line: str
    limit: int | None
    minimum: int | None
    taken: int
    exempt: int
    waiting: int
    """Cases at the step; of a quota that counts only some, all of them."""
    holder_pk: int
    changed: bool
    """The limit was changed while the round runs."""

    @property
    def left(self) -> int | None:
        return None if self.limit is None else self.limit - self.taken

    @property
    def minimum_met(self) -> bool:
        """Exempt cases don't count: they are what the rule leaves out of the minimum as well."""
        return self.minimum is None or self.taken >= self.minimum

    @property
    def idle(self) -> bool:
        """Nothing used, nothing waiting and nothing demanded."""
        return not (self.taken or self.exempt or self.waiting or self.minimum)


def board(
    path: str, quotas: Q = ALL, *, holder: Authority | None = None, idle: bool = True
) -> list[BoardRow]:
    """Each of the ``quotas`` × holder whose holder stands inside ``path``, in a constant number of queries.

    Of one ``holder`` alone where it is named. ``idle=False`` leaves out units that neither use a quota nor wait for it nor
    have to: there may be thousands.
    """
    found = [q for q in _quotas(quotas) if on_one_line(q.place.path, path)]
    if holder is not None:
        found = [q for q in found if q.holder == holder.place.level]
    accounts = {
        (a.quota_id, a.authority_id, a.unit_id): a
        for a in _accounts(found, holder).annotate(exempt=Count("places", filter=~Q(places__exemption="")))
    }
    waiting = _waiting(path, found)
    authorities = [holder] if holder is not None else _authorities(path)
    asked = {unit for _quota, _authority, unit in accounts if unit} | waiting.units
    units = _units(path, [q for q in found if q.holder == Quota.Holder.UNIT], None if idle else asked)
    rows = []
    for quota in found:
        holders: Iterable[Authority | Unit] = (
            [u for u in units if not quota.kinds or u.kind in quota.kinds]
            if quota.holder == Quota.Holder.UNIT
            else [a for a in authorities if a.place.level == quota.holder]
        )
        for one in holders:
            is_unit = isinstance(one, Unit)
            home = one.scope_path if isinstance(one, Unit) else one.place.path
            if not home.startswith(quota.place.path):
                continue
            tags = (
                {t.tag_id: t.since_year for t in one.tags.all() if t.confirmed}
                if isinstance(one, Unit)
                else None
            )
            line = line_for(quota.lines.all(), one, tags)
            if line is None:
                continue
            account = accounts.get((quota.pk, None if is_unit else one.pk, one.pk if is_unit else None))
            rows.append(
                BoardRow(
                    quota=quota,
                    holder=one.name,
                    holder_path=home,
                    line=line.name,
                    limit=limit_of(line, account),
                    minimum=line.minimum,
                    taken=account.taken if account else 0,
                    exempt=account.exempt if account else 0,
                    waiting=waiting.of(quota, one),
                    holder_pk=one.pk,
                    changed=account is not None and account.changed and account.given == line.limit,
                )
            )
    return rows


def _quotas(which: Q) -> Sequence[Quota]:
    rows = Quota.objects.filter(which, current=True).select_related("task", "place")
    return list(rows.prefetch_related("lines", "rounds").order_by("task__number", "id"))


def _accounts(quotas: Sequence[Quota], holder: Authority | None) -> QuerySet[QuotaAccount]:
    rows = QuotaAccount.objects.filter(quota__in=quotas)
    return rows if holder is None else rows.filter(authority=holder)


def _authorities(path: str) -> list[Authority]:
    rows = Authority.objects.filter(
        place__path__startswith=path, place__level__in=["city", "province"], department="education"
    ).select_related("place")
    return sorted(rows, key=lambda a: (len(a.place.path), a.place.code))


def _units(path: str, quotas: Sequence[Quota], asked: set[int] | None) -> list[Unit]:
    """The units that hold one of ``quotas``: all of them, or only those ``asked`` for unless a line demands something."""
    kinds = {k for q in quotas for k in q.kinds or Unit.Kind.values}
    rows = Unit.objects.filter(scope_path__startswith=path, state=Unit.State.VERIFIED, kind__in=kinds)
    if asked is not None and not any(line.minimum for q in quotas for line in q.lines.all()):
        rows = rows.filter(pk__in=asked)
    return list(rows.prefetch_related("tags").order_by("id"))


@dataclass(frozen=True)
class _Waiting:
    """How many cases wait at the step of each quota: by code of every place above them, and by unit."""

    by_place: dict[int, Counter[str]]
    by_unit: dict[int, Counter[int]]

    @property
    def units(self) -> set[int]:
        return {unit for counts in self.by_unit.values() for unit in counts}

    def of(self, quota: Quota, holder: Authority | Unit) -> int:
        if isinstance(holder, Unit):
            return self.by_unit[quota.pk][holder.pk]
        return self.by_place[quota.pk][holder.place_id]


def _waiting(path: str, quotas: Sequence[Quota]) -> _Waiting:
    """Two queries; cases of units are counted one by one only where units hold a quota of the step."""
    by_place: dict[int, Counter[str]] = defaultdict(Counter)
    by_unit: dict[int, Counter[int]] = defaultdict(Counter)
    cases = Application.objects.filter(scope_path__startswith=path, state=Application.State.IN_REVIEW)
    fields = ("task_id", "step", "round_id", "variant", "unit__kind")
    for held_by_units, key in ((False, "scope_path"), (True, "unit_id")):
        meant = [q for q in quotas if (q.holder == Quota.Holder.UNIT) == held_by_units]
        rows = cases.filter(step__in={q.step for q in meant}).order_by().values_list(*fields, key)
        counted: dict[tuple[int, str], list[tuple[int, str, str, str | int, int]]] = defaultdict(list)
        for task, step, *rest in rows.annotate(count=Count("id")):
            counted[task, step].append(tuple(rest))
        for quota in meant:
            rounds = {r.pk for r in quota.rounds.all()}
            for round_, variant, kind, where, count in counted[quota.task_id, quota.step]:
                if (
                    round_ not in rounds
                    or (quota.variants and variant not in quota.variants)
                    or (quota.kinds and kind not in quota.kinds)
                ):
                    continue
                if isinstance(where, int):
                    by_unit[quota.pk][where] += count
                else:
                    for code in where.strip("/").split("/"):
                        by_place[quota.pk][code] += count
    return _Waiting(by_place, by_unit)
