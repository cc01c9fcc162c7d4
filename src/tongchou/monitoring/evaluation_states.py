"""The states of an assessment and of a rectification, and the only moves between them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.monitoring.evaluation_models import Assessment, Rectification

A = Assessment.State
R = Rectification.State

MOVES: dict[str, frozenset[str]] = {
    "fill": frozenset({A.DUE, A.RETURNED}),
    "submit": frozenset({A.DUE, A.RETURNED}),
    "return": frozenset({A.SCORING}),
    "score": frozenset({A.SCORING}),
    "conclude": frozenset({A.SCORING}),
    "correct": frozenset({A.CONCLUDED}),
    "measure": frozenset({A.CONCLUDED}),
    "mend": frozenset({R.DUE, R.RETURNED}),
    "accept": frozenset({R.SUBMITTED}),
}
WORDS = {
    "fill": gettext_noop("填写自评"),
    "submit": gettext_noop("报送自评"),
    "return": gettext_noop("退回自评"),
    "score": gettext_noop("评分"),
    "conclude": gettext_noop("作出结论"),
    "correct": gettext_noop("更正结论"),
    "measure": gettext_noop("办理结果运用"),
    "mend": gettext_noop("报送整改情况"),
    "accept": gettext_noop("验收"),
}


def may_move(thing: Assessment | Rectification, move: str) -> Decision:
    """Whether ``thing`` is in a state from which ``move`` is possible."""
    if thing.state in MOVES[move]:
        return ALLOWED
    return Denied(
        "state",
        _("当前为“%(state)s”，不能%(move)s。")
        % {"state": _(thing.get_state_display()), "move": _(WORDS[move])},
        remedy=_("请刷新页面，查看最新情况。"),
    )
