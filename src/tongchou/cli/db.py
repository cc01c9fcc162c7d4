"""`tongchou db` and `tongchou migrate`: the database, and whether it is one of ours."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
import psycopg

from tongchou.cli.postgres import Cluster
from tongchou.paths import data_dir

MARK = "tongchou"  # the comment on django_migrations, set before the first migration
OURS = {"core", "orgs", "programmes"}
MIGRATION_LOCK = 0x746F6E67


class DatabaseRefusal(click.ClickException):
    """The database is not one this code may write to. Nothing was changed."""


def embedded() -> Cluster:
    return Cluster(data_dir() / "postgres")


def embedded_is_meant() -> bool:
    return not os.environ.get("DATABASE_URL")


# ---------------------------------------------------------------- whose database is it


def setup_django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    django.setup()


def check_database() -> list[str]:
    """Refuse a database that is not ours or is newer than this code; answer the migrations it still lacks."""
    from django.db import OperationalError, connection
    from django.db.migrations.loader import MigrationLoader

    try:
        tables = set(connection.introspection.table_names())
    except (OperationalError, psycopg.OperationalError) as error:
        raise DatabaseRefusal(
            f"The database cannot be reached: {error}\nCheck DATABASE_URL, or run `tongchou db start`."
        ) from error
    name = connection.settings_dict["NAME"]
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    if tables and not (_marked() or {label for label, _ in applied} >= OURS):
        raise DatabaseRefusal(
            f"The database {name} holds tables ({', '.join(sorted(tables)[:5])}…) but they are not Tongchou's. "
            "Nothing was changed. Point DATABASE_URL at an empty database, or at one that Tongchou made."
        )
    known = set(loader.disk_migrations)
    known |= {replaced for migration in loader.disk_migrations.values() for replaced in migration.replaces}
    if unknown := sorted(applied - known):
        listed = ", ".join(f"{label}.{migration}" for label, migration in unknown[:5])
        raise DatabaseRefusal(
            f"The database {name} was made by a newer Tongchou than this one, or by one from before its first release: "
            f"it has had {listed}. Nothing was changed. Start the version that made it, or restore a backup made before "
            "it; a demo begins afresh with RESET=1."
        )
    return [
        f"{label}.{migration}" for label, migration in loader.graph.nodes if (label, migration) not in applied
    ]


def bring_up_to_date() -> list[str]:
    """Apply what is missing, one process at a time; answer what was applied."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    check_database()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            missing = check_database()  # another process may have done it while we waited
            if missing:
                MigrationRecorder(connection).ensure_schema()
                cursor.execute(f"COMMENT ON TABLE django_migrations IS '{MARK}'")
                call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    return missing


def _marked() -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        return cursor.fetchone()[0] == MARK


@contextmanager
def running(echo: Callable[[str], Any]) -> Iterator[None]:
    """The database is up for the block: the embedded server is started, and stopped again, if it was not running."""
    if not embedded_is_meant():
        yield
        return
    cluster = embedded()
    process = cluster.start(echo=echo)
    try:
        yield
    finally:
        if process is not None:
            cluster.stop()


def require_current() -> None:
    """Refuse a database that lacks migrations; a command that only reads must not apply them."""
    if missing := check_database():
        raise DatabaseRefusal(f"The database lacks {len(missing)} migrations. Run `tongchou migrate` first.")


# ---------------------------------------------------------------- commands


@click.group()
def db() -> None:
    """The embedded PostgreSQL server of the data directory."""


@db.command()
def start() -> None:
    """Start it in the background; it stays until `tongchou db stop`."""
    cluster = embedded()
    began = cluster.start(background=True)
    click.echo("Started" if began else "It was running already")


@db.command()
def stop() -> None:
    """Stop it."""
    click.echo("Stopped" if embedded().stop() else "It was not running")


@db.command()
def status() -> None:
    """Say whether it runs; the exit code is 3 if not."""
    cluster = embedded()
    if not cluster.pid:
        click.echo("Not running")
        raise SystemExit(3)
    click.echo(f"Running as process {cluster.pid}; its log is {cluster.log}")


@db.command()
def url() -> None:
    """Print its address, with its password: psql "$(tongchou db url)"."""
    if not embedded().password_file.exists():
        raise DatabaseRefusal("There is no embedded database yet; `tongchou db start` makes one.")
    click.echo(embedded().url)


@click.command()
def migrate() -> None:
    """Bring the database up to this version of the code."""
    setup_django()
    applied = bring_up_to_date()
    click.echo(f"Applied {len(applied)} migrations" if applied else "The database is up to date")
