"""Everything a person can have from the platform, without a browser: each page that links lead to, and each address guessed.

:func:`reached` follows links, sources, data addresses and forms that only ask, from where the person comes in;
:func:`guessed` asks every address there is for the things named. Both read what an answer tells whole: its headers with the
names of files, the text of pages, of PDFs with their properties, and of what is inside Excel and Word files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import pikepdf
import pypdfium2
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve

from tongchou.orgs import tokens
from tongchou.outbox.models import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tongchou.orgs.models import Person

_LINK = re.compile(r'\b(?:href|src|data-[a-z-]+|hx-get|formaction)="((?:/|\?)[^"#]*)')
_ASKING = re.compile(r'<form(?![^>]*method="post")[^>]*action="((?:/|\?)[^"#]*)', re.IGNORECASE)
_ELSEWHERE = ("/static/", "/account/", "/demo/", "/language/")
MOST, FEW = 400, 2  # addresses in all, and of one kind among those that are the same for everybody
_SAME = ("public:", "unit:begin_task", "api:")


def told(response: Any) -> str:
    """What an answer tells."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    words = [unquote(" ".join(f"{key}: {value}" for key, value in response.headers.items()))]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as opened:
            words += [*map(str, opened.docinfo.values()), str(opened.Root.get("/Outlines", ""))]
        with pypdfium2.PdfDocument(content) as pages:
            words += [page.get_textpage().get_text_range() for page in pages]
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            words += [name + parts.read(name).decode(errors="ignore") for name in parts.namelist()]
    else:
        words.append(unescape(content.decode(errors="ignore")))
    return "\n".join(words)


def _kind(address: str) -> str:
    return resolve(urlsplit(address).path).view_name or ""


def reached(
    person: Person, start: Iterable[str], *, enough: Callable[[str], bool] | None = None
) -> dict[str, str]:
    """What ``person`` gets from every address that ``start`` leads to; with ``enough``, until a text is."""
    client = Client()
    client.force_login(person)
    waiting, found, kinds = list(start), {}, Counter()
    while waiting:
        address = waiting.pop(0)
        if address in found or address.startswith(_ELSEWHERE):
            continue
        kind = _kind(address)
        kinds[kind] += 1
        if kind.startswith(_SAME) and kinds[kind] > FEW:
            continue
        response = client.get(address)
        assert response.status_code < 500, address
        found[address] = told(response)
        if enough is not None and enough(found[address]):
            return found
        if "html" in response.get("Content-Type", ""):
            links = _LINK.findall(found[address]) + _ASKING.findall(found[address])
            waiting += [urljoin(address, re.sub("/0/$", "/1/", link)) for link in links if _page(link) < 3]
        elif location := response.get("Location"):
            waiting.append(urlsplit(location)._replace(scheme="", netloc="").geturl())
        assert len(found) <= MOST, Counter(map(_kind, found)).most_common(9)
    return found


def _page(link: str) -> int:
    number = parse_qs(urlsplit(link).query).get("page", ["1"])[0]
    return int(number) if number.isdecimal() else 1


def guessed(person: Person, numbers: Mapping[str, Iterable[int]]) -> dict[str, str]:
    """What ``person`` gets from every address with one number in it, filled with those of ``numbers`` by its beginning.

    Addresses with several numbers get the same one in each; those of files are signed and can't be guessed. The API is
    asked with a token of the person, its lists too.
    """
    token = tokens.make_token(by=person, name="查验", days=300)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.force_login(person)
    found = {}
    for route, converters in _routes(get_resolver().url_patterns):
        if not set(converters.values()) <= {"int", "str", "slug"}:
            continue
        if not converters and not route.startswith("api/"):
            continue
        for beginning, things in numbers.items():
            if not route.startswith(beginning):
                continue
            for number in things:
                address = "/" + re.sub(
                    r"<(?:(\w+):)?(\w+)>",
                    lambda part, n=number: str(n) if part[1] == "int" else _WORDS.get(part[2], "xlsx"),
                    route,
                )
                response = client.get(address)
                assert response.status_code < 500, address
                found[address] = told(response)
    return found


_WORDS = {"kind": "unit", "holder": "1", "form": "pdf"}


def _routes(patterns: Iterable[Any], before: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every route with the kind of each of its parts."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            parts = re.findall(r"<(?:(\w+):)?(\w+)>", route)
            yield route, {name: kind or "str" for kind, name in parts}
        else:
            yield from _routes(pattern.url_patterns, route)


def messages(person: Person) -> dict[str, str]:
    """What ``person`` was told, in the app and by mail."""
    rows = Message.objects.filter(to=person).values_list("pk", "about", "subject", "body", "link")
    return {f"message {pk} to {person}": "\n".join(texts) for pk, *texts in rows}


def names_in(found: Mapping[str, str], names: Iterable[str]) -> dict[str, set[str]]:
    """Which of ``names`` stand where."""
    names = set(names)
    return {address: told for address, text in found.items() if (told := {n for n in names if n in text})}
