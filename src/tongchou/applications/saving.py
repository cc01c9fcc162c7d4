"""Saving a draft: the hottest path of the last day.

One question brings everything that a save, and the checks that answer it, need to know of the case; it is written as SQL
because composing it anew by the ORM cost more than all the rest. So is the one statement that writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from tongchou.applications import access, queries, sources, states
from tongchou.applications.casework import note
from tongchou.applications.models import Application
from tongchou.core import audit, clock, statements
from tongchou.core.access import require
from tongchou.forms import answers as form_answers
from tongchou.forms import checks
from tongchou.forms.agreement import held
from tongchou.forms.schema import sections_for
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Unit
from tongchou.orgs.scopes import Actor
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tongchou.forms.answers import Cleaned
    from tongchou.forms.checks import Look
    from tongchou.forms.definition import FieldDef, Section
    from tongchou.orgs.models import Person
    from tongchou.programmes.pack_format import TaskPack

_READ = """
SELECT a.id, a.number, a.state, a.step, a.desk, a.variant, a.unit_id, a.scope_path, a.submitted_at, a.project_name,
       a.edition_id, a.round_id, e.digest, r.year, p.horizon, u.kind, u.place_id,
       u.name, u.uscc, u.school_code, j.name AS place_name, h.name AS authority_name,
       ARRAY(SELECT t.tag_id FROM orgs_unittag t WHERE t.unit_id = u.id AND t.confirmed ORDER BY t.tag_id) AS tags,
       ARRAY(SELECT DISTINCT v.field FROM applications_evidence v
             WHERE v.application_id = a.id AND v.removed_at IS NULL) AS evidence_fields,
       EXISTS(SELECT FROM applications_evidence v JOIN core_storedfile f ON f.id = v.file_id
              WHERE v.application_id = a.id AND v.removed_at IS NULL AND f.state <> 'usable')
       OR EXISTS(SELECT FROM applications_evidenceupload c JOIN core_upload l ON l.id = c.upload_id
                 WHERE c.application_id = a.id AND l.state <> 'done') AS files_wait,
       ARRAY(SELECT m.role FROM orgs_membership m JOIN orgs_person o ON o.id = m.person_id
             WHERE m.person_id = %s AND m.unit_id = a.unit_id AND m.active AND o.is_active) AS roles,
       d.answers, d.version, d.field_versions, d.known
FROM applications_application a
JOIN applications_draft d ON d.application_id = a.id
JOIN programmes_taskedition e ON e.id = a.edition_id
JOIN programmes_round r ON r.id = a.round_id
JOIN programmes_programme p ON p.id = r.programme_id
JOIN orgs_unit u ON u.id = a.unit_id
JOIN orgs_jurisdiction j ON j.code = u.place_id
JOIN orgs_authority h ON h.id = u.authority_id
WHERE a.id = %s
"""
_LOCK = "FOR UPDATE OF a"
_OF_APPLICATION = (
    "id", "number", "state", "step", "desk", "variant", "unit_id", "scope_path", "submitted_at", "project_name",
    "edition_id", "round_id"
)  # fmt: skip
_SET = """
SET answers = answers || %s::jsonb, field_versions = field_versions || %s::jsonb,
    version = %s, saved_at = %s, saved_by_id = %s
"""
_WRITE = f"UPDATE applications_draft {_SET} WHERE application_id = %s"
# Nothing is written where the case moved on, or somebody saved, since it was read: the conditions are looked at again
# once the row's lock is had.
_WRITE_AS_READ = f"""
WITH a AS MATERIALIZED (
    SELECT id FROM applications_application WHERE id = %s AND state = %s AND desk = %s FOR UPDATE
), d AS (
    UPDATE applications_draft {_SET} FROM a WHERE application_id = a.id AND version = %s RETURNING a.id
)
INSERT INTO core_auditrecord ({audit.COLUMNS}) SELECT {audit.VALUES} FROM d
"""  # noqa: S608 - our own text


@dataclass(slots=True)
class Case:
    """A case as saving sees it. ``application`` holds only what the question asked."""

    application: Application
    actor: Actor
    pack: TaskPack
    sections: Sequence[Section]
    years: range
    unit: dict[str, Any]
    evidence_fields: Collection[str]
    files_wait: bool
    answers: dict[str, Any]
    version: int
    field_versions: dict[str, int]
    known: dict[str, Any]
    held: Sequence[FieldDef]

    def look(self) -> Look:
        """One pass over everything the task asks of the answers as they now stand (see ``queries.look``).

        What other rows say is only asked where there is something to say.
        """
        seen = checks.look(
            self.pack,
            self.answers,
            variant=self.application.variant,
            unit=self.unit,
            evidence_fields=self.evidence_fields,
            years=self.years,
        )
        if self.files_wait or self.pack.unique:
            whole = Application.objects.select_related("edition", "task", "round", "unit").get(
                pk=self.application.pk
            )
            seen.findings.extend(queries.file_findings(queries.evidence(whole), queries.uploads(whole)))
            seen.findings.extend(queries.declared_elsewhere(whole, self.answers))
        seen.findings.extend(
            sources.findings(
                self.application,
                seen,
                self.answers,
                fields=self.held,
                sections=self.sections,
                indicators=self.pack.indicators,
                unit=self.application.unit,
                known=self.known,
            )
        )
        return seen

    def take(self, accepted: Mapping[str, Any], version: int) -> None:
        """Be as the case is now that ``accepted`` was written as its ``version``."""
        self.version = version
        self.answers |= accepted
        self.field_versions |= dict.fromkeys(accepted, version)


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: the case as it now stands, which fields were well-formed, what was refused by field, and fields
    that somebody else changed meanwhile.

    ``conflicts`` maps a field to the answer that is stored; it was not overwritten. ``others`` does so for fields that
    this save did not touch and that were changed since the version it started from.
    """

    case: Case
    fields: list[str]
    errors: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> int:
        return self.case.version


def save_draft(
    application: Application, *, by: Person, changes: Mapping[str, Any], base_version: int
) -> Saved:
    """Merge ``changes`` (answers by field, as JSON) into the draft, field by field.

    Two people in one form never overwrite each other: a field changed by somebody since ``base_version`` stays as it is
    and comes back as a conflict. What is malformed, foreign or computed is refused by name; the rest is saved.
    """
    return _save(
        application.pk,
        lambda case: form_answers.clean(
            case.sections, changes, indicators=case.pack.indicators, years=case.years
        ),
        by=by,
        base_version=base_version,
    )


def save_typed(
    application_id: int,
    *,
    by: Person,
    texts: Mapping[str, list[str]],
    base_version: int,
    bases: Mapping[str, int] | None = None,
    ignore: Collection[str] = (),
) -> Saved:
    """The same for what stands in a browser's inputs, by input name. Raises ``Application.DoesNotExist``.

    ``bases`` names fields that were typed on an older version than the rest of the page shows (kept while there was no
    network): they are held against that version.
    """
    return _save(
        application_id,
        lambda case: form_answers.from_post(
            case.sections, texts, indicators=case.pack.indicators, years=case.years, ignore=ignore
        ),
        by=by,
        base_version=base_version,
        bases=bases,
    )


def _save(
    application_id: int,
    read: Callable[[Case], Cleaned],
    *,
    by: Person,
    base_version: int,
    bases: Mapping[str, int] | None = None,
) -> Saved:
    """Read, merge, and write in one statement if nobody was quicker; otherwise once more, the case under lock."""
    merged = _merge(_read(application_id, by), read, base_version, bases)
    if not merged.accepted or _write_as_read(merged, by):
        return merged.saved
    with transaction.atomic():
        merged = _merge(_read(application_id, by, lock=_LOCK), read, base_version, bases)
        if merged.accepted:
            _write(merged, by)
    return merged.saved


@dataclass(frozen=True, slots=True)
class _Merged:
    """What a save makes of the case as it was read: ``accepted`` is to be written."""

    saved: Saved
    accepted: dict[str, Any]


def _merge(
    case: Case,
    read: Callable[[Case], Cleaned],
    base_version: int,
    bases: Mapping[str, int] | None,
) -> _Merged:
    require(access.may_fill(case.actor, case.application))
    require(states.may_move(case.application, "save"))
    cleaned = read(case)
    newer = {code for code, version in case.field_versions.items() if version > base_version}
    for code, base in (bases or {}).items():
        if case.field_versions.get(code, 0) > base:
            newer.add(code)
    changed = {code: value for code, value in cleaned.values.items() if case.answers.get(code) != value}
    conflicts = {code: case.answers.get(code) for code in changed if code in newer}
    others = {code: case.answers.get(code) for code in newer if code not in cleaned.values}
    accepted = {code: value for code, value in changed.items() if code not in conflicts}
    return _Merged(Saved(case, sorted(cleaned.values), cleaned.errors, conflicts, others), accepted)


def _read(application_id: int, by: Person, *, lock: str = "") -> Case:
    found = statements.rows(_READ + lock, [by.pk, application_id])
    if not found:
        raise Application.DoesNotExist
    row = found[0]
    application = Application(**{name: row[name] for name in _OF_APPLICATION})
    unit = Unit(
        pk=application.unit_id,
        name=row["name"],
        uscc=row["uscc"],
        kind=row["kind"],
        school_code=row["school_code"],
        place=Jurisdiction(pk=row["place_id"], name=row["place_name"]),
        authority=Authority(name=row["authority_name"]),
    )
    application.unit = unit
    roles = row["roles"] if by.is_active else []
    return Case(
        application,
        Actor(by, tuple(Membership(person=by, unit=unit, role=role) for role in roles)),
        TaskEdition(pk=row["edition_id"], digest=row["digest"]).pack,
        _sections(row["digest"], row["edition_id"], application.variant),
        range(row["year"], row["horizon"] + 1),
        {"kind": row["kind"], "tags": row["tags"], "place": row["place_id"]},
        frozenset(row["evidence_fields"]),
        row["files_wait"],
        json.loads(row["answers"]),
        row["version"],
        json.loads(row["field_versions"]),
        json.loads(row["known"]),
        _held(row["digest"], row["edition_id"], application.variant),
    )


@lru_cache(maxsize=256)
def _sections(digest: str, edition_id: int, variant: str) -> list[Section]:
    return sections_for(TaskEdition(pk=edition_id, digest=digest).pack.form, variant)


@lru_cache(maxsize=256)
def _held(digest: str, edition_id: int, variant: str) -> tuple[FieldDef, ...]:
    return held(_sections(digest, edition_id, variant))


def _write_as_read(merged: _Merged, by: Person) -> bool:
    """Write what was accepted with its record, if the case is still as it was read."""
    case, application = merged.saved.case, merged.saved.case.application
    if _names(application, merged.accepted):
        return False  # that is a second row to write
    version = case.version + 1
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_AS_READ,
            [
                application.pk,
                application.state,
                application.desk,
                *_setting(merged.accepted, version, by),
                case.version,
                *_record(merged, version, by),
            ],
        )
        written = bool(cursor.rowcount)
    if written:
        case.take(merged.accepted, version)
    return written


def _write(merged: _Merged, by: Person) -> None:
    case = merged.saved.case
    version = case.version + 1
    store(case.application, merged.accepted, version, by)
    note("save_draft", case.application, by, **_said(merged, version))
    case.take(merged.accepted, version)


def _record(merged: _Merged, version: int, by: Person) -> list[Any]:
    application = merged.saved.case.application
    return audit.values(
        "save_draft",
        application,
        by=by,
        scope_path=application.scope_path,
        unit_id=application.unit_id,
        **_said(merged, version),
    )


def _said(merged: _Merged, version: int) -> dict[str, Any]:
    return {"version": version, "fields": sorted(merged.accepted)}


def _setting(accepted: Mapping[str, Any], version: int, by: Person) -> list[Any]:
    return [
        json.dumps(accepted, ensure_ascii=False),
        json.dumps(dict.fromkeys(accepted, version)),
        version,
        clock.now(),
        by.pk,
    ]


def _names(application: Application, accepted: Mapping[str, Any]) -> bool:
    """Whether saving names the case anew. Authorities know a submitted case by the name of its revision."""
    return application.submitted_at is None and "project_name" in accepted


def store(application: Application, accepted: Mapping[str, Any], version: int, by: Person) -> None:
    """Merge cleaned answers into the draft as its ``version``. The case is under lock; its record is the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*_setting(accepted, version, by), application.pk])
    if _names(application, accepted):
        application.project_name = project_name(accepted)
        application.save(update_fields=["project_name"])


def project_name(answers: Mapping[str, Any]) -> str:
    """The name by which lists show the case."""
    return str(answers.get("project_name") or "")[:200]
