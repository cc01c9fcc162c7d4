"""Inviting people into a unit, and accepting. An invitation serves once and for seven days; only its token's digest is kept.

Nothing here tells whether an e-mail already has an account: the inviter sees the same whoever is invited.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import Refused, refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.accounts import make_person
from tongchou.orgs.invitation_models import Invitation
from tongchou.orgs.models import Membership, Person, Unit
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.outbox.letters import post

if TYPE_CHECKING:
    from collections.abc import Callable

VALID_DAYS = 7
MOST_OPEN = 20


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    unit: Unit, *, by: Person, role: str, name: str, email: str, page: Callable[[str], str]
) -> tuple[Invitation, str]:
    """Invite somebody to take ``role``; return the invitation and its token, which is never to be had again.

    ``page`` gives the address to open for a token. With an e-mail the address is mailed there, and only the account with
    that e-mail may accept; without, the inviter passes the address on.
    """
    unit = queries.locked_unit(unit.pk)
    require(access.may_keep_people(actor(by), unit))
    _require_standing(unit)
    name, email = name.strip(), email.strip().lower()
    fields = {}
    if role not in Membership.UNIT_ROLES:
        fields["role"] = _("请选择角色")
    if not 1 <= len(name) <= 60:
        fields["name"] = _("请填写被邀请人的姓名（不超过 60 字）")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            fields["email"] = _("请填写有效的邮箱")
    if fields:
        raise refuse("form", _("邀请信息有误。"), remedy=_("请按提示更正。"), fields=fields)
    if queries.open_invitations(unit).count() >= MOST_OPEN:
        raise refuse(
            "limit",
            _("还有 %(count)s 份邀请没有接受，暂不能再邀请。") % {"count": MOST_OPEN},
            remedy=_("请先撤销不再需要的邀请。"),
        )
    token, now = secrets.token_urlsafe(32), clock.now()
    invitation = Invitation.objects.create(
        unit=unit,
        role=role,
        name=name,
        email=email,
        token_sha256=digest_of(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    _mail(invitation, page(token))
    _record("invite", invitation, by)
    return invitation, token


@transaction.atomic
def resend_invitation(
    invitation: Invitation, *, by: Person, page: Callable[[str], str]
) -> tuple[Invitation, str]:
    """Send an invitation anew, with a new token and seven new days; what was sent before is void."""
    invitation = _locked(invitation)
    require(access.may_keep_people(actor(by), invitation.unit))
    _require_standing(invitation.unit)
    _require_pending(invitation)
    token, now = secrets.token_urlsafe(32), clock.now()
    invitation.token_sha256 = digest_of(token)
    invitation.expires_at = now + timedelta(days=VALID_DAYS)
    invitation.save(update_fields=["token_sha256", "expires_at"])
    _mail(invitation, page(token))
    _record("resend_invitation", invitation, by)
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: Person) -> Invitation:
    """Take an invitation back before it is accepted."""
    invitation = _locked(invitation)
    require(access.may_keep_people(actor(by), invitation.unit))
    _require_pending(invitation)
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    _record("revoke_invitation", invitation, by)
    return invitation


def find(token: str) -> Invitation:
    """The invitation that ``token`` opens. Refused, always in the same words, when there is none (any more)."""
    found = (
        Invitation.objects.filter(token_sha256=digest_of(token), accepted_at=None, revoked_at=None)
        .select_related("unit", "invited_by")
        .first()
    )
    if found is None or found.expired or found.unit.state == Unit.State.MERGED:
        raise refuse(
            "invitation",
            _("邀请已失效：可能已过期、已使用或已被撤销。"),
            remedy=_("请向邀请您的单位审核人索取新的邀请。"),
        )
    return found


@transaction.atomic
def accept_invitation(token: str, *, by: Person) -> Membership:
    """Accept with one's own account."""
    invitation = _locked(find(token))
    find(token)  # once more under the lock: of two at once one is too late
    if not by.is_active:
        raise refuse("role", _("账号已停用，不能接受邀请。"), remedy=_("请联系系统管理员。"))
    if invitation.email and invitation.email != by.email.lower():
        raise refuse(
            "scope",
            _("这份邀请不是发给您这个账号的。"),
            remedy=_("请用收到邀请的邮箱所属的账号登录，或请单位审核人邀请您的邮箱。"),
        )
    if Membership.objects.filter(person=by, unit=invitation.unit, role=invitation.role, active=True).exists():
        raise refuse("state", _("您在%(unit)s已有这个角色。") % {"unit": invitation.unit.name})
    return _join(invitation, by, "accept_invitation")


@transaction.atomic
def accept_as_new(token: str, *, username: str, name: str, email: str, password: str) -> Person:
    """Accept with a new account of one's own. The e-mail is the invitation's where it names one."""
    invitation = _locked(find(token))
    find(token)
    try:
        person = make_person(username=username, name=name, email=invitation.email or email, password=password)
    except Refused as refused:
        if "email" not in refused.fields or set(refused.fields) > {"email"}:
            raise
        raise refuse(
            "form",
            _("不能用所填的信息建立账号。"),
            remedy=_("如果您已有账号，请登录后再接受邀请。"),
        ) from None
    _join(invitation, person, "accept_as_new")
    return person


def _join(invitation: Invitation, person: Person, action: str) -> Membership:
    membership, _created = Membership.objects.update_or_create(
        person=person, role=invitation.role, unit=invitation.unit, authority=None, defaults={"active": True}
    )
    invitation.accepted_by, invitation.accepted_at = person, clock.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    _record(action, invitation, person)
    notify(
        [invitation.invited_by],
        kind=Kind.INVITED,
        about=invitation.unit.name,
        subject=f"{person.name}已接受邀请",
        body=f"{person.name}现在是{invitation.unit.name}的{membership.get_role_display()}。",
        link=f"/unit/people/{invitation.unit_id}/",
    )
    return membership


def _locked(invitation: Invitation) -> Invitation:
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("unit", "invited_by")
        .get(pk=invitation.pk)
    )


def _require_standing(unit: Unit) -> None:
    if unit.state == Unit.State.MERGED:
        raise refuse("state", _("%(unit)s已并入其他单位，不能再邀请人员。") % {"unit": unit.name})


def _require_pending(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise refuse("state", _("邀请已被接受。"), remedy=_("如不再需要此人，请移除其角色。"))
    if invitation.revoked_at is not None:
        raise refuse("state", _("邀请已经撤销。"), remedy=_("如仍需要，请重新邀请。"))


def _record(action: str, invitation: Invitation, by: Person) -> None:
    unit = invitation.unit
    audit.record(action, invitation, by=by, scope_path=unit.scope_path, unit_id=unit.pk, role=invitation.role)


def _mail(invitation: Invitation, address: str) -> None:
    if not invitation.email:
        return
    role = Membership.Role(invitation.role).label
    post(
        invitation.email,
        subject=f"{invitation.unit.name}邀请您担任{role}",
        body=f"{invitation.name}：\n\n{invitation.unit.name}邀请您担任{role}。请在 {VALID_DAYS} 天内打开下面的地址接受邀请，"
        f"只能使用一次：\n\n{address}\n\n账号由本人使用，不得转借。如果您不认识这个单位，请不必理会。",
        sender=invitation.invited_by,
    )
