"""A designated project changes 变更: its unit asks, who designated it decides, and what was before stays on record."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.casework import locked
from tongchou.core import audit, clock, files
from tongchou.core.access import refuse, require
from tongchou.designations import access
from tongchou.designations.models import Designation, held_on
from tongchou.designations.standing_models import ChangeRequest
from tongchou.orgs.queries import officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.orgs.models import Authority, Person

S = ChangeRequest.State
PROOF_MB = 20
_RANK = ("nation", "province", "city", "school")


def decider(application: Application) -> Authority | None:
    """Who decides on a change of the project: the authority of the highest level it holds today."""
    held = (
        Designation.objects.filter(held_on(clock.today()), application=application, authority__isnull=False)
        .select_related("authority__place")
        .order_by("pk")
    )
    found = min(held, key=lambda d: _RANK.index(d.level), default=None)
    return found.authority if found else None


@transaction.atomic
def ask_change(
    application: Application,
    *,
    by: Person,
    kind: str,
    before: str,
    after: str,
    reason: str,
    proof: bytes | IO[bytes] | None = None,
    proof_name: str = "",
) -> ChangeRequest:
    """Ask that leader, partner or name of a designated project be changed; one request of a kind at a time."""
    application = locked(application)
    require(access.may_ask_change(actor(by), application))
    authority = decider(application)
    if authority is None:
        raise refuse(
            "state",
            _("项目“%(name)s”目前没有认定，不需要申请变更。") % {"name": application.project_name},
            remedy=_("申报期内的修改请撤回或在退回后直接填写。"),
        )
    if kind == ChangeRequest.Kind.NAME:
        before = application.project_name
    before, after, reason = before.strip(), after.strip(), reason.strip()
    fields = {}
    if kind not in ChangeRequest.Kind.values:
        fields["kind"] = _("请选择变更事项")
    if not 1 <= len(before) <= 200:
        fields["before"] = _("请填写变更前的内容（不超过 200 字）")
    if not 1 <= len(after) <= 200:
        fields["after"] = _("请填写变更后的内容（不超过 200 字）")
    elif after == before:
        fields["after"] = _("与变更前相同")
    if not 1 <= len(reason) <= 500:
        fields["reason"] = _("请填写变更的理由（不超过 500 字）")
    if fields:
        raise refuse("form", _("变更申请有误。"), remedy=_("请按提示更正。"), fields=fields)
    if application.change_requests.filter(kind=kind, state=S.WAITING).exists():
        raise refuse("state", _("已有一份同类变更申请在审批。"), remedy=_("请等待批复，或先撤回。"))
    stored = None if proof is None else files.store(proof, allowed=("pdf", "image"), max_mb=PROOF_MB)
    request = ChangeRequest.objects.create(
        application=application,
        kind=kind,
        before=before,
        after=after,
        reason=reason,
        proof=stored,
        proof_name=files.safe_name(proof_name) if stored else "",
        authority=authority,
        asked_at=clock.now(),
        asked_by=by,
    )
    _record("ask_change", request, by)
    notify(
        officers(authority),
        kind=Kind.WAITING,
        about=str(application),
        subject=f"待审批变更：{application.project_name}",
        body=f"{application.unit.name}申请变更{request.get_kind_display()}：{before} → {after}。理由：{reason}",
        link=f"/authority/changes/{request.pk}/",
    )
    return request


@transaction.atomic
def withdraw_change(request: ChangeRequest, *, by: Person) -> ChangeRequest:
    """Take a request back before it is decided."""
    request = _locked(request)
    require(access.may_ask_change(actor(by), request.application))
    _require_waiting(request)
    request.state = S.WITHDRAWN
    request.save(update_fields=["state"])
    _record("withdraw_change", request, by)
    return request


@transaction.atomic
def approve_change(
    request: ChangeRequest, *, by: Person, document_number: str = "", note: str = ""
) -> ChangeRequest:
    """Approve a change: a new name is the project's from now on, leader and partner stand on record beside the form."""
    application = locked(request.application)
    request = _locked(request)
    _require_decidable(request, by)
    _decide(request, S.APPROVED, by, note, document_number)
    if request.kind == ChangeRequest.Kind.NAME:
        application.project_name = request.after
        application.save(update_fields=["project_name"])
    _record("approve_change", request, by)
    _tell(request, f"变更已获同意：{request.before} → {request.after}。")
    return request


@transaction.atomic
def refuse_change(request: ChangeRequest, *, by: Person, reason: str) -> ChangeRequest:
    """Refuse a change with a reason; the unit may ask again."""
    locked(request.application)
    request = _locked(request)
    _require_decidable(request, by)
    if not reason.strip():
        raise refuse("form", _("不同意变更必须写明理由。"), fields={"answer": _("请填写理由")})
    _decide(request, S.REFUSED, by, reason, "")
    _record("refuse_change", request, by)
    _tell(request, f"变更未获同意：{request.answer}")
    return request


def _locked(request: ChangeRequest) -> ChangeRequest:
    return (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("application__unit", "authority__place")
        .get(pk=request.pk)
    )


def _require_waiting(request: ChangeRequest) -> None:
    if request.state != S.WAITING:
        raise refuse(
            "state",
            _("这份变更申请已经办理。"),
            remedy=_("请刷新页面查看结果；如需再变更，请由单位另行申请。"),
        )


def _require_decidable(request: ChangeRequest, by: Person) -> None:
    require(access.may_decide_change(actor(by), request))
    _require_waiting(request)


def _decide(request: ChangeRequest, state: str, by: Person, answer: str, document_number: str) -> None:
    request.state, request.answer = state, answer.strip()[:500]
    request.document_number = document_number.strip()[:80]
    request.decided_at, request.decided_by = clock.now(), by
    request.save()


def _tell(request: ChangeRequest, body: str) -> None:
    application = request.application
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"变更申请已批复：{application.project_name}",
        body=body,
        link=f"/unit/applications/{application.pk}/standing/",
    )


def _record(action: str, request: ChangeRequest, by: Person) -> None:
    application = request.application
    audit.record(
        action,
        request,
        by=by,
        scope_path=application.scope_path,
        unit_id=application.unit_id,
        kind=request.kind,
        before=request.before,
        after=request.after,
    )
