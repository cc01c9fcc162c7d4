"""The yearly performance report of a designated project: figures against what was committed, with their evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.display import typed_text
from tongchou.forms.typed import parse
from tongchou.forms.values import Malformed
from tongchou.monitoring import (
    access,
    actions,
    carrying,
    checks,
    corrections,
    indicators,
    queries,
    questions,
    states,
)
from tongchou.monitoring import evidence as evidence_actions
from tongchou.monitoring.asking import Question
from tongchou.monitoring.attainment import NO_TARGET, is_met
from tongchou.monitoring.detail import revision_changes
from tongchou.monitoring.models import PerformanceEvidence, PerformanceReport, ReportRevision
from tongchou.monitoring.question_models import ReportQuestion
from tongchou.web.fields import Input
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads
from tongchou.web.unit.filling import _version, _words, upload_words

NOTE = FieldDef(code="note", label="说明", type="longtext")
TICK = FieldDef(code="tick", label="不适用", type="yesno")
WHOLE = FieldDef(code="whole", label="整数", type="integer")


@dataclass
class Line:
    """One indicator of the form: figure, target beside it, note, evidence."""

    indicator: Indicator
    inputs: list[Input]
    note: Input
    target: str
    last_year: str
    actual: str
    met: bool | None
    evidence: Any
    page: str
    page_error: str
    evidence_error: str
    remark: str = ""
    not_applicable: bool = False
    questions: list[tuple[Question, Input]] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)


def own_report(request: Request, pk: int) -> PerformanceReport:
    """One of the units' own reports, with what its screens show; 404 outside."""
    found = (
        PerformanceReport.objects.filter(pk=pk, unit__in=reads.own_units(request))
        .select_related("period__task", "period__place", "application", "unit", "edition")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _lines(
    report: PerformanceReport,
    errors: dict[str, str],
    found: list[Any],
    raised: list[Question],
    before: Mapping[str, Any],
) -> list[Line]:
    targets = queries.committed(report)
    lines = []
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer = report.answers.get(indicator.code, {})
        actual, target = indicators.actual(indicator, answer), targets.get(indicator.code, NO_TARGET)
        inputs = []
        for part in indicators.parts_of(indicator):
            holder = indicators.part_field(indicator, part)
            name = f"{indicator.code}-{part}"
            inputs.append(
                Input(
                    holder,
                    name,
                    typed_text(holder, answer.get(part)),
                    error=errors.get(name, ""),
                    label=holder.label,
                )
            )
        note = f"{indicator.code}-note"
        lines.append(
            Line(
                indicator,
                inputs,
                Input(
                    NOTE,
                    note,
                    answer.get("note") or "",
                    error=errors.get(note, ""),
                    label=_("%(name)s 说明") % {"name": indicator.name},
                ),
                indicators.show_target(indicator, target),
                indicators.show_answer(indicator, before[indicator.code]) if indicator.code in before else "",
                indicators.show_figure(indicator, actual),
                is_met(indicator, actual, target),
                answer.get("evidence"),
                str(answer.get("page") or ""),
                errors.get(f"{indicator.code}-page", ""),
                errors.get(f"{indicator.code}-evidence", ""),
                report.remarks.get(indicator.code, ""),
                bool(answer.get("not_applicable")),
                [
                    (one, Input(NOTE, one.name, one.reply, error=errors.get(one.name, ""), label=one.text))
                    for one in raised
                    if one.indicator is indicator
                ],
                [f for f in found if f.code == indicator.code],
            )
        )
    return lines


def _check(report: PerformanceReport) -> tuple[list[Any], list[PerformanceEvidence], list[Question]]:
    evidence = list(queries.evidence(report))
    found = checks.check(
        report.edition.pack.indicators,
        report.variant,
        report.answers,
        targets=queries.committed(report),
        pages={e.pk: e.file.pages for e in evidence},
    )
    raised = questions.raised(report, report.answers) if states.may_move(report, "save") else []
    return found + questions.as_findings(raised), evidence, raised


def _typed(report: PerformanceReport, texts: dict[str, list[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, as ``{indicator: {part: value}}``, and what could not be read, by input."""
    known = {i.code: i for i in indicators.asked(report.edition.pack.indicators, report.variant)}
    values: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for name, given in texts.items():
        code, _dash, part = name.rpartition("-")
        if code not in known:
            continue  # the screen's own inputs
        try:
            values.setdefault(code, {})[part] = _part(known[code], part, given)
        except Malformed as error:
            errors[name] = f"“{known[code].name}”{error}。"
    return values, errors


def _part(indicator: Indicator, part: str, given: list[str]) -> Any:
    if part in indicators.parts_of(indicator):
        return parse(indicators.part_field(indicator, part), given)
    if part in {"evidence", "page"}:
        return parse(WHOLE, given)
    if part == "not_applicable":
        return parse(TICK, [text for text in given if text])
    return given[-1] if given else None


@screen
def performance(request: Request, pk: int) -> HttpResponse:
    """The performance report: figures beside their targets, notes where a target is missed, evidence with its page."""
    report = own_report(request, pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        do = request.POST.get("do")
        if request.POST.get("attach") or "detach" in request.POST:
            _change_files(request, report)
            return redirect("unit:performance", pk)
        if do == "reply":
            _reply(request, report)
            return redirect("unit:performance", pk)
        if do == "correct":
            corrections.request_correction(report, by=request.person, reason=request.POST.get("reason", ""))
            messages.success(request, _("更正申请已提交，请等待批复。"))
            return redirect("unit:performance", pk)
        if states.may_move(report, "save"):
            values, errors = _typed(report, dict(request.POST.lists()))
            if values:
                saved = actions.save_report(
                    report,
                    by=request.person,
                    changes=values,
                    base_version=_version(request.POST.get("version")),
                )
                errors |= saved.errors
                errors |= {f"{c}-value": _("他人刚刚修改了这一项，请核对后再改。") for c in saved.conflicts}
            report = own_report(request, pk)
        if not errors:
            if do == "submit":
                actions.submit_report(report, by=request.person)
                messages.success(request, _("绩效数据已报送。"))
            if do == "carry":
                _carry(request, report)
            return redirect("unit:performance", pk)
    found, evidence, raised = _check(report)
    editable, before = bool(states.may_move(report, "save")), queries.last_year(report)
    if request.refusal is not None:
        errors |= {name: text for name, text in request.refusal.fields.items() if name not in errors}
    revisions = list(report.revisions.select_related("submitted_by").order_by("-number"))
    return render(
        request,
        "unit/performance.html",
        {
            "report": report,
            "lines": _lines(report, errors, found, raised, before),
            "carried": len(carrying.carried(report, before)) if editable else 0,
            "found": found,
            "blocking": [f for f in found if f.blocks],
            "evidence": evidence,
            "editable": editable,
            "revisions": revisions,
            "changes": revision_changes(report, revisions),
            "waiting": corrections.waiting(report),
            "correction": corrections.under_way(report),
            "leads": bool(access.may_submit(request.actor, report)),
            "may_submit": actions.in_time(report) and access.may_submit(request.actor, report),
            "asked": _asked(report, revisions),
            "may_reply": bool(states.may_move(report, "reply")),
            "coming": evidence_actions.coming(report),
            "most_mb": evidence_actions.MOST_MB,
            "words": _words(),
            "upload_words": upload_words(),
        },
        status=422 if errors and not request.refusal else 200,
    )


def _carry(request: Request, report: PerformanceReport) -> None:
    """Fill what is still blank with last year's figures, to be looked over one by one."""
    changes = carrying.carried(report, queries.last_year(report))
    actions.save_report(report, by=request.person, changes=changes, base_version=report.version)
    messages.success(request, _("已带入上年的 %(n)s 项数据，请逐项核对后再报送。") % {"n": len(changes)})


def _change_files(request: Request, report: PerformanceReport) -> None:
    """Do what a button beside the files asks; the way without scripts."""
    if "detach" in request.POST:
        chosen = request.POST["detach"]
        rows = PerformanceEvidence.objects.filter(report=report)
        found = get_object_or_404(rows, pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
        evidence_actions.detach(found, by=request.person)
        return
    sent = request.FILES.getlist("upload-evidence")
    if not sent:
        raise refuse("form", _("还没有选择文件。"), remedy=_("请先选择文件，再按“上传”。"))
    for upload in sent:
        evidence_actions.attach(report, by=request.person, upload=upload.file or b"", name=upload.name or "")
    messages.success(request, _("已上传 %(name)s。") % {"name": _("、").join(str(u.name) for u in sent)})


@screen
def files(request: Request, pk: int) -> JsonResponse:
    """The files as they are now, with the checks, for the page's script after an upload."""
    report = own_report(request, pk)
    found, evidence, _raised = _check(report)
    shown = {"report": report, "evidence": evidence, "editable": bool(states.may_move(report, "save"))}
    shown |= {"coming": evidence_actions.coming(report), "most_mb": evidence_actions.MOST_MB}
    return JsonResponse(
        {
            "files": render_to_string("unit/report_files.html", shown, request=request),
            "checks": render_to_string(
                "unit/report_checks.html", {"found": found, "report": report}, request=request
            ),
            "progress": {},
        }
    )


def _asked(
    report: PerformanceReport, revisions: list[ReportRevision]
) -> list[tuple[Indicator, ReportQuestion]]:
    """The questions about what was last submitted."""
    stored = questions.of_revision(revisions[0] if revisions else None)
    return [
        (indicator, row)
        for indicator in indicators.asked(report.edition.pack.indicators, report.variant)
        for row in stored.get(indicator.code, ())
    ]


def _reply(request: Request, report: PerformanceReport) -> None:
    chosen = request.POST.get("question", "")
    rows = ReportQuestion.objects.filter(report=report)
    question = get_object_or_404(rows, pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
    questions.answer_question(question, by=request.person, text=request.POST.get("text", ""))
    messages.success(request, _("已答复。"))


@require_POST
@screen
def save(request: Request, pk: int) -> HttpResponse:
    """Autosave of the performance report, as for declarations."""
    report = own_report(request, pk)
    try:
        body = json.loads(request.body)
        texts = {str(k): [str(v) for v in vs] for k, vs in body["changes"].items()}
        version = _version(body.get("version"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refuse("form", _("保存请求的格式不正确。"), remedy=_("请刷新页面后再试。")) from None
    values, errors = _typed(report, texts)
    saved = actions.save_report(report, by=request.person, changes=values, base_version=version)
    fresh = own_report(request, pk)
    found, _evidence, _raised = _check(fresh)
    return JsonResponse(
        {
            "version": saved.version,
            "at": clock.now().astimezone(clock.SHANGHAI).strftime("%H:%M:%S"),
            "saved": sorted(values),
            "errors": errors | saved.errors,
            "conflicts": {code: _conflict(fresh, code, answer) for code, answer in saved.conflicts.items()},
            "computed": {f"{line.indicator.code}": line.actual for line in _lines(fresh, {}, [], [], {})},
            "checks": render_to_string(
                "unit/report_checks.html", {"found": found, "report": fresh}, request=request
            ),
        }
    )


def _conflict(report: PerformanceReport, code: str, answer: dict[str, Any]) -> str:
    known = {i.code: i for i in report.edition.pack.indicators}
    return indicators.show_answer(known[code], answer) + (f"　{answer['note']}" if answer.get("note") else "")
