"""The pool of experts and the results of their scoring as Excel; the pool's list can be changed and taken in again."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import Refused, refuse
from tongchou.documents import excel
from tongchou.orgs.models import Authority, Jurisdiction, Person
from tongchou.orgs.queries import experts
from tongchou.programmes.models import Task
from tongchou.reviews import pool
from tongchou.reviews.expert_models import ExpertProfile

_HEAD = ("账号", "姓名", "专长任务", "专长关键词", "工作单位", "工作地区", "任务上限", "状态", "暂停理由")
_ACTIVE, _PAUSED = "可派单", "暂停"


def workbook(authority: Authority, people: Iterable[Person]) -> bytes:
    """The experts ``people`` (``pool_queries.pool``) as one sheet."""
    numbers = {task.code: str(task.number) for task in Task.objects.all()}
    title = f"{authority.name}专家库"
    note = "专长任务填序号，关键词用空格分开，地区填名称或代码；账号和姓名不改。"
    with excel.workbook(title, authority.name, clock.today()) as (book, out):
        book.sheet("专家", title, note, _HEAD, [_row(person, numbers) for person in people])
    return out.getvalue()


def _row(person: Person, numbers: Mapping[str, str]) -> tuple[Any, ...]:
    profile: ExpertProfile = getattr(person, "expert_profile", None) or ExpertProfile(person=person)
    return (
        person.username,
        person.name,
        " ".join(numbers.get(code, code) for code in profile.tasks),
        " ".join(profile.words),
        profile.employer_name,
        profile.place.name if profile.place else "",
        profile.cap,
        _PAUSED if profile.paused else _ACTIVE,
        profile.pause_reason,
    )


@dataclass
class TakenIn:
    """How many experts were changed, and what was wrong with which row."""

    saved: int = 0
    faults: list[str] = field(default_factory=list)


def take_in(content: bytes, *, authority: Authority, by: Person) -> TakenIn:
    """Save the profiles of a list as :func:`workbook` makes it, row by row; a faulty row stops only itself.

    Rows name experts of the pool by their accounts; nobody is added. Raises ``Refused`` for a file that is no such list.
    """
    rows = _read(content)
    found = TakenIn()
    people = {person.username: person for person in experts(authority)}
    tasks = {str(task.number): task.code for task in Task.objects.all()}
    places = _places(authority)
    for number, row in rows:
        person = people.get(row["账号"])
        try:
            if person is None:
                raise refuse(
                    "form",
                    _("账号“%(name)s”不在专家库中") % {"name": row["账号"]},
                    fields={"账号": _("请核对账号，或联系安全管理员授权")},
                )
            said = _said(row, tasks, places)
            if said != pool.said_of(pool.profile_of(person)):
                pool.save_profile(person, said=said, by=by)
                found.saved += 1
        except Refused as refused:
            words = _("；").join([refused.denied.reason, *refused.fields.values()])
            found.faults.append(_("第 %(row)s 行：%(words)s") % {"row": number, "words": words})
    return found


def _read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows below the head, each with its number in the sheet."""
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        lines = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, IndexError) as error:
        raise refuse("file", _("这个文件不能作为 Excel 打开。"), remedy=_("请上传 .xlsx 文件。")) from error
    texts = [[_text(cell) for cell in line] for line in lines]
    at = next((i for i, line in enumerate(texts) if line[:2] == list(_HEAD[:2])), None)
    if at is None or _missing(texts[at]):
        raise refuse(
            "file", _("这不是专家库的表格，缺少表头。"), remedy=_("请先导出专家库，在其中修改后再导入。")
        )
    return [
        (number, dict(zip(texts[at], line, strict=False)))
        for number, line in enumerate(texts[at + 1 :], at + 2)
        if line and line[0]
    ]


def _missing(head: Sequence[str]) -> set[str]:
    return set(_HEAD) - set(head)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _places(authority: Authority) -> dict[str, str]:
    """Codes of places in force by code and by name."""
    rows = list(Jurisdiction.objects.filter(valid_to=None).values_list("code", "name", "path"))
    own = [row for row in rows if row[2].startswith(authority.place.path)]
    return {name: code for code, name, _path in own} | {code: code for code, _name, _path in rows}


def _said(row: Mapping[str, str], tasks: Mapping[str, str], places: Mapping[str, str]) -> pool.Profile:
    cap, place = row["任务上限"], row["工作地区"]
    paused = row["状态"] == _PAUSED
    return pool.Profile(
        tuple(tasks.get(word, word) for word in re.split(r"[\s,，、]+", row["专长任务"]) if word),
        tuple(word for word in re.split(r"[\s,，、]+", row["专长关键词"]) if word),
        row["工作单位"],
        places.get(place, place),
        int(cap) if cap.isdecimal() else 0 if cap else None,
        paused,
        row["暂停理由"] if paused else "",
    )


def results(title: str, authority: Authority, note: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """The ranked results of one scoring step as one sheet, below the cut line told apart by a word."""
    head = (
        "名次", "项目名称", "类别", "建设单位", "所在地区", "申报编号", "结果", "评分合成", "最低", "最高",
        "已评", "应评", "一票否决", "合议说明", "入围",
    )  # fmt: skip
    with excel.workbook(title, authority.name, clock.today()) as (book, out):
        book.sheet("评审结果", title, note, head, rows)
    return out.getvalue()
