"""A task as a guide a school can read, as plain data: what the PDF, the web page and the public page of the task show.

Made from the pack alone, so it needs no database. Each statement carries its clauses; documents are numbered and listed
at the end, and a clause is written ``①三(二)``. Days are in Asia/Shanghai, ``last`` is the last day that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongchou.documents.guide_blocks import (
    LEVEL_NAMES,
    asked,
    cites_of,
    items_block,
    kinds_text,
    step_notes,
    table_block,
)
from tongchou.documents.guide_dates import Dated, when, whom
from tongchou.forms.definition import Condition
from tongchou.programmes.evaluation_words import (
    consequence_note,
    grades_text,
    shares_text,
    when_held,
)
from tongchou.programmes.pack_format import Document, Exemption, QuotaDef, ReportDef, Rubric, TaskPack

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BOUND = {"about": "{} {}左右", "at_least": "不少于 {} {}", "at_most": "不超过 {} {}", "exactly": "{} {}"}
_BY = {"project": "每个已认定项目", "city": "各市（州）主管部门", "province": "省级主管部门"}


@dataclass(frozen=True)
class Around:
    """What stands around a task in one place."""

    programme: str
    place: str
    documents: Sequence[Document]
    dates: Sequence[Dated] = ()
    reports: Sequence[ReportDef] = ()
    """Those across all tasks."""
    rounds: Mapping[str, str] = field(default_factory=dict)
    """Names of rounds by code."""


def guide(pack: TaskPack, around: Around, *, on: date) -> dict[str, Any]:
    """The guide of ``pack`` (the overlay laid on) as of ``on``: title, facts and sections of blocks.

    A block is ``{"kind": "items", "items": [{"text", "note", "cite", "level"}]}`` or
    ``{"kind": "table", "columns": [{"label", "number"}], "rows"}``; both may have a ``caption`` and a ``note``.
    """
    made = _Guide(pack, around)
    sections = [
        ("任务与目标", made.purpose()),
        ("谁可以牵头，谁可以参与", made.who()),
        ("时间安排", made.dates()),
        ("申报条件", made.conditions()),
        ("建设任务", made.work()),
        ("申报材料", made.materials()),
        ("申报表", made.form()),
        ("绩效指标", made.indicators()),
        ("专家评审", made.rubrics()),
        ("办理环节", made.steps()),
        ("推荐限额", made.quotas()),
        ("报告", made.reports()),
        ("考核评价", made.evaluations()),
        ("咨询", made.contacts()),
    ]
    kept = [{"title": title, "blocks": blocks} for title, blocks in sections if blocks]
    return {
        "programme": around.programme,
        "title": pack.name,
        "number": pack.number,
        "place": around.place,
        "date": on.isoformat(),
        "sections": [*kept, {"title": "所依据的文件", "blocks": made.legend()}],
    }


class _Guide:
    def __init__(self, pack: TaskPack, around: Around) -> None:
        self.pack = pack
        self.around = around
        self.documents = {document.id: document for document in around.documents}
        self.cited: list[str] = []
        self.variants = {variant.code: variant.name for variant in pack.variants}

    # ---------------------------------------------------------------- sections

    def purpose(self) -> list[dict[str, Any]]:
        summary = items_block([self.item(self.pack.summary, cite=self.pack.cite)])
        if not self.pack.guide_published:
            summary["note"] = "建设指南尚未公布，以下依据通知。"
        targets = [
            self.item(
                f"到 {target.by} 年，{LEVEL_NAMES[target.level]} "
                + _BOUND[target.bound].format(f"{target.count:,}", target.unit),
                note=self.only(target.variants),
                cite=target.cite,
            )
            for target in self.pack.targets
        ]
        return [summary, *([items_block(targets, "建设目标")] if targets else [])]

    def who(self) -> list[dict[str, Any]]:
        leads = [
            self.item(f"{variant.name}：由{kinds_text(variant.leads)}牵头", cite=variant.cite)
            for variant in self.pack.variants
        ]
        if self.pack.partners:
            leads.append(self.item(f"可以参与：{kinds_text(self.pack.partners)}"))
        return [items_block(leads)]

    def dates(self) -> list[dict[str, Any]]:
        rows = [
            [
                self.with_note(dated.name, self.only(dated.variants)),
                whom(dated),
                when(dated),
                self.clauses(dated.cite),
            ]
            for dated in self.around.dates
        ]
        if not rows:
            return [items_block([self.item("没有限定时间。")])]
        return [table_block(["事项", "对象", "时间", "依据"], rows, note="截止日当日有效。")]

    def conditions(self) -> list[dict[str, Any]]:
        by_code = {condition.code: condition for condition in self.pack.conditions}
        grouped = {code for group in self.pack.groups for code in group.of}
        items = [self.condition(c) for c in self.pack.conditions if c.code not in grouped]
        for group in self.pack.groups:
            text = f"{group.text}（以下 {len(group.of)} 项中至少满足 {group.need} 项）"
            items.append(self.item(text, cite=group.cite))
            items += [self.condition(by_code[code], level=1) for code in group.of if code in by_code]
        blocks = [items_block(items, numbered=True)] if items else []
        unique = [
            self.item(rule.text, note=self.only(rule.variants), cite=rule.cite) for rule in self.pack.unique
        ]
        return [*blocks, *([items_block(unique, "不得重复")] if unique else [])]

    def condition(self, condition: Condition, *, level: int = 0) -> dict[str, Any]:
        notes = [self.only(condition.variants)]
        notes.append("提示，不影响提交" if condition.severity == "advice" else "")
        notes.append("" if condition.rule else "由评审人员确认")
        return self.item(
            condition.text, note="；".join(filter(None, notes)), cite=condition.cite, level=level
        )

    def work(self) -> list[dict[str, Any]]:
        items = [
            self.item(
                f"{work.title}：{work.text}",
                note="；".join(filter(None, ["" if work.required else "选做", self.only(work.variants)])),
                cite=work.cite,
            )
            for work in self.pack.work
        ]
        return [items_block(items, numbered=True)] if items else []

    def materials(self) -> list[dict[str, Any]]:
        items = [
            self.item(
                material.name,
                note="；".join(
                    filter(None, ["" if material.required else "可选", self.only(material.variants)])
                ),
                cite=material.cite,
            )
            for material in self.pack.materials
        ]
        return [items_block(items, numbered=True)] if items else []

    def form(self) -> list[dict[str, Any]]:
        rows = [
            [
                self.with_note(section.title, self.only(section.variants)),
                "、".join(asked(field) for field in section.fields),
                self.clauses(cites_of(section)),
            ]
            for section in self.pack.form
        ]
        return [
            table_block(["分栏", "填写内容", "依据"], rows, note="带 * 的必填；带 † 的在一定情形下填写。")
        ]

    def indicators(self) -> list[dict[str, Any]]:
        rows = [
            [
                indicator.dimension or "—",
                self.with_note(
                    indicator.name
                    + (
                        f"（{indicator.numerator} ÷ {indicator.denominator}）"
                        if indicator.kind == "ratio"
                        else ""
                    ),
                    "；".join(
                        filter(
                            None,
                            [
                                self.only(indicator.variants),
                                f"{kinds_text(indicator.key_for)}重点考核" if indicator.key_for else "",
                            ],
                        )
                    ),
                ),
                {"money": "万元", "percent": "%"}.get(indicator.kind, indicator.unit or "—"),
                "承诺" if indicator.targeted and indicator.kind not in {"text", "choice"} else "—",
                self.clauses(indicator.cite),
            ]
            for indicator in self.pack.indicators
        ]
        return [table_block(["维度", "指标", "单位", "年度目标", "依据"], rows)] if rows else []

    def rubrics(self) -> list[dict[str, Any]]:
        return [block for rubric in self.pack.rubrics for block in self.rubric(rubric)]

    def rubric(self, rubric: Rubric) -> list[dict[str, Any]]:
        rows = [
            [c.group, c.name, "；".join(c.points), f"{c.weight:g}", self.clauses(c.cite)]
            for c in rubric.criteria
        ]
        caption = self.with_note(rubric.name, self.only(rubric.variants))
        note = f"每项满分 {rubric.scale} 分。{rubric.note}"
        table = table_block(
            ["一级指标", "二级指标", "观测点", "权重", "依据"], rows, caption=caption, note=note, numbers={3}
        )
        vetoes = [self.item(veto.text, cite=veto.cite) for veto in rubric.vetoes]
        return [table, *([items_block(vetoes, "一票否决", numbered=True)] if vetoes else [])]

    def steps(self) -> list[dict[str, Any]]:
        names = {step.code: step.name for step in self.pack.steps}
        items = [
            self.item(step.name, note="；".join(step_notes(step, names)), cite=step.cite)
            for step in self.pack.steps
        ]
        return [items_block(items, numbered=True)]

    def quotas(self) -> list[dict[str, Any]]:
        return [block for quota in self.pack.quotas for block in self.quota(quota)]

    def quota(self, quota: QuotaDef) -> list[dict[str, Any]]:
        step = next((step.name for step in self.pack.steps if step.code == quota.step), quota.step)
        rounds = "、".join(self.around.rounds.get(code, code) for code in quota.rounds)
        notes = [
            f"环节：{step}",
            f"批次：{rounds}{'（合计使用）' if len(quota.rounds) > 1 else ''}",
            f"限{kinds_text(quota.kinds)}牵头的项目" if quota.kinds else "",
            self.only(quota.variants) + ("，合计使用" if len(quota.variants) > 1 else ""),
            "只计其中一部分项目，见限额名称" if quota.when else "",
            f"依据：{self.clauses(quota.cite)}",
        ]
        rows = [
            [
                line.name,
                "不限" if line.limit is None else str(line.limit),
                "—" if line.minimum is None else str(line.minimum),
            ]
            for line in quota.holders
        ]
        table = table_block(
            ["谁", "至多", "至少"],
            rows,
            caption=quota.name,
            note="；".join(filter(None, notes)),
            numbers={1, 2},
        )
        exempt = [self.item(e.text, note=self.lapses(e), cite=e.cite) for e in quota.exempt]
        return [table, *([items_block(exempt, "不占限额的情形")] if exempt else [])]

    def lapses(self, exemption: Exemption) -> str:
        rounds = "、".join(self.around.rounds.get(code, code) for code in exemption.rounds)
        until = exemption.until
        day = f"到{until.year}年{until.month}月{until.day}日为止" if until else ""
        return "；".join(filter(None, [f"限{rounds}" if rounds else "", day]))

    def reports(self) -> list[dict[str, Any]]:
        due = {dated.report: when(dated) for dated in self.around.dates if dated.report}
        items = []
        for report in [*self.pack.reports, *self.around.reports]:
            by = _BY.get(report.by) or f"{kinds_text(report.kinds) if report.kinds else '每个单位'}"
            notes = [
                due.get(report.code, ""),
                f"包括：{'；'.join(report.parts)}" if report.parts else "",
                "须盖章" if report.sealed else "",
                "向社会公开" if report.public else "",
                self.only(report.variants),
            ]
            items.append(
                self.item(f"{report.name}（{by}）", note="；".join(filter(None, notes)), cite=report.cite)
            )
        return [items_block(items, numbered=True)] if items else []

    def evaluations(self) -> list[dict[str, Any]]:
        rubrics = {rubric.code: rubric.name for rubric in self.pack.rubrics}
        blocks = []
        for evaluation in self.pack.evaluations:
            shares = shares_text(evaluation.shares)
            rubric = rubrics.get(evaluation.rubric or "")
            notes = [
                self.only(evaluation.variants),
                when_held(evaluation),
                f"评分：{shares}" if shares else "",
                f"专家用“{rubric}”" if rubric else "",
            ]
            graded = self.item(f"结果分为{grades_text(evaluation.grades)}", cite=evaluation.cite)
            follows = [
                self.item(one.text, note=consequence_note(one), cite=one.cite, level=1)
                for one in evaluation.consequences
            ]
            caption = self.with_note(evaluation.name, "；".join(filter(None, notes)))
            blocks.append(items_block([graded, *follows], caption))
        return blocks

    def contacts(self) -> list[dict[str, Any]]:
        items = [self.item(contact.office, cite=contact.cite) for contact in self.pack.contacts]
        return [items_block(items)] if items else []

    def legend(self) -> list[dict[str, Any]]:
        items = []
        for name in self.cited:
            document = self.documents.get(name)
            title = f"《{document.title}》" if document else name
            number = f"（{document.number}）" if document and document.number else ""
            items.append(self.item(f"{self.mark(name)} {title}{number}"))
        return [items_block(items)]

    # ---------------------------------------------------------------- parts of a line

    def item(self, text: str, *, note: str = "", cite: Iterable[str] = (), level: int = 0) -> dict[str, Any]:
        return {"text": text, "note": note, "cite": self.clauses(cite), "level": level}

    def clauses(self, cite: Iterable[str]) -> str:
        by_document: dict[str, list[str]] = {}
        for one in cite:
            document, _, clause = one.partition(" ")
            by_document.setdefault(document, []).append(clause.strip())
        return "；".join(
            self.mark(document) + "、".join(dict.fromkeys(clauses))
            for document, clauses in by_document.items()
        )

    def mark(self, document: str) -> str:
        if document not in self.cited:
            self.cited.append(document)
        number = self.cited.index(document)
        return _CIRCLED[number] if number < len(_CIRCLED) else f"[{number + 1}]"

    def only(self, variants: Sequence[str]) -> str:
        return f"限{'、'.join(self.variants.get(code, code) for code in variants)}" if variants else ""

    @staticmethod
    def with_note(text: str, note: str) -> str:
        return f"{text}（{note}）" if note else text
