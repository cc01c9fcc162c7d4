"""Pages of long lists. A list is counted at most once, and never past ``COUNT_TO``: beyond it filters help, not page 900."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

COUNT_TO = 10_000
PER_PAGE = 50


@dataclass
class Page:
    """One page of rows: two queries, whatever the length of the list."""

    rows: Sequence[Any]
    number: int = 1
    per_page: int = PER_PAGE
    count: int = 0
    query: str = ""
    name: str = "page"
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def more_than_counted(self) -> bool:
        return self.count > COUNT_TO

    @property
    def first(self) -> int:
        return (self.number - 1) * self.per_page + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.count, COUNT_TO) // self.per_page))

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.last < self.count and self.number < self.pages

    @property
    def near(self) -> list[int | None]:
        """Page numbers to offer; None is a gap."""
        wanted = sorted(
            {1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)}
        )
        out: list[int | None] = []
        for n in wanted:
            if out and n - (out[-1] or 0) > 1:
                out.append(None)
            out.append(n)
        return out


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    *,
    per_page: int = PER_PAGE,
    name: str = "page",
    count: int | None = None,
) -> Page:
    """The page of ``rows`` that the address asks for; a number out of range gives the nearest page.

    ``count``: how many there are, where that is known already.
    """
    if count is None:
        count = _bare(rows)[: COUNT_TO + 1].count() if isinstance(rows, QuerySet) else len(rows)
    try:
        number = int(request.GET.get(name, "1"))
    except ValueError:
        number = 1
    pages = max(1, -(-min(count, COUNT_TO) // per_page))
    number = min(max(1, number), pages)
    query = request.GET.copy()
    query.pop(name, None)
    start = (number - 1) * per_page
    return Page(
        rows=_part(rows, start, start + per_page) if count else [],
        number=number,
        per_page=per_page,
        count=count,
        query=query.urlencode(),
        name=name,
    )


def _bare(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same number of rows, without what is only shown of each."""
    return rows.order_by().values("pk") if _plain(rows) else rows.order_by()


def _part(rows: QuerySet[Any] | Sequence[Any], start: int, end: int) -> list[Any]:
    """Find the keys of the page first, in order, then read these rows: what is joined and computed for the others is not."""
    if not (isinstance(rows, QuerySet) and _plain(rows)):
        return list(rows[start:end])
    keys = list(rows.values_list("pk", flat=True)[start:end])
    by_key = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def _plain(rows: QuerySet[Any]) -> bool:
    """Whether each row is one row of the model, whole."""
    query = rows.query
    return not (query.values_select or query.group_by or query.distinct or query.combinator)


def whole(rows: Sequence[Any]) -> Page:
    """All of a short list as one page."""
    return Page(rows=list(rows), count=len(rows), per_page=max(1, len(rows)))
