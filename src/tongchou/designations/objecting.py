"""Objections 异议 to what is on notice: filed by somebody identified, handled by whose notice it is, answered.

Who objects is known to the handling authority alone: no message to the unit, no public page and no audit record names
the person. A visitor without an account counts as identified once the address written to was opened.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.casework import locked as locked_case
from tongchou.applications.models import Application
from tongchou.core import audit, clock, files
from tongchou.core.access import refuse, require
from tongchou.designations import access, noticing
from tongchou.designations.notice_models import NoticedCase, Objection, ObjectionFile
from tongchou.orgs.queries import leaders, officers
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.outbox.letters import post
from tongchou.reviews import actions as review_actions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tongchou.orgs.models import Person

S = Objection.State
VALID_HOURS = 24
MOST_FILES, FILE_MB = 5, 10
LONGEST = 5000
_ALLOWED = ("pdf", "image")


@transaction.atomic
def object_to(
    entry: NoticedCase,
    *,
    person: Person | None,
    name: str,
    phone: str,
    email: str,
    reason: str,
    page: Callable[[Objection], str],
    organisation: str = "",
) -> Objection:
    """Object to a case within its notice. A person logged in counts at once; anybody else opens the address mailed first.

    ``page`` gives the whole address at which the objection is followed; it is mailed, and never shown to whoever files.
    """
    entry = _locked_entry(entry)
    _require_open(entry)
    if person is not None:
        name, email = person.name or person.username, person.email or email
    name, email, reason = name.strip(), email.strip().lower(), reason.strip()
    _require_identified(name=name, phone=phone.strip(), email=email, reason=reason)
    now = clock.now()
    entry.objections.filter(
        email=email, state=S.UNVERIFIED, filed_at__lte=now - timedelta(hours=VALID_HOURS)
    ).delete()
    if entry.objections.filter(email=email, state__in=[S.UNVERIFIED, *Objection.OPEN]).exists():
        raise refuse(
            "state",
            _("您对这个项目已经提出过异议，尚未答复。"),
            remedy=_("请打开邮件中的地址补充材料或查看进展。"),
        )
    objection = Objection.objects.create(
        case=entry,
        state=S.UNVERIFIED if person is None else S.WAITING,
        person=person,
        name=name[:60],
        organisation=organisation.strip()[:120],
        phone=phone.strip()[:40],
        email=email,
        reason=reason,
        filed_at=now,
        verified_at=None if person is None else now,
    )
    address = page(objection)
    if person is None:
        post(
            email,
            subject=f"请确认您对公示的异议：{entry.notice.title}",
            body=f"{name}：\n\n您对“{entry.application.project_name}”提出了异议。请在 {VALID_HOURS} 小时内、公示期满前打开下面的地址确认，"
            f"确认后异议才会受理；今后也由这个地址补充材料、查看答复：\n\n{address}\n\n请妥善保管这个地址。如果不是您本人提出，请不必理会。",
        )
    else:
        notify(
            [person],
            kind=Kind.OTHER,
            subject=f"已收到您的异议：{entry.notice.title}",
            body="可以在这里补充材料、查看办理进展和答复。",
            link=urlsplit(address).path,
        )
        _tell_officers(objection)
    _record("object_to", objection)
    return objection


@transaction.atomic
def verify_objection(objection: Objection) -> Objection:
    """Confirm an objection from the address that was mailed; from now on it counts. Within the notice only."""
    entry = _locked_entry(objection.case)
    objection = _locked(objection)
    if objection.state != S.UNVERIFIED:
        return objection
    _require_open(entry)
    if clock.now() >= objection.filed_at + timedelta(hours=VALID_HOURS):
        raise refuse("state", _("确认地址已过期。"), remedy=_("公示期内可以重新提出异议。"))
    objection.state, objection.verified_at = S.WAITING, clock.now()
    objection.save(update_fields=["state", "verified_at"])
    _tell_officers(objection)
    _record("verify_objection", objection)
    return objection


def add_material(objection: Objection, *, upload: bytes | IO[bytes], name: str) -> ObjectionFile:
    """Add a file to an objection that is not answered yet; told by its content, at most 5 of 10 MB each."""
    _require_room(objection)
    stored = files.store(upload, allowed=_ALLOWED, max_mb=FILE_MB)
    with transaction.atomic():
        objection = _locked(objection)
        _require_room(objection)
        added = ObjectionFile.objects.create(
            objection=objection, file=stored, name=files.safe_name(name), added_at=clock.now()
        )
        _record("add_material", objection, sha256=stored.sha256)
    return added


@transaction.atomic
def take_up(objection: Objection, *, by: Person) -> Objection:
    """Take an objection up; the objector is told."""
    objection = _handling(objection, by)
    if objection.state != S.WAITING:
        raise refuse("state", _("这件异议已经受理。"))
    objection.state, objection.taken_at = S.TAKEN, clock.now()
    objection.save(update_fields=["state", "taken_at"])
    _record("take_up", objection, by=by)
    return objection


@transaction.atomic
def ask_statement(objection: Objection, *, by: Person, question: str, due: date) -> Objection:
    """Ask the unit for a statement, in the officer's own words: what was objected is not passed on."""
    objection = _handling(objection, by)
    fields = {}
    if not 1 <= len(question.strip()) <= LONGEST:
        fields["question"] = _("请写明要说明的事项，不要写明异议人")
    elif objection.name in question:
        fields["question"] = _("不能写异议人的姓名")
    if due < clock.today():
        fields["due"] = _("期限不能早于今天")
    if fields:
        raise refuse("form", _("请单位说明的内容有误。"), remedy=_("请按提示更正。"), fields=fields)
    if objection.asked_at is not None:
        raise refuse("state", _("已经请单位说明过。"))
    now = clock.now()
    objection.state, objection.taken_at = S.TAKEN, objection.taken_at or now
    objection.question, objection.asked_at, objection.statement_due = question.strip(), now, due
    objection.save()
    _record("ask_statement", objection, by=by)
    application = objection.case.application
    notify(
        leaders(application.unit),
        kind=Kind.WAITING,
        about=str(application),
        subject=f"请就公示期间的异议说明情况：{application.project_name}",
        body=f"{objection.question}\n请于 {due:%Y年%-m月%-d日} 前说明。",
        link=f"/unit/statements/{objection.pk}/",
    )
    return objection


@transaction.atomic
def give_statement(objection: Objection, *, by: Person, text: str) -> Objection:
    """The unit's statement, once, until the objection is answered."""
    objection = _locked(objection)
    require(access.may_state(actor(by), objection))
    if objection.asked_at is None:
        raise refuse("scope", _("没有请贵单位就此说明情况。"))
    if objection.state not in Objection.OPEN or objection.stated_at is not None:
        raise refuse("state", _("情况说明已经提交，或异议已经答复。"))
    if not 1 <= len(text.strip()) <= LONGEST:
        raise refuse(
            "form",
            _("请填写情况说明（不超过 %(most)s 字）。") % {"most": LONGEST},
            fields={"text": _("请填写情况说明")},
        )
    objection.statement, objection.stated_at, objection.stated_by = text.strip(), clock.now(), by
    objection.save(update_fields=["statement", "stated_at", "stated_by"])
    _record("give_statement", objection, by=by)
    notify(
        officers(objection.case.notice.authority),
        kind=Kind.WAITING,
        about=str(objection.case.application),
        subject=f"单位已说明情况：{objection.case.application.project_name}",
        link=f"/authority/notices/objections/{objection.pk}/",
    )
    return objection


@transaction.atomic
def answer(
    objection: Objection,
    *,
    by: Person,
    upheld: bool,
    reason: str,
    page: Callable[[Objection], str],
    decline: bool = False,
) -> Objection:
    """Answer an objection with a reason. Upheld, the case leaves the notice, and with ``decline`` is declined at the step.

    A place taken at an earlier step stays used, as for every declined case; none is taken before designation.
    """
    application = locked_case(objection.case.application)
    entry = _locked_entry(objection.case)
    objection = _handling(objection, by)
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST:
        raise refuse("form", _("答复必须写明理由。"), fields={"reason": _("请填写理由（不超过 5000 字）")})
    if objection.name in reason:
        raise refuse(
            "form",
            _("答复会送达建设单位，不能写异议人的姓名。"),
            fields={"reason": _("请删去异议人的姓名")},
        )
    objection.state = S.UPHELD if upheld else S.DISMISSED
    objection.answer, objection.answered_at, objection.answered_by = reason, clock.now(), by
    objection.taken_at = objection.taken_at or objection.answered_at
    objection.save()
    if upheld and entry.removed_at is None:
        noticing.take_off(entry, entry.notice, _("公示期间收到的异议经核实成立：%s") % reason)
        if decline and (application.state, application.step) == (Application.State.IN_REVIEW, entry.step):
            review_actions.decline(application, by=by, reason=entry.removed_reason)
    _record("answer", objection, by=by, upheld=upheld, decline=decline)
    _tell_objector(objection, page(objection))
    return objection


# ---------------------------------------------------------------- inside


def _locked_entry(entry: NoticedCase) -> NoticedCase:
    return (
        NoticedCase.objects.select_for_update(of=("self",))
        .select_related("notice__authority__place", "application__unit")
        .get(pk=entry.pk)
    )


def _locked(objection: Objection) -> Objection:
    return (
        Objection.objects.select_for_update(of=("self",))
        .select_related("case__notice__authority__place", "case__application__unit", "person")
        .get(pk=objection.pk)
    )


def _handling(objection: Objection, by: Person) -> Objection:
    """The objection under lock, open, by whoever may handle it."""
    objection = _locked(objection)
    require(access.may_handle(actor(by), objection))
    if objection.state == S.UNVERIFIED:
        raise refuse("state", _("异议人还没有确认邮箱，异议尚未生效。"))
    if objection.state not in Objection.OPEN:
        raise refuse("state", _("这件异议已经答复。"))
    return objection


def _require_open(entry: NoticedCase) -> None:
    """Only within the notice, and only to what stands on it."""
    notice = entry.notice
    if notice.state != "open":
        raise refuse(
            "window",
            _("“%(notice)s”不在公示期内，不能提出异议。") % {"notice": notice.title},
            clause=notice.cite,
            remedy=_("请联系%(office)s。") % {"office": notice.office} if notice.office else "",
        )
    if entry.removed_at is not None:
        raise refuse("state", _("这个项目已经撤出公示。"))


def _require_identified(*, name: str, phone: str, email: str, reason: str) -> None:
    fields = {}
    if not 1 <= len(name) <= 60:
        fields["name"] = _("请填写真实姓名；匿名异议不受理")
    if not 5 <= len(phone) <= 40:
        fields["phone"] = _("请填写联系电话")
    try:
        validate_email(email)
    except ValidationError:
        fields["email"] = _("请填写有效的邮箱")
    if not 10 <= len(reason) <= LONGEST:
        fields["reason"] = _("请写明理由和事实（10 至 %(most)s 字）") % {"most": LONGEST}
    if fields:
        raise refuse("form", _("异议信息不完整。"), remedy=_("请补充后再提交。"), fields=fields)


def _require_room(objection: Objection) -> None:
    if objection.state not in Objection.OPEN:
        raise refuse("state", _("异议尚未生效或已经答复，不能补充材料。"))
    if objection.files.count() >= MOST_FILES:
        raise refuse("form", _("最多补充 %(most)s 个文件。") % {"most": MOST_FILES})


def _tell_officers(objection: Objection) -> None:
    application = objection.case.application
    notify(
        officers(objection.case.notice.authority),
        kind=Kind.WAITING,
        about=str(application),
        subject=f"公示期间收到异议：{application.project_name}",
        link=f"/authority/notices/objections/{objection.pk}/",
    )


def _tell_objector(objection: Objection, address: str) -> None:
    subject = f"您的异议已答复：{objection.case.notice.title}"
    body = f"{objection.get_state_display()}。{objection.answer}"
    if objection.person is not None:
        notify([objection.person], kind=Kind.OTHER, subject=subject, body=body, link=urlsplit(address).path)
    else:
        post(objection.email, subject=subject, body=f"{objection.name}：\n\n{body}\n\n{address}")


def _record(action: str, objection: Objection, *, by: Person | None = None, **data: object) -> None:
    """Filing and adding are recorded without the person, whom only the handling authority may know."""
    application = objection.case.application
    audit.record(
        action, objection, by=by, scope_path=application.scope_path, unit_id=application.unit_id, **data
    )
