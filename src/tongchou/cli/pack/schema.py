"""`tongchou pack schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tongchou.cli.pack.folder import FOLDER
from tongchou.programmes import editor_schema

_SETTINGS = Path(".vscode/settings.json")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the schemas are written; by default .schema in FOLDER.",
)
@click.option(
    "--print", "name", type=click.Choice(list(editor_schema.FILES)), help="Print this one schema instead."
)
def schema(folder: Path | None, out: Path | None, name: str | None) -> None:
    """Write JSON Schemas of a pack's files for the pack in FOLDER, so that an editor completes and checks as one types.

    In VS Code, install the extension YAML (Red Hat) and open FOLDER: its settings are written too, unless there are
    some already. Other editors read a first line such as
    "# yaml-language-server: $schema=../../.schema/task.json".
    """
    if name is not None:
        click.echo(editor_schema.as_text(editor_schema.schemas()[name]), nl=False)
        return
    if folder is None and out is None:
        raise click.UsageError("请写明配置包的文件夹，或用 --out 指明写到哪里，或用 --print 打印其中一个")
    where = out or (folder or Path()) / ".schema"
    written = editor_schema.write(where)
    click.echo(f"已写入 {len(written)} 个 JSON Schema：{where}")
    if folder is not None:
        _settings(folder, where)


def _settings(folder: Path, schemas: Path) -> None:
    """Tell VS Code which schema is for which files; settings that are there are left alone."""
    where = schemas.resolve()
    inside = where.is_relative_to(folder.resolve())
    prefix = f"./{where.relative_to(folder.resolve()).as_posix()}" if inside else where.as_uri()
    wanted = {"yaml.schemas": {f"{prefix}/{name}.json": globs for name, globs in editor_schema.FILES.items()}}
    text = json.dumps(wanted, ensure_ascii=False, indent=2)
    path = folder / _SETTINGS
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        click.echo(f"已写入 VS Code 设置：{path}")
    elif json.loads(text) != _read(path):
        click.echo(f"{path} 已有，没有改动。请自行加入：\n{text}")


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # with comments, which VS Code allows
        return None
