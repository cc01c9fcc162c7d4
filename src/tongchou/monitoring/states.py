"""The states of a performance report and the only moves between them."""

from __future__ import annotations

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.monitoring.models import PerformanceReport

S = PerformanceReport.State

MOVES: dict[str, tuple[frozenset[S], S]] = {
    "submit": (frozenset({S.DUE, S.RETURNED}), S.SUBMITTED),
    "return": (frozenset({S.SUBMITTED, S.CONFIRMED}), S.RETURNED),
    "confirm": (frozenset({S.SUBMITTED}), S.CONFIRMED),
}
STAYS: dict[str, frozenset[S]] = {
    "save": frozenset({S.DUE, S.RETURNED}),
    "extend": frozenset({S.DUE, S.RETURNED}),
}
WORDS = {"save": "填写", "submit": "报送", "return": "退回", "confirm": "确认", "extend": "延期"}


def may_move(report: PerformanceReport, move: str) -> Decision:
    """Whether ``report`` is in a state from which ``move`` is possible."""
    froms = STAYS[move] if move in STAYS else MOVES[move][0]
    if report.state in froms:
        return ALLOWED
    wanted = "”“".join(state.label for state in S if state in froms)
    return Denied(
        "state",
        f"{report.period.year}年绩效填报当前为“{report.get_state_display()}”，不能{WORDS[move]}。",
        remedy=f"只有“{wanted}”的绩效填报可以{WORDS[move]}。",
    )
