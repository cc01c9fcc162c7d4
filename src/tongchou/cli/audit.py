"""`tongchou audit`: seals and verifies the audit chain."""

import click

from tongchou.cli import db


@click.group()
def audit() -> None:
    """The audit chain: every action's record, sealed in batches."""


@audit.command()
def seal() -> None:
    """Seal the records not yet sealed."""
    with db.running(click.echo):
        db.setup_django()
        db.require_current()
        from tongchou.core import audit as chain

        click.echo(f"Sealed {chain.seal_pending()} records")


@audit.command()
def verify() -> None:
    """Recompute the chain; the exit code is 1 if it does not hold."""
    with db.running(click.echo):
        db.setup_django()
        db.require_current()
        from tongchou.core import audit as chain

        found = chain.verify()
    click.echo(
        f"{found.seals} seals over {found.sealed} records, {found.unsealed} not yet sealed: "
        + ("the chain holds" if found.ok else found.fault)
    )
    if not found.ok:
        raise SystemExit(1)
