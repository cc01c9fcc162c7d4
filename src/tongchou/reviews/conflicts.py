"""Which experts may not score which cases, and why. Pure; what is compared comes from ``reviews.conflict_facts``.

Experts are indexed once by everything that can tie them to a case, so that thousands of cases meet hundreds of experts
without comparing each with each. The first tie found, in the order below, is the one that is named.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DEPTH = {"province": 2, "city": 3}


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What of a case may tie an expert to it. Names are normalised (``applications.uniqueness.normal``)."""

    pk: int
    path: str
    units: frozenset[int] = frozenset()
    lead_usccs: frozenset[str] = frozenset()
    lead_names: frozenset[str] = frozenset()
    partner_usccs: frozenset[str] = frozenset()
    partner_names: dict[str, str] = field(default_factory=dict)
    people: frozenset[tuple[str, str]] = frozenset()
    handlers: frozenset[int] = frozenset()
    withdrew: dict[int, str] = field(default_factory=dict)
    avoid: str | None = None


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """What of an expert may tie him to a case: whose person he is or was, where he works, what he declared."""

    pk: int
    name: str
    units: frozenset[int] = frozenset()
    former_units: frozenset[int] = frozenset()
    usccs: frozenset[str] = frozenset()
    employers: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    tied_units: dict[int, str] = field(default_factory=dict)
    tied_names: dict[str, str] = field(default_factory=dict)


def place_of(path: str, level: str) -> str:
    """The part of ``path`` down to the city or province; empty for a path that does not reach so deep."""
    codes = path.strip("/").split("/")
    depth = _DEPTH[level]
    return "/".join(codes[:depth]) if len(codes) >= depth else ""


class Conflicts:
    """The experts, indexed."""

    def __init__(self, experts: Iterable[ExpertFacts]) -> None:
        self._units: dict[int, list[tuple[int, str]]] = defaultdict(list)
        self._usccs: dict[str, list[int]] = defaultdict(list)
        self._employers: dict[str, list[int]] = defaultdict(list)
        self._tied: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._places: dict[str, list[int]] = defaultdict(list)
        self._names: dict[str, list[ExpertFacts]] = defaultdict(list)
        self._all: set[int] = set()
        for expert in experts:
            self._add(expert)
        self._lead, self._partner = _("工作单位就是申报单位"), _("工作单位是申报的合作单位")
        self._named, self._listed = _("工作单位是申报的合作单位“%(name)s”"), _("在申报的人员名单中")
        self._handled = _("曾以经办人身份办理过这份申报")

    def _add(self, expert: ExpertFacts) -> None:
        self._all.add(expert.pk)
        declared = _("已声明与申报单位有利害关系：%(reason)s")
        for unit in expert.units:
            self._units[unit].append((expert.pk, _("是申报单位的人员")))
        for unit, reason in expert.tied_units.items():
            self._units[unit].append((expert.pk, declared % {"reason": reason}))
        for unit in expert.former_units:
            self._units[unit].append((expert.pk, _("曾是申报单位的人员")))
        for uscc in expert.usccs:
            self._usccs[uscc].append(expert.pk)
        for name in expert.employers:
            self._employers[name].append(expert.pk)
        for name, reason in expert.tied_names.items():
            self._tied[name].append((expert.pk, declared % {"reason": reason}))
        for level in _DEPTH:
            for place in {place_of(path, level) for path in expert.paths} - {""}:
                self._places[place].append(expert.pk)
        self._names[expert.name].append(expert)

    def of(self, case: CaseFacts) -> dict[int, str]:
        """The experts who may not score ``case``, each with the reason."""
        found: dict[int, str] = {}
        for pk, reason in self._ties(case):
            found.setdefault(pk, reason)
        return found

    def _ties(self, case: CaseFacts) -> Iterator[tuple[int, str]]:
        for unit in sorted(case.units):
            yield from self._units.get(unit, ())
        for pk in self._working_at(case.lead_usccs, case.lead_names):
            yield pk, self._lead
        for name in sorted(case.lead_names):
            yield from self._tied.get(name, ())
        for pk, reason in case.withdrew.items():
            if pk in self._all:
                yield pk, _("曾声明回避这份申报：%(reason)s") % {"reason": reason}
        for uscc in sorted(case.partner_usccs):
            for pk in self._usccs.get(uscc, ()):
                yield pk, self._partner
        for name, shown in case.partner_names.items():
            for pk in self._employers.get(name, ()):
                yield pk, self._named % {"name": shown}
            yield from self._tied.get(name, ())
        for name, works_at in sorted(case.people):
            for expert in self._names.get(name, ()):
                if not works_at or not expert.employers or works_at in expert.employers:
                    yield expert.pk, self._listed
        for pk in sorted(case.handlers & self._all):
            yield pk, self._handled
        if case.avoid and (place := place_of(case.path, case.avoid)):
            reason = (
                _("在本市工作，按环节规定回避") if case.avoid == "city" else _("在本省工作，按环节规定回避")
            )
            for pk in self._places.get(place, ()):
                yield pk, reason

    def _working_at(self, usccs: Iterable[str], names: Iterable[str]) -> Iterator[int]:
        for uscc in sorted(usccs):
            yield from self._usccs.get(uscc, ())
        for name in sorted(names):
            yield from self._employers.get(name, ())
