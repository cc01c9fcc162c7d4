"""The pool of experts 专家库: what is known of an expert, and ties to units declared once and for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs.models import Jurisdiction, Person, Unit
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import Task
from tongchou.reviews import access
from tongchou.reviews.expert_models import ExpertProfile, ExpertTie

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_WORDS, LONGEST_WORD, MOST_CASES = 20, 30, 500


@dataclass(frozen=True, slots=True)
class Profile:
    """What is said of an expert. ``employer`` is the name or the code of a unit; ``place`` the code of a place or empty."""

    tasks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    employer: str = ""
    place: str = ""
    cap: int | None = None
    paused: bool = False
    pause_reason: str = ""


def profile_of(person: Person) -> ExpertProfile:
    """The stored profile, or an empty one that is not stored."""
    found = ExpertProfile.objects.filter(person=person).select_related("employer", "place").first()
    return found or ExpertProfile(person=person)


def said_of(profile: ExpertProfile) -> Profile:
    """A stored profile as it is said."""
    return Profile(
        tuple(profile.tasks),
        tuple(profile.words),
        profile.employer.name if profile.employer else profile.employer_name,
        profile.place_id or "",
        profile.cap,
        profile.paused,
        profile.pause_reason,
    )


@transaction.atomic
def save_profile(expert: Person, *, said: Profile, by: Person) -> ExpertProfile:
    """Keep what is known of an expert: all of it by who organises him, all but the cap by himself."""
    expert = Person.objects.select_for_update().get(pk=expert.pk)
    who = actor(by)
    require(access.may_keep_profile(who, expert))
    before = profile_of(expert)
    if said.cap != before.cap:
        require(access.may_set_load(who, expert))
    said = replace(said, words=_words(said.words))
    if fields := _faults(said):
        raise refuse("form", _("专家信息有误。"), remedy=_("请按提示更正。"), fields=fields)
    employer = _unit(said.employer)
    kept, _made = ExpertProfile.objects.update_or_create(
        person=expert,
        defaults={
            "tasks": list(said.tasks),
            "words": list(said.words),
            "employer": employer,
            "employer_name": employer.name if employer else said.employer.strip(),
            "place_id": said.place or None,
            "cap": said.cap,
            "paused": said.paused,
            "pause_reason": said.pause_reason.strip() if said.paused else "",
        },
    )
    changed = [name for name, was, now in _compared(said_of(before), said_of(kept)) if was != now]
    audit.record("save_expert", expert, by=by, changed=changed)
    return kept


@transaction.atomic
def declare_tie(expert: Person, *, name: str, reason: str, by: Person) -> ExpertTie:
    """Declare that an expert never scores the cases of a unit, by its name or code, and why."""
    expert = Person.objects.select_for_update().get(pk=expert.pk)
    require(access.may_keep_profile(actor(by), expert))
    name, reason = name.strip(), reason.strip()
    fields = {}
    if not 2 <= len(name) <= 120:
        fields["name"] = _("请填写单位全称或统一社会信用代码")
    if not 1 <= len(reason) <= 200:
        fields["reason"] = _("请写明是什么关系（不超过 200 字）")
    unit = _unit(name)
    name = unit.name if unit else name
    if ExpertTie.objects.filter(expert=expert, name=name).exists():
        fields["name"] = _("已经声明过与“%(name)s”的关系") % {"name": name}
    if fields:
        raise refuse("form", _("回避声明不完整。"), remedy=_("请补充后再提交。"), fields=fields)
    tie = ExpertTie.objects.create(
        expert=expert, unit=unit, name=name, reason=reason, declared_by=by, declared_at=clock.now()
    )
    audit.record("declare_tie", expert, by=by, unit=name, reason=reason)
    return tie


@transaction.atomic
def end_tie(tie: ExpertTie, *, by: Person, reason: str) -> None:
    """End a declared tie, with the reason: only who organises the expert may, so nobody gets rid of it by himself."""
    tie = ExpertTie.objects.select_for_update(of=("self",)).select_related("expert").get(pk=tie.pk)
    who = actor(by)
    require(access.may_keep_profile(who, tie.expert))
    require(access.may_set_load(who, tie.expert))
    if not reason.strip():
        raise refuse("form", _("解除回避必须写明理由。"), fields={"reason": _("请填写理由")})
    tie.delete()
    audit.record("end_tie", tie.expert, by=by, unit=tie.name, reason=reason.strip()[:500])


def _unit(name: str) -> Unit | None:
    """The registered unit of that code or exact name."""
    name = name.strip()
    if not name:
        return None
    return (
        Unit.objects.filter(uscc=name.upper()).first()
        or Unit.objects.filter(name=name).order_by("pk").first()
    )


def _words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _faults(said: Profile) -> dict[str, str]:
    fields = {}
    known = set(Task.objects.filter(code__in=said.tasks).values_list("code", flat=True))
    if unknown := [code for code in said.tasks if code not in known]:
        fields["tasks"] = _("没有这些任务：%(codes)s") % {"codes": _("、").join(unknown)}
    if len(said.words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in said.words):
        fields["words"] = _("专长关键词最多 %(count)s 个，每个不超过 %(length)s 字") % {
            "count": MOST_WORDS,
            "length": LONGEST_WORD,
        }
    if len(said.employer.strip()) > 120:
        fields["employer"] = _("单位名称不超过 120 字")
    if said.place and not Jurisdiction.objects.filter(pk=said.place).exists():
        fields["place"] = _("没有这个地区")
    if said.cap is not None and not 1 <= said.cap <= MOST_CASES:
        fields["cap"] = _("任务上限应为 1 至 %(most)s") % {"most": MOST_CASES}
    if said.paused and not 1 <= len(said.pause_reason.strip()) <= 200:
        fields["pause_reason"] = _("暂停派单请写明理由（不超过 200 字）")
    return fields


def _compared(before: Profile, after: Profile) -> list[tuple[str, object, object]]:
    return [(name, getattr(before, name), getattr(after, name)) for name in Profile.__dataclass_fields__]
