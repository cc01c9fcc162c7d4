"""Statements asked so often that planning them anew would cost more than answering them.

The ORM composes its statements with the values in them, so PostgreSQL plans each one again: of a save's question with its
ten tables that took ten times as long as the answer. What goes through :func:`prepared` is planned once a connection.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.utils import CursorWrapper


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **_options: Any) -> _Prepared:
        super().execute(query, params, prepare=True)
        return self


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor of the current connection and transaction, for a few fixed statements with ``%s`` for their values."""
    connection.ensure_connection()
    raw: Any = _Prepared(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor


def rows(statement: str, values: list[Any]) -> list[dict[str, Any]]:
    """What a question answers, by column."""
    with prepared() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
