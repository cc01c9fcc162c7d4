"""`tongchou pack`: check, load, show and trace packs. Exit codes: 0 well, 1 the pack is refused, 2 misuse."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.db import require_current, running, setup_django
from tongchou.core import clock
from tongchou.orgs import places as jurisdictions
from tongchou.programmes.check import Checked, check_pack
from tongchou.programmes.packs import read
from tongchou.programmes.trace import trace as trace_pack

if TYPE_CHECKING:
    from tongchou.programmes.models import Quota, Window

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PLACES = click.option(
    "--places",
    type=FOLDER,
    help="Folder with places.csv; by default the jurisdictions-* folder beside the pack.",
)


@click.group()
def pack() -> None:
    """Check, load, show and trace packs of configuration."""


@pack.command()
@click.argument("folder", type=FOLDER)
@PLACES
def check(folder: Path, places: Path | None) -> None:
    """Print every mistake of the pack in FOLDER, with file, line, column and remedy. Needs no database."""
    checked = _checked(folder, places)
    for problem in checked.problems:
        click.echo(str(problem))
    for note in checked.notes:
        click.echo(f"提示：{note}", err=True)
    if checked.problems:
        click.echo(f"共 {len(checked.problems)} 处错误。", err=True)
        raise SystemExit(1)
    overlays = "、".join(overlay.place for overlay in checked.overlays) or "无"
    click.echo(f"没有错误。任务 {len(checked.tasks)} 项；地方细则：{overlays}。")


@pack.command()
@click.argument("folder", type=FOLDER)
def load(folder: Path) -> None:
    """Load the pack in FOLDER with its overlays: everything or nothing. Loading it again changes nothing.

    A folder with places.csv is the pack of jurisdictions; load it first.
    """
    with running(echo=lambda text: click.echo(text, err=True)):
        setup_django()  # not before: the settings ask where the database is
        require_current()
        from tongchou.core.access import Refused
        from tongchou.orgs.actions import load_jurisdictions
        from tongchou.programmes.actions import PackRefused, load_pack

        if (folder / jurisdictions.FILE).is_file():
            try:
                click.echo(f"已载入 {load_jurisdictions(folder)} 个地区。")
            except jurisdictions.PlacesError as error:
                click.echo(f"未载入：{error}", err=True)
                raise SystemExit(1) from None
            return
        try:
            report = load_pack(folder)
        except PackRefused as refused:
            for problem in refused.problems:
                click.echo(str(problem))
            click.echo(f"共 {len(refused.problems)} 处错误，未载入。", err=True)
            raise SystemExit(1) from None
        except Refused as refused:
            click.echo(f"未载入：{refused}", err=True)
            raise SystemExit(1) from None
    for change in report.changes:
        click.echo(change)
    for note in report.notes:
        click.echo(f"提示：{note}", err=True)
    click.echo("已载入。" if report.changes else "与已载入的相同，没有改动。")


@pack.command()
@click.argument("folder", type=FOLDER)
@PLACES
def trace(folder: Path, places: Path | None) -> None:
    """Print which clause is served by what, and which by nothing."""
    checked = _checked(folder, places)
    if checked.problems:
        click.echo(f"配置包有 {len(checked.problems)} 处错误，请先用 pack check 查看并改正。", err=True)
        raise SystemExit(1)
    found = trace_pack(checked)
    for document in found.documents:
        click.echo(f"{document.id}　《{document.title}》{document.number}")
        for clause, servers in found.served[document.id].items():
            click.echo(f"  {clause}")
            for server in dict.fromkeys(servers):
                click.echo(f"    {server}")
        for clause in found.unserved.get(document.id, []):
            click.echo(f"  {clause}　——　没有任何配置引用")
        if not found.served[document.id]:
            click.echo("  没有任何配置引用这份文件")
        elif not document.clauses:
            click.echo("  （未列出全部条款，无从得知哪些尚未引用：在 documents 中补写 clauses）")


@pack.command()
@click.argument("task")
@click.option("--place", default="000000", show_default=True, help="Code of the place.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to look from; by default today."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(task: str, place: str, day: Any, as_json: bool) -> None:
    """Show what holds for TASK in a place on a day, as loaded: edition, steps, windows, quotas."""
    with running(echo=lambda text: click.echo(text, err=True)):
        setup_django()
        require_current()
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


def _checked(folder: Path, places: Path | None) -> Checked:
    places = places or next(iter(sorted(folder.resolve().parent.glob("jurisdictions-*"), reverse=True)), None)
    if places is None:
        raise click.UsageError(
            "配置包旁没有 jurisdictions-* 文件夹，请用 --places 指明 places.csv 所在的文件夹"
        )
    try:
        known = {code: place.path for code, place in jurisdictions.read(places).items()}
    except (OSError, jurisdictions.PlacesError) as error:
        raise click.UsageError(f"地区表不能使用：{error}") from error
    return check_pack(read(folder), known)


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
    is_open = (window.opens_at is None or window.opens_at <= now) and (
        window.closes_at is None or now < window.closes_at
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
        click.echo(f"  [{state}] {window['name']}　{days}　{'；'.join(window['cite'])}")
    click.echo("推荐限额")
    for quota in shown["quotas"]:
        click.echo(f"  {quota['name']}（批次 {'、'.join(quota['rounds'])}）　{'；'.join(quota['cite'])}")
        for line in quota["lines"]:
            limits = [f"不超过 {line['limit']}"] if line["limit"] is not None else []
            limits += [f"至少 {line['minimum']}"] if line["minimum"] is not None else []
            click.echo(f"    {line['name']}：{'，'.join(limits)}")
