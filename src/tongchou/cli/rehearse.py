"""`tongchou rehearse`: plays a whole round in a database of its own, and prints what came of it."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from tongchou.cli import db
from tongchou.cli.own_database import own_database
from tongchou.paths import database_url, packs_dir


@click.command()
@click.argument("programme")
@click.option("--place", default="220000", show_default=True, help="Code of the province that plays.")
@click.option("--units", default=200, show_default=True, type=click.IntRange(5, 20_000))
@click.option("--task", "numbers", multiple=True, type=int, help="Number of a task to play; all by default.")
@click.option(
    "--round",
    "round_code",
    default="",
    help="Code of the round to play; by default the first that the place's own windows or quotas speak of.",
)
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same result.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Where the bulletins are written."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option(
    "--database", help="Name of the database to play in; by default <name>_rehearsal beside the usual one."
)
def rehearse(
    programme: str,
    place: str,
    units: int,
    numbers: tuple[int, ...],
    round_code: str,
    seed: int,
    out: Path | None,
    as_json: bool,
    database: str | None,
) -> None:
    """Play a round of PROGRAMME and the year after it on invented units, through the real actions.

    PROGRAMME is one of the packs that come with the platform, or the folder of any other. Everything happens in a database of its own, made anew each time; one that holds real cases is refused.
    """
    say = partial(click.echo, err=as_json)  # beside the JSON, so that what runs long is seen to run
    with db.running(say):
        os.environ["DATABASE_URL"] = own_database(database_url(), database, kind="rehearsal")
        db.setup_django()
        say("Making the tables")
        db.bring_up_to_date()
        if (Path(programme) / "programme.yaml").is_file():
            programme = str(Path(programme).resolve())
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        found = _play(programme, place, units, numbers, round_code, seed, out, say)
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else "\n" + _render(found))
    if out is not None and not as_json:
        click.echo(f"\nBulletins written to {out}/")
    if not found["audit"]["ok"]:
        raise SystemExit(1)


def _play(
    programme: str,
    place: str,
    units: int,
    numbers: tuple[int, ...],
    round_code: str,
    seed: int,
    out: Path | None,
    say: Callable[[str], Any],
) -> dict[str, Any]:
    from tongchou.orgs.models import Jurisdiction
    from tongchou.orgs.places import PlacesError
    from tongchou.programmes.actions import PackRefused
    from tongchou.rehearsal import main_job, sample

    try:
        asked = sample.load_packs(packs_dir(), programme, say)
    except (PackRefused, PlacesError) as error:
        raise click.ClickException(str(error)) from error
    try:
        where = Jurisdiction.objects.get(code=place, level="province")
    except Jurisdiction.DoesNotExist as error:
        raise click.ClickException(
            f"There is no province {place!r}; provinces are six-character codes such as 220000."
        ) from error
    known = set(asked.tasks.values_list("number", flat=True))
    if strange := sorted(set(numbers) - known):
        raise click.ClickException(
            f"The programme has no task {', '.join(map(str, strange))}; it has {', '.join(map(str, sorted(known)))}."
        )
    rounds = set(asked.rounds.values_list("code", flat=True))
    if round_code and round_code not in rounds:
        raise click.ClickException(
            f"The programme has no round {round_code!r}; it has {', '.join(sorted(rounds))}."
        )
    return main_job.run(
        programme=asked,
        place=where,
        units=units,
        numbers=numbers,
        seed=seed,
        evidence=sample.evidence_pdf(),
        folder=out,
        echo=say,
        round_code=round_code,
    )


def _render(found: dict[str, Any]) -> str:
    from tongchou.rehearsal.result import render

    return render(found)
