"""The chooser of a place, level by level, as registering and correcting a unit show it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from tongchou.orgs import queries
from tongchou.orgs.models import Jurisdiction


def chain(code: str) -> list[dict[str, Any]]:
    """The levels of the chooser: label, what is chosen at each, and what may be."""
    chosen = Jurisdiction.objects.filter(pk=code).first()
    codes = chosen.path.strip("/").split("/") if chosen else ["000000"]
    labels = [gettext("省级"), gettext("市级"), gettext("县级")]
    levels = [
        (codes[i + 1] if i + 1 < len(codes) else "", list(queries.children(c)))
        for i, c in enumerate(codes[:3])
    ]
    levels += [("", [])] * (3 - len(levels))
    return [
        {"label": label, "chosen": chosen, "options": options}
        for label, (chosen, options) in zip(labels, levels, strict=True)
    ]
