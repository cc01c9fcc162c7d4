"""`tongchou generate`: invented data of national size, to measure and to look at, in a database of its own."""

import json
import os
import time
from functools import partial
from urllib.parse import urlsplit

import click

from tongchou.cli import db
from tongchou.cli.own_database import own_database
from tongchou.paths import database_url, packs_dir


@click.command()
@click.option("--size", type=click.Choice(["tiny", "small", "national"]), default="small", show_default=True)
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same data.")
@click.option("--anew", is_flag=True, help="Throw away what an earlier run left instead of going on with it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object in the end.")
@click.option(
    "--database", help="Name of the database to fill; by default <name>_generated beside the usual one."
)
def generate(size: str, seed: int, anew: bool, as_json: bool, database: str | None) -> None:
    """Invent units, projects and years of figures, written in bulk.

    National: 11,000 units, 100,000 projects, 12 million values. A run that was broken off goes on where it stopped. To look at
    it, serve with DATABASE_URL as printed; the ministry's officer is nation-000000, a province's province-220000, and so on: set
    a password first with `tongchou manage changepassword`.
    """
    say = partial(click.echo, err=as_json)
    began = time.monotonic()
    with db.running(say):
        url = own_database(database_url(), database, kind="generated", keep="" if anew else "generated_part")
        os.environ["DATABASE_URL"] = url
        db.setup_django()
        say("Making the tables")
        db.bring_up_to_date()
        from tongchou.rehearsal import generating

        def told(line: str) -> None:
            say(f"{time.monotonic() - began:6.0f} s  {line}")

        try:
            counted = generating.generate(generating.SIZES[size], seed=seed, packs=packs_dir(), echo=told)
        except generating.OtherSizeError as error:
            raise click.ClickException(
                f"An earlier run with other settings ({error}) left this database. Give the same, or --anew to throw it away."
            ) from error
    found = {
        "seconds": round(time.monotonic() - began, 1),
        "database": urlsplit(url).path.lstrip("/"),
        "rows": counted,
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    for table, rows in counted.items():
        click.echo(f"{table:35}{rows:>12,}")
    click.echo(f"{found['seconds']} s, in the database {found['database']}")
