"""Guide texts: Markdown to HTML, with raw HTML shown as text and links only to safe schemes."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def render(text: str) -> SafeString:
    """Safe HTML: markdown-it escapes HTML in the source and refuses javascript: and its kin.

    Headings go down one level, since the page's own title is the first.
    """
    tokens = _PARSER.parse(text or "")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    return mark_safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))  # noqa: S308 - html is off in the parser
