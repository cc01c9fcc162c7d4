"""`tongchou pack new`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from tongchou.cli.pack.folder import PLACES, checked_pack, known_places
from tongchou.cli.pack.problems import tell
from tongchou.core import clock
from tongchou.orgs.places import Place
from tongchou.programmes import starting
from tongchou.programmes.pack_format import Code, Name, ProgrammePack, Year
from tongchou.programmes.packs import PROGRAMME


class Asker:
    """Takes each answer from an option, else asks for it (as one types, until it is right), else takes the default."""

    def __init__(self, *, yes: bool) -> None:
        self.yes = yes

    def __call__(
        self, option: str, question: str, given: str | None, default: str, check: Callable[[str], str]
    ) -> str:
        if given is not None:
            try:
                return check(given)
            except click.UsageError as error:
                raise click.BadParameter(error.message, param_hint=f"--{option}") from None
        if self.yes:
            return check(default)
        answer: str = click.prompt(question, default=default, value_proc=check, err=True)
        return answer


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--overlay", "overlay_place", help="Start the overlay of this place in the pack in FOLDER.")
@click.option("--task", help="Code of the task to start; with --overlay, of the task the place adds to.")
@click.option("--code", help="Code of the programme.")
@click.option("--name", help="Name of the programme.")
@click.option("--task-name", help="Name of the task.")
@click.option("--place", help="Code of the place that runs the programme; 000000 for the nation.")
@click.option(
    "--year", help="Year of the first round; of an overlay, and of the round that its windows are for."
)
@click.option("--document", help="Title of the document it rests on.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the default of what is not given.")
@PLACES
def new(
    folder: Path,
    overlay_place: str | None,
    task: str | None,
    code: str | None,
    name: str | None,
    task_name: str | None,
    place: str | None,
    year: str | None,
    document: str | None,
    yes: bool,
    places: Path | None,
) -> None:
    """Start a programme in FOLDER; with --overlay what a place adds to the one there; with --task another task of it.

    Asks for what no option gives. Files that are there are never written over. What is made passes `pack check`.
    """
    known = known_places(folder, places)
    ask = Asker(yes=yes)
    standing = _standing(folder, places)
    if standing is None:
        if overlay_place:
            raise click.UsageError(f"{folder} 中还没有配置包；先不带 --overlay 新建一个")
        files = _programme(ask, known, folder, code, name, place, year, document, task, task_name)
    elif overlay_place:
        files = _overlay(ask, known, standing, overlay_place, task, year, document)
    elif task:
        files = _task(ask, known, standing, task, task_name)
    else:
        raise click.UsageError(f"{folder} 中已有配置包；用 --task 增加任务，或用 --overlay 增加地方细则")
    try:
        written = starting.write(folder, files)
    except FileExistsError as error:
        raise click.UsageError(f"{error} 已有，不覆盖") from None
    for path in written:
        click.echo(f"已写入 {path}")
    checked = checked_pack(folder, places)
    tell(checked.problems)
    if checked.problems:
        raise SystemExit(1)
    click.echo("没有错误。接着照 docs/packs.md 增补。")


def _standing(folder: Path, places: Path | None) -> Any:
    """The checked pack that is in the folder already; ``None``: there is none."""
    if not (folder / PROGRAMME).is_file():
        return None
    checked = checked_pack(folder, places)
    if checked.programme is None or checked.problems:
        raise click.UsageError(f"{folder} 中的配置包有错误，请先用 pack check 查看并改正")
    return checked


def _programme(
    ask: Asker,
    known: dict[str, Place],
    folder: Path,
    code: str | None,
    name: str | None,
    place: str | None,
    year: str | None,
    document: str | None,
    task: str | None,
    task_name: str | None,
) -> starting.Files:
    code = ask("code", "计划编码", code, folder.resolve().name, _as(Code, "小写字母、数字和连字符"))
    name = ask("name", "计划名称", name, "新建计划", _as(Name, "1 到 120 字"))
    place = ask("place", "组织实施的地区代码", place, "000000", _place(known))
    level = known[place].level
    if level not in {"nation", "province", "city"}:
        raise click.BadParameter("计划由国家、省或市组织实施", param_hint="--place")
    year = ask("year", "第一个批次的年份", year, str(clock.today().year), _year)
    document = ask(
        "document", "依据的文件标题", document, f"关于开展{name}的通知"[:200], _as(Name, "1 到 120 字")
    )
    task = ask("task", "第一项任务的编码", task, "project", _as(Code, "小写字母、数字和连字符"))
    task_name = ask("task-name", "第一项任务的名称", task_name, f"{name}项目"[:120], _as(Name, "1 到 120 字"))
    started = starting.programme(code=code, name=name, place=place, year=int(year), document=document)
    return started | starting.TaskStart(task, task_name, level=level).files()


def _task(
    ask: Asker, known: dict[str, Place], standing: Any, task: str, task_name: str | None
) -> starting.Files:
    programme: ProgrammePack = standing.programme
    task = ask("task", "", task, "", _as(Code, "小写字母、数字和连字符"))
    if task in standing.tasks:
        raise click.BadParameter(f"已有任务“{task}”，换一个编码", param_hint="--task")
    task_name = ask("task-name", "任务的名称", task_name, "新任务", _as(Name, "1 到 120 字"))
    number = max((found.number for found in standing.tasks.values()), default=0) + 1
    level, notice = known[programme.place].level, programme.documents[0].id
    return starting.TaskStart(task, task_name, number=number, level=level, notice=notice).files()


def _overlay(
    ask: Asker,
    known: dict[str, Place],
    standing: Any,
    place: str,
    task: str | None,
    year: str | None,
    document: str | None,
) -> starting.Files:
    programme: ProgrammePack = standing.programme
    place = ask("overlay", "", place, "", _place(known))
    if not known[place].path.startswith(known[programme.place].path) or place == programme.place:
        above = known[programme.place].name
        raise click.BadParameter(f"应是{above}所辖的地区", param_hint="--overlay")
    if task is not None and task not in standing.tasks:
        raise click.BadParameter(
            f"没有这项任务：{task}；已有：{'、'.join(standing.tasks)}", param_hint="--task"
        )
    files: starting.Files = {}
    first = programme.rounds[0]
    laid = next((overlay for overlay in standing.overlays if overlay.place == place), None)
    if laid is None or task is None:
        year = ask("year", "细则的年份", year, str(first.year), _year)
        title = f"{known[place].name}关于落实{programme.name}的通知"
        document = ask("document", "依据的文件标题", document, title[:120], _as(Name, "1 到 120 字"))
        files |= starting.overlay(programme=programme.code, place=place, year=int(year), document=document)
    if task is not None:
        first = next((r for r in programme.rounds if str(r.year) == year), first)
        until = f"{first.year}-06-30"
        documents = [*laid.pack.documents, *programme.documents] if laid else []
        notice = documents[0].id if documents else ""
        files |= starting.overlay_task(place=place, task=task, round=first.code, until=until, notice=notice)
    return files


def _as(kind: Any, expected: str) -> Callable[[str], str]:
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    def check(text: str) -> str:
        try:
            return adapter.validate_python(text)
        except ValidationError:
            raise click.UsageError(f"“{text}”不合要求：{expected}") from None

    return check


def _year(text: str) -> str:
    try:
        return str(TypeAdapter(Year).validate_python(text))
    except ValidationError:
        raise click.UsageError(f"“{text}”不是年份") from None


def _place(known: dict[str, Place]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in known:
            raise click.UsageError(f"没有这个地区：{text}（六位代码，全国为 000000）")
        return text

    return check
