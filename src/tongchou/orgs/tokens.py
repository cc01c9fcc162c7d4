"""Access tokens 接口令牌: a program of a unit or an authority acts as a person, with that person's rights and no more.

A token is shown once, when it is made; only its digest is kept. It serves while its person may log in.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse
from tongchou.orgs.inviting import digest_of
from tongchou.orgs.models import Person
from tongchou.orgs.token_models import AccessToken

if TYPE_CHECKING:
    from django.db.models import QuerySet

PREFIX = "tc_"
MOST_DAYS = 366
MOST = 10
"""Running ones of one person."""


@transaction.atomic
def make_token(*, by: Person, name: str, days: int) -> tuple[AccessToken, str]:
    """Make a token for oneself that serves for ``days``; return it with its text, which is never to be had again."""
    name = name.strip()
    fields = {}
    if not 1 <= len(name) <= 60:
        fields["name"] = _("请填写用途（不超过 60 字）")
    if not 1 <= days <= MOST_DAYS:
        fields["days"] = _("有效期为 1 至 %(most)s 天") % {"most": MOST_DAYS}
    if fields:
        raise refuse("form", _("接口令牌信息有误。"), remedy=_("请按提示更正。"), fields=fields)
    person = Person.objects.select_for_update().get(pk=by.pk)
    if running(person).count() >= MOST:
        raise refuse(
            "limit",
            _("已有 %(count)s 个有效的接口令牌，不能再增加。") % {"count": MOST},
            remedy=_("请先撤销不再使用的令牌。"),
        )
    text = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    token = AccessToken.objects.create(
        person=person,
        name=name,
        token_sha256=digest_of(text),
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    audit.record("make_token", token, by=by, name=name, expires_at=token.expires_at.isoformat())
    return token, text


@transaction.atomic
def revoke_token(token: AccessToken, *, by: Person) -> AccessToken:
    """End one's own token at once."""
    token = AccessToken.objects.select_for_update().get(pk=token.pk)
    if token.person_id != by.pk:
        raise refuse("scope", _("只能撤销本人的接口令牌。"), remedy=_("请由持有人登录后撤销。"))
    if token.revoked_at is not None:
        raise refuse(
            "state",
            _("接口令牌“%(name)s”已经撤销。") % {"name": token.name},
            remedy=_("如仍要使用接口，请另建一个令牌。"),
        )
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    audit.record("revoke_token", token, by=by, name=token.name)
    return token


def running(person: Person) -> QuerySet[AccessToken]:
    """The person's tokens that serve now, the newest first."""
    return person.access_tokens.filter(revoked_at=None, expires_at__gt=clock.now())


def person_with(text: str) -> Person | None:
    """Whose token this is, while it serves and its person may log in (one query)."""
    found = (
        AccessToken.objects.filter(
            token_sha256=digest_of(text),
            revoked_at=None,
            expires_at__gt=clock.now(),
            person__is_active=True,
        )
        .select_related("person")
        .first()
    )
    return found.person if found else None
