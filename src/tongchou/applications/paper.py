"""What a printed declaration says of itself: the version code on every page, and the marks that a machine reads.

The code holds the case number, the version and a digest of exactly what is printed: the answers and the evidence, without
the stamped scan itself. So a draft can be printed, stamped and scanned before it is submitted, and the revision that is
then frozen has the same code, if nothing was changed. Pure but for :func:`draft_code`, which reads the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongchou.applications import queries
from tongchou.core.digests import digest_of
from tongchou.forms.schema import for_variant

if TYPE_CHECKING:
    from tongchou.applications.models import Application, Evidence
    from tongchou.programmes.pack_format import TaskPack

LAST = "END"
"""On the last page, beside its number: so a scan tells by itself how many pages it should have."""
WORD = "WORD"
"""On every page of the Word form, which can be changed and knows no page numbers that a machine reads."""
_DIGITS = 12
_CODE = re.compile(r"(?P<number>\S+)-V(?P<version>\d{1,4})-(?P<digest>[0-9A-F]{12})")
_MARK = re.compile(rf"TONGCHOU {_CODE.pattern} (?P<page>\d{{1,4}}|{LAST}|{WORD})")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it was read: of which case, version and content, on which page."""

    number: str
    version: int
    digest: str
    page: str

    @property
    def code(self) -> str:
        return f"{self.number}-V{self.version}-{self.digest}"


def sealed_slots(pack: TaskPack, variant: str) -> set[str]:
    """The file slots that take the stamped scan of the printed declaration."""
    return {m.field for m in pack.materials if m.sealed and for_variant(m.variants, variant)}


def content_digest(application: Application, answers: Mapping[str, Any], attached: Iterable[Evidence]) -> str:
    """SHA-256 of the answers (computed ones too) and of what proves them, the stamped scan left out."""
    scans = sealed_slots(application.edition.pack, application.variant)
    proofs = sorted(
        [e.field, e.indicator, e.year or 0, e.file.sha256, e.pages] for e in attached if e.field not in scans
    )
    return digest_of([answers, proofs])


def version_code(number: str, version: int, digest: str) -> str:
    """Case number, version and the beginning of the digest, as it stands on every page."""
    return f"{number}-V{version}-{digest[:_DIGITS].upper()}"


def draft_code(application: Application) -> str:
    """The code of the draft as it stands: that of the revision it would become."""
    answers = application.draft.answers
    computed = queries.reading(application, answers).computed
    version = queries.latest_number(application) + 1
    digest = content_digest(application, answers | computed, queries.evidence(application))
    return version_code(application.number, version, digest)


def mark_text(code: str, page: int | str) -> str:
    """What the machine-readable mark on a page holds. Capitals only, which makes it coarser and easier to read."""
    return f"TONGCHOU {code} {page}".upper()


def read_mark(text: str) -> Mark | None:
    """The mark in a text that a machine read, none in anything else."""
    found = _MARK.fullmatch(text.strip())
    if found is None:
        return None
    return Mark(found["number"], int(found["version"]), found["digest"], found["page"])


def same_content(mark: Mark, code: str) -> bool:
    """Whether the mark is of the content of ``code``: the digest decides, so an unchanged form needs no new stamp."""
    wanted = _CODE.fullmatch(code.upper())
    return wanted is not None and (mark.number, mark.digest) == (wanted["number"], wanted["digest"])


def version_of(code: str) -> int:
    """The version that a code names."""
    found = _CODE.fullmatch(code.upper())
    return int(found["version"]) if found else 0
