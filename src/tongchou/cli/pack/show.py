"""`tongchou pack show`."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.pack.database import database
from tongchou.core import clock

if TYPE_CHECKING:
    from tongchou.programmes.models import Quota, Window


@click.command()
@click.argument("task")
@click.option("--place", default="000000", show_default=True, help="Code of the place.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to look from; by default today."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(task: str, place: str, day: Any, as_json: bool) -> None:
    """Show what holds for TASK in a place on a day, as loaded: edition, steps, windows, quotas."""
    with database():
        from tongchou.orgs.models import Jurisdiction
        from tongchou.programmes.models import Task

        where = Jurisdiction.objects.filter(code=place).first()
        what = Task.objects.filter(code=task).select_related("programme").first()
        if where is None:
            raise click.BadParameter(f"没有这个地区：{place}", param_hint="--place")
        if what is None:
            known = "、".join(Task.objects.values_list("code", flat=True)) or "（尚未载入配置包）"
            raise click.BadParameter(f"没有这项任务：{task}；已有：{known}", param_hint="TASK")
        shown = _shown(what, where, day.date() if day else clock.today())
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _print(shown)


def _shown(task: Any, place: Any, day: date) -> dict[str, Any]:
    """What holds, as plain data; the moment looked from is noon of ``day``."""
    from tongchou.programmes import queries
    from tongchou.programmes.models import Quota

    with clock.at(day):
        now = clock.now()
    edition = queries.edition_for(task, place.path)
    windows: dict[tuple[str, str, str, str], list[Window]] = {}
    for window in queries.windows_for(task, place.path):
        windows.setdefault((window.purpose, window.binds, window.report, window.variant), []).append(window)
    codes = place.path.strip("/").split("/")
    quotas = Quota.objects.filter(task=task, place__in=codes, current=True).prefetch_related(
        "lines", "rounds"
    )
    return {
        "task": task.code,
        "name": edition.pack.name,
        "place": place.code,
        "place_name": place.name,
        "date": day.isoformat(),
        "edition": {"place": edition.place_id, "number": edition.number, "digest": edition.digest},
        "steps": [
            {
                "code": step.code,
                "name": step.name,
                "kind": step.kind,
                "level": step.level,
                "cite": list(step.cite),
            }
            for step in edition.pack.steps
        ],
        "windows": [
            _window(window, now)
            for same in windows.values()
            for window in queries.binding(same)
            if window.year in {None, day.year}
        ],
        "quotas": [_quota(quota) for quota in quotas],
    }


def _window(window: Window, now: Any) -> dict[str, Any]:
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
        "variant": window.variant,
        "place": window.place_id,
        "first_day": first,
        "last_day": clock.last_day(window.closes_at).isoformat() if window.closes_at else None,
        "open": is_open,
        "waiting": window.waiting,
        "cite": window.cite,
    }


def _quota(quota: Quota) -> dict[str, Any]:
    return {
        "code": quota.code,
        "name": quota.name,
        "step": quota.step,
        "holder": quota.holder,
        "place": quota.place_id,
        "rounds": sorted(round_.code for round_ in quota.rounds.all()),
        "lines": [
            {"name": line.name, "limit": line.limit, "minimum": line.minimum} for line in quota.lines.all()
        ],
        "cite": quota.cite,
    }


def _print(shown: dict[str, Any]) -> None:
    edition = shown["edition"]
    click.echo(f"{shown['name']} · {shown['place_name']} · {shown['date']}")
    click.echo(f"配置：{edition['place']} 第 {edition['number']} 版")
    click.echo("环节")
    for step in shown["steps"]:
        click.echo(f"  {step['name']}（{step['level']}）　{'；'.join(step['cite'])}")
    click.echo("时间窗口")
    for window in shown["windows"]:
        state = "开放" if window["open"] else "未开放"
        days = f"{window['first_day'] or '不限'} 至 {window['last_day'] or '不限'}"
        if window["waiting"]:
            days = "另行通知"
        click.echo(f"  [{state}] {window['name']}　{days}　{'；'.join(window['cite'])}")
    click.echo("推荐限额")
    for quota in shown["quotas"]:
        click.echo(f"  {quota['name']}（批次 {'、'.join(quota['rounds'])}）　{'；'.join(quota['cite'])}")
        for line in quota["lines"]:
            limits = [f"不超过 {line['limit']}"] if line["limit"] is not None else []
            limits += [f"至少 {line['minimum']}"] if line["minimum"] is not None else []
            click.echo(f"    {line['name']}：{'，'.join(limits)}")
