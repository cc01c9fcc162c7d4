"""`tongchou pack to-xlsx`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.documents.pack_workbook import SAMPLE
from tongchou.documents.pack_workbook.writing import workbook
from tongchou.programmes.packs import read
from tongchou.programmes.parts import WholePart, whole_parts


@click.command("to-xlsx")
@click.argument("paths", nargs=-1, metavar="[FOLDER] OUT.xlsx", type=click.Path(path_type=Path))
@click.option("--task", default="", help="Only this task, with what places add to it.")
@click.option("--place", default="", help="Only what this place adds.")
@click.option("--sample", is_flag=True, help="Write a small filled sample instead of the pack in FOLDER.")
def to_xlsx(paths: tuple[Path, ...], task: str, place: str, sample: bool) -> None:
    """Write the pack in FOLDER as an Excel workbook, to be filled in and turned back by `pack from-xlsx`."""
    if len(paths) != (1 if sample else 2) or (sample and (task or place)):
        raise click.UsageError("写成 to-xlsx FOLDER OUT.xlsx，或 to-xlsx --sample OUT.xlsx")
    folder, out = (SAMPLE, paths[0]) if sample else paths
    if out.suffix.lower() != ".xlsx":
        raise click.UsageError(f"输出文件应以 .xlsx 结尾：{out}")
    if not folder.is_dir():
        raise click.UsageError(f"没有这个文件夹：{folder}")
    parts, problems = whole_parts(read(folder))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"共 {len(problems)} 处错误，未写出。", err=True)
        raise SystemExit(1)
    chosen = _chosen(parts, task, place)
    out.write_bytes(workbook(chosen, f"{parts[0].data['name']}（配置包）"))
    click.echo(f"已写出 {out}。")


def _chosen(parts: list[WholePart], task: str, place: str) -> list[WholePart]:
    """The parts asked for; misuse (exit 2) where there are none such."""
    tasks, places = {part.task for part in parts} - {""}, {part.place for part in parts} - {""}
    if task and task not in tasks:
        raise click.BadParameter(
            f"没有这项任务：{task}；可用的有：{'、'.join(sorted(tasks))}", param_hint="--task"
        )
    if place and place not in places:
        raise click.BadParameter(
            f"没有这个地区的细则：{place}；可用的有：{'、'.join(sorted(places))}", param_hint="--place"
        )
    chosen = [part for part in parts if task in {"", part.task} and place in {"", part.place}]
    if not chosen:
        raise click.UsageError(f"地区 {place} 对任务 {task} 没有细则")
    return chosen
