"""The states of an application and the only moves between them. What each step is and who acts is data (packs)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.applications.internal_models import Desk
from tongchou.applications.models import Application
from tongchou.core.access import ALLOWED, Decision, Denied

S = Application.State

# move -> (from, to). A move that leads onward ends in CONCLUDED instead after the last step; a case declined where the
# pack names a step for such cases goes on IN_REVIEW there.
MOVES: dict[str, tuple[frozenset[S], S]] = {
    "save": (frozenset({S.DRAFT, S.RETURNED}), S.DRAFT),
    "scan": (frozenset({S.DRAFT, S.RETURNED}), S.DRAFT),
    "abandon": (frozenset({S.DRAFT}), S.ABANDONED),
    "take_up": (frozenset({S.ABANDONED}), S.DRAFT),
    "submit": (frozenset({S.DRAFT, S.RETURNED}), S.IN_REVIEW),
    "withdraw": (frozenset({S.IN_REVIEW}), S.DRAFT),
    "recommend": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "designate": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "return": (frozenset({S.IN_REVIEW}), S.RETURNED),
    "decline": (frozenset({S.IN_REVIEW}), S.DECLINED),
    "take_back": (frozenset({S.IN_REVIEW, S.RETURNED, S.DECLINED, S.CONCLUDED}), S.IN_REVIEW),
    "score": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "countersign": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "formal": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    "hand_over": (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
}
WORDS = {
    "save": gettext_noop("填写"),
    "scan": gettext_noop("上传盖章扫描件"),
    "abandon": gettext_noop("放弃"),
    "take_up": gettext_noop("恢复"),
    "submit": gettext_noop("提交"),
    "withdraw": gettext_noop("撤回"),
    "recommend": gettext_noop("推荐"),
    "designate": gettext_noop("认定"),
    "return": gettext_noop("退回"),
    "decline": gettext_noop("不予推荐或认定"),
    "take_back": gettext_noop("收回决定"),
    "score": gettext_noop("评审"),
    "countersign": gettext_noop("会签"),
    "formal": gettext_noop("形式审查"),
    "hand_over": gettext_noop("转办"),
}


def may_move(application: Application, move: str) -> Decision:
    """Whether ``application`` is in a state from which ``move`` is possible."""
    froms = MOVES[move][0]
    if application.state in froms:
        return _with_the_filler(application) if move in {"save", "abandon"} else ALLOWED
    wanted = "”“".join(_(S(s).label) for s in sorted(froms))
    return Denied(
        "state",
        _("申报 %(number)s 当前为“%(state)s”，不能%(move)s。")
        % {
            "number": application.number,
            "state": _(application.get_state_display()),
            "move": _(WORDS[move]),
        },
        remedy=_("只有“%(states)s”的申报可以%(move)s。") % {"states": wanted, "move": _(WORDS[move])},
    )


def _with_the_filler(application: Application) -> Decision:
    """Nobody types while somebody else of the unit looks at it."""
    if application.desk == Desk.FILLER:
        return ALLOWED
    return Denied(
        "state",
        _("申报 %(number)s 正在本单位内部审核（%(desk)s），内容不能修改。")
        % {"number": application.number, "desk": _(application.get_desk_display())},
        remedy=_("如需修改，请由送审人收回，或由审核的人退回填报。"),
    )
