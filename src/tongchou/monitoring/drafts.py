"""Merging what was typed or imported into the answers of reports that are being filled: one at a time, or many at once.

One save and a save of thousands merge by the same function; only how the rows are read and written differs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from pydantic_core import to_json

from tongchou.core import audit, clock
from tongchou.core.access import require
from tongchou.monitoring import access, checks, indicators, states
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from tongchou.forms.definition import Indicator
    from tongchou.orgs.models import Person

CHUNK = 1000
"""Reports read and written together."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save: the report as it stands, what was refused by input, and answers of somebody else not overwritten.

    ``accepted`` names the indicators that changed, in order.
    """

    version: int
    errors: dict[str, str]
    conflicts: dict[str, Any]
    answers: dict[str, Any]
    field_versions: dict[str, int]
    accepted: list[str]


def merged(
    report: PerformanceReport,
    asked: Sequence[Indicator],
    changes: Mapping[str, Any],
    *,
    base_version: int,
    evidence: Collection[int] = (),
) -> Saved:
    """Lay ``changes`` on the answers of ``report``, indicator by indicator. Pure: nothing is written.

    ``evidence`` are the ids of the report's own files.
    """
    cleaned = checks.clean(asked, report.answers, changes, evidence=evidence)
    return _merged(report, cleaned.values, cleaned.errors, base_version)


def _merged(
    report: PerformanceReport, values: Mapping[str, Any], errors: dict[str, str], base_version: int
) -> Saved:
    """``values``: whole cleaned answers, by indicator."""
    stored, versions = report.answers, report.field_versions
    changed = {code: value for code, value in values.items() if stored.get(code, {}) != value}
    conflicts = {code: stored.get(code, {}) for code in changed if versions.get(code, 0) > base_version}
    accepted = {code: value for code, value in changed.items() if code not in conflicts}
    version = report.version + bool(accepted)
    return Saved(
        version=version,
        errors=errors,
        conflicts=conflicts,
        answers=stored | accepted,
        field_versions=versions | dict.fromkeys(accepted, version),
        accepted=sorted(accepted),
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be saved in one report, and the version it was typed on (``None``: as it stands).

    ``parts``: cleaned parts of answers by indicator, of those that are asked of it; ``None`` takes a part away.
    """

    parts: Mapping[str, Mapping[str, Any]]
    base_version: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """One report with what is asked of it, by code, and what the changes make of it."""

    report: PerformanceReport
    asked: Mapping[str, Indicator]
    saved: Saved


def look(given: Mapping[int, Given]) -> Iterator[Looked]:
    """What saving would make of each report, by id; nothing is written."""
    yield from _each(given, locked=False)


@transaction.atomic
def save_reports(given: Mapping[int, Given], *, by: Person) -> list[Looked]:
    """Save many reports as ``actions.save_report`` saves one, in one transaction; all or none.

    Figures that a province holds may be put into drafts by its officer too. Refused where one of the reports may not be saved.
    """
    who, looked = actor(by), []
    for one in _each(given, locked=True):
        require(access.may_import(who, one.report))
        require(states.may_move(one.report, "save"))
        looked.append(one)
    _write([one for one in looked if one.saved.accepted])
    audit.record_each(
        "save_report",
        (
            audit.Entry(
                one.report,
                one.report.scope_path,
                one.report.unit_id,
                {"version": one.saved.version, "fields": one.saved.accepted},
            )
            for one in looked
            if one.saved.accepted
        ),
        by=by,
    )
    return looked


def _each(given: Mapping[int, Given], *, locked: bool) -> Iterator[Looked]:
    keys = sorted(given)
    editions: dict[int, TaskEdition] = {}
    known: dict[tuple[int, str], dict[str, Indicator]] = {}
    for start in range(0, len(keys), CHUNK):
        rows = PerformanceReport.objects.filter(pk__in=keys[start : start + CHUNK]).order_by("pk")
        reports = list(rows.select_for_update() if locked else rows)
        editions |= TaskEdition.objects.in_bulk({r.edition_id for r in reports} - editions.keys())
        for report in reports:
            report.edition = editions[report.edition_id]
            kind = (report.edition_id, report.variant)
            if kind not in known:
                pack = report.edition.pack
                known[kind] = {i.code: i for i in indicators.asked(pack.indicators, report.variant)}
            asked, wanted, stored = known[kind], given[report.pk], report.answers
            values = {
                code: checks.laid(asked[code], stored.get(code, {}), parts)
                for code, parts in wanted.parts.items()
            }
            base = report.version if wanted.base_version is None else wanted.base_version
            yield Looked(report, asked, _merged(report, values, {}, base))


_TABLE = (
    "CREATE TEMP TABLE IF NOT EXISTS saved_report (id bigint, version int, answers jsonb, versions jsonb)"
)
_UPDATE = """
UPDATE monitoring_performancereport AS report
SET version = saved.version, answers = saved.answers, field_versions = saved.versions, saved_at = %s
FROM saved_report AS saved WHERE report.id = saved.id
"""


def _write(changed: Sequence[Looked]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE + " ON COMMIT DROP")
        cursor.execute("TRUNCATE saved_report")
        with cursor.copy("COPY saved_report FROM STDIN") as copy:
            for one in changed:
                saved = one.saved
                answers, versions = to_json(saved.answers).decode(), to_json(saved.field_versions).decode()
                copy.write_row((one.report.pk, saved.version, answers, versions))
        cursor.execute(_UPDATE, [clock.now()])
