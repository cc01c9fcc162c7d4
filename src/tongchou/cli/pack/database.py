"""The database of the commands that need what is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from tongchou.cli.db import require_current, running, setup_django


@contextmanager
def database() -> Iterator[None]:
    """The database running and up to date; what the server has to say goes to standard error."""
    with running(echo=lambda text: click.echo(text, err=True)):
        setup_django()  # not before: the settings ask where the database is
        require_current()
        yield
