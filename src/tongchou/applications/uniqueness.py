"""What may stand in one declaration only, such as one course per leader (``TaskPack.unique``).

A case claims its keys when it is submitted and holds them until it is withdrawn, returned, declined for good or revoked.
The database keeps a key from being held twice, so of parallel submissions one comes through.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from tongchou.applications.models import UniqueClaim
from tongchou.core.access import refuse
from tongchou.core.digests import digest_of
from tongchou.forms.finding import Finding
from tongchou.forms.schema import for_variant
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.forms.reading import Reading
    from tongchou.programmes.pack_format import UniqueDef


@dataclass(frozen=True, slots=True)
class Key:
    """One value that a rule lets stand once; ``shown`` is it as the unit itself typed it."""

    rule: UniqueDef
    scope: str
    digest: str
    shown: str

    @property
    def field(self) -> str:
        return self.rule.fields[0].partition(".")[0]


def normal(value: Any) -> str:
    """A value as it is compared: width, case, spaces and punctuation make no difference."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).casefold()
    return "".join(character for character in text if character.isalnum())


def keys(application: Application, reading: Reading) -> list[Key]:
    """What the answers would claim; a rule with an answer missing claims nothing."""
    found: dict[tuple[str, str], Key] = {}
    for rule in application.edition.pack.unique:
        if not for_variant(rule.variants, application.variant):
            continue
        scope = _scope(rule, application)
        for values in _values(rule, reading):
            digest = digest_of([normal(value) for value in values])
            shown = _("、").join(str(value).strip() for value in values)
            found.setdefault((scope, digest), Key(rule, scope, digest, shown))
    return sorted(found.values(), key=lambda key: (key.scope, key.digest))  # one order of locks for everybody


def _values(rule: UniqueDef, reading: Reading) -> Iterator[list[Any]]:
    """The values of the rule's fields: once, or for each row of the list whose columns it names."""
    tables = {field.partition(".")[0] for field in rule.fields if "." in field}
    rows: list[dict[str, Any]] = [{}]
    for table in tables:  # the check allows one
        rows = reading.values.get(table) or []
    for row in rows:
        values = [
            row.get(field.partition(".")[2]) if "." in field else reading.values.get(field)
            for field in rule.fields
        ]
        if all(normal(value) for value in values):
            yield values


def _scope(rule: UniqueDef, application: Application) -> str:
    """Among which cases the rule compares: those of the place that set it, as far as ``within`` says."""
    place = _setter(rule, application)
    if rule.within == "programme":
        return f"{place} programme {application.task.programme_id} {rule.code}"
    if rule.within == "task":
        return f"{place} task {application.task_id} {rule.code}"
    return f"{place} round {application.task_id} {application.round_id} {rule.code}"


def _setter(rule: UniqueDef, application: Application) -> str:
    """The widest place whose pack has the rule."""
    editions = TaskEdition.objects.filter(
        task=application.task_id, current=True, place__in=application.scope_path.strip("/").split("/")
    )
    for edition in editions.order_by(Length("place__path")):
        if any(rule.code == known.code for known in edition.pack.unique):
            return edition.place_id
    return application.edition.place_id


def claim(application: Application, reading: Reading) -> None:
    """Claim what the answers say, in place of what was claimed before; inside the action's transaction.

    Refused with code ``duplicate`` where another case holds one of the keys.
    """
    if not application.edition.pack.unique:
        return
    release(application)
    wanted = keys(application, reading)
    try:
        with transaction.atomic():
            UniqueClaim.objects.bulk_create(
                UniqueClaim(application=application, scope=key.scope, key=key.digest) for key in wanted
            )
    except IntegrityError:
        key, other = _held(application, wanted)[0]
        raise refuse(
            "duplicate",
            _message(key, other, application),
            clause="；".join(key.rule.cite),
            remedy=_("请核对相关填报内容；确属重复的，只能保留一份申报，另一份先撤回。"),
            fields={key.field: key.rule.text},
        ) from None


def release(application: Application) -> None:
    """Give back what the case holds."""
    if application.edition.pack.unique:
        application.unique_claims.all().delete()


def findings(application: Application, reading: Reading) -> list[Finding]:
    """Which answers another case has already claimed, as advice while the form is filled."""
    return [
        Finding("advice", key.field, _message(key, other, application), tuple(key.rule.cite))
        for key, other in _held(application, keys(application, reading))
    ]


def _held(application: Application, wanted: list[Key]) -> list[tuple[Key, Application]]:
    claims = UniqueClaim.objects.filter(
        scope__in={key.scope for key in wanted}, key__in={key.digest for key in wanted}
    )
    holders = {
        (held.scope, held.key): held.application
        for held in claims.exclude(application=application).select_related("application")
    }
    return [(key, holders[key.scope, key.digest]) for key in wanted if (key.scope, key.digest) in holders]


def _message(key: Key, other: Application, application: Application) -> str:
    """The other case is named to its own unit alone; anybody else learns no more than that there is one."""
    words = {"shown": key.shown, "rule": key.rule.text, "number": other.number}
    if other.unit_id == application.unit_id:
        return _("“%(shown)s”已写在本单位的申报 %(number)s 中：%(rule)s。") % words
    return _("“%(shown)s”已写在另一份申报中：%(rule)s。") % words
