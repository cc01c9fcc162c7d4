"""Exactly the cases that a list's filters leave, as a workbook: its columns, and fields of the form where a task is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tongchou.applications.models import Application, Revision
from tongchou.applications.steps import declining, find
from tongchou.core import audit, clock
from tongchou.core.access import refuse
from tongchou.core.dates import day_text
from tongchou.documents import long_sheet
from tongchou.forms import display
from tongchou.forms.definition import FieldDef
from tongchou.forms.schema import fields_of
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.programmes.models import Round, Task, TaskEdition
from tongchou.web.authority.case_filters import Chosen, StepDays
from tongchou.web.authority.choices import editions_at
from tongchou.web.authority.words import task_title
from tongchou.web.cases import step_name, variant_name
from tongchou.web.files import EXCEL
from tongchou.web.filters import Filters
from tongchou.web.screens import Request

MOST_FIELDS = 60
_AT_ONCE = 1000
_SCALAR = {"text", "longtext", "integer", "number", "money", "percent", "date", "choice", "yesno", "computed"}
_READ = [
    "pk",
    "number",
    "project_name",
    "unit__name",
    "unit__uscc",
    "unit__kind",
    "place_path",
    "task_id",
    "edition_id",
    "variant",
    "round_id",
    "step",
    "state",
    "submitted_at",
    "returned_due",
    "experts",
    "scored",
    "mean_mark",
]
S = Application.State


def offered(authority: Authority, filters: Filters) -> list[FieldDef]:
    """The form fields that can stand in a column: those of the task that is chosen (or the only one), without rows and files."""
    editions = editions_at(authority)
    chosen = [e for e in editions if str(e.task_id) == filters.get("task")] or editions
    if len(chosen) != 1:
        return []
    return [f for f in fields_of(chosen[0].pack.form) if f.type in _SCALAR and f.code != "project_name"]


def export(request: Request, authority: Authority, chosen: Chosen, *, everything: bool) -> HttpResponseBase:
    """The workbook as a download; what was exported, by which filter, is recorded."""
    known = {field.code: field for field in offered(authority, chosen.filters)}
    codes = [code for code in dict.fromkeys(request.POST.getlist("fields")) if code in known]
    if len(codes) > MOST_FIELDS:
        raise refuse(
            "form",
            _("一次最多导出 %(most)s 个填报项。") % {"most": MOST_FIELDS},
            remedy=_("请少选一些填报项。"),
        )
    pks = list(chosen.rows.values_list("pk", flat=True)[: long_sheet.MOST_ROWS])
    if request.POST.get("which") != "all" and (ticked := set(request.POST.getlist("rows"))):
        pks = [pk for pk in pks if str(pk) in ticked]
    said = [f"{f.label}：{_said(f.choices, f.value)}" for f in chosen.filters.fields if f.value]
    sheet = Sheet(authority, chosen, pks, [known[code] for code in codes], ranked=not everything)
    title = _("全部申报") if everything else _("待办申报")
    notes = [
        f"{authority.name}　{day_text(clock.today())}",
        "　".join(said) or _("未筛选"),
        _("共 %(n)s 项；金额单位为万元。") % {"n": len(pks)},
    ]
    made = long_sheet.write(title, notes, sheet.head, sheet.rows())
    audit.record(
        "export_cases",
        authority,
        by=request.person,
        scope_path=authority.place.path,
        count=len(pks),
        filters={f.name: f.value for f in chosen.filters.fields if f.value},
        fields=codes,
    )
    response = FileResponse(made, content_type=EXCEL)
    name = f"{title}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _said(choices: Any, value: str) -> str:
    return next((str(label) for code, label in choices if str(code) == value), value)


class Sheet:
    """The rows of an export, read in pieces; names are read once."""

    def __init__(
        self,
        authority: Authority,
        chosen: Chosen,
        pks: Sequence[int],
        fields: Sequence[FieldDef],
        *,
        ranked: bool,
    ) -> None:
        self.cases, self.pks, self.fields, self.ranked = chosen.rows.order_by(), pks, fields, ranked
        self.days = StepDays(authority)
        self.depth = len(authority.place.path.strip("/").split("/"))
        self.tasks = {t.pk: task_title(t) for t in Task.objects.all()}
        self.rounds = {r.pk: r for r in Round.objects.all()}
        self.editions = TaskEdition.objects.select_related("task").in_bulk()
        self.places = dict(Jurisdiction.objects.values_list("code", "name"))
        self.cells = [(field.code, _cell(field)) for field in fields]
        self._steps: dict[tuple[int, str, str, int], tuple[str, str, date | None]] = {}

    @property
    def head(self) -> list[str]:
        words = [
            _("申报编号"), _("项目名称"), _("单位"), _("统一社会信用代码"), _("单位类型"), _("地区"), _("重点任务"),
            _("类别"), _("批次"), _("环节"), _("状态"), _("提交日期"), _("期限"), _("专家数"), _("已评"), _("均分"),
        ]  # fmt: skip
        return [*words, *([_("排序")] if self.ranked else []), *(_label(field) for field in self.fields)]

    def rows(self) -> Iterator[list[Any]]:
        """Two queries for each thousand cases."""
        read = [*_READ, "rank"] if self.ranked else _READ
        for at in range(0, len(self.pks), _AT_ONCE):
            part = self.pks[at : at + _AT_ONCE]
            found = {row[0]: row for row in self.cases.filter(pk__in=part).values_list(*read)}
            answers = self._answers(part) if self.cells else {}
            for pk in part:
                if pk in found:
                    yield self._row(found[pk], answers.get(pk, {}))

    def _answers(self, part: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """The answers of each case's latest revision."""
        latest = Revision.objects.filter(application__in=part).order_by("application", "-number")
        return dict(latest.distinct("application").values_list("application", "answers"))

    def _row(self, row: tuple[Any, ...], answers: Mapping[str, Any]) -> list[Any]:
        (
            _pk, number, project, unit, uscc, kind, path, task, edition, variant, round_, step, state, at, due,
            experts, scored, mean, *rank,
        ) = row  # fmt: skip
        variant_said, step_said, closes = self._names(edition, variant, step, round_)
        last = due if state == S.RETURNED else closes if state == S.IN_REVIEW else None
        said = declining(self.editions[edition].pack, step) if state == S.DECLINED else S(state).label
        return [
            number, project, unit, uscc, _(Unit.Kind(kind).label), self._place(path), self.tasks[task], variant_said,
            self.rounds[round_].name, step_said, _(said), _day(at), last, experts, scored, mean, *rank,
            *(cell(answers.get(code)) for code, cell in self.cells),
        ]  # fmt: skip

    def _place(self, path: str) -> str:
        codes = path.strip("/").split("/")[self.depth :]
        return "".join(self.places.get(code, "") for code in codes)

    def _names(self, edition: int, variant: str, step: str, round_: int) -> tuple[str, str, date | None]:
        key = (edition, variant, step, round_)
        if key not in self._steps:
            found = self.editions[edition]
            known = any(s.code == step for s in found.pack.steps)
            closing = self.days.closing(found, step, variant, self.rounds[round_].year) if known else None
            self._steps[key] = (
                variant_name(found.pack, variant),
                find(found.pack, step).name if known else step_name(found.pack, step),
                closing.last if closing else None,
            )
        return self._steps[key]


def _label(field: FieldDef) -> str:
    unit = _("万元") if field.type == "money" else "%" if field.type == "percent" else field.unit
    return f"{field.label}（{unit}）" if unit else field.label


def _cell(field: FieldDef) -> Callable[[Any], Any]:
    """How an answer stands in its cell: numbers as numbers, days as days, choices by their labels."""

    def shown(value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or field.type in {"choice", "yesno"}:
            return display.show(field, value)
        if field.type == "money" and isinstance(value, int):
            return display.wan_of(value)
        if field.type == "date" and isinstance(value, str):
            return _iso(value)
        return value if isinstance(value, int | float) else str(value)

    return shown


def _iso(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _day(at: datetime | None) -> date | None:
    return at.astimezone(clock.SHANGHAI).date() if at else None
