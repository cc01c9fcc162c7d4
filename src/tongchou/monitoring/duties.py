"""What is expected when a period opens: built once, stored, and never recomputed from a list that changed later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tongchou.applications.models import Application, Revision
from tongchou.core import clock
from tongchou.designations.models import Designation, Level, held_on
from tongchou.forms.schema import fields_of, for_variant, targeted
from tongchou.monitoring import due
from tongchou.monitoring.attainment import stored_target
from tongchou.monitoring.models import AnnualTarget, PerformanceReport, Period, PeriodicReport
from tongchou.orgs.models import Authority, Unit
from tongchou.programmes import queries as programme_queries
from tongchou.programmes.models import PackVersion, Window
from tongchou.programmes.pack_format import ReportDef
from tongchou.programmes.translating import Translator

Binds = Window.Binds
_LEVELS = list(Level.values)
_BOUND_BY: dict[str, tuple[str, ...]] = {
    "project": (Binds.DESIGNATED, Binds.UNITS),
    "unit": (Binds.UNITS,),
    "city": (Binds.CITIES,),
    "province": (Binds.PROVINCE,),
}


def designated(period: Period) -> list[Designation]:
    """Of each project of the task in the place, the highest of the designations at province or nation level in force."""
    rows = (
        Designation.objects.filter(
            held_on(clock.today()),
            task_id=period.task_id,
            level__in=[Level.PROVINCE, Level.NATION],
            application__place_path__startswith=period.place.path,
        )
        .select_related("application__edition")
        .order_by("application_id")
    )
    highest: dict[int, Designation] = {}
    for row in rows:
        held = highest.get(row.application_id)
        if held is None or _LEVELS.index(row.level) > _LEVELS.index(held.level):
            highest[row.application_id] = row
    return list(highest.values())


def performance_reports(period: Period, held: Iterable[Designation]) -> Iterator[PerformanceReport]:
    """One report for each designated project, with every date that was found."""
    windows = _windows(period, Window.Purpose.PERFORMANCE)
    meant = programme_queries.translator(period.task, period.place.path)
    for designation in held:
        application = designation.application
        variant = meant.current("variant", application.variant).code or application.variant
        dates = due.dates(windows, path=period.place.path, variant=variant, order=_BOUND_BY["project"])
        first = dates[0] if dates else None
        yield PerformanceReport(
            period=period,
            application=application,
            edition_id=application.edition_id,
            variant=application.variant,
            unit_id=application.unit_id,  # who leads it now, whoever it was designated to
            place_path=application.place_path,
            scope_path=application.scope_path,
            level=designation.level,
            opens=max(
                (date.opens for date in dates if date.opens), default=None
            ),  # the collection's own first day
            due=first.until if first else None,
            due_cite=first.cite if first else "",
            dates=[date.as_json() for date in dates],
        )


def _windows(period: Period, purpose: str) -> Sequence[Window]:
    return list(
        programme_queries.windows_for(period.task, period.place.path, purpose=purpose, year=period.year)
    )


# ---------------------------------------------------------------- committed targets


def annual_targets(applications: Sequence[Application]) -> Iterator[AnnualTarget]:
    """The targets that projects committed to in their latest revision, for projects of which none are frozen yet."""
    frozen = set(
        AnnualTarget.objects.filter(application__in=applications).values_list("application_id", flat=True)
    )
    wanted = {a.pk: a for a in applications if a.pk not in frozen}
    latest = (
        Revision.objects.filter(application__in=wanted)
        .order_by("application_id", "-number")
        .distinct("application_id")
    )
    for revision in latest:
        yield from _committed(wanted[revision.application_id], revision)


def _committed(application: Application, revision: Revision) -> Iterator[AnnualTarget]:
    pack = application.edition.pack
    known = {indicator.code: indicator for indicator in targeted(pack.indicators, application.variant)}
    for asked in fields_of(pack.form):
        answer = revision.answers.get(asked.code) if asked.type == "targets" else None
        for code, by_year in (answer or {}).items():
            if code not in known or not isinstance(by_year, Mapping):
                continue
            for year, value in by_year.items():
                if value is not None:
                    target = stored_target(known[code], value)
                    yield AnnualTarget(
                        application=application,
                        indicator=code,
                        year=int(year),
                        value=target.value,
                        upper=target.upper,
                        text=target.text,
                    )


# ---------------------------------------------------------------- periodic reports


def periodic_reports(period: Period, held: Sequence[Designation]) -> Iterator[PeriodicReport]:
    """The reports due in the period's year: of projects, units, cities and the province.

    A report whose window stands across tasks is owed once by a unit or an authority, whichever task opens first. A project owes
    what falls due from the day on which it was designated.
    """
    windows = _windows(period, Window.Purpose.REPORT)
    meant = programme_queries.translator(period.task, period.place.path)
    for definition in report_definitions(period):
        own = [window for window in windows if window.report == definition.code]
        if not own:
            continue
        if definition.by == "project":
            yield from _of_projects(period, definition, own, held, meant)
        elif definition.by == "unit":
            yield from _of_units(period, definition, own)
        else:
            yield from _of_authorities(period, definition, own)


def report_definitions(period: Period) -> list[ReportDef]:
    """The reports that hold in the place: the task's own, and those across tasks of every pack on the way down."""
    found = list(programme_queries.edition_for(period.task, period.place.path).pack.reports)
    packs = PackVersion.objects.filter(
        programme_id=period.task.programme_id, place_id__in=period.place.path.strip("/").split("/")
    )
    latest = packs.order_by("place_id", "-loaded_at", "-pk").distinct("place_id")
    for version in latest:
        found += [ReportDef.model_validate(part) for part in version.content["pack"].get("reports", [])]
    return list({definition.code: definition for definition in found}.values())


def _of_projects(
    period: Period,
    definition: ReportDef,
    windows: Sequence[Window],
    held: Iterable[Designation],
    meant: Translator,
) -> Iterator[PeriodicReport]:
    for designation in held:
        application = designation.application
        variant = meant.current("variant", application.variant).code or application.variant
        if not for_variant(definition.variants, variant):
            continue
        report = _report(period, definition, windows, variant=variant)
        if report is None or report.due < designation.since:
            continue
        report.task_id = period.task_id
        report.application = application
        report.unit_id = application.unit_id
        report.place_path, report.scope_path = application.place_path, application.scope_path
        yield report


def _of_units(period: Period, definition: ReportDef, windows: Sequence[Window]) -> Iterator[PeriodicReport]:
    """The verified units of the place that are of the kinds the report names (各高职学校)."""
    units = Unit.objects.filter(state=Unit.State.VERIFIED, scope_path__startswith=period.place.path)
    if definition.kinds:
        units = units.filter(kind__in=definition.kinds)
    for unit in units.order_by("pk"):
        report = _report(period, definition, windows)
        if report is not None:
            report.unit = unit
            report.place_path, report.scope_path = unit.place_path, unit.scope_path
            yield report


def _of_authorities(
    period: Period, definition: ReportDef, windows: Sequence[Window]
) -> Iterator[PeriodicReport]:
    for authority in (
        Authority.objects.filter(
            place__level=definition.by,
            place__path__startswith=period.place.path,
            place__valid_to=None,
            department=Authority.Department.EDUCATION,
        )
        .select_related("place")
        .order_by("pk")
    ):
        report = _report(period, definition, windows)
        if report is not None:
            report.authority = authority
            report.place_path = report.scope_path = authority.place.path
            yield report


def _report(
    period: Period, definition: ReportDef, windows: Sequence[Window], *, variant: str = ""
) -> PeriodicReport | None:
    dates = due.dates(windows, path=period.place.path, variant=variant, order=_BOUND_BY[definition.by])
    if not dates or dates[0].until is None:
        return None
    across_tasks = all(window.task_id is None for window in windows)
    return PeriodicReport(
        programme_id=period.task.programme_id,
        kind=definition.code,
        name=definition.name,
        year=period.year,
        task_id=None if across_tasks else period.task_id,
        due=dates[0].until,
        cite=dates[0].cite,
        dates=[date.as_json() for date in dates],
        public=definition.public,
        sealed=definition.sealed,
        parts=[part[:200] for part in definition.parts],
    )
