"""The declaration form as data for its PDF: what was asked, what was answered, in words people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongchou.applications import leading, paper, queries
from tongchou.applications.models import Application, Evidence, Revision
from tongchou.core import clock
from tongchou.core.files import blotting
from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.display import EMPTY, show, show_date
from tongchou.forms.reading import Reading
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field, targeted
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import unit_facts
from tongchou.reviews.models import Assignment
from tongchou.reviews.veil import identifies, shown_slots, veil_of

_NUMBERS = {"integer", "number", "money", "percent"}
_LONG = 60  # characters: beyond this an answer has its own block


@dataclass(frozen=True, slots=True)
class _Content:
    """What is printed: answers and evidence as they stood, with the version they are or would become."""

    application: Application
    unit: Unit
    answers: dict[str, Any]
    evidence: list[Evidence]
    version: int
    code: str
    on: date
    said: str


def version_code(application: Application, revision: Revision) -> str:
    """What stands on every page and ties a stamped scan to the revision: case number, revision, digest."""
    return paper.version_code(application.number, revision.number, revision.digest)


def blind_form(duty: Assignment) -> dict[str, Any]:
    """The form as the expert of a blind duty may read it: without who declares, and under the duty's own number."""
    pack = duty.application.edition.pack
    form = _form(_of_revision(duty.revision), without=lambda field: identifies(pack, field))
    slots, number = shown_slots(duty.application), f"PS-{duty.pk:06d}"
    files = [r for r in form["evidence"] if r["slot"] in slots and r["media_type"] in blotting.KINDS]
    shown = {"任务名称", "申报类别", "项目名称", "申报批次"}
    form |= {
        "unit": "匿名评审",
        "version_code": number,
        "cover": [row for row in form["cover"] if row[0] in shown] + [("评审编号", number)],
        "evidence": [
            row | {"name": f"材料{n}", "sha256": ""}
            for n, row in enumerate(sorted(files, key=lambda r: slots.index(r["slot"])), 1)
        ],
    }
    blotted: dict[str, Any] = veil_of(duty).data(form)
    return blotted


def application_form(revision: Revision) -> dict[str, Any]:
    """Everything the form shows of one revision. Reads only; the same revision gives the same data."""
    return _form(_of_revision(revision))


def _of_revision(revision: Revision) -> _Content:
    application = _application(revision.application_id)
    submitted = revision.submitted_at.astimezone(clock.SHANGHAI).date()
    # What was attached when the revision was submitted, whatever was added or taken off later.
    evidence = [
        e
        for e in Evidence.objects.filter(application=application, added_at__lte=revision.submitted_at)
        .select_related("file")
        .order_by("field", "pk")
        if e.removed_at is None or e.removed_at > revision.submitted_at
    ]
    return _Content(
        application,
        leading.unit_then(application, submitted),
        revision.answers,
        evidence,
        revision.number,
        version_code(application, revision),
        submitted,
        f"提交于{show_date(submitted.isoformat())}",
    )


def draft_form(application: Application) -> dict[str, Any]:
    """The same of the draft as it stands, to be stamped before it is submitted: the version it would become."""
    application = _application(application.pk)
    code = paper.draft_code(application)
    saved = application.draft.saved_at.astimezone(clock.SHANGHAI).date()
    return _form(
        _Content(
            application,
            application.unit,
            application.draft.answers,
            list(queries.evidence(application)),
            paper.version_of(code),
            code,
            saved,
            f"内容保存于{show_date(saved.isoformat())}",
        )
    )


def _application(pk: int) -> Application:
    return Application.objects.select_related(
        "task__programme", "round", "edition", "draft", "unit__place", "unit__authority"
    ).get(pk=pk)


def _form(content: _Content, *, without: Callable[[FieldDef], bool] = lambda _field: False) -> dict[str, Any]:
    """``without``: fields that are left out."""
    application, unit = content.application, content.unit
    pack = application.edition.pack
    scans = paper.sealed_slots(pack, application.variant)  # the scan is of this very form: it can't be in it
    evidence = [e for e in content.evidence if e.field not in scans]
    reading = Reading(
        pack.form,
        content.answers,
        variant=application.variant,
        unit=unit_facts(unit),
        evidence_fields={e.field for e in evidence},
    )
    variant = next((v.name for v in pack.variants if v.code == application.variant), application.variant)
    labels = {code: field.label for code, field in reading.fields.items()}
    committed = targeted(pack.indicators, application.variant)
    sections = [
        {
            "title": section.title,
            "fields": [
                shown
                for field in section.fields
                if field.code in reading.fields and field.type != "files" and not without(field)
                for shown in [_field(field, reading.values.get(field.code), committed)]
            ],
        }
        for section in reading.sections
    ]
    cover = [
        ("任务名称", application.task.name),
        ("项目名称", str(content.answers.get("project_name") or "") or EMPTY),
        ("申报单位", unit.name),
        ("所在地区", unit.place.name),
        ("主管部门", unit.authority.name),
        ("申报批次", application.round.name),
        ("申报编号", application.number),
    ]
    if len(pack.variants) > 1:
        cover.insert(1, ("申报类别", variant))
    return {
        "title": f"{application.task.name}申报书",
        "programme": application.task.programme.name,
        "unit": unit.name,
        "date": content.on.isoformat(),
        "said": content.said,
        "revision": content.version,
        "version_code": content.code,
        "cover": cover,
        "sections": [section for section in sections if section["fields"]],
        "evidence": [
            {
                "slot": e.field,
                "media_type": e.file.media_type,
                "field": labels.get(e.field, e.field),
                "name": e.name,
                "pages": e.pages or (f"共{e.file.pages}页" if e.file.pages else EMPTY),
                "sha256": e.file.sha256[:12].upper(),
            }
            for e in evidence
        ],
    }


def _field(field: FieldDef, value: Any, indicators: Sequence[Indicator]) -> dict[str, Any]:
    if field.type in TABLE_TYPES and value:
        return {"kind": "table", "label": field.label} | _table(field, value)
    if field.type == "targets" and value:
        return {"kind": "table", "label": field.label} | _targets(value, indicators)
    text = show(field, value, indicators=indicators)
    long = field.type == "longtext" or len(text) > _LONG or "\n" in text
    return {"kind": "long" if long and text != EMPTY else "row", "label": field.label, "value": text}


def _table(field: FieldDef, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = columns_of(field)
    total = []
    if field.total:
        for number, column in enumerate(columns):
            if column.code in field.total:
                total.append(show(column, sum(row.get(column.code) or 0 for row in rows)))
            else:
                total.append("合计" if number == 0 else "")
    return {
        "columns": [{"label": c.label, "number": c.type in _NUMBERS} for c in columns],
        "rows": [[show(c, row.get(c.code)) for c in columns] for row in rows],
        "total": total,
    }


def _targets(value: Mapping[str, Mapping[str, Any]], indicators: Sequence[Indicator]) -> dict[str, Any]:
    years = sorted({year for by_year in value.values() for year in by_year})
    return {
        "columns": [
            {"label": "指标", "number": False},
            *({"label": f"{year}年", "number": True} for year in years),
        ],
        "rows": [
            [i.name, *(show(target_field(i), value[i.code].get(year)) for year in years)]
            for i in indicators
            if i.code in value
        ],
        "total": [],
    }
