"""Numbers of certificates: given out under the lock of a counter's row, so a rolled-back list leaves no gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongchou.designations.standing_models import CertificateCounter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.designations.models import Designation

USUAL = "{year}-{task}-{place}-{serial}"
DIGITS = 4


def filled_in(pattern: str, *, year: int, task: int, place: str) -> str:
    """The number with everything but its serial, for which ``{serial}`` stays."""
    words = {"{year}": str(year), "{task}": f"{task:02d}", "{place}": place}
    for sign, word in words.items():
        pattern = pattern.replace(sign, word)
    return pattern


def give(granted: Sequence[tuple[Designation, str]]) -> None:
    """Number each designation by its own pattern (``""``: the usual), in the order given; in the publishing transaction.

    ``application.round``, ``task`` and ``authority`` are read.
    """
    by_pattern: dict[str, list[Designation]] = {}
    for designation, pattern in granted:
        known = filled_in(
            pattern or USUAL,
            year=designation.application.round.year,
            task=designation.task.number,
            place=designation.authority.place_id if designation.authority else "",
        )
        by_pattern.setdefault(known, []).append(designation)
    for known, rows in sorted(by_pattern.items()):
        CertificateCounter.objects.get_or_create(prefix=known)
        counter = CertificateCounter.objects.select_for_update().get(prefix=known)
        for serial, row in enumerate(rows, counter.last + 1):
            row.certificate = known.replace("{serial}", f"{serial:0{DIGITS}d}")
        counter.last += len(rows)
        counter.save(update_fields=["last"])
