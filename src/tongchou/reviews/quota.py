"""The quota ledger.

A quota belongs to a step, and an account of it to a holder (a unit or an authority). Taking a place locks the account's
row, so parallel recommendations never exceed it; the database checks ``taken <= limit`` besides. A refusal names the
quota, its clause and the cases that hold the places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.queries import authority_over, confirmed_tags
from tongchou.programmes.holders import Tags, first_match
from tongchou.programmes.models import Quota, QuotaLine
from tongchou.programmes.queries import quotas_for
from tongchou.reviews.counting import Counting
from tongchou.reviews.models import QuotaAccount, QuotaPlace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tongchou.orgs.models import Person

_NAMED = 12  # holders of places named in a refusal


def line_for(
    lines: Iterable[QuotaLine], holder: Authority | Unit, tags: Tags | None = None
) -> QuotaLine | None:
    """The first line that matches ``holder``, as loading matches it; ``tags`` are a unit's confirmed ones with years."""
    if isinstance(holder, Unit):
        return first_match(lines, path=holder.place_path, kind=holder.kind, tags=tags)
    return first_match(lines, path=holder.place.path)


def _holder(quota: Quota, application: Application) -> Authority | Unit | None:
    if quota.holder == Quota.Holder.UNIT:
        return application.unit
    return authority_over(application.scope_path, quota.holder)


def _account(quota: Quota, holder: Authority | Unit) -> QuotaAccount | None:
    """The locked account of ``holder``, its limit brought up to date with the quota's lines; ``None``: not a holder."""
    line = line_for(quota.lines.all(), holder, confirmed_tags(holder) if isinstance(holder, Unit) else None)
    if line is None:
        return None
    key = {"unit": holder} if isinstance(holder, Unit) else {"authority": holder}
    QuotaAccount.objects.get_or_create(
        quota=quota, **key, defaults={"line": line.name, "limit": line.limit, "minimum": line.minimum}
    )
    account = QuotaAccount.objects.select_for_update().get(quota=quota, **key)
    fresh = (line.name, line.limit, line.minimum)
    if (account.line, account.limit, account.minimum) != fresh and not (
        line.limit is not None and line.limit < account.taken
    ):
        account.line, account.limit, account.minimum = fresh
        account.save(update_fields=["line", "limit", "minimum"])
    return account


def take(application: Application, step: str, *, by: Person) -> list[QuotaPlace]:
    """Take a place in every quota of ``step`` that counts this case; none where it is exempt.

    Call it in the action's transaction, with the application's row locked. Refused with code ``quota``.
    """
    counting = Counting(application)
    quotas = [quota for quota in _quotas(application, step) if counting.counts(quota)]
    return [_take_one(quota, application, counting, by) for quota in quotas]


def _quotas(application: Application, step: str) -> list[Quota]:
    found = quotas_for(
        application.task,
        application.scope_path,
        step,
        variant=application.variant,
        kind=application.unit.kind,
        round=application.round,
    )
    return sorted(found, key=lambda quota: quota.pk)  # one order of locks for everybody


def _take_one(quota: Quota, application: Application, counting: Counting, by: Person) -> QuotaPlace:
    holder = _holder(quota, application)
    account = _account(quota, holder) if holder else None
    if account is None:
        raise refuse(
            "quota",
            _("“%(quota)s”没有给%(holder)s分配名额。")
            % {"quota": quota.name, "holder": holder or _("上级主管部门")},
            clause="；".join(quota.cite),
            remedy=_("请向发文单位核实限额分配。"),
        )
    place = QuotaPlace.objects.filter(account=account, application=application).first()
    if place is None:
        place = QuotaPlace(account=account, application=application, taken_at=clock.now(), by=by)
        place.exemption = counting.exemption(quota, clock.today())
        if not place.exemption:
            _count_one(account, quota, why=counting.lapse(quota, clock.today()))
        place.save()
    elif place.exemption:
        _renew_exemption(place, counting)
    return place


def renew(application: Application, *, by: Person) -> None:
    """After a new revision, bring the places of the steps already passed up to what it says; refused with code ``quota``.

    An exemption that it no longer claims takes a place. A place that counts goes on counting, so an exemption that was
    refused is not had by submitting again; only where the quota no longer counts such a case is the place given back,
    and where it now does, one is taken.
    """
    counting = Counting(application)
    held = list(
        QuotaPlace.objects.filter(application=application)
        .select_related("account__quota")
        .order_by("account__quota_id")
    )
    for place in held:
        if not counting.counts(place.account.quota):
            _give_back(place)
        elif place.exemption:
            _renew_exemption(place, counting)
    has = {place.account.quota_id for place in held}
    for step in _passed(application):
        for quota in _quotas(application, step):
            if quota.when and quota.pk not in has and counting.counts(quota):
                _take_one(quota, application, counting, by)


def _passed(application: Application) -> list[str]:
    """The steps that the case has gone through: those it does not go through again after a return."""
    line = steps.line(application.edition.pack, application.unit.kind, application.step)
    codes = [step.code for step in line]
    before = line[: codes.index(application.step)]
    return [step.code for step in before if step.on_decline not in codes]


def _renew_exemption(place: QuotaPlace, counting: Counting) -> None:
    passed_on = place.taken_at.astimezone(clock.SHANGHAI).date()
    claimed = counting.exemption(place.account.quota, passed_on)
    if not claimed:
        end_exemption(place)
    elif claimed != place.exemption:
        place.exemption = claimed
        place.save(update_fields=["exemption"])


def _count_one(account: QuotaAccount, quota: Quota, *, why: str = "") -> None:
    if account.limit is not None and account.taken >= account.limit:
        held = [
            p.application.project_name or p.application.number
            for p in account.places.filter(exemption="")
            .select_related("application")
            .order_by("taken_at", "id")
        ]
        names = _("、").join(f"《{name}》" for name in held[:_NAMED])
        if len(held) > _NAMED:
            names = _("%(names)s等 %(count)s 项") % {"names": names, "count": len(held)}
        reason = _("“%(quota)s”（%(holder)s）限额 %(limit)s 项，已用 %(taken)s 项") % {
            "quota": quota.name,
            "holder": account.line,
            "limit": account.limit,
            "taken": account.taken,
        }
        raise refuse(
            "quota",
            reason + (_("：%(names)s。") % {"names": names} if names else _("。")) + why,
            clause="；".join(quota.cite),
            remedy=_("如需改推本项，请先收回一项已推荐的申报。")
            if account.limit
            else _("本限额下没有名额。"),
        )
    account.taken += 1
    account.save(update_fields=["taken"])


def release(application: Application, *, at: Collection[str] | None = None) -> int:
    """Give back the places the case holds (only those of the steps ``at`` where named); return how many."""
    places = QuotaPlace.objects.filter(application=application).order_by("account__quota_id")
    if at is not None:
        places = places.filter(account__quota__step__in=at)
    held = list(places)
    for place in held:
        _give_back(place)
    return len(held)


def _give_back(place: QuotaPlace) -> None:
    account = QuotaAccount.objects.select_for_update().get(pk=place.account_id)
    if not place.exemption:
        account.taken -= 1
        account.save(update_fields=["taken"])
    place.delete()


def end_exemption(place: QuotaPlace) -> None:
    """Make an exempt case count; refused with code ``quota`` when the account is full."""
    account = QuotaAccount.objects.select_for_update().select_related("quota").get(pk=place.account_id)
    _count_one(account, account.quota)
    place.exemption = ""
    place.save(update_fields=["exemption"])


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


def board(path: str, *, programme_id: int | None = None) -> list[BoardRow]:
    """Every quota × holder whose holder stands inside ``path``, in a constant number of queries."""
    quotas = (
        Quota.objects.filter(current=True).select_related("task", "place").prefetch_related("lines", "rounds")
    )
    if programme_id is not None:
        quotas = quotas.filter(task__programme_id=programme_id)
    found = [
        q
        for q in quotas.order_by("task__number", "id")
        if path.startswith(q.place.path) or q.place.path.startswith(path)
    ]
    authorities = list(
        Authority.objects.filter(
            place__path__startswith=path, place__level__in=["city", "province"], department="education"
        ).select_related("place")
    )
    authorities.sort(key=lambda a: (len(a.place.path), a.place.code))
    kinds = {k for q in found if q.holder == "unit" for k in q.kinds or Unit.Kind.values}
    units = list(
        Unit.objects.filter(scope_path__startswith=path, state=Unit.State.VERIFIED, kind__in=kinds)
        .prefetch_related("tags")
        .order_by("id")
    )
    accounts = {
        (a.quota_id, a.authority_id, a.unit_id): a
        for a in QuotaAccount.objects.filter(quota__in=found).annotate(
            exempt=Count("places", filter=~Q(places__exemption=""))
        )
    }
    waiting = list(
        Application.objects.filter(scope_path__startswith=path, state=Application.State.IN_REVIEW)
        .values("task_id", "round_id", "step", "variant", "unit__kind", "scope_path", "unit_id")
        .annotate(count=Count("id"))
    )
    rows = []
    for quota in found:
        rounds = {r.pk for r in quota.rounds.all()}
        holders: list[Authority | Unit] = (
            [u for u in units if not quota.kinds or u.kind in quota.kinds]
            if quota.holder == "unit"
            else [a for a in authorities if a.place.level == quota.holder]
        )
        relevant = [
            w
            for w in waiting
            if w["task_id"] == quota.task_id
            and w["step"] == quota.step
            and w["round_id"] in rounds
            and (not quota.variants or w["variant"] in quota.variants)
            and (not quota.kinds or w["unit__kind"] in quota.kinds)
        ]
        for holder in holders:
            is_unit = isinstance(holder, Unit)
            home = holder.scope_path if isinstance(holder, Unit) else holder.place.path
            if not home.startswith(quota.place.path):
                continue
            tags = (
                {t.tag_id: t.since_year for t in holder.tags.all() if t.confirmed}
                if isinstance(holder, Unit)
                else None
            )
            line = line_for(quota.lines.all(), holder, tags)
            if line is None:
                continue
            account = accounts.get((quota.pk, None if is_unit else holder.pk, holder.pk if is_unit else None))
            rows.append(
                BoardRow(
                    quota=quota,
                    holder=holder.name,
                    holder_path=home,
                    line=line.name,
                    limit=line.limit,
                    minimum=line.minimum,
                    taken=account.taken if account else 0,
                    exempt=account.exempt if account else 0,
                    waiting=sum(
                        w["count"]
                        for w in relevant
                        if (w["unit_id"] == holder.pk if is_unit else w["scope_path"].startswith(home))
                    ),
                )
            )
    return rows
