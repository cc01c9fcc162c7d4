"""Several people in one form: who is here, and what others changed, as the page's script takes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.applications import together
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.forms.definition import Section
from tongchou.forms.display import show
from tongchou.forms.inputs import inputs_of
from tongchou.forms.schema import UNANSWERED_TYPES, by_code, sections_for
from tongchou.programmes.pack_format import TaskPack
from tongchou.web.screens import Request, screen


def changes(
    application: Application,
    pack: TaskPack,
    sections: Sequence[Section],
    answers: Mapping[str, Any],
    versions: Mapping[str, int],
) -> dict[str, dict[str, Any]]:
    """What somebody else answered, by field: the texts of its inputs, as people read it, by whom and when (one query)."""
    fields = by_code(sections)
    known = {code: fields[code] for code in answers if code in fields}
    authors = together.authors(application.pk, {versions.get(code, 0) for code in known})
    told = {}
    for code, field in known.items():
        if field.type in UNANSWERED_TYPES:
            continue
        who, at = authors.get(versions.get(code, 0), ("", None))
        told[code] = {
            "label": field.label,
            "texts": inputs_of(field, answers[code], pack.indicators),
            "shown": show(field, answers[code], indicators=pack.indicators),
            "who": who,
            "at": at.astimezone(clock.SHANGHAI).strftime("%H:%M") if at else "",
        }
    return told


@require_POST
@screen
def presence(request: Request, pk: int) -> HttpResponse:
    """The page says it is open (``{"section", "field", "version"}``), or that it closes (``{"gone": true}``).

    It is told who else is here, what others changed since its version, and a token that is good after a new login.
    """
    try:
        body = json.loads(request.body)
        since = body.get("version")
        section, field = str(body.get("section") or ""), str(body.get("field") or "")
    except (ValueError, AttributeError):
        raise Http404 from None
    try:
        if body.get("gone"):
            together.leave(pk, by=request.person)
            return JsonResponse({})
        told = together.beat(
            pk, by=request.person, section=section, field=field, since=since if isinstance(since, int) else 0
        )
    except Application.DoesNotExist:
        raise Http404 from None
    pack = told.application.edition.pack
    sections = sections_for(pack.form, told.application.variant)
    titles = {s.code: s.title for s in sections}
    newer = {code: told.answers.get(code) for code in told.changed}
    return JsonResponse(
        {
            "people": [
                {"name": p.name, "section": titles.get(p.section, ""), "at": p.section, "field": p.field}
                for p in told.people
            ],
            "version": told.version,
            "others": changes(told.application, pack, sections, newer, told.changed) if newer else {},
            "shut": f"{told.shut.reason}{told.shut.remedy}" if told.shut is not None else "",
            "token": get_token(request),
        }
    )


def words() -> dict[str, str]:
    """What the page's script says of others."""
    return {
        "here": _("也在填写："),
        "editing": _("正在填写这一项"),
        "changed": _("刚刚修改了这一项"),
        "somebody": _("同事"),
    }
