"""A database of its own for what is invented: made beside the usual one, refused where it holds anything real."""

import re
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg
from psycopg import sql


def own_database(url: str, name: str | None, *, kind: str, keep: str = "") -> str:
    """Make the database ``name`` (by default ``<usual>_<kind>``) and return its URL; refuse one that holds anything real.

    It is made anew each time, unless it has the table ``keep``: then what stands there is gone on with.
    """
    parts = urlsplit(url)
    usual = parts.path.lstrip("/") or "tongchou"
    name = name or f"{usual}_{kind}"
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,62}", name):
        raise click.ClickException(
            f"{name!r} is no name for a database: letters, digits and underscores, please."
        )
    own = urlunsplit(parts._replace(path=f"/{name}"))
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if exists:
                _refuse_real(own, name)
                if keep and _has(own, keep):
                    return own
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            # What is invented can be made again, so a crash may lose its last moments.
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise click.ClickException(
            f"The database user may not create the database {name!r}. Grant it CREATEDB, or unset "
            "DATABASE_URL to use the embedded server. Nothing was changed."
        ) from error
    except psycopg.OperationalError as error:
        raise click.ClickException(f"The database cannot be reached: {error}\nCheck DATABASE_URL.") from error
    return own


def _has(url: str, table: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass(%s)", [table]).fetchone()
    return bool(row and row[0])


def _refuse_real(url: str, name: str) -> None:
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE relname = 'orgs_unit') FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchone()
        if not tables or not tables[0]:
            return
        ours = bool(tables[1])
        real = ours and connection.execute("SELECT count(*) FROM orgs_unit WHERE NOT rehearsal").fetchone()
    if not ours:
        raise click.ClickException(
            f"The database {name} holds tables that are not Tongchou's. Nothing was changed. Name another by --database."
        )
    if real and real[0]:
        raise click.ClickException(
            f"The database {name} holds {real[0]} real units. Nothing invented ever goes there, and nothing was changed. "
            "Name another by --database."
        )
