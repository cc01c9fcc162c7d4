"""Extensions 个别延期: one unit may begin and submit past a window that has closed, until a day its authority sets.

The unit asks with a reason, or the authority gives one unasked. An extension ends by itself; it can be revoked before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from tongchou.applications import access
from tongchou.applications.extension_models import Extension
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.queries import authority_over, officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.programmes import queries as programme_queries

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person
    from tongchou.orgs.scopes import Actor
    from tongchou.programmes.models import Round, Task, Window

S = Extension.State


# ---------------------------------------------------------------- the window, honoured


def require_window(
    unit: Unit, task: Task, variant: str, round_: Round, *, application: Application | None = None
) -> Extension | None:
    """Refuse outside the declaring window, naming its last day and clause, unless an extension of the unit runs.

    The extension that made the difference is given back.
    """
    now = clock.now()
    window = programme_queries.window_state(
        task, unit.scope_path, "declare", binds="units", variant=variant, at=now, year=round_.year
    )
    if window.open:
        return None
    over = (
        window.window is not None and window.window.closes_at is not None and window.window.closes_at <= now
    )
    if over and (extension := running(unit, task, round_, application)):
        return extension
    raise refuse(
        "window",
        window.message,
        clause="；".join(window.cite),
        remedy=_("请等待主管部门的通知。")
        if window.waiting or not over
        else _("确有原因的，可在本页“个别延期”中写明理由，向规定时间的主管部门申请。"),
    )


def running(
    unit: Unit, task: Task, round_: Round, application: Application | None = None
) -> Extension | None:
    """The extension by which the unit may still declare today, the longest one."""
    return (
        _of(unit, task, round_, application)
        .filter(state=S.GRANTED, until__gte=clock.today())
        .order_by("-until", "-pk")
        .first()
    )


def latest(unit: Unit, task: Task, round_: Round, application: Application | None = None) -> Extension | None:
    """What was last asked for or decided, running or not."""
    return _of(unit, task, round_, application).select_related("authority").order_by("-pk").first()


def _of(unit: Unit, task: Task, round_: Round, application: Application | None) -> QuerySet[Extension]:
    return Extension.objects.filter(
        Q(application=None) | Q(application=application), unit=unit, task=task, round=round_
    )


def deciding_place(unit: Unit, task: Task, round_: Round) -> Window | None:
    """The window of the deepest place that binds the unit: whoever set it may extend it."""
    windows = programme_queries.binding(
        programme_queries.windows_for(
            task, unit.scope_path, purpose="declare", binds="units", year=round_.year
        )
    )
    return windows[0] if windows else None


def extensions(actor: Actor) -> QuerySet[Extension]:
    """The extensions of units an officer stands above, what waits first, then the latest."""
    paths = [a.place.path for a in actor.authorities_as()]
    scope = Q(pk=None)
    for path in paths:
        scope |= Q(unit__scope_path__startswith=path)
    return (
        Extension.objects.filter(scope)
        .select_related("unit", "task", "round", "application", "authority", "decided_by", "requested_by")
        .order_by(Case(When(state=S.REQUESTED, then=0), default=1), "-pk")
    )


# ---------------------------------------------------------------- actions


@transaction.atomic
def ask_extension(
    unit: Unit,
    *,
    task: Task,
    round: Round,
    by: Person,
    reason: str,
    until: date | None = None,
    application: Application | None = None,
) -> Extension:
    """Ask for more time, with the reason and perhaps the day wished for. One request at a time."""
    unit = _locked(unit)
    require(access.may_begin(actor(by), unit))
    window = _closing(unit, task, round)
    _require_reason(reason, until)
    waiting = _of(unit, task, round, application).filter(state=S.REQUESTED).first()
    if waiting is not None:
        raise refuse("state", _("已经提交过延期申请，正在等待批复。"), remedy=_("请等待主管部门批复。"))
    extension = Extension.objects.create(
        unit=unit,
        task=task,
        round=round,
        application=application,
        state=S.REQUESTED,
        until=until,
        request=reason.strip(),
        requested_at=clock.now(),
        requested_by=by,
    )
    _note("ask_extension", extension, by, until=until, reason=reason.strip())
    authority = _holder(unit, window)
    if authority is not None:
        notify(
            officers(authority),
            kind=Kind.WAITING,
            about=unit.name,
            subject=f"个别延期申请：{unit.name}",
            body=f"{task.name}（{round.name}）：{extension.request}",
            link="/authority/extensions/",
        )
    return extension


@transaction.atomic
def grant_extension(
    unit: Unit,
    *,
    task: Task,
    round: Round,
    by: Person,
    until: date,
    reason: str,
    application: Application | None = None,
) -> Extension:
    """Give a unit more time unasked. It answers a waiting request for the same, if there is one."""
    unit = _locked(unit)
    authority = _require_authority(unit, task, round, by)
    _require_reason(reason, until)
    extension = _of(unit, task, round, application).filter(
        state=S.REQUESTED, application=application
    ).first() or Extension(unit=unit, task=task, round=round, application=application)
    return _decide(extension, S.GRANTED, by=by, authority=authority, until=until, reason=reason)


@transaction.atomic
def answer_extension(
    extension: Extension, *, by: Person, grant: bool, reason: str, until: date | None = None
) -> Extension:
    """Grant what a unit asked for, until ``until``, or refuse it; either with a reason."""
    extension = _fresh(extension)
    authority = _require_authority(extension.unit, extension.task, extension.round, by)
    if extension.state != S.REQUESTED:
        raise refuse(
            "state",
            _("这份延期申请已经办理（%(state)s）。") % {"state": _(extension.get_state_display())},
        )
    _require_reason(reason, until, day_needed=grant)
    return _decide(
        extension,
        S.GRANTED if grant else S.REFUSED,
        by=by,
        authority=authority,
        until=until if grant else extension.until,
        reason=reason,
    )


@transaction.atomic
def revoke_extension(extension: Extension, *, by: Person, reason: str) -> Extension:
    """End an extension before its day, with a reason; what was submitted under it stays submitted."""
    extension = _fresh(extension)
    authority = _require_authority(extension.unit, extension.task, extension.round, by)
    if extension.state != S.GRANTED or (extension.until and extension.until < clock.today()):
        raise refuse("state", _("延期没有在执行中，不用取消。"))
    _require_reason(reason, None)
    return _decide(extension, S.REVOKED, by=by, authority=authority, until=extension.until, reason=reason)


# ---------------------------------------------------------------- inside


def _decide(
    extension: Extension, state: S, *, by: Person, authority: Authority, until: date | None, reason: str
) -> Extension:
    extension.state, extension.until, extension.reason = state, until, reason.strip()
    extension.authority, extension.decided_at, extension.decided_by = authority, clock.now(), by
    extension.save()
    words = {S.GRANTED: "grant_extension", S.REFUSED: "refuse_extension", S.REVOKED: "revoke_extension"}
    _note(words[state], extension, by, until=until, reason=extension.reason)
    said = {
        S.GRANTED: f"同意个别延期至{day_text(until) if until else ''}",
        S.REFUSED: "未同意个别延期",
        S.REVOKED: "取消个别延期",
    }[state]
    notify(
        people_of(extension.unit),
        kind=Kind.EXTENDED,
        about=extension.task.name,
        subject=f"{said}：{extension.task.name}",
        body=f"{authority.name}：{extension.reason}",
        link=f"/unit/applications/{extension.application_id}/" if extension.application_id else "/unit/",
    )
    return extension


def _closing(unit: Unit, task: Task, round_: Round) -> Window:
    """The window that could be extended; refused where time is not limited or no end is known."""
    window = deciding_place(unit, task, round_)
    if window is None or window.closes_at is None:
        raise refuse("window", _("“%(task)s”没有规定申报截止日，不用延期。") % {"task": task.name})
    return window


def _require_authority(unit: Unit, task: Task, round_: Round, by: Person) -> Authority:
    person = actor(by)
    set_by = deciding_place(unit, task, round_)
    place_path = set_by.place.path if set_by else unit.scope_path
    require(access.may_extend(person, unit, place_path))
    _closing(unit, task, round_)
    return next(
        a
        for a in sorted(person.authorities_as(), key=lambda a: -len(a.place.path))
        if a.department == Authority.Department.EDUCATION and place_path.startswith(a.place.path)
    )


def _holder(unit: Unit, window: Window) -> Authority | None:
    return authority_over(unit.scope_path, window.place.level)


def _require_reason(reason: str, until: date | None, *, day_needed: bool = False) -> None:
    fields = {} if reason.strip() else {"reason": _("请写明理由")}
    if day_needed and until is None:
        fields["until"] = _("请填写延期至哪一天")
    elif until is not None and until < clock.today():
        fields["until"] = _("延期的最后一天不能早于今天")
    if fields:
        raise refuse("form", _("延期的内容不完整。"), remedy=_("请按提示补充。"), fields=fields)


def _locked(unit: Unit) -> Unit:
    return Unit.objects.select_for_update(of=("self",)).select_related("authority", "place").get(pk=unit.pk)


def _fresh(extension: Extension) -> Extension:
    return (
        Extension.objects.select_for_update(of=("self",))
        .select_related("unit", "task", "round", "application")
        .get(pk=extension.pk)
    )


def _note(action: str, extension: Extension, by: Person, *, until: date | None, reason: str) -> None:
    audit.record(
        action,
        extension,
        by=by,
        scope_path=extension.unit.scope_path,
        unit_id=extension.unit_id,
        task=extension.task.code,
        round=extension.round.code,
        until=until.isoformat() if until else "",
        reason=reason,
    )
