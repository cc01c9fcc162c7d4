"""One change that a new version of a pack makes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_noop

from tongchou.programmes.pack_format import Mapping

Severity = Literal["plain", "tightening", "loosening", "loses", "reinterprets"]
SEVERITIES: dict[Severity, str] = {
    "plain": gettext_noop("改动"),
    "tightening": gettext_noop("收紧"),
    "loosening": gettext_noop("放宽"),
    "loses": gettext_noop("会丢失已存数据"),
    "reinterprets": gettext_noop("会改变已存数据的含义"),
}
BINDS = {
    "everyone": gettext_noop("各方"),
    "units": gettext_noop("建设单位"),
    "cities": gettext_noop("市级主管部门"),
    "province": gettext_noop("省级主管部门"),
    "nation": gettext_noop("国家主管部门"),
    "experts": gettext_noop("评审专家"),
    "designated": gettext_noop("已认定项目"),
    "reviewers": gettext_noop("审核人员"),
}
"""Whom a change concerns, by code, as :attr:`Change.binds` names them."""


@dataclass(frozen=True, slots=True)
class Key:
    """What stored data knows by its code: an indicator, a field, a column of a table, a choice, a step, a variant, a round.

    ``inside`` names what a column or a choice stands in: the table, the field, ``table.column`` or the indicator.
    """

    task: str
    part: str
    code: str
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, told in Chinese.

    ``part`` is the list of the pack it stands in (``quotas``, ``form`` …), ``code`` the codes on the way to it, joined by
    dots. ``binds`` are keys of :data:`BINDS`. Where the severity is ``loses`` or ``reinterprets``, ``key`` names what
    stored data may hold, ``mapping`` the mapping that answers for it, and ``remedy`` what to do while there is none.
    """

    place: str
    task: str
    part: str
    code: str
    sentence: str
    severity: Severity = "plain"
    binds: tuple[str, ...] = ("everyone",)
    cite: tuple[str, ...] = ()
    key: Key | None = None
    mapping: Mapping | None = None
    remedy: str = ""

    @property
    def forbidden(self) -> bool:
        """Whether it would lose or reinterpret what may be stored, and no mapping answers for it."""
        return self.severity in {"loses", "reinterprets"} and self.mapping is None

    def as_json(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "place": self.place,
            "task": self.task,
            "part": self.part,
            "code": self.code,
            "sentence": self.sentence,
            "severity": self.severity,
            "binds": list(self.binds),
            "cite": list(self.cite),
            "forbidden": self.forbidden,
            "mapped_to": self.mapping.to if self.mapping else None,
            "remedy": self.remedy,
        }
