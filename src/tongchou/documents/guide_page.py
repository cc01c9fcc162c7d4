"""The guide of a task as a web page of its own: one HTML file that needs nothing else and prints well."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_STYLE = Path(__file__).parent / "templates" / "guide.css"
_PAGE = """<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><p>{programme}</p><h1>{title}</h1><p>{place}　{day}</p></header>
<nav aria-label="目录"><ol>{contents}</ol></nav>
<main>{sections}</main>
</body>
</html>
"""


def page(guide: Mapping[str, Any]) -> str:
    """``guide`` (of ``guide.guide``) as a whole page."""
    year, month, day = guide["date"].split("-")
    numbered = list(enumerate(guide["sections"], 1))
    return format_html(
        _PAGE,
        title=guide["title"],
        style=mark_safe(_STYLE.read_text(encoding="utf-8")),  # noqa: S308 - our own file
        programme=guide["programme"],
        place=guide["place"],
        day=f"{int(year)}年{int(month)}月{int(day)}日",
        contents=format_html_join(
            "", '<li><a href="#s{}">{}</a></li>', ((n, s["title"]) for n, s in numbered)
        ),
        sections=format_html_join(
            "\n",
            '<section id="s{}"><h2>{}. {}</h2>{}</section>',
            ((n, n, s["title"], _blocks(s["blocks"])) for n, s in numbered),
        ),
    )


def _blocks(blocks: list[dict[str, Any]]) -> SafeString:
    return format_html_join("\n", "{}", ((_block(block),) for block in blocks))


def _block(block: Mapping[str, Any]) -> SafeString:
    note = format_html('<p class="note">{}</p>', block["note"]) if block["note"] else ""
    if block["kind"] == "table":
        return format_html("{}{}", _table(block), note)
    caption = format_html("<h3>{}</h3>", block["caption"]) if block["caption"] else ""
    tag = mark_safe("ol" if block["numbered"] else "ul")  # noqa: S308 - one of two words
    return format_html("{}{}<{}>{}</{}>", caption, note, tag, _items(block["items"]), tag)


def _items(items: list[dict[str, Any]]) -> SafeString:
    """The items; those of level 1 stand in a list inside the one before them."""
    made = mark_safe("")
    number = 0
    while number < len(items):
        inner = number + 1
        while inner < len(items) and items[inner]["level"]:
            inner += 1
        nested = (
            format_html("<ul>{}</ul>", _items_flat(items[number + 1 : inner])) if inner > number + 1 else ""
        )
        made += format_html("<li>{}{}</li>", _line(items[number]), nested)
        number = inner
    return made


def _items_flat(items: list[dict[str, Any]]) -> SafeString:
    return format_html_join("", "<li>{}</li>", ((_line(item),) for item in items))


def _line(item: Mapping[str, Any]) -> SafeString:
    note = format_html('<span class="note">（{}）</span>', item["note"]) if item["note"] else ""
    cite = format_html(' <span class="cite">{}</span>', item["cite"]) if item["cite"] else ""
    return format_html("{}{}{}", item["text"], note, cite)


def _table(block: Mapping[str, Any]) -> SafeString:
    columns = block["columns"]
    caption = format_html("<caption>{}</caption>", block["caption"]) if block["caption"] else ""
    kinds = ["number" if c["number"] else "cite" if c["label"] == "依据" else "text" for c in columns]
    head = format_html_join(
        "", '<th scope="col" class="{}">{}</th>', zip(kinds, (c["label"] for c in columns), strict=True)
    )
    rows = format_html_join(
        "\n",
        "<tr>{}</tr>",
        (
            (format_html_join("", '<td class="{}">{}</td>', zip(kinds, row, strict=True)),)
            for row in block["rows"]
        ),
    )
    return format_html(
        '<div class="table"><table>{}<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>',
        caption,
        head,
        rows,
    )
