"""For which authority an officer acts on a screen. Most officers belong to one; others choose, and the choice is kept."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.orgs.models import Authority
from tongchou.web.screens import Request

_KEY = "acting_for"
BINDS = {"city": "cities", "province": "province", "nation": "nation"}


def acting_for(request: Request) -> Authority:
    """The authority acted for. Refused (403) for whoever is no officer."""
    mine = sorted(request.actor.authorities_as(), key=lambda a: (len(a.place.path), a.place_id, a.department))
    if not mine:
        raise refuse(
            "role",
            _("这里是主管部门经办人的工作区，您的账号没有这个角色。"),
            remedy=_("请用主管部门经办人的账号登录；如需授权，请联系安全管理员。"),
        )
    chosen = request.session.get(_KEY)
    return next((a for a in mine if a.pk == chosen), mine[0])


def choose(request: Request) -> None:
    """Keep the authority chosen in a post; it must be one of the officer's own."""
    wanted = request.POST.get("authority", "")
    for authority in request.actor.authorities_as():
        if str(authority.pk) == wanted:
            request.session[_KEY] = authority.pk
            return
    raise Http404
