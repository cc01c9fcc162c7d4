"""The states of an application and the only moves between them. What each step is and who acts is data (packs)."""

from __future__ import annotations

from tongchou.applications.models import Application
from tongchou.core.access import ALLOWED, Decision, Denied

S = Application.State

# move -> (from, to). A move that leads onward ends in CONCLUDED instead after the last step.
MOVES: dict[str, tuple[frozenset[S], S]] = {
    "save": (frozenset({S.DRAFT, S.RETURNED}), S.DRAFT),
    "submit": (frozenset({S.DRAFT, S.RETURNED}), S.IN_REVIEW),
    "withdraw": (frozenset({S.IN_REVIEW}), S.DRAFT),
    "recommend": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "designate": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "return": (frozenset({S.IN_REVIEW}), S.RETURNED),
    "decline": (frozenset({S.IN_REVIEW}), S.DECLINED),
    "take_back": (frozenset({S.IN_REVIEW, S.RETURNED, S.DECLINED, S.CONCLUDED}), S.IN_REVIEW),
    "score": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
}
WORDS = {
    "save": "填写",
    "submit": "提交",
    "withdraw": "撤回",
    "recommend": "推荐",
    "designate": "认定",
    "return": "退回",
    "decline": "不予推荐",
    "take_back": "收回决定",
    "score": "评审",
}


def may_move(application: Application, move: str) -> Decision:
    """Whether ``application`` is in a state from which ``move`` is possible."""
    froms, _ = MOVES[move]
    if application.state in froms:
        return ALLOWED
    return Denied(
        "state",
        f"申报 {application.number} 当前为“{application.get_state_display()}”，不能{WORDS[move]}。",
        remedy=f"只有“{'”“'.join(S(s).label for s in sorted(froms))}”的申报可以{WORDS[move]}。",
    )
