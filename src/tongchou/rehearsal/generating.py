"""`tongchou generate`: a nation of invented units, projects and figures, written in bulk, in parts that are kept one by one.

Each part is one transaction that also notes itself as done, so a run that was broken off goes on with the next. What is
invented hangs on the seed alone. No action is called: this is data to measure on, not a round that was played.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from django.db import connection as django_connection
from psycopg import sql

from tongchou.insight import summary
from tongchou.monitoring.models import Period
from tongchou.orgs.actions import load_jurisdictions
from tongchou.orgs.models import Membership
from tongchou.programmes.actions import load_pack
from tongchou.rehearsal import bulk, invented_programme, sample
from tongchou.rehearsal.invented_figures import Figures
from tongchou.rehearsal.invented_projects import Nation

if TYPE_CHECKING:
    from psycopg import Connection

FIRST_YEAR = 2024
PARTS = "generated_part"
_LATER = "generated_later"
_BULK = (
    "monitoring_indicatorvalue",
    "monitoring_performancereport",
    "monitoring_reportrevision",
    "monitoring_annualtarget",
)
_WITH_IDS = (
    "orgs_unit",
    "orgs_person",
    "applications_application",
    "applications_revision",
    "monitoring_period",
    "monitoring_performancereport",
    "monitoring_reportrevision",
)
_AT_ONCE = 4000
"""Projects written in one transaction: some 50 MB of text in memory."""


@dataclass(frozen=True, slots=True)
class Size:
    units: int
    projects: int
    indicators: int
    years: int = 3


SIZES = {
    "tiny": Size(60, 150, 10),
    "small": Size(1_100, 10_000, 43),
    "national": Size(11_000, 100_000, 43),
}
"""``national``: about 12 million values. A report in thirty never came, and one answer in fifty is missing."""


class OtherSizeError(Exception):
    """The database was begun with other settings."""


def generate(size: Size, *, seed: int, packs: Path, echo: Callable[[str], Any]) -> dict[str, Any]:
    """Fill the database, or go on filling it; return how many rows there are of what.

    Raises :class:`OtherSizeError` where it was begun with another size or seed.
    """
    with _connected() as connection:
        _begin(connection, size, seed)
        done = {name for (name,) in connection.execute("SELECT name FROM generated_part")}

        def part(name: str, write: Callable[[Connection], Any]) -> None:
            if name in done:
                return
            with connection.transaction():
                write(connection)
                connection.execute("INSERT INTO generated_part (name) VALUES (%s)", [name])
            echo(name)

        part("places and programme", lambda _: _ground(packs, size))
        echo("inventing units and projects")
        nation = Nation(units=size.units, projects=size.projects, seed=seed)
        years = [FIRST_YEAR + n for n in range(size.years)]
        part("units and people", nation.copy_people_and_units)
        part("projects", nation.copy_projects)
        part("periods", lambda c: nation.copy_periods(c, years))
        if "indexes" not in done:
            part("indexes laid aside", lambda c: bulk.lay_aside(c, _BULK, _LATER))
            part("triggers set still", lambda c: _triggers(c, "DISABLE"))
        figures = _figures(size, years)
        for year in years:
            for start in range(0, size.projects, _AT_ONCE):
                some = nation.projects[start : start + _AT_ONCE]
                part(f"reports {year} {start}", partial(figures.copy, projects=some, year=year))
        if "indexes" not in done:
            echo("making indexes")
            bulk.put_back(connection, _LATER)
            part("indexes", lambda c: _triggers(c, "ENABLE"))
        part("numbers", lambda c: bulk.keep_counting(c, _WITH_IDS))
        part("mergers", nation.move_and_merge)
        for task, year in summary.parts():
            part(f"summary {year} {task}", partial(_sum_up, task=task, year=year))
        if "vacuum" not in done:
            echo("vacuum")
            connection.execute("VACUUM ANALYZE")
            part("vacuum", lambda _: None)
        counted = {
            table: connection.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ).fetchone()
            for table in (*_WITH_IDS, _BULK[0])
        }
    return {table: row[0] for table, row in counted.items() if row}


@contextmanager
def _connected() -> Iterator[Connection]:
    """A connection beside Django's, which is left to the actions that lay the ground."""
    settings = {
        key: value
        for key, value in django_connection.get_connection_params().items()
        if key in {"dbname", "user", "password", "host", "port", "options"}
    }
    with psycopg.connect(**settings, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        yield connection


def _begin(connection: Connection, size: Size, seed: int) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS generated_part (name text PRIMARY KEY)")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS generated_later (id serial PRIMARY KEY, turn int, statement text)"
    )
    connection.execute("CREATE TABLE IF NOT EXISTS generated_size (asked jsonb)")
    asked = {**asdict(size), "seed": seed}
    row = connection.execute("SELECT asked FROM generated_size").fetchone()
    if row is None:
        connection.execute("INSERT INTO generated_size VALUES (%s)", [json.dumps(asked)])
    elif row[0] != asked:
        raise OtherSizeError(json.dumps(row[0]))


def _ground(packs: Path, size: Size) -> None:
    load_jurisdictions(packs / sample.PLACES)
    with tempfile.TemporaryDirectory() as folder:
        load_pack(
            invented_programme.write(
                Path(folder) / "generated", indicators=size.indicators, first_year=FIRST_YEAR
            )
        )


def _triggers(connection: Connection, what: Literal["ENABLE", "DISABLE"]) -> None:
    for table in _BULK:
        connection.execute(
            sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(what))
        )


def _sum_up(_: Connection, *, task: int, year: int) -> None:
    summary.rebuild(task, year)


def _figures(size: Size, years: list[int]) -> Figures:
    periods = {
        (task, place, year): pk
        for pk, task, place, year in Period.objects.values_list("pk", "task_id", "place_id", "year")
    }
    ministry = Membership.objects.get(
        authority__place_id="000000", authority__department="education", role=Membership.Role.OFFICER
    ).person_id
    return Figures(invented_programme.shapes(size.indicators), years, size.projects, periods, ministry)
