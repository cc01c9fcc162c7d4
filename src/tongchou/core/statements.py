"""Questions of every request, written as SQL: composing them by the ORM costs more than asking them."""

from __future__ import annotations

from typing import Any

from django.db import connection


def rows(statement: str, values: list[Any]) -> list[dict[str, Any]]:
    """What a question answers, by column."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
