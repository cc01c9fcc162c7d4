"""Guide texts: Markdown to HTML, with raw HTML shown as text and links only to safe schemes."""

from __future__ import annotations

from itertools import pairwise

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_OWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def render(text: str) -> SafeString:
    """Safe HTML: markdown-it escapes HTML in the source and refuses javascript: and its kin.

    Headings go down one level, since the page's own title is the first.
    """
    tokens = _PARSER.parse(text or "")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    return mark_safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))  # noqa: S308 - html is off in the parser


def render_own(text: str) -> SafeString:
    """HTML of a page that the platform itself writes: HTML in it stays, and each heading is an address by its text in
    lower case. Never for what anybody uploads.
    """
    tokens = _OWN.parse(text)
    for token, inside in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", inside.content.lower())
        elif token.type == "table_open":
            token.attrSet("class", "table")
            token.attrSet("tabindex", "0")
    return mark_safe(_OWN.renderer.render(tokens, _OWN.options, {}))  # noqa: S308 - of our own making
