"""Every write of the outbox but mailing itself (``outbox.delivery``, ``outbox.letters``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.core.prepared import Prepared
from tongchou.outbox.kinds import Kind, Mail, offered, usual
from tongchou.outbox.models import Message, Preference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet

_BATCH = 1000
_DIGESTS = (Mail.DAILY, Mail.WEEKLY)


def notify(
    people: Iterable[AbstractUser],
    *,
    subject: str,
    body: str = "",
    link: str = "",
    kind: Kind = Kind.OTHER,
    about: str = "",
) -> int:
    """Write one message to each of ``people``, in the caller's transaction; the worker mails them. Returns how many.

    ``about`` names the thing (a case, a unit), so that digests put together what is about the same one.
    """
    recipients = {person.pk: person for person in people}
    chosen = _chosen([kind], recipients)
    now = clock.now()
    return len(
        Message.objects.bulk_create(
            Message(
                to_id=pk,
                at=now,
                kind=kind,
                about=_line(about),
                subject=_line(subject),
                body=body,
                link=link,
                mail=chosen.get((pk, kind), usual(kind)) if person.email else Mail.NONE,
            )
            for pk, person in recipients.items()
        )
    )


@dataclass(frozen=True, slots=True)
class Reminder:
    """A message that is told to a person once: ``once`` names thing, day and threshold."""

    to: int
    has_mail: bool
    once: str
    kind: Kind
    subject: str
    body: str
    link: str
    about: str = ""


@transaction.atomic
def remind(reminders: Iterable[Reminder]) -> int:
    """Write the reminders not told yet; return how many. The database keeps each from being told twice.

    Queries: one for what was told, one for what people chose, one for each thousand written.
    """
    wanted = {(r.to, r.once): r for r in reminders}
    if not wanted:
        return 0
    told = Message.objects.filter(once__in={once for _to, once in wanted}).values_list("to_id", "once")
    for key in told.iterator():
        wanted.pop(key, None)
    chosen = _chosen({r.kind for r in wanted.values()})
    now = clock.now()
    rows = [
        Message(
            to_id=r.to,
            at=now,
            kind=r.kind,
            about=_line(r.about),
            subject=_line(r.subject),
            body=r.body,
            link=r.link,
            once=r.once,
            mail=chosen.get((r.to, r.kind), usual(r.kind)) if r.has_mail else Mail.NONE,
        )
        for r in wanted.values()
    ]
    Message.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def mark_read(message: Message, *, by: AbstractUser) -> None:
    """Mark a message read by its addressee; anyone else is refused. What has been read needs no digest."""
    if message.to_id != by.pk:
        raise refuse("scope", _("这条消息不是发给您的。"))
    if message.read_at is None:
        _read(Message.objects.filter(pk=message.pk))
        message.refresh_from_db(fields=["read_at", "mail"])


@transaction.atomic
def mark_all_read(*, by: AbstractUser, kind: str = "") -> int:
    """Mark one's unread messages read, all or those of a kind; return how many."""
    rows = Message.objects.filter(to_id=by.pk, read_at=None)
    return _read(rows.filter(kind=kind) if kind else rows)


@transaction.atomic
def choose_mail(*, by: AbstractUser, choices: Mapping[str, str]) -> None:
    """Choose how kinds of messages are mailed to oneself; kinds that are not named stay as they are.

    What is urgent can be put into the daily digest, not left out. Holds for messages written from now on.
    """
    wrong = {
        kind: _("“%(kind)s”不能这样接收。") % {"kind": _(Kind(kind).label)}
        for kind, mail in choices.items()
        if kind in Kind and mail not in offered(kind)
    }
    if unknown := set(choices) - set(Kind):
        wrong |= dict.fromkeys(unknown, _("没有这一类消息。"))
    if wrong:
        raise refuse("form", _("接收方式有误。"), remedy=_("请从所给的方式中选择。"), fields=wrong)
    Preference.objects.bulk_create(
        [Preference(person_id=by.pk, kind=kind, mail=mail) for kind, mail in choices.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["mail"],
    )


# ---------------------------------------------------------------- inside


def _read(rows: QuerySet[Message]) -> int:
    """Mark read; out of digests that have not gone yet."""
    waits = Q(mail__in=_DIGESTS, mailed_at=None)
    return rows.update(
        read_at=clock.now(), mail=Case(When(waits, then=Value(Mail.NONE.value)), default=F("mail"))
    )


def _chosen(kinds: Iterable[Kind], people: Iterable[int] | None = None) -> dict[tuple[int, str], str]:
    """What people chose for some kinds (one query)."""
    chosen = _CHOSEN(kinds=tuple(kinds), people=None if people is None else tuple(people))
    return {(one.person_id, one.kind): one.mail for one in chosen}


def _preferences(kinds: tuple[Kind, ...], people: tuple[int, ...] | None) -> QuerySet[Preference]:
    rows = Preference.objects.filter(kind__in=kinds)
    return rows if people is None else rows.filter(person__in=people)


_CHOSEN = Prepared(_preferences)


def _line(text: str) -> str:
    """One line that fits: a mail's subject can't hold a second one."""
    return " ".join(text.split())[:200]
