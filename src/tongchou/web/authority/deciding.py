"""What an officer decides about cases, one by one or many at once, always through the same single action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core.access import Refused, refuse
from tongchou.designations import actions as designation_actions
from tongchou.monitoring import chasing
from tongchou.orgs.models import Person
from tongchou.reviews import actions, handling, limits
from tongchou.reviews.models import Decision
from tongchou.web.authority.panel import assign_from
from tongchou.web.screens import Request

_RESULTS = "bulk_results"
MOST_AT_ONCE = 200


def pass_on(application: Application, *, by: Person, reason: str = "") -> str:
    """Recommend or designate, whichever the step is for; say what was done."""
    step = steps.find(application.edition.pack, application.step)
    if step.kind == "designate":
        decision = designation_actions.designate(application, by=by, reason=reason)
    else:
        decision = designation_actions.recommend(application, by=by, reason=reason)
    return _done(decision)


def _done(decision: Decision) -> str:
    return {
        Decision.Kind.DESIGNATE: _("已认定。"),
        Decision.Kind.RECOMMEND: _("已推荐。"),
        Decision.Kind.PROPOSE: _("已送请会签，全部同意后生效。"),
    }[Decision.Kind(decision.kind)]


def return_it(application: Application, *, by: Person, post: QueryDict) -> str:
    """Return for changes with reason, due day and remarks at fields, as posted."""
    actions.return_for_changes(
        application, by=by, reason=post.get("reason", ""), due=due_day(post), remarks=remarks_of(post)
    )
    return _("已退回修改。")


def decide(application: Application, do: str, *, by: Person, post: QueryDict) -> str:
    """Do what a form asks with one case; an unknown word is not found."""
    reason = post.get("reason", "")
    match do:
        case "pass":
            return pass_on(application, by=by, reason=reason)
        case "designate":
            return _done(designation_actions.designate(application, by=by, reason=reason))
        case "return":
            return return_it(application, by=by, post=post)
        case "decline":
            decision = actions.decline(application, by=by, reason=reason)
            return _("已作出%(decision)s的决定。") % {"decision": _(decision.get_kind_display())}
        case "take_back":
            designation_actions.take_back(application, by=by)
            return _("已收回上一个决定，可以重新办理。")
        case "refuse_exemption":
            limits.refuse_exemption(application, by=by, reason=reason)
            return _("已改为占用限额。")
        case "assign":
            return assign_from(application, by=by, post=post)
        case "hand_over":
            return _hand_over(application, by=by, post=post)
        case "sign":
            signed = designation_actions.countersign(application, by=by, agree=True, reason=reason)
            return _("已会签，决定生效。") if signed else _("已会签，等待其他部门。")
        case "chase":
            chasing.chase([application], by=by, text=reason)
            return _("已催办。")
    raise Http404


def _hand_over(application: Application, *, by: Person, post: QueryDict) -> str:
    wanted = post.get("to", "")
    to = Person.objects.filter(pk=wanted if wanted.isdecimal() else 0, is_active=True).first()
    if to is None:
        raise refuse("form", _("没有选择经办人。"), fields={"to": _("请选择本部门的经办人")})
    handling.hand_over(application, to=to, by=by, reason=post.get("reason", ""))
    return _("已转给%(name)s办理。") % {"name": to}


def words_for(do: str) -> str:
    """What a bulk action is called."""
    return {
        "pass": _("推荐 / 认定"),
        "designate": _("认定"),
        "return": _("退回修改"),
        "decline": _("不予推荐或认定"),
        "assign": _("分配专家"),
        "hand_over": _("转办"),
        "sign": _("会签"),
        "chase": _("催办"),
    }.get(do, do)


def due_day(post: QueryDict) -> date:
    """The posted day of a return."""
    try:
        return date.fromisoformat(post.get("due", ""))
    except ValueError:
        raise refuse(
            "form",
            _("退回意见不完整。"),
            remedy=_("请补充后再退回。"),
            fields={"due": _("请填写修改期限，例如 2026-11-30")},
        ) from None


def remarks_of(post: QueryDict) -> dict[str, str]:
    """Remarks by field, posted as pairs; several for one field are joined."""
    found: dict[str, str] = {}
    for code, text in zip(post.getlist("remark_field"), post.getlist("remark_text"), strict=False):
        if code and text.strip():
            found[code] = "\n".join(filter(None, [found.get(code, ""), text.strip()]))[:2000]
    return found


# ---------------------------------------------------------------- many at once


@dataclass(frozen=True)
class Result:
    """What became of one case of a bulk action."""

    pk: int
    number: str
    name: str
    done: bool
    text: str
    clause: str = ""
    remedy: str = ""


def one_by_one(rows: Iterable[Application], action: Callable[[Application], str]) -> list[Result]:
    """Do ``action`` with each case in a transaction of its own; a refusal stops only its case."""
    results = []
    for row in rows:
        try:
            done, words = True, {"text": action(row)}
        except Refused as refused:
            denied = refused.denied
            text = _("；").join([denied.reason, *refused.fields.values()])
            done, words = False, {"text": text, "clause": denied.clause, "remedy": denied.remedy}
        results.append(Result(row.pk, row.number, row.project_name, done, **words))
    return results


def keep_results(request: Request, results: list[Result]) -> None:
    """Keep the report for the page that follows the post."""
    request.session[_RESULTS] = [asdict(result) for result in results]


def kept_results(request: Request) -> dict[str, Any] | None:
    """The report kept, once."""
    rows = request.session.pop(_RESULTS, None)
    if rows is None:
        return None
    return {
        "refused": [row for row in rows if not row["done"]],
        "done": [row for row in rows if row["done"]],
    }
