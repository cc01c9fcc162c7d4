"""What the answers of a case mean to quotas: whether it counts against one at all, and whether it is exempt."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.applications.queries import latest_revision, reading_today
from tongchou.core.dates import day_text
from tongchou.forms.rules import compile_rule

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.forms.rules import Context
    from tongchou.programmes.models import Quota


class Counting:
    """The rules of quotas held against the latest revision of one case; its answers are read when first needed."""

    def __init__(self, application: Application) -> None:
        self.application = application

    @cached_property
    def _context(self) -> Context:
        revision = latest_revision(self.application)
        return reading_today(self.application, revision.answers if revision else {}).context

    def counts(self, quota: Quota) -> bool:
        """Whether the case is one of those that ``quota`` counts."""
        return not quota.when or compile_rule(quota.when).holds(self._context) is True

    def exemption(self, quota: Quota, on: date) -> str:
        """The code of the exemption under which the case passed or passes ``quota`` on a day; empty: it takes a place."""
        return next((e["code"] for e in self._claimed(quota) if not self._lapsed(e, on)), "")

    def lapse(self, quota: Quota, on: date) -> str:
        """Why an exemption that the case would have no longer holds, as a sentence; empty where none lapsed."""
        for exemption in self._claimed(quota):
            if lapsed := self._lapsed(exemption, on):
                return _("免占情形“%(text)s”%(lapsed)s，本项计入限额。") % {
                    "text": exemption["text"],
                    "lapsed": lapsed,
                }
        return ""

    def _claimed(self, quota: Quota) -> list[dict[str, Any]]:
        return [e for e in quota.exempt if compile_rule(e["when"]).holds(self._context) is True]

    def _lapsed(self, exemption: dict[str, Any], on: date) -> str:
        rounds, until = exemption.get("rounds") or [], exemption.get("until")
        if rounds and self.application.round.code not in rounds:
            return _("不适用于%(round)s") % {"round": self.application.round.name}
        if until and on > date.fromisoformat(until):
            return _("已于%(day)s截止") % {"day": day_text(date.fromisoformat(until))}
        return ""
