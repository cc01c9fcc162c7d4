"""Rows into tables by the hundred thousand: COPY, with the columns' own defaults, indexes and foreign keys made afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Connection

NULL = "\\N"


class Columns:
    """The columns of a model in which rows are copied: ``given`` by each row, every other one by its default.

    A line is text as COPY reads it; rows that are written by the million put it together themselves, see :meth:`suffix`.
    """

    def __init__(self, model: type[models.Model], *given: str) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's columns
        fields = {field.column: field for field in meta.concrete_fields}
        if strange := set(given) - set(fields):
            raise KeyError(f"{model.__name__} has no columns {', '.join(sorted(strange))}")
        self.table = meta.db_table
        rest = [field for column, field in fields.items() if column not in given and not _generated(field)]
        self.names = [*given, *(str(field.column) for field in rest)]
        self.suffix = "".join(f"\t{_default(field)}" for field in rest)

    def line(self, *values: object) -> str:
        return "\t".join(map(text, values)) + self.suffix + "\n"

    def copy(self, connection: Connection, lines: Iterable[str]) -> None:
        """Send whole lines, in pieces of about a megabyte."""
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.table), sql.SQL(", ").join([sql.Identifier(name) for name in self.names])
        )
        with connection.cursor().copy(statement) as copy:
            piece: list[str] = []
            size = 0
            for line in lines:
                piece.append(line)
                size += len(line)
                if size > 1_000_000:
                    copy.write("".join(piece))
                    piece, size = [], 0
            copy.write("".join(piece))


def _generated(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField | models.BigAutoField)


def _default(field: models.Field[Any, Any]) -> str:
    value = field.get_default()
    if value is None or (value == "" and field.null):
        return NULL
    if isinstance(field, ArrayField):
        return "{}"
    if isinstance(field, models.JSONField):
        return json.dumps(value)
    return text(value)


def text(value: object) -> str:
    """A value as COPY reads it. What is nested goes as JSON."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, Mapping | list):
        value = json.dumps(value, ensure_ascii=False)
    written = str(value)
    if "\\" in written or "\t" in written or "\n" in written:
        written = written.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return written


# ---------------------------------------------------------------- indexes and keys


def lay_aside(connection: Connection, tables: Sequence[str], into: str) -> None:
    """Drop the foreign keys and indexes of ``tables`` (not their primary keys), and keep how to make them in ``into``."""
    keys = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
        "WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')",
        [list(tables)],
    ).fetchall()
    for table, name, definition, kind in keys:
        made = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(_named(table), sql.Identifier(name))
        _keep(connection, into, made.as_string(connection) + definition, 2 if kind == "f" else 1)
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_named(table), sql.Identifier(name))
        )
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary",
        [list(tables)],
    ).fetchall()
    for name, definition in indexes:
        _keep(connection, into, definition, 1)
        connection.execute(sql.SQL("DROP INDEX {}").format(_named(name)))


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(*name.replace('"', "").split("."))


def _keep(connection: Connection, into: str, statement: str, turn: int) -> None:
    connection.execute(
        sql.SQL("INSERT INTO {} (turn, statement) VALUES (%s, %s)").format(sql.Identifier(into)),
        [turn, statement],
    )


def put_back(connection: Connection, kept: str) -> int:
    """Make again what was laid aside, one transaction each, so that a broken run goes on where it stopped."""
    connection.execute("SET maintenance_work_mem = '512MB'")
    done = 0
    rows = connection.execute(
        sql.SQL("SELECT id, statement FROM {} ORDER BY turn, id").format(sql.Identifier(kept))
    ).fetchall()
    for number, statement in rows:
        with connection.transaction():
            connection.execute(statement)
            connection.execute(sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(kept)), [number])
        done += 1
    return done


def keep_counting(connection: Connection, tables: Sequence[str]) -> None:
    """Let the sequences of ``id`` go on after what was copied with ids of its own."""
    for table in tables:
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), max(id)) FROM {table}").format(
                name=sql.Literal(table), table=sql.Identifier(table)
            )
        )
