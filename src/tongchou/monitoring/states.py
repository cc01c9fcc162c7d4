"""The states of a performance report and the only moves between them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.monitoring.models import PerformanceReport

S = PerformanceReport.State

MOVES: dict[str, tuple[frozenset[S], S]] = {
    "submit": (frozenset({S.DUE, S.RETURNED, S.CORRECTING}), S.SUBMITTED),
    "return": (frozenset({S.SUBMITTED, S.CONFIRMED}), S.RETURNED),
    "confirm": (frozenset({S.SUBMITTED}), S.CONFIRMED),
    "correct": (frozenset({S.CONFIRMED}), S.CORRECTING),
    "drop": (frozenset({S.CORRECTING, S.SUBMITTED, S.RETURNED}), S.CONFIRMED),
}
STAYS: dict[str, frozenset[S]] = {
    "save": frozenset({S.DUE, S.RETURNED, S.CORRECTING}),
    "extend": frozenset({S.DUE, S.RETURNED, S.CORRECTING}),
    "reply": frozenset({S.SUBMITTED}),
}
OWED = STAYS["save"]
"""The states in which a unit still has to hand something in."""
STILL_OWED: dict[str, str] = {
    S.DUE: "还没有报送",
    S.RETURNED: "退回后还没有重新报送",
    S.CORRECTING: "更正后还没有重新报送",
}
"""What messages say of a report in these states."""
WORDS = {
    "save": gettext_noop("填写"),
    "submit": gettext_noop("报送"),
    "return": gettext_noop("退回"),
    "confirm": gettext_noop("确认"),
    "extend": gettext_noop("延期"),
    "correct": gettext_noop("更正"),
    "drop": gettext_noop("终止更正"),
    "reply": gettext_noop("答复"),
}


def may_move(report: PerformanceReport, move: str) -> Decision:
    """Whether ``report`` is in a state from which ``move`` is possible."""
    froms = STAYS[move] if move in STAYS else MOVES[move][0]
    if report.state in froms:
        return ALLOWED
    wanted = "”“".join(_(state.label) for state in S if state in froms)
    return Denied(
        "state",
        _("%(year)s年绩效填报当前为“%(state)s”，不能%(move)s。")
        % {"year": report.period.year, "state": _(report.get_state_display()), "move": _(WORDS[move])},
        remedy=_("只有“%(states)s”的绩效填报可以%(move)s。") % {"states": wanted, "move": _(WORDS[move])},
    )
