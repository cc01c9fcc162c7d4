"""What holds for one task in one place on one day, as plain data, from what is loaded. For `tongchou pack show`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from tongchou.core import clock
from tongchou.documents.guide_loaded import common_reports
from tongchou.forms.schema import fields_of
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes import queries
from tongchou.programmes.holders import first_match
from tongchou.programmes.models import Quota, Task, Window
from tongchou.programmes.pack_format import ReportDef, TaskPack


def shown(task: Task, place: Jurisdiction, day: date) -> dict[str, Any]:
    """Edition, targets, conditions, steps, windows, quotas by holder, indicators, reports and evaluations, each with its clauses.

    The moment looked from is noon of ``day``. Raises ``TaskEdition.DoesNotExist``.
    """
    edition = queries.edition_for(task, place.path)
    pack = edition.pack
    windows = _binding(task, place.path, day.year)
    reports = [*pack.reports, *common_reports(task, place.path)]
    return {
        "task": task.code,
        "name": pack.name,
        "place": place.code,
        "place_name": place.name,
        "date": day.isoformat(),
        "edition": {"place": edition.place_id, "number": edition.number, "digest": edition.digest},
        "variants": [_plain(variant) for variant in pack.variants],
        "targets": [_plain(target) for target in pack.targets],
        "conditions": _conditions(pack),
        "groups": [_plain(group) for group in pack.groups],
        "unique": [_plain(rule) for rule in pack.unique],
        "steps": [_plain(step) for step in pack.steps],
        "windows": [_window(window, day) for window in windows],
        "quotas": [_quota(quota, place, day) for quota in _quotas(task, place.path)],
        "indicators": {
            "count": len(pack.indicators),
            "targeted": sum(indicator.targeted for indicator in pack.indicators),
            "cite": sorted({cite for indicator in pack.indicators for cite in indicator.cite}),
        },
        "dictionaries": _dictionaries(pack),
        "reports": [_report(report, windows) for report in reports],
        "evaluations": [_plain(evaluation) for evaluation in pack.evaluations],
    }


def _plain(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = part.model_dump(mode="json", by_alias=True)
    return found


def _conditions(pack: TaskPack) -> list[dict[str, Any]]:
    group_of = {code: group.code for group in pack.groups for code in group.of}
    return [
        _plain(condition)
        | {
            "decided_by": "platform" if condition.rule else "reviewer",
            "group": group_of.get(condition.code),
        }
        for condition in pack.conditions
    ]


def _dictionaries(pack: TaskPack) -> list[dict[str, Any]]:
    """The dictionaries the form chooses from, as copied into the edition, and the fields and columns that do."""
    found: dict[str, dict[str, Any]] = {}
    for field in fields_of(pack.form):
        for part in (field, *field.columns):
            if part.dictionary:
                own = found.setdefault(
                    part.dictionary, {"count": len(part.choices), "fields": [], "cite": []}
                )
                own["fields"].append(part.code if part is field else f"{field.code}.{part.code}")
                own["cite"] += [cite for cite in part.cite if cite not in own["cite"]]
    return [{"code": code, **told} for code, told in found.items()]


def _binding(task: Task, path: str, year: int) -> list[Window]:
    """The windows that bind in the place: of the year, and of no year in particular."""
    same: dict[tuple[str, str, str, str], list[Window]] = {}
    for window in queries.windows_for(task, path, year=year):
        same.setdefault((window.purpose, window.binds, window.report, window.variant), []).append(window)
    return [window for windows in same.values() for window in queries.binding(windows)]


def _window(window: Window, day: date) -> dict[str, Any]:
    with clock.at(day):
        now = clock.now()
    is_open = (
        not window.waiting
        and (window.opens_at is None or window.opens_at <= now)
        and (window.closes_at is None or now < window.closes_at)
    )
    first = window.opens_at.astimezone(clock.SHANGHAI).date().isoformat() if window.opens_at else None
    return {
        "code": window.code,
        "name": window.name,
        "purpose": window.purpose,
        "binds": window.binds,
        "report": window.report,
        "variant": window.variant,
        "place": window.place_id,
        "first_day": first,
        "last_day": clock.last_day(window.closes_at).isoformat() if window.closes_at else None,
        "open": is_open,
        "waiting": window.waiting,
        "cite": window.cite,
    }


def _quotas(task: Task, path: str) -> list[Quota]:
    found = Quota.objects.filter(task=task, place__in=path.strip("/").split("/"), current=True)
    return list(
        found.select_related("place").prefetch_related("lines", "rounds").order_by("place__path", "code")
    )


def _quota(quota: Quota, place: Jurisdiction, day: date) -> dict[str, Any]:
    names = _holders(quota, place)
    return {
        "code": quota.code,
        "name": quota.name,
        "step": quota.step,
        "holder": quota.holder,
        "place": quota.place_id,
        "variants": quota.variants,
        "kinds": quota.kinds,
        "when": quota.when,
        "rounds": sorted(round_.code for round_ in quota.rounds.all()),
        "lines": [
            {
                "name": line.name,
                "limit": line.limit,
                "minimum": line.minimum,
                "holders": names.get(line.order, []),
            }
            for line in quota.lines.all()
        ],
        "exempt": [
            exemption | {"lapsed": bool(exemption.get("until")) and exemption["until"] < day.isoformat()}
            for exemption in quota.exempt
        ],
        "cite": quota.cite,
    }


def _holders(quota: Quota, place: Jurisdiction) -> dict[int, list[str]]:
    """The authorities in or around the place whose line each is, by the line's order. Units are too many to name."""
    if quota.holder == Quota.Holder.UNIT:
        return {}
    around = Q(place__path__startswith=place.path) | Q(place__in=place.path.strip("/").split("/"))
    authorities = Authority.objects.filter(
        around,
        place__path__startswith=quota.place.path,
        place__level=quota.holder,
        department=Authority.Department.EDUCATION,
    )
    found: dict[int, list[str]] = {}
    for authority in authorities.select_related("place").order_by("place__code"):
        line = first_match(quota.lines.all(), path=authority.place.path)
        if line is not None:
            found.setdefault(line.order, []).append(authority.name)
    return found


def _report(report: ReportDef, windows: Sequence[Window]) -> dict[str, Any]:
    due = sorted(
        clock.last_day(window.closes_at).isoformat()
        for window in windows
        if window.report == report.code and window.closes_at
    )
    return _plain(report) | {"due": due}
