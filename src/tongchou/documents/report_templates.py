"""A periodic report begun: a Word file in official layout with what the platform knows filled in, to edit, seal and upload.

The headings are the parts that the pack asks for. Figures stand under the first of them and wherever a part asks for a list;
what only the writer knows is left in brackets. Reads only; what is read is what the one who owes the report may see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.designations.models import Designation, Level, held_on
from tongchou.documents.official.paper import Block, Column, Fill, Heading, Notes, Paper, Sheet, Text
from tongchou.forms.display import show_date, show_number
from tongchou.insight import queries as insight
from tongchou.insight import rollup
from tongchou.insight.bulletin.snapshot import clause_reader
from tongchou.monitoring import board, detail
from tongchou.monitoring.models import AnnualTarget, PerformanceReport
from tongchou.orgs.queries import contact_of

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from tongchou.applications.models import Application
    from tongchou.monitoring.models import PeriodicReport
    from tongchou.orgs.models import Authority, Unit

_USUAL_PARTS = ("工作进展", "主要成效", "存在的问题", "下一步打算")
LEVELS = Level.values
_MOST_PROJECTS = 300
_BLANK_ROWS = 8
_LISTS = (
    ("需求", ("序号", "需求内容", "要求", "数量", "时间", "联系人及电话")),
    ("供需", ("序号", "名称", "供给（数量、条件）", "需求（数量、条件）", "所在单位", "联系人及电话")),
    ("", ("序号", "名称", "内容", "服务对象", "能力（人次、项）", "联系人及电话")),
)


def paper(report: PeriodicReport) -> Paper:
    """The report as far as it can be written from what is known today."""
    owner = report.unit.name if report.unit else report.authority.name if report.authority else ""
    named = report.name.removeprefix("年度")
    if report.task:
        named = named.replace("（本任务）", f"（{report.task.name}）")
    cited = clause_reader(report.programme)(report.cite) if report.cite else ""
    subject = (
        f"{report.application.project_name}（{report.application.number}）" if report.application else ""
    )
    of = subject or (f"“{report.task.name}”" if report.task else "")
    opening = f"按照{cited}要求，现将{report.year}年度{of}有关情况报告如下。" if cited else ""
    return Paper(
        title=f"{owner}{report.year}年度{named}",
        lines=(owner, f"{report.year}年度{named}"),
        issuer=owner,
        on=clock.today(),
        blocks=[*([Text(opening)] if opening else []), *_parts(report)],
        notes=[
            f"表中数据取自管理平台，截至{show_date(clock.today().isoformat())}；［］内的文字请填写后删去。"
        ],
    )


def _parts(report: PeriodicReport) -> Iterator[Block]:
    facts = list(_facts(report))
    for number, part in enumerate(report.parts or _USUAL_PARTS):
        yield Heading(1, part)
        if number == 0:
            yield from facts
        if "联系人" in part:
            yield _contacts(report)
        elif "清单" in part:
            yield _blank_list(part)
        else:
            yield Fill(f"请写明：{part}")


def _facts(report: PeriodicReport) -> Iterator[Block]:
    if report.application is not None:
        yield from _project(report, report.application)
    elif report.unit is not None:
        yield from _unit(report, report.unit)
    elif report.authority is not None:
        yield from _authority(report, report.authority)


# ---------------------------------------------------------------- a project's own report


def _project(report: PeriodicReport, application: Application) -> Iterator[Block]:
    held = list(Designation.objects.filter(application=application, revoked_on=None).order_by("since", "pk"))
    said = "，".join(f"{show_date(d.since.isoformat())}获{d.get_level_display()}认定" for d in held)
    task = report.task.name if report.task else ""
    yield Text(f"本项目属于“{task}”，由{application.unit.name}牵头" + (f"，{said}。" if said else "。"))
    performance = (
        PerformanceReport.objects.filter(application=application, period__year__lte=report.year)
        .select_related("period__task", "application", "unit", "edition")
        .order_by("-period__year")
        .first()
    )
    if performance is None:
        return
    found, year = detail.detail(performance), performance.period.year
    answered = [line for line in found.lines if line.answer]
    targeted = [line for line in answered if line.met is not None]
    if answered:
        met = sum(1 for line in targeted if line.met)
        yield Text(
            f"{year}年度填报指标{len(answered)}项"
            + (f"，其中承诺了年度目标的{len(targeted)}项，达到目标{met}项。" if targeted else "。")
        )
    next_targets = set(
        AnnualTarget.objects.filter(application=application, year=year + 1).values_list(
            "indicator", flat=True
        )
    )
    yield Sheet(
        f"{year}年度绩效指标",
        [
            Column("指标", 2),
            Column("上年实际", 1, "right"),
            Column(f"{year}年目标", 1, "right"),
            Column(f"{year}年实际", 1, "right"),
            Column("是否达标", 0.8, "center"),
        ],
        [
            (
                line.indicator.name,
                line.last_year_text,
                line.target_text,
                line.answer_text,
                "—" if line.met is None else "是" if line.met else "否",
            )
            for line in found.lines
        ],
    )
    missed = [line for line in targeted if not line.met]
    for line in missed:
        yield Fill(
            f"“{line.indicator.name}”目标{line.target_text}，实际{line.answer_text}，未达到目标，请说明原因和措施"
        )
    if next_targets:
        yield Notes([f"{year + 1}年度已承诺目标的指标{len(next_targets)}项，以建设方案为准。"])


# ---------------------------------------------------------------- a unit's report across its projects


def _unit(report: PeriodicReport, unit: Unit) -> Iterator[Block]:
    held = _held(Designation.objects.filter(held_on(clock.today()), unit=unit))
    yield Text(f"本单位现有获得认定的项目{len(held)}个。" if held else "本单位尚无获得认定的项目。")
    if held:
        yield _projects(held, with_unit=False)
    owed = PerformanceReport.objects.filter(unit=unit, period__year=report.year).select_related(
        "period__task", "application"
    )
    rows = [
        (
            row.period.task.name,
            row.application.project_name or row.application.number,
            show_date(row.due.isoformat()) if row.due else "—",
            row.get_state_display(),
        )
        for row in owed.order_by("period__task__number", "pk")[:_MOST_PROJECTS]
    ]
    if rows:
        columns = [
            Column("重点任务", 1.3),
            Column("项目", 1.5),
            Column("截止日", 1, "center"),
            Column("状态", 0.6, "center"),
        ]
        yield Sheet(f"{report.year}年绩效填报情况", columns, rows)


# ---------------------------------------------------------------- an authority's summary


def _authority(report: PeriodicReport, authority: Authority) -> Iterator[Block]:
    place, scope = authority.place, Scope(path=authority.place.path)
    task = report.task.code if report.task else None
    tasks = [
        row
        for row in insight.cases(scope, programme=report.programme, by="task", path=place.path)
        if (task is None and row.applications) or row.key == task
    ]
    for row in tasks:
        held = "、".join(
            f"{Level(level).label}{count}个"
            for level, count in sorted(row.held.items(), key=lambda one: -LEVELS.index(one[0]))
            if count
        )
        yield Text(
            f"{row.name}：累计申报{row.applications}项，市级推荐{row.recommended_by_city}项，"
            f"省级推荐{row.recommended_by_province}项，"
            + (f"现有项目{held}。" if held else "尚无认定的项目。")
        )
    for goal in insight.goals(report.programme, place=place):
        if task in {None, goal.task}:
            yield Text(f"建设目标：{goal.text}，现有{goal.held}个，完成{_percent(goal.rate)}。")
    yield from _reporting(report, scope, task)
    if task:
        yield from _figures(report, place.path, task)
    wanted = Designation.objects.filter(
        held_on(clock.today()), task__programme=report.programme, place_path__startswith=place.path
    )
    projects = _held(wanted.filter(task__code=task) if task else wanted)
    if projects:
        yield _projects(projects, with_unit=True, with_task=task is None)


def _reporting(report: PeriodicReport, scope: Scope, task: str | None) -> Iterator[Block]:
    made = board.board(scope, report.year, what="performance", programme=report.programme)
    nothing = board.Cell()
    rows = []
    for row in made.rows:
        cell = row.cells.get(task, nothing) if task else row.whole
        if cell.expected:
            counts = (cell.expected, cell.on_time, cell.late, cell.overdue)
            rows.append((row.name, *(str(count) for count in counts), _share(cell)))
    whole = made.totals.get(task, nothing) if task else made.whole
    if not rows:
        return
    yield Text(
        f"{report.year}年应报送绩效数据的项目{whole.expected}个，已报送{whole.submitted}个（{_share(whole)}），"
        f"其中迟报{whole.late}个；逾期未报送{whole.overdue}个。"
    )
    heads = [Column(head, 0.6, "right") for head in ("应报", "按时", "迟报", "逾期未报", "报送率")]
    yield Sheet(f"{report.year}年绩效数据报送情况", [Column("地区", 1.4), *heads], rows)


def _figures(report: PeriodicReport, path: str, task: str) -> Iterator[Block]:
    """The task's figures of the year, or of the year before while there are none."""
    for year in (report.year, report.year - 1):
        figures = rollup.rollup(None, programme=report.programme, year=year, path=path, task=task)
        if figures:
            break
    else:
        return
    past = rollup.rollup(None, programme=report.programme, year=year - 1, path=path, task=task)
    before = {figure.indicator: figure.value_text for figure in past}
    yield Sheet(
        f"{year}年绩效指标汇总",
        [
            Column("指标", 2),
            Column("填报", 0.5, "right"),
            Column("上年实际", 1, "right"),
            Column("实际", 1, "right"),
            Column("目标", 1, "right"),
            Column("完成率", 0.8, "right"),
        ],
        [
            (
                figure.name,
                str(figure.count),
                before.get(figure.indicator, "—"),
                figure.value_text,
                figure.target_text,
                _percent(figure.completion),
            )
            for figure in figures
        ],
    )


# ---------------------------------------------------------------- parts of all


def _share(cell: board.Cell) -> str:
    """How much of what is expected is in, as the bulletin states it."""
    return _percent(round(100 * cell.submitted / cell.expected, 1) if cell.expected else None)


def _percent(number: Decimal | float | None) -> str:
    return "—" if number is None else f"{show_number(float(number))}%"


def _held(rows: QuerySet[Designation]) -> list[Designation]:
    """Each project once, by the highest level it holds."""
    highest: dict[int, Designation] = {}
    for row in rows.select_related("application", "unit", "task").order_by(
        "task__number", "place_path", "pk"
    ):
        known = highest.get(row.application_id)
        if known is None or LEVELS.index(row.level) > LEVELS.index(known.level):
            highest[row.application_id] = row
    return list(highest.values())


def _projects(held: Sequence[Designation], *, with_unit: bool, with_task: bool = True) -> Sheet:
    rows = [
        (
            str(number),
            *([row.task.name] if with_task else []),
            row.application.project_name or row.application.number,
            *([row.unit.name] if with_unit else []),
            row.get_level_display(),
            show_date(row.since.isoformat()),
        )
        for number, row in enumerate(held[:_MOST_PROJECTS], 1)
    ]
    return Sheet(
        "项目名单" + (f"（前{_MOST_PROJECTS}个）" if len(held) > _MOST_PROJECTS else ""),
        [
            Column("序号", 0.4, "center"),
            *([Column("重点任务", 1.2)] if with_task else []),
            Column("项目", 1.4),
            *([Column("建设单位", 1.2)] if with_unit else []),
            Column("级别", 0.6, "center"),
            Column("认定时间", 1.1, "center"),
        ],
        rows,
    )


def _contacts(report: PeriodicReport) -> Sheet:
    known = contact_of(report.unit) if report.unit else None
    filled = (known.name, known.duty, known.phone, known.email) if known else ("", "", "", "")
    columns = [Column("姓名", 0.7), Column("职务", 1), Column("电话", 1), Column("邮箱", 1.3)]
    return Sheet("联系人", columns, [filled])


def _blank_list(part: str) -> Sheet:
    heads = next(heads for word, heads in _LISTS if word in part)
    columns = [
        Column(head, 0.4 if head == "序号" else 1, "center" if head == "序号" else "left") for head in heads
    ]
    rows = [(str(number), *[""] * (len(heads) - 1)) for number in range(1, _BLANK_ROWS + 1)]
    return Sheet("", columns, rows)
