"""Copying from an earlier declaration of the unit, of any task and round: fields of the same code and type, and files.

Answers of the same task are read under today's codes. Files are attached by reference: nothing is uploaded again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tongchou.applications import access, queries, saving, states
from tongchou.applications.casework import locked, note
from tongchou.applications.evidence import MOST_FILES
from tongchou.applications.models import Application, Draft, Evidence
from tongchou.core import clock, files
from tongchou.core.access import refuse, require
from tongchou.core.models import StoredFile
from tongchou.forms import answers as form_answers
from tongchou.forms.display import show
from tongchou.forms.schema import by_code, columns_of, sections_for
from tongchou.orgs.scopes import actor
from tongchou.programmes.queries import translator

if TYPE_CHECKING:
    from tongchou.forms.definition import FieldDef
    from tongchou.orgs.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form: what the earlier declaration has for it, what stands there now, why it can't be copied.

    ``taken`` says that copying would overwrite an answer. ``files`` are those of a file slot.
    """

    field: FieldDef
    value: Any = None
    text: str = ""
    now: str = ""
    why_not: str = ""
    taken: bool = False
    files: tuple[Evidence, ...] = ()


def earlier(application: Application) -> QuerySet[Application]:
    """The unit's other declarations, newest first."""
    return queries.of_unit(application.unit).exclude(pk=application.pk)


def preview(application: Application, source: Application) -> list[Line]:
    """What copying from ``source`` would do, field by field; fields of which it has nothing are left out."""
    return _lines(application, application.draft.answers, source)


@transaction.atomic
def copy_from(
    application: Application, source: Application, *, by: Person, fields: Collection[str]
) -> list[str]:
    """Copy the answers and files of ``fields`` from another declaration of the unit; what stands there is overwritten.

    A file slot keeps its files and gets those it does not have. Comes back with the fields that were copied. Refused when
    the source is another unit's, and when a field can't be copied.
    """
    application = locked(application)
    require(access.may_fill(actor(by), application))
    require(states.may_move(application, "save"))
    source = Application.objects.select_related("edition", "task", "round").get(pk=source.pk)
    if source.unit_id != application.unit_id or source.pk == application.pk:
        raise refuse("scope", _("只能从本单位的其他申报复制。"), remedy=_("请从列表中选择一份申报。"))
    if not fields:
        raise refuse("form", _("没有选择要复制的项。"), remedy=_("请至少勾选一项。"))
    lines = {line.field.code: line for line in _lines(application, application.draft.answers, source)}
    for code in fields:
        line = lines.get(code)
        if line is None or line.why_not:
            label = line.field.label if line else code
            raise refuse(
                "form",
                _("“%(label)s”不能复制：%(why)s。")
                % {"label": label, "why": line.why_not if line else _("来源中没有这一项")},
                remedy=_("请刷新页面后重新选择。"),
                fields={code: _("不能复制")},
            )
    chosen = [line for code, line in lines.items() if code in fields]
    answered = {line.field.code: line.value for line in chosen if not line.files}
    version = application.draft.version
    if answered:
        version += 1
        saving.store(application, answered, version, by)
        about = {"from": "case", "year": source.round.year, "number": source.number, "version": version}
        kept = application.draft.sources | dict.fromkeys(answered, about)
        Draft.objects.filter(pk=application.pk).update(sources=kept)
    for line in chosen:
        _attach_again(application, line, by)
    done = [line.field.code for line in chosen]
    note("copy_from", application, by, source=source.number, version=version, fields=sorted(done))
    return done


# ---------------------------------------------------------------- inside


def _lines(application: Application, now: Mapping[str, Any], source: Application) -> list[Line]:
    pack = application.edition.pack
    sections = sections_for(pack.form, application.variant)
    theirs, stored = _theirs(application, source)
    offered = {code: value for code, value in stored.items() if code in theirs and value is not None}
    attached = _attached(source, theirs)
    held = {(e.field, e.file_id) for e in queries.evidence(application)}
    counts = _counts(held)
    lines = []
    for code, asked in by_code(sections).items():
        if asked.type == "files" and (found := attached.get(code)):
            fresh = tuple(e for e in found if (code, e.file_id) not in held)
            lines.append(_files_line(asked, fresh, counts.get(code, 0)))
        elif asked.type not in {"files", "computed"} and code in offered:
            value, why = _fits(asked, theirs[code], offered[code], application)
            text = show(theirs[code], offered[code], indicators=source.edition.pack.indicators)
            shown = show(asked, now.get(code), indicators=pack.indicators)
            if why or value != now.get(code):
                lines.append(Line(asked, value, text, shown, why, now.get(code) is not None))
    return lines


def _theirs(application: Application, source: Application) -> tuple[dict[str, FieldDef], dict[str, Any]]:
    """The fields of the earlier form and its answers; of the same task both as they are called today."""
    fields = by_code(sections_for(source.edition.pack.form, source.variant))
    revision = queries.latest_revision(source)
    stored: dict[str, Any] = revision.answers if revision else source.draft.answers
    if source.task_id == application.task_id:
        meant = translator(application.task, application.scope_path, pack=application.edition.pack)
        if meant:
            today = {f: meant.current("field", f).code for f in fields}
            fields = {today[code] or code: field for code, field in fields.items()}
            stored = meant.answers(stored)
    return fields, stored


def _attached(source: Application, theirs: Mapping[str, FieldDef]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    today = {field.code: code for code, field in theirs.items()}
    for one in queries.evidence(source):
        if not one.indicator:
            found.setdefault(today.get(one.field, one.field), []).append(one)
    return found


def _counts(held: Collection[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for code, _file in held:
        counts[code] = counts.get(code, 0) + 1
    return counts


def _files_line(asked: FieldDef, found: Sequence[Evidence], there: int) -> Line:
    names = "、".join(e.name for e in found)
    most = asked.max_rows or MOST_FILES
    allowed = set().union(*(files.MEDIA[kind] for kind in asked.accept))
    why = ""
    if not found:
        why = _("这些文件已经在本表")
    elif any(e.file.state != StoredFile.State.USABLE for e in found):
        why = _("有文件未通过病毒扫描")
    elif any(e.file.media_type not in allowed or e.file.size > asked.max_mb * 2**20 for e in found):
        why = _("文件的格式或大小不符合本表要求")
    elif there + len(found) > most:
        why = _("超过本项的文件数上限（%(count)s 个）") % {"count": most}
    return Line(asked, None, names, "", why, False, tuple(found))


def _fits(asked: FieldDef, theirs: FieldDef, value: Any, application: Application) -> tuple[Any, str]:
    """The value as this form stores it, or why it can't stand there."""
    if asked.type != theirs.type:
        return None, _("两处的填报类型不同")
    if asked.type == "table" and {c.code for c in columns_of(asked)} != {c.code for c in columns_of(theirs)}:
        return None, _("两处表格的列不同")
    cleaned = form_answers.clean(
        sections_for(application.edition.pack.form, application.variant),
        {asked.code: value},
        indicators=application.edition.pack.indicators,
        years=queries.target_years(application.round),
    )
    if asked.type == "targets" and cleaned.values.get(asked.code):
        return cleaned.values[asked.code], ""  # years and indicators that are still asked
    if cleaned.errors:
        return None, _("内容不符合本表的要求：%(why)s") % {
            "why": next(iter(cleaned.errors.values())).rstrip("。")
        }
    return cleaned.values[asked.code], ""


def _attach_again(application: Application, line: Line, by: Person) -> None:
    now = clock.now()
    Evidence.objects.bulk_create(
        Evidence(
            application=application,
            field=line.field.code,
            file=one.file,
            name=one.name,
            page_from=one.page_from,
            page_to=one.page_to,
            added_at=now,
            added_by=by,
        )
        for one in line.files
    )
