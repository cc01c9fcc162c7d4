"""`tongchou pack trace`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.pack.folder import FOLDER, PLACES, checked_pack
from tongchou.programmes.trace import trace as trace_pack


@click.command()
@click.argument("folder", type=FOLDER)
@PLACES
def trace(folder: Path, places: Path | None) -> None:
    """Print which clause is served by what, and which by nothing."""
    checked = checked_pack(folder, places)
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
