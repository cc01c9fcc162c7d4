"""`tongchou pack`: check, load, show and trace packs. Exit codes: 0 well, 1 the pack is refused, 2 misuse."""

from __future__ import annotations

import click

from tongchou.cli.pack.check import check
from tongchou.cli.pack.load import load
from tongchou.cli.pack.show import show
from tongchou.cli.pack.trace import trace


@click.group()
def pack() -> None:
    """Check, load, show and trace packs of configuration."""


for command in (check, load, show, trace):
    pack.add_command(command)
