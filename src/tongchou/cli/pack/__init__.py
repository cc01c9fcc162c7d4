"""`tongchou pack`: check, compare, load, show and trace packs. Exit codes: 0 well, 1 the pack is refused, 2 misuse."""

from __future__ import annotations

import click

from tongchou.cli.pack.check import check
from tongchou.cli.pack.diff import diff
from tongchou.cli.pack.doc import doc
from tongchou.cli.pack.from_xlsx import from_xlsx
from tongchou.cli.pack.load import load
from tongchou.cli.pack.new import new
from tongchou.cli.pack.schema import schema
from tongchou.cli.pack.show import show
from tongchou.cli.pack.to_xlsx import to_xlsx
from tongchou.cli.pack.trace import trace


@click.group()
def pack() -> None:
    """Check, load, show, trace and write packs of configuration."""


for command in (check, diff, doc, from_xlsx, load, new, schema, show, to_xlsx, trace):
    pack.add_command(command)
