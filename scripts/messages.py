"""Bring locale/en/LC_MESSAGES/django.po up to date with the words of screens and rooms: new ones empty, unused ones gone.

gettext's tools are on few machines; Django's template lexer and Babel's extractor are on all of ours.
`python scripts/messages.py` rewrites the file; `--check` only says what is missing and fails if anything is.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1] / "src"
PACKAGE = SOURCE / "tongchou"
PO = PACKAGE / "web" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HEADER = r"""# English words of the screens; the msgids are Chinese. Kept by scripts/messages.py.
msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")  # its full-width signs too


def _python(text: str) -> list[str | tuple[str, ...]]:
    found = extract("python", io.BytesIO(text.encode()), KEYWORDS, (), {"encoding": "utf-8"})
    return [message for _line, message, _comments, _context in found]


def used() -> dict[str | tuple[str, ...], set[str]]:
    """Every msgid that screens show, of all rooms, with the files it stands in; words of models (TextChoices) too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.settings")
    from django.utils.translation.template import templatize

    words: dict[str | tuple[str, ...], set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text()
        where = str(path.relative_to(SOURCE))
        for message in _python(text):
            words.setdefault(message, set()).add(where)
        if path.name.endswith("models.py"):
            for label in re.findall(r'= "\w+", "([^"]+)"', text):
                words.setdefault(label, set()).add(where)
    for path in sorted((PACKAGE / "web" / "templates").rglob("*.html")):
        for message in _python(templatize(path.read_text(), origin=str(path))):
            words.setdefault(message, set()).add(str(path.relative_to(SOURCE)))
    # What is not Chinese comes from allauth's templates and has its own translations.
    return {
        message: places
        for message, places in words.items()
        if CHINESE.search(message if isinstance(message, str) else message[0])
    }


def catalogue() -> tuple[Catalog, list[str]]:
    """The renewed catalogue, and the msgids that have no English."""
    with PO.open("rb") as file:
        old = read_po(file, locale="en")
    new = Catalog(locale="en", charset="utf-8", fuzzy=False)
    missing = []
    for message, places in sorted(used().items(), key=lambda item: str(item[0])):
        key = message if isinstance(message, str) else message[0]
        before = old.get(key)
        text = before.string if before else ("" if isinstance(message, str) else ("", ""))
        if isinstance(text, str) != isinstance(message, str):
            text = text if isinstance(message, str) else (text, text)
        new.add(
            message,
            text,
            locations=[(place, None) for place in sorted(places)],
            flags=before.flags if before else (),
        )
        if not (text if isinstance(text, str) else all(text)):
            missing.append(key)
    return new, missing


def write(new: Catalog) -> None:
    """Write the catalogue, always in the same form."""
    body = io.BytesIO()
    write_po(body, new, width=110, sort_output=True, include_lineno=False, omit_header=True)
    PO.write_text(HEADER + body.getvalue().decode().lstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a word has no English")
    check = parser.parse_args().check
    new, missing = catalogue()
    if not check:
        write(new)
    for key in missing:
        print(key)
    print(f"{len(new)} words, {len(missing)} without English", file=sys.stderr)
    return 1 if check and missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
