"""The yearly bulletin 通报 as data: every figure and every sentence it states, taken from the queries at one moment.

A snapshot is plain JSON. PDF and Excel are made from it alone, so they can be made again byte for byte. Counts are integers;
other figures stand twice, as text with its unit and as a decimal in text (money in 万元), so nothing is rounded on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from tongchou.core import clock
from tongchou.core.digests import digest_of
from tongchou.designations.models import Level
from tongchou.forms.display import show_date, show_number, wan_of
from tongchou.insight import queries, rollup
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.models import PerformanceReport
from tongchou.programmes.models import Document, Quota, Window
from tongchou.reviews import quota

if TYPE_CHECKING:
    from tongchou.monitoring.queries import Completeness
    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Programme

FORMAT = 1


def digest(snapshot: Mapping[str, Any]) -> str:
    """The digest by which an edition is recognised."""
    return digest_of(snapshot)


def snapshot(
    *,
    authority: Authority,
    programme: Programme,
    year: int,
    document_number: str,
    edition: int = 1,
    reason: str = "",
    remarks: str = "",
    confirmed_only: bool = False,
) -> dict[str, Any]:
    """Take everything the bulletin of ``authority`` for ``year`` states, as of now. Reads only."""
    place = authority.place
    path, national = place.path, place.level == "nation"
    by_task = queries.cases(None, programme=programme, by="task", path=path, up_to=year)
    by_place = queries.cases(None, programme=programme, by="place", path=path, up_to=year)
    everything = queries.Scope(path=path)
    expected = monitoring_queries.expected(everything, year, programme=programme, path=path)
    figures = rollup.rollup(None, programme=programme, year=year, path=path, confirmed_only=confirmed_only)
    goals = queries.goals(programme, place=place)
    reports = PerformanceReport.objects.filter(
        period__year=year, period__task__programme=programme, place_path__startswith=path
    )
    today = clock.today()
    clause = _clauses(programme)
    made: dict[str, Any] = {
        "format": FORMAT,
        "programme": {"code": programme.code, "name": programme.name},
        "authority": authority.name,
        "place": {"code": place.code, "name": place.name, "level": place.level},
        "year": year,
        "edition": edition,
        "reason": reason,
        "document_number": document_number,
        "title": f"{authority.name}关于{programme.name}{year}年度建设情况的通报",
        "as_of": today.isoformat(),
        "as_of_text": show_date(today.isoformat()),
        "confirmed_only": confirmed_only,
        "documents": _documents(programme, place.path),
        "levels": [{"code": v, "name": str(Level(v).label)} for v in reversed(Level.values)],
        "tasks": [_cases(row) for row in by_task],
        "places": [_cases(row) for row in by_place],
        "goals": [
            {
                "task": g.task,
                "task_name": g.task_name,
                "text": g.text,
                "count": g.count,
                "held": g.held,
                "rate": _percent(g.rate),
                "cite": g.cite,
                "cite_text": clause(g.cite),
            }
            for g in goals
        ],
        "indicators": _indicators(figures),
        "reports": {
            "submitted": reports.filter(submitted_at__isnull=False).count(),
            "confirmed": reports.filter(state=PerformanceReport.State.CONFIRMED).count(),
        },
        "completeness": {
            "performance": _completeness(expected.performance),
            "by_task": [_completeness(row) for row in expected.by_task],
            "by_place": [_completeness(row) for row in expected.by_place],
            "by_kind": [_completeness(row) for row in expected.by_kind],
        },
        "late": _late(everything, year, programme, path, authorities_only=national),
        "late_covers": "authorities" if national else "all",
        "quotas": _quotas(path, programme, clause, provinces_only=national),
        "remarks": [line.strip() for line in remarks.splitlines() if line.strip()],
    }
    made["text"] = wording(made)
    return made


def _documents(programme: Programme, path: str) -> list[dict[str, str]]:
    """The numbered documents on which the whole programme rests in the place, oldest first.

    Those that set its windows across tasks; a notice that only one task cites stands beside that task's figures.
    """
    windows = Window.objects.filter(programme=programme, task=None, place__in=path.strip("/").split("/"))
    cited = {cite.split(" ", 1)[0] for window in windows for cite in window.cite}
    rows = (
        Document.objects.filter(programme=programme, code__in=cited)
        .exclude(number="")
        .order_by("issued", "pk")
    )
    return [{"title": d.title, "number": d.number, "issuer": d.issuer} for d in rows]


def _clauses(programme: Programme) -> Callable[[str], str]:
    """A way to read clauses as documents name them: ``jilin-2023-7 三(三)`` as 吉教职成〔2023〕7号三(三)."""
    names = {d.code: d.number or f"《{d.title}》" for d in Document.objects.filter(programme=programme)}

    def read(cites: str) -> str:
        parts = (cite.partition(" ") for cite in cites.split("；"))
        return "；".join(f"{names.get(code, code)}{place}" for code, _, place in parts)

    return read


def _percent(number: Decimal | float | None) -> str:
    return "—" if number is None else f"{show_number(float(number))}%"


def _cases(row: queries.Cases) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "applications": row.applications,
        "by_city": row.recommended_by_city,
        "by_province": row.recommended_by_province,
        "held": dict(row.held),
    }


def _indicators(figures: Iterable[rollup.Figure]) -> list[dict[str, Any]]:
    tasks: dict[str, dict[str, Any]] = {}
    for f in figures:
        task = tasks.setdefault(f.task, {"task": f.task, "task_name": f.task_name, "rows": []})
        task["rows"].append(
            {
                "code": f.indicator,
                "name": f.name,
                "group": f.dimension,
                "unit": f.unit,
                "method": f.method,
                "reports": f.count,
                "number": _number(f.kind, f.value),
                "text": f.value_text,
                "target_number": _number(f.kind, f.target),
                "target_text": f.target_text,
                "completion": _percent(f.completion),
                "completion_number": str(f.completion) if f.completion is not None else None,
                "met": f.met,
                "targeted": f.targeted,
            }
        )
    return list(tasks.values())


def _number(kind: str, value: Decimal | None) -> str | None:
    if value is None or kind == "choice":
        return None
    if kind == "money":
        value = wan_of(int(value))
    return f"{round(value, 6).normalize():f}"


def _completeness(row: Completeness) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "expected": row.expected,
        "submitted": row.submitted,
        "missing": row.missing,
        "late": row.late,
        "rate": _percent(row.rate),
    }


def _late(
    scope: Any, year: int, programme: Programme, path: str, *, authorities_only: bool
) -> list[dict[str, Any]]:
    """What was handed in late or is missing after its day; for the nation, of the provinces only."""
    periodic = (
        monitoring_queries.periodic_counted(scope, year, programme, path)
        .filter(Q(is_late=True) | Q(is_overdue=True))
        .select_related("unit", "authority", "task", "application")
        .order_by("due", "place_path", "pk")
    )
    rows: list[dict[str, Any]] = []
    if authorities_only:
        periodic = periodic.filter(authority__place__level="province")
    else:
        reports = (
            monitoring_queries.performance_counted(scope, year, programme, path)
            .filter(Q(is_late=True) | Q(is_overdue=True))
            .select_related("unit", "period__task", "application")
            .order_by(Coalesce("extended_to", "due"), "place_path", "pk")
        )
        rows = [
            _late_row(
                r.unit.name,
                "年度绩效填报",
                r.period.task.name,
                r.application.project_name,
                r.last_day,  # type: ignore[attr-defined]
                r.first_submitted_at,
            )
            for r in reports
        ]
    rows += [
        _late_row(
            p.unit.name if p.unit else p.authority.name if p.authority else "",
            p.name,
            p.task.name if p.task else "",
            p.application.project_name if p.application else "",
            p.due,
            p.submitted_at,
        )
        for p in periodic
    ]
    return rows


def _late_row(who: str, what: str, task: str, project: str, due: date, at: Any) -> dict[str, Any]:
    handed_in = at.astimezone(clock.SHANGHAI).date().isoformat() if at else None
    return {
        "who": who,
        "what": what,
        "task": task,
        "project": project,
        "due": due.isoformat(),
        "handed_in": handed_in,
        "text": f"{show_date(handed_in)}补报" if handed_in else "未报送",
    }


def _quotas(
    path: str, programme: Programme, clause: Callable[[str], str], *, provinces_only: bool
) -> list[dict[str, Any]]:
    """Quotas used and left; for the nation, those that provinces hold. Holders of whom nothing is used or asked are left out."""
    return [
        {
            "task": row.quota.task.name,
            "quota": row.quota.name,
            "holder": row.holder,
            "limit": row.limit,
            "minimum": row.minimum,
            "taken": row.taken,
            "exempt": row.exempt,
            "left": row.left,
            "cite": "；".join(row.quota.cite),
            "cite_text": clause("；".join(row.quota.cite)),
        }
        for row in quota.board(path, programme_id=programme.pk)
        if not row.idle and not (provinces_only and row.quota.holder != Quota.Holder.PROVINCE)
    ]


# ---------------------------------------------------------------- sentences


def wording(made: Mapping[str, Any]) -> dict[str, Any]:
    """The sentences of the bulletin, each stating figures of the snapshot. Pure."""
    area = {"nation": "全国", "province": "全省（区、市）"}.get(made["place"]["level"], made["place"]["name"])
    if made["place"]["name"].endswith(("省", "市", "自治区")):
        area = {"省": "全省", "市": "全市", "区": "全区"}[made["place"]["name"][-1]]
    tasks, whole = made["tasks"], made["completeness"]["performance"]
    held = {level["code"]: sum(t["held"][level["code"]] for t in tasks) for level in made["levels"]}
    total = {key: sum(t[key] for t in tasks) for key in ("applications", "by_city", "by_province")}
    based = "、".join(f"《{d['issuer']}{d['title']}》（{d['number']}）" for d in made["documents"])
    active = [t for t in tasks if t["applications"]]
    rows = [row for task in made["indicators"] for row in task["rows"]]
    met, targeted = sum(r["met"] for r in rows), sum(r["targeted"] for r in rows)
    performance = [
        f"{made['year']}年度应报送绩效数据的项目{whole['expected']}个，已报送{whole['submitted']}个，"
        f"报送率{whole['rate']}；其中{made['reports']['confirmed']}个已经审核确认。"
        + (
            "以下数据只计已经审核确认的填报。"
            if made["confirmed_only"]
            else "以下数据按已报送的填报汇总，含尚未审核确认的。"
            if made["reports"]["confirmed"] < made["reports"]["submitted"]
            else "以下数据按已报送的填报汇总。"
        )
        + "比率类指标按分子之和除以分母之和计算。"
    ]
    if targeted:
        performance.append(
            f"承诺了年度目标的指标项共{targeted}项次，达到目标{met}项次，占{show_number(round(100 * met / targeted, 1))}%。"
        )
    missing = [row for row in made["late"] if row["handed_in"] is None]
    late = [row for row in made["late"] if row["handed_in"] is not None]
    owed = made["completeness"]["by_kind"]
    timeliness = [
        "各类年度报告报送情况如下："
        + "；".join(f"{k['name']}应报{k['expected']}份，已报{k['submitted']}份" for k in owed)
        + "。"
        if owed
        else "本年度没有应报送的年度报告。"
    ]
    whose = "省级主管部门" if made["late_covers"] == "authorities" else "单位和部门"
    timeliness.append(
        f"截至{made['as_of_text']}，逾期未报送{len(missing)}项，逾期补报{len(late)}项，有关{whose}名单见下表。"
        if made["late"]
        else f"截至{made['as_of_text']}，没有逾期未报送或者逾期补报的{whose}。"
    )
    return {
        "opening": (f"根据{based}要求，" if based else "")
        + f"现将{made['programme']['name']}{made['year']}年度建设情况通报如下。",
        "correction": f"本通报为第{made['edition']}版，更正原因：{made['reason']}"
        if made["edition"] > 1
        else "",
        "overall": [
            f"截至{made['as_of_text']}，{area}累计申报{total['applications']}项，涉及{len(active)}项重点任务；"
            f"市级推荐{total['by_city']}项，省级推荐{total['by_province']}项。"
            "现有"
            + "、".join(
                f"{level['name']}项目{held[level['code']]}个"
                for level in made["levels"]
                if held[level["code"]]
            )
            + "。"
            if any(held.values())
            else f"截至{made['as_of_text']}，{area}累计申报{total['applications']}项，涉及{len(active)}项重点任务；"
            f"市级推荐{total['by_city']}项，省级推荐{total['by_province']}项。尚无获得认定的项目。"
        ],
        "goals": [
            f"{g['task_name']}：目标为{g['text']}，现有{g['held']}个，完成{g['rate']}（{g['cite_text']}）。"
            for g in made["goals"]
        ],
        "performance": performance,
        "timeliness": timeliness,
    }


# ---------------------------------------------------------------- editions


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a later edition states otherwise than the one before: figure by figure. Pure."""
    old, new = dict(_stated(before)), dict(_stated(after))
    return [
        {"what": what, "before": old.get(what, "—"), "after": new.get(what, "—")}
        for what in [*new, *(key for key in old if key not in new)]
        if old.get(what) != new.get(what)
    ]


def _stated(made: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    words = {"applications": "申报数", "by_city": "市级推荐数", "by_province": "省级推荐数"}
    levels: Sequence[Mapping[str, str]] = made["levels"]
    for part in ("tasks", "places"):
        for row in made[part]:
            for key, word in words.items():
                yield f"{row['name']} · {word}", str(row[key])
            for level in levels:
                yield f"{row['name']} · {level['name']}项目数", str(row["held"][level["code"]])
    for task in made["indicators"]:
        for row in task["rows"]:
            name = f"{task['task_name']} · {row['name']}"
            yield name, row["text"]
            yield f"{name} · 达标项目数", f"{row['met']}/{row['targeted']}"
    whole = made["completeness"]["performance"]
    yield "绩效数据 · 应报", str(whole["expected"])
    yield "绩效数据 · 已报", str(whole["submitted"])
    for kind in made["completeness"]["by_kind"]:
        yield f"{kind['name']} · 已报", f"{kind['submitted']}/{kind['expected']}"
    yield "逾期未报送", str(sum(1 for row in made["late"] if row["handed_in"] is None))
    yield "逾期补报", str(sum(1 for row in made["late"] if row["handed_in"] is not None))
