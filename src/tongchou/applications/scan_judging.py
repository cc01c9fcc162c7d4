"""Judging a scan page by page against the version it claims to be. Pure: what is said is what was read, never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.applications.paper import LAST, WORD, read_mark, same_content, version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.applications.paper import Mark


@dataclass(slots=True)
class Judged:
    """What a scan turned out to be. ``pages``: for each what was read and what is wrong; ``faults``: all of it in words.

    ``whole`` is the number of pages that the printed form has, as its last page says; none where that was not read.
    """

    pages: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    mismatched: bool = False
    illegible: list[int] = field(default_factory=list)
    whole: int | None = None


def judge(code: str, read: Sequence[Sequence[str]]) -> Judged:
    """Compare what was read on each page of a scan with the version ``code``."""
    judged, seen = Judged(), dict[int, int]()
    for at, texts in enumerate(read, 1):
        marks = [mark for text in texts if (mark := read_mark(text))]
        page: dict[str, Any] = {"at": at, "code": marks[0].code if marks else "", "number": None, "fault": ""}
        judged.pages.append(page)
        if not marks:
            judged.illegible.append(at)
            page["fault"] = _("第 %(at)s 页的版本码看不清") % {"at": at}
            continue
        page["fault"] = _foreign(code, marks, at)
        numbers = {int(mark.page) for mark in marks if mark.page.isdigit()}
        if page["fault"] or len(numbers) != 1:
            page["fault"] = page["fault"] or _("第 %(at)s 页的页码标记看不清") % {"at": at}
            judged.mismatched = True
            continue
        page["number"] = number = numbers.pop()
        if any(mark.page == LAST for mark in marks):
            judged.whole = number
        if number in seen:
            page["fault"] = _("第 %(at)s 页与第 %(other)s 页都是打印件的第 %(number)s 页") % {
                "at": at,
                "other": seen[number],
                "number": number,
            }
        elif number != at:
            page["fault"] = _("第 %(at)s 页是打印件的第 %(number)s 页，有缺页或顺序不对") % {
                "at": at,
                "number": number,
            }
        seen.setdefault(number, at)
        judged.mismatched = judged.mismatched or bool(page["fault"])
    judged.faults = [page["fault"] for page in judged.pages if page["fault"]]
    _count(judged, seen)
    return judged


def _foreign(code: str, marks: list[Mark], at: int) -> str:
    """What is wrong with a page that is not of this content; empty when it is."""
    for mark in marks:
        words = {"at": at, "code": mark.code, "then": mark.version, "now": version_of(code)}
        if mark.number != code.upper().rpartition("-V")[0]:
            return _("第 %(at)s 页不是这份申报的打印件（版本码 %(code)s）") % words
        if mark.page == WORD:
            return _("第 %(at)s 页是 Word 打印件，不能核对页码，请用 PDF 打印件盖章") % words
        if same_content(mark, code):
            continue
        if mark.version != words["now"]:
            return _("第 %(at)s 页是第 %(then)s 版的打印件，现在是第 %(now)s 版") % words
        return _("第 %(at)s 页是内容修改以前的打印件（版本码 %(code)s）") % words
    return ""


def _count(judged: Judged, seen: dict[int, int]) -> None:
    """Whether all pages are there, as far as the last page was read."""
    total = len(judged.pages)
    if judged.whole is None:
        if seen and not judged.illegible and not judged.mismatched:
            judged.mismatched = True
            judged.faults.append(
                _("没有打印件的末页，扫描件不完整（共扫描 %(count)s 页）") % {"count": total}
            )
        return
    if total != judged.whole:
        judged.mismatched = True
        judged.faults.append(
            _("打印件共 %(whole)s 页，扫描件有 %(count)s 页") % {"whole": judged.whole, "count": total}
        )
    if not judged.illegible and (missing := sorted(set(range(1, judged.whole + 1)) - set(seen))):
        judged.mismatched = True
        judged.faults.append(
            _("缺打印件的第 %(pages)s 页") % {"pages": _("、").join(str(page) for page in missing)}
        )
