"""Access decisions that explain themselves.

An ``access`` module answers with :class:`Allowed` or :class:`Denied`; a denial is falsy and says what, why, by which
clause, and what to do. An action turns a denial into :class:`Refused`, so nothing is half-done and nothing is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Allowed:
    """The actor may."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """The actor may not.

    ``code`` is stable and counted (``"role"``, ``"scope"``, ``"window"``, ``"quota"`` …); ``reason`` is for people, in
    Chinese; ``clause`` cites document and clause where a rule of the programme is at work; ``remedy`` says what to do.
    """

    code: str
    reason: str
    clause: str = ""
    remedy: str = ""

    def __bool__(self) -> Literal[False]:
        return False


Decision: TypeAlias = Allowed | Denied

ALLOWED = Allowed()


class Refused(Exception):  # noqa: N818 - the field's word for it
    """An action was refused; nothing has been changed. Carries the denial, and remarks by field where there are any."""

    def __init__(self, denied: Denied, fields: dict[str, str] | None = None) -> None:
        self.denied = denied
        self.fields = fields or {}
        super().__init__(str(self))

    @property
    def code(self) -> str:
        return self.denied.code

    def __str__(self) -> str:
        d = self.denied
        parts = [d.reason]
        if d.clause:
            parts.append(_("依据：%(clause)s") % {"clause": d.clause})
        if d.remedy:
            parts.append(d.remedy)
        return "　".join(parts)


def refuse(
    code: str, reason: str, *, clause: str = "", remedy: str = "", fields: dict[str, str] | None = None
) -> Refused:
    """Build a :class:`Refused`, to be raised."""
    return Refused(Denied(code, reason, clause, remedy), fields)


def require(decision: Decision) -> None:
    """Raise :class:`Refused` unless ``decision`` allows."""
    if isinstance(decision, Denied):
        raise Refused(decision)
