"""Guide texts: Markdown to HTML, with raw HTML shown as text and links only to safe schemes."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def render(text: str) -> SafeString:
    """Safe HTML: markdown-it escapes HTML in the source and refuses javascript: and its kin."""
    return mark_safe(_PARSER.render(text or ""))  # noqa: S308 - html is off in the parser
