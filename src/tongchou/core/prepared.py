"""Questions of nearly every request, composed once in a process instead of each time they are asked.

To compose a question with its joins costs the ORM more than PostgreSQL takes to answer one by number. A :class:`Prepared`
question is written as a queryset, so that columns, joins and locks stay the ORM's affair. What its compiler made of it is
kept, and only the values change. Written for Django 5.2, whose compiler and rows it uses.
"""

from __future__ import annotations

import copy
import inspect
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from django.db.models.query import ModelIterable, QuerySet

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)

_FIRST_MARK = 2_147_000_000
_MOST_SHAPES = 100  # of one question: tuples of any length come in as many


class Prepared(Generic[M]):
    """The rows of ``compose(…)``.

    A value is a number or a string that a column is compared with, or a tuple of them for ``__in``; ``None`` is given to
    ``compose`` as it is. What depends on a value in another way (its truth, its digits) can't be prepared.
    """

    def __init__(self, compose: Callable[..., QuerySet[M]]) -> None:
        self._compose = compose
        self._names = tuple(inspect.signature(compose).parameters)
        self._kept: dict[tuple[Any, ...], tuple[SQLCompiler, str, list[Any]]] = {}

    def __call__(self, **values: Any) -> list[M]:
        """Ask once; as many rows as there are, in the order of the queryset."""
        given = [values[name] for name in self._names]
        shape = tuple(_shape(value) for value in given)
        try:
            compiler, statement, places = self._kept.get(shape) or self._keep(shape, given)
        except EmptyResultSet:  # one of nothing
            return []
        flat = _flat(given)
        now = [flat[place.at] if isinstance(place, _Place) else place for place in places]
        return list(ModelIterable(_Asked(compiler, statement, now)))  # type: ignore[arg-type]

    def _keep(self, shape: tuple[Any, ...], given: list[Any]) -> tuple[SQLCompiler, str, list[Any]]:
        composed = self._composed(given)
        if len(self._kept) < _MOST_SHAPES:
            self._kept[shape] = composed
        return composed

    def _composed(self, given: list[Any]) -> tuple[SQLCompiler, str, list[Any]]:
        numbers = count()
        marked = [_marked(value, numbers) for value in given]
        at = {mark: _Place(n) for n, mark in enumerate(_flat(marked))}
        compiler = self._compose(*marked).query.get_compiler(DEFAULT_DB_ALIAS)
        statement, values = compiler.as_sql()
        places = [at.get(value, value) if type(value) in {int, str} else value for value in values]
        return compiler, statement, places


class _Place:
    """Where a statement takes one of the given values."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class _Asked:
    """What Django's rows want to know of a queryset: a compiler, which here knows its statement."""

    db = DEFAULT_DB_ALIAS
    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, compiler: SQLCompiler, statement: str, values: list[Any]) -> None:
        self.query = self
        self._compiler: Any = copy.copy(compiler)
        self._compiler.connection = connections[DEFAULT_DB_ALIAS]
        self._compiler.as_sql = lambda **_: (statement, values)  # type: ignore[method-assign, assignment]

    def get_compiler(self, using: str) -> SQLCompiler:
        return self._compiler


def _shape(value: Any) -> Any:
    return len(value) if isinstance(value, tuple) else None if value is None else type(value)


def _marked(value: Any, numbers: count[int]) -> Any:
    """A value of the same shape that no constant of a statement equals."""
    if isinstance(value, tuple):
        return tuple(_marked(one, numbers) for one in value)
    if value is None:
        return None
    number = _FIRST_MARK + next(numbers)
    return number if isinstance(value, int) else f"mark-{number}"


def _flat(values: list[Any]) -> list[Any]:
    return [one for value in values for one in (value if isinstance(value, tuple) else [value])]
