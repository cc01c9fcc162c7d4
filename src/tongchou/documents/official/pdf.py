"""An official document as PDF, and its charts as pictures; the same data gives the same bytes."""

from __future__ import annotations

from tongchou.documents import typesetting
from tongchou.documents.official.paper import Chart, Paper, Tiles, as_data, block_data


def made(paper: Paper) -> bytes:
    """The document as PDF."""
    return typesetting.render("paper", as_data(paper), on=paper.on)


def picture(chart: Chart | Tiles) -> bytes:
    """A chart as PNG, as wide as the type area."""
    return typesetting.picture("chart", block_data(chart))
