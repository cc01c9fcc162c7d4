"""Public notices 公示: drafted, put on notice for the days set, cases taken off, a notice called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.applications import queries as application_queries
from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.designations import access
from tongchou.designations.notice_models import Notice, NoticedCase, Objection
from tongchou.designations.notice_rules import last_day_of, require_fitting, require_ready, strictest
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import people_of, people_of_units
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Round, Task

MOST_DAYS = 60
_REMEDY = gettext_noop("认定确有不妥的，请撤销认定。")


@transaction.atomic
def draft_notice(
    authority: Authority,
    *,
    task: Task,
    round: Round,
    step: str,
    cases: Sequence[Application],
    by: Person,
    variant: str = "",
) -> Notice:
    """Put ``cases`` that wait at the designating ``step`` on the draft of a notice: a new one, or the one not yet put up."""
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    require(access.may_notice(actor(by), authority))
    rows = list(
        Application.objects.select_for_update(of=("self",))
        .select_related("edition", "unit")
        .filter(pk__in=[case.pk for case in cases])
        .order_by("pk")
    )
    if not rows:
        raise refuse("empty", _("没有选择要公示的申报。"), remedy=_("请先勾选拟认定的申报。"))
    for row in rows:
        require_fitting(row, authority, task, round, step, variant)
    first = steps.find(rows[0].edition.pack, step)
    notice, _new = Notice.objects.get_or_create(
        authority=authority,
        task=task,
        round=round,
        variant=variant,
        step=step,
        opens_at=None,
        withdrawn_at=None,
        defaults={
            "level": first.grants or "",
            "days": first.notice_days,
            "working": first.notice_working,
            "cite": "；".join(first.cite)[:250] if first.notice_days else "",
            "drafted_by": by,
            "drafted_at": clock.now(),
        },
    )
    latest = {row.pk: application_queries.latest_revision(row) for row in rows}
    standing = {
        entry.application_id: entry
        for entry in NoticedCase.objects.select_for_update(of=("self",))
        .filter(application__in=rows, step=step, removed_at=None)
        .select_related("notice")
    }
    added = []
    for row in rows:
        revision, old = latest[row.pk], standing.get(row.pk)
        if revision is None:  # a case in review was submitted
            raise AssertionError
        if old is not None and old.notice_id == notice.pk:
            continue
        if old is not None and old.revision_id == revision.pk:
            raise refuse(
                "state",
                _("申报 %(number)s 已在“%(notice)s”中公示。") % {"number": row.number, "notice": old.notice},
                remedy=_("请先将其撤出那次公示。"),
            )
        if old is not None:
            _remove(old, _("已修改后重新提交，原公示不再适用。"))
        added.append(NoticedCase(notice=notice, application=row, revision=revision, step=step))
    NoticedCase.objects.filter(notice=notice, application__in=[a.application_id for a in added]).delete()
    NoticedCase.objects.bulk_create(added)
    audit.record(
        "draft_notice",
        notice,
        by=by,
        scope_path=authority.place.path,
        cases=[entry.application_id for entry in added],
    )
    return notice


@transaction.atomic
def put_on_notice(
    notice: Notice, *, by: Person, title: str, days: int | None, working: bool, office: str, how: str = ""
) -> Notice:
    """Open a drafted notice to the public from now on, for ``days`` full days after today.

    Refused for fewer days than the pack asks for, and while a case on it could not be designated.
    """
    notice = locked(notice)
    require(access.may_notice(actor(by), notice.authority))
    if notice.state != "draft":
        raise refuse("state", _("这份公示已经发布或撤销。"))
    entries = list(standing_cases(notice))
    fields: dict[str, str] = {}
    if not 1 <= len(title.strip()) <= 200:
        fields["title"] = _("请填写公示标题（不超过 200 字）")
    if not 1 <= len(office.strip()) <= 120:
        fields["office"] = _("请填写受理异议的处室，不写个人（不超过 120 字）")
    if len(how.strip()) > 1000:
        fields["how"] = _("不超过 1000 字")
    if days is None or not 1 <= days <= MOST_DAYS:
        fields["days"] = _("请填写公示天数（1 至 %(most)s）") % {"most": MOST_DAYS}
    if fields or days is None:
        raise refuse("form", _("公示信息不完整。"), remedy=_("请补充后再发布。"), fields=fields)
    if not entries:
        raise refuse("empty", _("公示名单是空的。"), remedy=_("请先加入拟认定的申报。"))
    require_ready(entries)
    rule = strictest(entries)
    if rule is not None and (days < (rule.notice_days or 0) or (rule.notice_working and not working)):
        raise refuse(
            "notice",
            _("“%(step)s”要求公示不少于 %(days)s 个%(kind)s。")
            % {
                "step": rule.name,
                "days": rule.notice_days,
                "kind": _("工作日") if rule.notice_working else _("自然日"),
            },
            clause="；".join(rule.cite),
            fields={"days": _("天数不足")},
        )
    notice.title, notice.office, notice.how = title.strip(), office.strip(), how.strip()
    notice.days, notice.working = days, working
    notice.opens_at = clock.now()
    notice.closes_at = clock.end_of(last_day_of(clock.today(), days, working=working))
    notice.save()
    Application.objects.filter(pk__in=[entry.application_id for entry in entries], opened_at=None).update(
        opened_at=notice.opens_at  # the step has opened what it lists: the unit takes it back no more
    )
    audit.record(
        "put_on_notice",
        notice,
        by=by,
        scope_path=notice.authority.place.path,
        cases=len(entries),
        last_day=clock.last_day(notice.closes_at).isoformat(),
    )
    notify(
        people_of_units(entry.application.unit_id for entry in entries),
        kind=Kind.LISTED,
        about=notice.title,
        subject=f"项目进入公示：{notice.title}",
        body=f"{notice.authority.name}拟认定的名单中有贵单位的项目，公示至 {clock.last_day(notice.closes_at):%Y年%-m月%-d日}。",
        link=f"/notices/{notice.pk}/",
    )
    return notice


@transaction.atomic
def remove_from_notice(entry: NoticedCase, *, by: Person, reason: str = "") -> NoticedCase:
    """Take a case off a notice; once that is public, only with a reason. The case stays where it is."""
    notice = locked(entry.notice)
    require(access.may_notice(actor(by), notice.authority))
    entry = (
        NoticedCase.objects.select_for_update(of=("self",))
        .select_related("application__unit")
        .get(pk=entry.pk)
    )
    if entry.removed_at is not None or notice.withdrawn_at is not None:
        raise refuse("state", _("这份申报已经不在公示名单中。"))
    draft = notice.state == "draft"
    if designated_after(notice).filter(pk=entry.pk).exists():
        raise refuse("state", _("这份申报公示后已经认定，不能再撤出公示名单。"), remedy=_(_REMEDY))
    if not draft and not reason.strip():
        raise refuse("form", _("从公示名单中撤出必须写明理由。"), fields={"reason": _("请填写理由")})
    if Objection.objects.filter(case=entry, state__in=Objection.OPEN).exists():
        raise refuse(
            "state", _("这份申报还有未答复的异议。"), remedy=_("请在异议页面答复；异议成立时可以撤出公示。")
        )
    audit.record(
        "remove_from_notice",
        notice,
        by=by,
        scope_path=notice.authority.place.path,
        unit_id=entry.application.unit_id,
        application=entry.application_id,
        reason=reason.strip()[:200],
    )
    if draft:
        entry.delete()
    else:
        take_off(entry, notice, reason.strip())
    return entry


@transaction.atomic
def withdraw_notice(notice: Notice, *, by: Person, reason: str) -> Notice:
    """Call a notice off, draft or public, with a reason; its cases may be put on another."""
    notice = locked(notice)
    require(access.may_notice(actor(by), notice.authority))
    if notice.state == "withdrawn":
        raise refuse("state", _("这份公示已经撤销。"))
    if count := designated_after(notice).count():
        raise refuse(
            "state", _("公示后已有 %(n)s 项认定，公示不能再撤销。") % {"n": count}, remedy=_(_REMEDY)
        )
    if not reason.strip():
        raise refuse("form", _("撤销公示必须写明理由。"), fields={"reason": _("请填写理由")})
    if Objection.objects.filter(case__notice=notice, state__in=Objection.OPEN).exists():
        raise refuse("state", _("这份公示还有未答复的异议。"), remedy=_("请先逐件答复异议。"))
    notice.withdrawn_at, notice.withdrawn_reason = clock.now(), reason.strip()[:500]
    notice.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    NoticedCase.objects.filter(notice=notice, removed_at=None).update(
        removed_at=clock.now(), removed_reason=notice.withdrawn_reason
    )
    audit.record(
        "withdraw_notice",
        notice,
        by=by,
        scope_path=notice.authority.place.path,
        reason=notice.withdrawn_reason,
    )
    return notice


# ---------------------------------------------------------------- shared with objections


def locked(notice: Notice) -> Notice:
    """The notice, its row under lock."""
    return (
        Notice.objects.select_for_update(of=("self",))
        .select_related("authority__place", "task", "round")
        .get(pk=notice.pk)
    )


def standing_cases(notice: Notice) -> QuerySet[NoticedCase]:
    """The cases not removed, with all that is shown of them."""
    return (
        notice.cases.filter(removed_at=None)
        .select_related("application__unit__place", "application__edition", "application__task")
        .order_by("application__place_path", "application__unit__name", "application_id")
    )


def designated_after(notice: Notice) -> QuerySet[NoticedCase]:
    """The cases not removed that were designated on the strength of the notice: what the public was shown of them stays."""
    if notice.opens_at is None:
        return notice.cases.none()
    return notice.cases.filter(
        removed_at=None,
        application__designations__level=notice.level,
        application__designations__authority=notice.authority,
    )


def take_off(entry: NoticedCase, notice: Notice, reason: str) -> None:
    """Remove a case from a public notice and tell its unit why."""
    _remove(entry, reason)
    application = entry.application
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"项目已撤出公示：{application.project_name}",
        body=f"{notice.authority.name}：{entry.removed_reason}",
        link=f"/unit/applications/{application.pk}/",
    )


def _remove(entry: NoticedCase, reason: str) -> None:
    entry.removed_at, entry.removed_reason = clock.now(), reason[:500]
    entry.save(update_fields=["removed_at", "removed_reason"])
