"""Small filters of the officers' and experts' screens."""

from __future__ import annotations

from django import template
from django.urls import reverse

from tongchou.applications.models import Evidence
from tongchou.orgs.models import Jurisdiction
from tongchou.web.insight.asking import Asked

register = template.Library()


@register.filter
def page_anchor(evidence: Evidence) -> str:
    """The fragment that opens a PDF at the first page that proves something: ``#page=3``."""
    return f"#page={evidence.page_from}" if evidence.page_from else ""


@register.filter
def place_code(path: str) -> str:
    """The code of the place a path leads to."""
    return path.strip("/").rsplit("/", 1)[-1]


@register.filter
def place_url(place: Jurisdiction, asked: Asked) -> str:
    """The view of ``place`` with the rest of the question kept."""
    return f"{reverse('insight:overview')}?{asked.query(place=place.code)}"
