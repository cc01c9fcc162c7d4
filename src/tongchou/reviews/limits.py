"""What the authority that set a quota decides about it: exemptions it refuses, limits it changes while a round runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.queries import authority_over, officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import access, quota, undoing
from tongchou.reviews.models import Decision, QuotaAccount, QuotaPlace
from tongchou.reviews.step_models import LimitChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Quota

S = Application.State
MOST = 100_000


@transaction.atomic
def refuse_exemption(application: Application, *, by: Person, reason: str) -> list[QuotaPlace]:
    """Decide that a case claiming exemption takes a place after all. Refused when its holder has none left."""
    application = locked(application)
    who = actor(by)
    require(access.may_act_on(who, application))
    places = list(
        QuotaPlace.objects.filter(application=application)
        .exclude(exemption="")
        .select_related("account__quota__place")
        .order_by("account__quota_id")
    )
    if not places:
        raise refuse("state", _("申报 %(number)s 没有免占限额。") % {"number": application.number})
    if not reason.strip():
        raise refuse("form", _("不认可免占限额必须写明理由。"), fields={"reason": _("请填写理由")})
    for place in places:
        setter = place.account.quota.place
        require(access.may_refuse_exemption(who, authority_over(setter.path, setter.level)))
        quota.end_exemption(place)
    note("refuse_exemption", application, by, reason=reason.strip())
    return places


@dataclass(frozen=True, slots=True)
class Held:
    """A counting place; ``decision`` is the one by which it was taken where that may still be taken back."""

    place: QuotaPlace
    decision: Decision | None


def held(account: QuotaAccount) -> list[Held]:
    """The counting places of an account, the last taken first (two queries)."""
    places = list(
        account.places.filter(exemption="")
        .select_related("application__unit", "application__edition", "application__task")
        .order_by("-taken_at", "-id")
    )
    last: dict[int, Decision] = {}
    decided = Decision.objects.filter(application__in=[p.application_id for p in places])
    for decision in decided.select_related("authority").order_by("at", "id"):
        last[decision.application_id] = decision
    return [Held(place, _undoable(account.quota, place, last.get(place.application_id))) for place in places]


def _undoable(of: Quota, place: QuotaPlace, last: Decision | None) -> Decision | None:
    if last is None or last.kind not in undoing.PASSING or last.step != of.step:
        return None
    case = place.application
    waits = case.state in {S.IN_REVIEW, S.CONCLUDED}
    return last if waits and (case.opened_at is None or last.kind == Decision.Kind.PROPOSE) else None


@transaction.atomic
def change_limit(
    of: Quota,
    holder: Authority | Unit,
    *,
    limit: int,
    reason: str,
    document: str,
    by: Person,
    falling_out: Sequence[Application] = (),
) -> LimitChange:
    """Change what ``holder`` has of a quota while the round runs.

    Never below what is taken, unless ``falling_out`` names exactly so many cases as have to go: their recommendations
    are taken back with it. Otherwise refused with code ``quota``, naming the cases that could. Screens call
    ``designations.actions.change_limit``, which takes back the levels that were granted as well.
    """
    require(access.may_set_limit(actor(by), of, authority_over(of.place.path, of.place.level)))
    _require_words(limit, reason, document)
    cases = [locked(case) for case in sorted(falling_out, key=lambda case: case.pk)]
    account = _locked(of, holder, cases)
    if account.limit == limit:
        raise refuse(
            "form", _("限额已经是 %(limit)s 项。") % {"limit": limit}, fields={"limit": _("没有变化")}
        )
    if account.minimum is not None and limit < account.minimum:
        raise refuse(
            "form",
            _("限额不能低于最低要求 %(minimum)s 项。") % {"minimum": account.minimum},
            clause="；".join(of.cite),
            fields={"limit": _("不低于 %(minimum)s") % {"minimum": account.minimum}},
        )
    _require_named(account, limit, cases)
    for case in cases:
        last = undoing.latest(case)
        undoing.require_not_acted_on(case, last)
        text = _("限额调整为 %(limit)s 项（%(document)s）：%(reason)s")
        undoing.undo(
            case,
            last,
            by=by,
            authority=last.authority,
            reason=text % {"limit": limit, "document": document.strip(), "reason": reason.strip()},
        )
    account.refresh_from_db(fields=["taken"])
    change = LimitChange.objects.create(
        account=account,
        before=account.limit,
        limit=limit,
        reason=reason.strip(),
        document=document.strip(),
        fallen_out=[case.number for case in cases],
        by=by,
        at=clock.now(),
    )
    account.limit, account.changed = limit, limit != account.given
    account.save(update_fields=["limit", "changed"])
    home = holder.scope_path if isinstance(holder, Unit) else holder.place.path
    audit.record(
        "change_limit",
        account,
        by=by,
        scope_path=home,
        unit_id=holder.pk if isinstance(holder, Unit) else None,
        quota=of.code,
        before=change.before,
        limit=limit,
        reason=change.reason,
        document=change.document,
        cases=change.fallen_out,
    )
    _tell(holder, change, of, cases)
    return change


def _require_words(limit: int, reason: str, document: str) -> None:
    fields = {}
    if not 0 <= limit <= MOST:
        fields["limit"] = _("请填写 0 至 %(most)s 的整数") % {"most": MOST}
    if not reason.strip():
        fields["reason"] = _("请填写理由")
    if not document.strip():
        fields["document"] = _("请填写文件名称或文号")
    elif len(document.strip()) > 120:
        fields["document"] = _("不超过 120 字")
    if fields:
        raise refuse("form", _("调整限额要写明限额、理由和所依据的文件。"), fields=fields)


def _locked(of: Quota, holder: Authority | Unit, cases: Sequence[Application]) -> QuotaAccount:
    """The holder's account, locked together with every account in which ``cases`` give places back, in one order."""
    own = quota.opened(of, holder)
    if own is None:
        raise refuse(
            "quota",
            _("“%(quota)s”没有给%(holder)s分配名额。") % {"quota": of.name, "holder": holder},
            clause="；".join(of.cite),
            remedy=_("请修改配置包中的限额。"),
        )
    given_back = QuotaPlace.objects.filter(application__in=cases, account__quota__step=of.step)
    wanted = {own, *given_back.values_list("account_id", flat=True)}
    list(QuotaAccount.objects.select_for_update().filter(pk__in=wanted).order_by("quota_id", "pk"))
    account = quota.account_of(of, holder)
    if account is None:  # opened just now
        raise AssertionError
    return account


def _require_named(account: QuotaAccount, limit: int, cases: Sequence[Application]) -> None:
    """Exactly the cases that have to go are named, and each of them may."""
    over = max(account.taken - limit, 0)
    standing = held(account)
    may = {h.place.application_id: h.place.application for h in standing if h.decision}
    if strange := [case for case in cases if case.pk not in may]:
        raise refuse(
            "form",
            _("申报 %(number)s 不能退出：它没有占用这个限额，或下一环节已经受理。")
            % {"number": strange[0].number},
            fields={"cases": _("请重新选择")},
        )
    if len(cases) == over:
        return
    names = _("、").join(f"《{case.project_name or case.number}》" for case in may.values())
    said = {"limit": limit, "taken": account.taken, "over": over, "named": len(cases)}
    raise refuse(
        "quota",
        _("限额改为 %(limit)s 项，现已用 %(taken)s 项，须有 %(over)s 项退出，指明了 %(named)s 项。") % said
        + (_("可以退出的有：%(names)s。") % {"names": names} if over else ""),
        clause="；".join(account.quota.cite),
        remedy=_("请指明退出的申报；下一环节已经受理的不能退出。") if over else _("不必指明退出的申报。"),
        fields={"cases": _("须指明 %(over)s 项") % said},
    )


def _tell(holder: Authority | Unit, change: LimitChange, of: Quota, cases: Sequence[Application]) -> None:
    whom = people_of(holder) if isinstance(holder, Unit) else officers(holder)
    gone = _("、").join(change.fallen_out)
    notify(
        whom,
        kind=Kind.DECIDED,
        about=of.name,
        subject=f"限额调整：{of.name}改为 {change.limit} 项",
        body=f"{change.document}：{change.reason}" + (f"\n退出：{gone}" if gone else ""),
        link="/authority/quotas/" if isinstance(holder, Authority) else "",
    )
    for case in cases:
        notify(
            people_of(case.unit),
            kind=Kind.DECIDED,
            about=str(case),
            subject=f"推荐已收回：{case.project_name}",
            body=f"限额调整（{change.document}）：{change.reason}",
            link=f"/unit/applications/{case.pk}/",
        )
