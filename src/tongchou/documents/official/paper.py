"""An official document as plain data: headings, paragraphs, tables, charts, annexes, the line of issuer and date.

Whoever writes a document makes blocks and knows nothing of Word or PDF; both are made from the same blocks, so they say
the same. Headings are numbered here: 一、（一）1.（1）, anew below each heading above (GB/T 9704-2012 7.3.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias

from tongchou.forms.display import show_date

Side: TypeAlias = Literal["left", "center", "right"]

_NUMERALS = "一二三四五六七八九十"
_TITLE_WIDTH = 20
_PAUSES = re.compile(
    r"(?<=[的、和及与）》])(?=.)|(?<=.)(?=关于|[（《]|(?<!\d)\d{4}年)"
    r"|(?<=改革|体系|任务|建设|项目|中心|教育|年度|省级|情况)(?![厅局部委司处])(?=..)"
)
_ORDER_FORMS = ("{}、", "（{}）", "{}.", "（{}）")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first to the fourth rank, without its number."""

    kind: ClassVar[str] = "heading"
    rank: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``flush`` begins at the margin instead of two characters in."""

    kind: ClassVar[str] = "text"
    text: str
    flush: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """What is still to be written, in square brackets; whoever edits the Word file writes over it."""

    kind: ClassVar[str] = "fill"
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``share``: of the width, against the other columns."""

    head: str
    share: float = 1.0
    side: Side = "left"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose head is repeated on each page. ``merged``: first cells that follow one another and are equal are one."""

    kind: ClassVar[str] = "sheet"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: for each series a length (0 and up, ``None`` for no figure) and what is written beside it."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars lying on their side, every figure written out. ``full``: what a bar over the whole width stands for."""

    kind: ClassVar[str] = "chart"
    caption: str
    series: Sequence[str]
    bars: Sequence[Bar]
    full: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on the grid: where it stands (column, row), its figure in words and its shade from 0 to 1."""

    name: str
    text: str
    column: int
    row: int
    shade: float | None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Places as tiles in their relative positions; no borders are drawn."""

    kind: ClassVar[str] = "tiles"
    caption: str
    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Notes:
    """Small print below a table or at the end."""

    kind: ClassVar[str] = "notes"
    lines: Sequence[str]


Block: TypeAlias = Heading | Text | Fill | Sheet | Chart | Tiles | Notes


@dataclass(frozen=True, slots=True)
class Annex:
    """附件: begins on a page of its own."""

    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. ``on`` is the date that stands under the issuer and in the file; ``mark`` stands above the title
    at the margin (a list that is itself an annex: 附件); ``lines`` are the title's lines where whoever writes knows them.
    """

    title: str
    issuer: str
    on: date
    blocks: Sequence[Block]
    number: str = ""
    edition: str = ""
    addressee: str = ""
    annexes: Sequence[Annex] = ()
    notes: Sequence[str] = ()
    mark: str = ""
    lines: Sequence[str] = ()
    signed: bool = True

    @property
    def day(self) -> str:
        """The date as it is written: 2026年3月5日."""
        return show_date(self.on.isoformat())


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if number <= 10:
        return _NUMERALS[number - 1]
    return (_NUMERALS[tens - 1] if tens > 1 else "") + "十" + (_NUMERALS[ones - 1] if ones else "")


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with their headings numbered; captions of tables and charts numbered through."""
    counts, tables, figures = [0, 0, 0, 0], 0, 0
    made: list[Block] = []
    for block in blocks:
        match block:
            case Heading(rank=rank, text=text):
                counts[rank - 1] += 1
                counts[rank:] = [0] * (4 - rank)
                number = counts[rank - 1]
                order = _ORDER_FORMS[rank - 1].format(chinese(number) if rank < 3 else number)
                made.append(Heading(rank, order + text))
            case Sheet() if block.caption:
                tables += 1
                made.append(Sheet(f"表{tables}　{block.caption}", block.columns, block.rows, block.merged))
            case Chart():
                figures += 1
                made.append(Chart(f"图{figures}　{block.caption}", block.series, block.bars, block.full))
            case Tiles():
                figures += 1
                made.append(Tiles(f"图{figures}　{block.caption}", block.tiles))
            case _:
                made.append(block)
    return made


def title_lines(paper: Paper) -> list[str]:
    """The title's lines, those of whoever wrote it as far as each fits."""
    return [part for line in paper.lines or [paper.title] for part in broken(line)]


def broken(title: str) -> list[str]:
    """A title in lines of about the same length, broken where a reader would pause and never inside a number (7.3.1)."""
    wide = sum(1 if ord(c) > 0x2E7F else 0.6 for c in title)
    if wide <= _TITLE_WIDTH:
        return [title]
    middle, pauses = len(title) / 2, [m.start() for m in _PAUSES.finditer(title)]
    good = [at for at in pauses if not _bracketed(title, at)] or pauses
    best = min(good or [round(middle)], key=lambda at: abs(at - middle))
    if abs(best - middle) > _TITLE_WIDTH / 2:
        best = round(middle)
    return [*broken(title[:best]), *broken(title[best:])]


def _bracketed(title: str, at: int) -> bool:
    """Whether a break there would tear brackets apart."""
    return any(title[:at].count(left) > title[:at].count(right) for left, right in ("（）", "《》", "“”"))


def annex_marks(paper: Paper) -> list[str]:
    """What stands above each annex: 附件 if there is one, else 附件1, 附件2 …"""
    return ["附件"] if len(paper.annexes) == 1 else [f"附件{n}" for n in range(1, len(paper.annexes) + 1)]


def annex_list(paper: Paper) -> list[str]:
    """The lines 附件：1. … below the text, without marks at their ends (7.3.4)."""
    if len(paper.annexes) == 1:
        return [paper.annexes[0].title]
    return [f"{n}. {annex.title}" for n, annex in enumerate(paper.annexes, 1)]


def merges(rows: Sequence[Sequence[str]]) -> list[int]:
    """For each row, over how many rows its first cell reaches; 0 where it is part of one above."""
    spans = [0] * len(rows)
    start = 0
    for n, row in enumerate(rows):
        if row[0] != rows[start][0]:
            start = n
        spans[start] += 1
    return spans


def as_data(paper: Paper) -> dict[str, Any]:
    """The document as plain data for the template of the PDF: numbered, with the spans of merged cells."""
    return {
        "title": paper.title,
        "issuer": paper.issuer,
        "date": paper.on.isoformat(),
        "day": paper.day,
        "number": paper.number,
        "edition": paper.edition,
        "addressee": paper.addressee,
        "mark": paper.mark,
        "lines": title_lines(paper),
        "signed": paper.signed,
        "notes": list(paper.notes),
        "blocks": [block_data(block) for block in numbered(paper.blocks)],
        "annex_list": annex_list(paper),
        "annexes": [
            {
                "mark": mark,
                "lines": broken(annex.title),
                "blocks": [block_data(b) for b in numbered(annex.blocks)],
            }
            for mark, annex in zip(annex_marks(paper), paper.annexes, strict=True)
        ],
    }


def block_data(block: Block) -> dict[str, Any]:
    """One block as plain data."""
    made = asdict(block) | {"kind": block.kind}
    if isinstance(block, Sheet) and block.merged:
        made["spans"] = merges(block.rows)
    return made
