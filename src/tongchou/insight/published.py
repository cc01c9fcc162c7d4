"""Reads of published bulletins: open to everybody, without their snapshots unless asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from tongchou.insight.models import Bulletin

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.core.models import StoredFile


def bulletins(path: str = "") -> QuerySet[Bulletin]:
    """Bulletins of places below ``path``, newest first."""
    return (
        Bulletin.objects.filter(authority__place__path__startswith=path)
        .select_related("authority__place", "programme", "pdf", "docx", "xlsx")
        .defer("snapshot")
        .order_by("-published_at", "-pk")
    )


def current() -> QuerySet[Bulletin]:
    """The latest edition of each bulletin, newest year first."""
    later = Bulletin.objects.filter(
        programme=OuterRef("programme"),
        authority=OuterRef("authority"),
        year=OuterRef("year"),
        edition__gt=OuterRef("edition"),
    )
    return bulletins().filter(~Exists(later)).order_by("-year", "authority__place__path", "pk")


def editions_of(published: Bulletin) -> QuerySet[Bulletin]:
    """The other editions of the same bulletin, newest first."""
    same = bulletins().filter(
        programme=published.programme, authority=published.authority, year=published.year
    )
    return same.exclude(pk=published.pk)


def file_of(published: Bulletin, form: str) -> StoredFile | None:
    """One of the files made when it was published: docx, pdf or xlsx."""
    files = {"docx": published.docx, "pdf": published.pdf, "xlsx": published.xlsx}
    return files.get(form)
