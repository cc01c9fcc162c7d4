"""`tongchou rehearse` makes a database of its own and never touches one that holds anything real."""

import os
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg
import pytest

from tongchou.cli.own_database import own_database

URL = os.environ["DATABASE_URL"]


@pytest.fixture
def named():
    """A name of a database that is dropped in the end, and how to run SQL in it."""
    name = f"rehearsal_test_{os.getpid()}"

    def run(text):
        with psycopg.connect(
            urlunsplit(urlsplit(URL)._replace(path=f"/{name}")), autocommit=True
        ) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else None

    yield name, run
    with psycopg.connect(URL, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_it_is_made_and_made_anew(named):
    name, run = named
    assert urlsplit(own_database(URL, name, kind="rehearsal")).path == f"/{name}"
    run("CREATE TABLE orgs_unit (rehearsal boolean)")
    run("INSERT INTO orgs_unit VALUES (true)")
    own_database(URL, name, kind="rehearsal")
    assert run("SELECT to_regclass('orgs_unit')") == [(None,)]


def test_what_was_begun_is_kept_where_that_is_asked(named):
    name, run = named
    own_database(URL, name, kind="generated", keep="generated_part")
    run("CREATE TABLE generated_part (name text)")
    run("CREATE TABLE orgs_unit (rehearsal boolean)")
    own_database(URL, name, kind="generated", keep="generated_part")
    assert run("SELECT count(*) FROM generated_part") == [(0,)]
    run("INSERT INTO orgs_unit VALUES (false)")
    with pytest.raises(click.ClickException, match="1 real units"):
        own_database(URL, name, kind="generated", keep="generated_part")


def test_real_units_are_refused_and_stay(named):
    name, run = named
    own_database(URL, name, kind="rehearsal")
    run("CREATE TABLE orgs_unit (rehearsal boolean)")
    run("INSERT INTO orgs_unit VALUES (true), (false)")
    with pytest.raises(click.ClickException, match=r"1 real units.*--database"):
        own_database(URL, name, kind="rehearsal")
    assert run("SELECT count(*) FROM orgs_unit") == [(2,)]


def test_somebody_elses_tables_are_refused_and_stay(named):
    name, run = named
    own_database(URL, name, kind="rehearsal")
    run("CREATE TABLE ledger (n int)")
    with pytest.raises(click.ClickException, match="not Tongchou's"):
        own_database(URL, name, kind="rehearsal")
    assert run("SELECT count(*) FROM ledger") == [(0,)]


def test_a_name_that_is_no_name_is_refused():
    with pytest.raises(click.ClickException, match="no name for a database"):
        own_database(URL, 'x"; DROP DATABASE y; --', kind="rehearsal")
