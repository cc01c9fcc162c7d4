"""`tongchou figures`: the summary that screens of figures read, held against the facts and made anew."""

import time

import click

from tongchou.cli import db


@click.group()
def figures() -> None:
    """The sums that screens of figures read."""


@figures.command()
def check() -> None:
    """Hold the sums against the facts; the exit code is 1 where they differ."""
    with db.running(click.echo):
        db.setup_django()
        db.require_current()
        from tongchou.insight import summary

        found = summary.differences()
    for task, year, indicator in found:
        click.echo(f"task {task}, {year}, {indicator}: the sums are not what the facts come to")
    if found:
        click.echo("Run `tongchou figures rebuild`.")
        raise SystemExit(1)
    click.echo("The sums are what the facts come to")


@figures.command()
def rebuild() -> None:
    """Make the sums anew from the facts, one task and year after the other. May be run at any time; reading goes on."""
    with db.running(click.echo):
        db.setup_django()
        db.require_current()
        from tongchou.insight import summary

        for task, year in summary.parts():
            began = time.monotonic()
            summary.rebuild(task, year)
            click.echo(f"task {task}, {year}: {time.monotonic() - began:.1f} s")
        summary.fold()
