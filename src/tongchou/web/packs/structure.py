"""Reading a programme as a structure: its tasks, places and versions, and one task as it stands in a place on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.forms.definition import Condition, FieldDef
from tongchou.forms.rules import RuleError, compile_rule
from tongchou.forms.schema import by_code
from tongchou.orgs.models import Jurisdiction, Unit
from tongchou.programmes import access, history, queries, release_queries
from tongchou.programmes.models import Programme, Quota, Task, TaskEdition
from tongchou.programmes.pack_format import TaskPack
from tongchou.programmes.release_models import PackUpload
from tongchou.web.cases import StepMark
from tongchou.web.filters import Filter, Filters
from tongchou.web.packs.choosing import chosen_place, chosen_programme, places_with_rules, programme_filter
from tongchou.web.packs.words import FIELD_TYPES, INDICATOR_KINDS, LEVELS, PARTS
from tongchou.web.public.reads import Dated
from tongchou.web.screens import Request, allow, screen


@dataclass
class Row:
    """One task: its edition in each place that has one, and how much it holds."""

    task: Task
    pack: TaskPack | None = None
    editions: dict[str, TaskEdition] = field(default_factory=dict)

    @property
    def counts(self) -> list[tuple[str, int]]:
        pack = self.pack
        if pack is None:
            return []
        held = {
            _("条件"): len(pack.conditions),
            _("字段"): sum(len(section.fields) for section in pack.form),
            _("指标"): len(pack.indicators),
            _("环节"): len(pack.steps),
            _("限额"): len(pack.quotas),
            _("时间"): len(pack.calendar),
        }
        return list(held.items())


@screen
def programme(request: Request) -> HttpResponse:
    """Every task of a programme, the places with rules of their own, and which version of each is in force."""
    allow(access.may_read_packs(request.actor))
    chosen = chosen_programme(request)
    if chosen is None:
        return render(request, "packs/programme.html", {"programme": None})
    places = places_with_rules(chosen)
    return render(
        request,
        "packs/programme.html",
        {
            "programme": chosen,
            "bar": Filters(request, *programme_filter(request)),
            "places": places,
            "rows": _rows(chosen),
            "release": history.current(chosen),
            "scheduled": release_queries.uploads(request.actor).filter(
                programme=chosen, state=PackUpload.State.SCHEDULED
            ),
        },
    )


def _rows(programme: Programme) -> list[Row]:
    rows = {task.pk: Row(task) for task in programme.tasks.all()}
    for edition in TaskEdition.objects.filter(task__programme=programme, current=True):
        row = rows[edition.task_id]
        row.editions[edition.place_id] = edition
        if edition.place_id == programme.place_id:
            row.pack = edition.pack
    return list(rows.values())


@dataclass(frozen=True)
class Asked:
    """A condition, and what a machine decides it by."""

    condition: Condition
    reads: list[str]
    """The labels of the fields that its rule reads."""


def asked(pack: TaskPack) -> list[Asked]:
    """The conditions with the fields they read."""
    fields = by_code(pack.form)
    return [Asked(condition, _reads(condition, fields)) for condition in pack.conditions]


def _reads(condition: Condition, fields: dict[str, FieldDef]) -> list[str]:
    codes = [condition.field] if condition.field else []
    if condition.rule:
        try:
            codes = [*codes, *compile_rule(condition.rule).fields]
        except RuleError:
            return []
    return [fields[code].label for code in dict.fromkeys(codes) if code in fields]


@screen
def task(request: Request, pk: int) -> HttpResponse:
    """One task as it stands in a place on a day."""
    allow(access.may_read_packs(request.actor))
    found = get_object_or_404(Task.objects.select_related("programme__place"), pk=pk)
    places = places_with_rules(found.programme)
    place = chosen_place(request, places) or found.programme.place
    day = _day(request)
    part = request.GET.get("part", "") if request.GET.get("part", "") in PARTS else "overview"
    edition = queries.edition_for(found, place.path)
    pack = edition.pack
    kept = [name for name in ("part", "day") if name in request.GET]
    bar = Filters(
        request,
        Filter(
            "place", _("地区"), choices=[(p.code, p.name) for p in places], value=place.code, required=True
        ),
        keep=kept,
    )
    return render(
        request,
        "packs/task.html",
        {
            "task": found,
            "place": place,
            "day": day,
            "bar": bar,
            "part": part,
            "parts": {code: _(label) for code, label in PARTS.items()},
            "edition": edition,
            "pack": pack,
            "marks": [StepMark(s.name, "done", _(LEVELS[s.level])) for s in pack.steps],
            "asked": asked(pack),
            "windows": _windows(found, place, day) if part == "calendar" else [],
            "quotas": _quotas(found, place) if part == "quotas" else [],
            "kinds": dict(Unit.Kind.choices),
            "variants": {v.code: v for v in pack.variants},
            "steps": {s.code: s.name for s in pack.steps},
            "types": FIELD_TYPES,
            "indicator_kinds": INDICATOR_KINDS,
            "levels": LEVELS,
        },
    )


def _day(request: Request) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()


def _windows(task: Task, place: Jurisdiction, day: date) -> list[Dated]:
    """What binds in the place in the year of ``day``, seen from noon of it."""
    with clock.at(day):
        now = clock.now()
    same: dict[tuple[str, ...], list[Dated]] = {}
    for window in queries.windows_for(task, place.path, year=day.year):
        key = (window.purpose, window.binds, window.report, window.variant)
        same.setdefault(key, []).append(Dated(window, now))
    return [
        dated
        for group in same.values()
        for dated in group
        if dated.window in queries.binding([other.window for other in group])
    ]


def _quotas(task: Task, place: Jurisdiction) -> list[Quota]:
    codes = place.path.strip("/").split("/")
    rows = Quota.objects.filter(task=task, current=True, place__in=codes).select_related("place")
    return list(rows.prefetch_related("lines", "rounds").order_by("place__path", "step", "code"))
