"""The unit's own steps 单位内部环节: the filler hands over, a reviewer checks where the pack asks for one, the leader submits.

Only the filler's desk types (``states.may_move``). Whoever handed on may take it back until the next one acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import access, paper, queries, states
from tongchou.applications.casework import locked, note
from tongchou.applications.internal_models import Desk, Handover
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.forms.schema import by_code, sections_for
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import Role, actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongchou.applications.models import Application
    from tongchou.forms.finding import Finding
    from tongchou.orgs.models import Person
    from tongchou.programmes.pack_format import TaskPack

K = Handover.Kind
_ROLES = {Desk.FILLER: Role.FILLER, Desk.REVIEWER: Role.REVIEWER, Desk.LEADER: Role.LEADER}


def desks(pack: TaskPack) -> list[Desk]:
    """The desks that a declaration passes inside the unit; the leader's is always the last."""
    return [Desk.FILLER, *([Desk.REVIEWER] if "reviewer" in pack.internal else []), Desk.LEADER]


@transaction.atomic
def hand_on(application: Application, *, by: Person) -> Handover:
    """Hand the declaration to the next desk of the unit. Refused while anything is missing or wrong, as submitting is."""
    application = locked(application)
    require(states.may_move(application, "scan"))
    require(access.may_sit_at(actor(by), application, application.desk))
    way = desks(application.edition.pack)
    if application.desk == Desk.LEADER:
        raise refuse(
            "state", _("申报已由单位审核人审核，不再送审。"), remedy=_("请由单位审核人提交，或退回填报。")
        )
    after = way[way.index(Desk(application.desk)) + 1]
    scans = paper.sealed_slots(
        application.edition.pack, application.variant
    )  # stamped when all has been checked
    seen = queries.look(application, application.draft.answers)
    require_complete(finding for finding in seen.findings if finding.field not in scans)
    waiting = _people_at(application, after)
    if not waiting:
        raise refuse(
            "role",
            _("本单位还没有%(role)s。") % {"role": _(_ROLES[after].label)},
            remedy=_("请先由单位审核人邀请一位，再送审。"),
        )
    handover = _pass(application, after, K.ONWARD, by)
    notify(
        waiting,
        kind=Kind.WAITING,
        about=str(application),
        subject=f"待{'校核' if after == Desk.REVIEWER else '审核'}：{application.project_name or application.number}",
        body=f"{by}已把申报 {application.number} 送您{'校核' if after == Desk.REVIEWER else '审核'}。",
        link=f"/unit/applications/{application.pk}/submit/",
    )
    return handover


@transaction.atomic
def send_back(
    application: Application, *, by: Person, reason: str, remarks: Mapping[str, str] | None = None
) -> Handover:
    """Send the declaration back to the filler with a reason and remarks by field: the reviewer or the leader who has it."""
    application = locked(application)
    require(states.may_move(application, "scan"))
    require(access.may_sit_at(actor(by), application, application.desk))
    if application.desk == Desk.FILLER:
        raise refuse("state", _("申报正在填报，不用退回。"))
    remarks = {code: text.strip() for code, text in (remarks or {}).items() if text.strip()}
    fields = {} if reason.strip() else {"reason": _("退回必须写明理由")}
    known = by_code(sections_for(application.edition.pack.form, application.variant))
    if strange := set(remarks) - set(known):
        fields["remarks"] = _("本表没有这些填报项：%(names)s") % {"names": _("、").join(sorted(strange))}
    if fields:
        raise refuse("form", _("退回意见不完整。"), remedy=_("请补充后再退回。"), fields=fields)
    handover = _pass(application, Desk.FILLER, K.BACK, by, reason=reason.strip(), remarks=remarks)
    notify(
        _people_at(application, Desk.FILLER),
        kind=Kind.RETURNED,
        about=str(application),
        subject=f"退回填报：{application.project_name or application.number}",
        body=f"{by}：{handover.reason}",
        link=f"/unit/applications/{application.pk}/fill/",
    )
    return handover


@transaction.atomic
def take_back(application: Application, *, by: Person) -> Handover:
    """Take back what was handed on, until the next one acts: whoever sits at the desk that handed it on."""
    application = locked(application)
    require(states.may_move(application, "scan"))
    last = application.handovers.last()
    if last is None or last.kind != K.ONWARD or last.to_desk != application.desk:
        require(access.may_sit_at(actor(by), application, Desk.FILLER))
        raise refuse("state", _("申报没有在送审中，不用收回。"))
    require(access.may_sit_at(actor(by), application, last.from_desk))
    return _pass(application, Desk(last.from_desk), K.TAKEN, by)


def require_complete(findings: Iterable[Finding]) -> None:
    """Refuse while something is missing or wrong; says how much, the first of it, and all of it by field."""
    if found := [finding for finding in findings if finding.blocks]:
        first = found[0]
        raise refuse(
            "incomplete",
            _("还有 %(count)s 处未完成或不符合要求，例如：%(example)s")
            % {"count": len(found), "example": first.message},
            clause="；".join(first.cite),
            remedy=_("请按检查结果逐项修改后再提交。"),
            fields={f.field: f.message for f in reversed(found) if f.field},
        )


def require_checked(application: Application) -> None:
    """Refuse to submit what the unit's own steps have not passed.

    Where the leader alone checks, the leader may submit straight from the filler's desk: submitting is the check.
    """
    way = desks(application.edition.pack)
    if application.desk == Desk.LEADER or (application.desk == Desk.FILLER and Desk.REVIEWER not in way):
        return
    raise refuse(
        "state",
        _("申报还没有经过单位内部校核（现在：%(desk)s）。") % {"desk": _(application.get_desk_display())},
        remedy=_("请先由填报员送审、校核人校核，再由审核人提交。"),
    )


def last_seen(application: Application, desk: str) -> Handover | None:
    """How the declaration stood when this desk last gave it out of hand: what to compare with now."""
    return application.handovers.filter(from_desk=desk).exclude(kind=K.TAKEN).last()


def sent_back(application: Application) -> Handover | None:
    """The latest remarks from inside the unit, while the filler mends."""
    last = application.handovers.last()
    return last if last is not None and last.kind == K.BACK and application.desk == Desk.FILLER else None


# ---------------------------------------------------------------- inside


def _pass(
    application: Application,
    to: Desk,
    kind: str,
    by: Person,
    *,
    reason: str = "",
    remarks: Mapping[str, str] | None = None,
) -> Handover:
    handover = Handover.objects.create(
        application=application,
        kind=kind,
        from_desk=application.desk,
        to_desk=to,
        reason=reason,
        remarks=dict(remarks or {}),
        answers=application.draft.answers,
        at=clock.now(),
        by=by,
    )
    application.desk = to
    application.save(update_fields=["desk"])
    words = {K.ONWARD: "hand_on", K.BACK: "send_back", K.TAKEN: "take_back_inside"}
    note(words[K(kind)], application, by, to=str(to), version=application.draft.version, reason=reason)
    return handover


def _people_at(application: Application, desk: Desk) -> list[Person]:
    role = _ROLES[desk]
    holders = application.unit.memberships.filter(role=role, active=True).values("person")
    return list(people_of(application.unit).filter(pk__in=holders))
