"""The quota ledger.

A quota belongs to a step, and an account of it to a holder (a unit or an authority). Taking a place locks the account's
row, so parallel recommendations never exceed it; the database checks ``taken <= limit`` besides. A refusal names the
quota, its clause and the cases that hold the places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def opened(quota: Quota, holder: Authority | Unit) -> int | None:
    """The number of the holder's account, opened if it has none yet; ``None``: not a holder."""
    account = account_of(quota, holder, lock=False)
    return account.pk if account else None


def limit_of(line: QuotaLine, account: QuotaAccount | None) -> int | None:
    """What holds: the limit as it was changed, until the line gives the holder another one."""
    stands = account is not None and account.changed and account.given == line.limit
    return account.limit if account is not None and stands else line.limit


def account_of(quota: Quota, holder: Authority | Unit, *, lock: bool = True) -> QuotaAccount | None:
    """The locked account of ``holder``, its limit brought up to date with the quota's lines; ``None``: not a holder."""
    line = line_for(quota.lines.all(), holder, confirmed_tags(holder) if isinstance(holder, Unit) else None)
    if line is None:
        return None
    key = {"unit": holder} if isinstance(holder, Unit) else {"authority": holder}
    given = {"line": line.name, "limit": line.limit, "given": line.limit, "minimum": line.minimum}
    account, _made = QuotaAccount.objects.get_or_create(quota=quota, **key, defaults=given)
    if not lock:
        return account
    account = QuotaAccount.objects.select_for_update().get(pk=account.pk)
    limit = limit_of(line, account)
    changed = account.changed and account.given == line.limit
    fresh = (line.name, limit, line.limit, line.minimum, changed)
    standing = (account.line, account.limit, account.given, account.minimum, account.changed)
    if standing != fresh and not (limit is not None and limit < account.taken):
        account.line, account.limit, account.given, account.minimum, account.changed = fresh
        account.save(update_fields=["line", "limit", "given", "minimum", "changed"])
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
    account = account_of(quota, holder) if holder else None
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
