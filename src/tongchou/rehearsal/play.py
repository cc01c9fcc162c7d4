"""A whole round and the year after it, on invented units, through the real actions, on a set clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from tongchou.applications import actions as applications
from tongchou.applications.models import Application
from tongchou.applications.queries import look, offered_variants, target_years
from tongchou.applications.steps import find, way
from tongchou.core import audit, clock
from tongchou.core.files import path_of
from tongchou.designations import actions as designations
from tongchou.designations.queries import unpublished
from tongchou.documents import actions as documents
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.orgs.queries import officers, people_of, unit_facts
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import Round, Task, TaskEdition
from tongchou.programmes.queries import edition_for
from tongchou.rehearsal import cast, reporting
from tongchou.rehearsal.answers import Filler, NoAnswer
from tongchou.rehearsal.calendar import TaskDays, days
from tongchou.rehearsal.ledger import Ledger
from tongchou.reviews import actions as reviews
from tongchou.reviews.models import Assignment
from tongchou.reviews.queries import queue, summary
from tongchou.reviews.scoring import rubric_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tongchou.insight.models import Bulletin
    from tongchou.programmes.models import Programme

S = Application.State
EXPERTS = 9
EXPERTS_A_CASE = 3
PASS_MARK = 60


@dataclass
class Play:
    """One rehearsal. Stages are methods, so that the demo may stop in the middle of a round."""

    programme: Programme
    place: Jurisdiction
    seed: int
    ledger: Ledger
    evidence: bytes
    prefix: str = "rehearsal"
    quality: dict[int, float] = field(default_factory=dict)
    random: Random = field(init=False)
    province: Authority = field(init=False)
    nation: Authority = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - invents, keeps no secret
        self.province = Authority.objects.select_related("place").get(
            place=self.place, department="education"
        )
        self.nation = Authority.objects.select_related("place").get(
            place=self.programme.place, department="education"
        )

    # ---------------------------------------------------------------- people

    def officer(self, authority: Authority) -> Person:
        """The authority's officer, installed when it has none."""
        found = officers(authority).order_by("pk").first()
        if found is not None:
            return found
        return orgs.install_person(
            username=f"{self.prefix}-{authority.place_id.lower()}",
            name=cast.person_name(self.random),
            email=f"{self.prefix}-{authority.place_id.lower()}@example.org",
            password=None,
            role=Membership.Role.OFFICER,
            authority=authority,
        )

    def experts(self) -> list[Person]:
        """The province's pool, filled up to its usual size."""
        pool = list(
            Person.objects.filter(
                memberships__authority=self.province, memberships__role=Membership.Role.EXPERT
            ).order_by("pk")
        )
        while len(pool) < EXPERTS:
            pool.append(
                orgs.install_person(
                    username=f"{self.prefix}-expert{len(pool) + 1}",
                    name=cast.person_name(self.random),
                    email=f"{self.prefix}-expert{len(pool) + 1}@example.org",
                    password=None,
                    role=Membership.Role.EXPERT,
                    authority=self.province,
                )
            )
        return pool

    def cities(self) -> list[Authority]:
        """The city authorities below the province."""
        return list(
            Authority.objects.filter(place__parent=self.place, place__level="city", department="education")
            .select_related("place")
            .order_by("place__code")
        )

    # ---------------------------------------------------------------- registering

    def register(self, count: int, on: date) -> list[Unit]:
        """Invented units register; their authorities verify them, refusing one in forty once."""
        cities = [authority.place for authority in self.cities()] or [self.place]
        made = []
        with clock.at(on):
            for invented in cast.units(count, cities, self.random, prefix=self.prefix):
                answer = self.ledger.attempt("单位注册", lambda i=invented: self._register(i))
                if answer is None:
                    continue
                unit, person = answer
                self.quality[unit.pk] = invented.quality
                officer = self.officer(unit.authority)
                if self.random.random() < 1 / 40:
                    orgs.refuse_unit(unit, by=officer, reason="单位名称与证照不一致，请更正。")
                    orgs.correct_unit(unit, by=person, uscc=unit.uscc, name=unit.name, address="（演练）")
                self.ledger.attempt(
                    "单位核验",
                    lambda u=unit, o=officer, i=invented: orgs.verify_unit(u, by=o, tags_confirmed=i.tags),
                )
                made.append(unit)
        return made

    def _register(self, invented: cast.InventedUnit) -> tuple[Unit, Person]:
        return orgs.register_unit(
            uscc=invented.uscc,
            name=invented.name,
            kind=invented.kind,
            place=invented.place,
            person_name=invented.person,
            username=invented.username,
            email=f"{invented.username}@example.org",
            password=None,
            tags=invented.tags,
            rehearsal=True,
        )

    # ---------------------------------------------------------------- declaring

    def declare(
        self, task: Task, round_: Round, units: Iterable[Unit], when: TaskDays, *, share: float
    ) -> None:
        """A share of the units that may lead declares; one in fifteen forgets something first, one in thirty is late."""
        for unit in units:
            person = people_of(unit).order_by("pk").first()
            for variant in offered_variants(task, unit):
                for _ in range(self._how_many(unit, share)):
                    late = self.random.random() < 1 / 30
                    self._declare_one(task, round_, unit, variant.code, person, when, late=late)

    def _how_many(self, unit: Unit, share: float) -> int:
        wanted = share * (2.2 if unit.kind in {"vocational_college", "vocational_university"} else 1)
        return int(wanted) + (self.random.random() < wanted % 1)

    def _declare_one(
        self, task: Task, round_: Round, unit: Unit, variant: str, person: Any, when: TaskDays, *, late: bool
    ) -> None:
        with clock.at(when.begin):
            case = self.ledger.attempt(
                "开始申报",
                lambda: applications.begin(unit, task=task, variant=variant, round=round_, by=person),
            )
            if case is None:
                return
            name = cast.project_name(self.random, task.number, variant)
            if not self.fill(case, person, name, forgetful=self.random.random() < 1 / 15):
                return
        with clock.at(when.late if late else when.submit):
            submitted = self.ledger.attempt("提交申报", lambda: designations.submit(case, by=person))
            if submitted is None and not late and self.complete(case, person):
                self.ledger.attempt("提交申报", lambda: designations.submit(case, by=person))

    def fill(self, case: Application, person: Person, name: str, *, forgetful: bool = False) -> bool:
        """Fill the whole form as a unit would, with its evidence; whether passing answers were found."""
        case = Application.objects.select_related("edition", "round__programme", "unit", "draft").get(
            pk=case.pk
        )
        filler = Filler(
            case.edition.pack, case.variant, unit_facts(case.unit), target_years(case.round), self.random
        )
        try:
            filled = filler.fill(project=name, given=case.draft.answers)
        except NoAnswer as fault:
            self.ledger.refused["填写申报", "pack"] += 1
            self.ledger.example.setdefault(("填写申报", "pack"), f"{case.task} {case.variant}：{fault}")
            return False
        saved = applications.save_draft(
            case, by=person, changes=filled.answers, base_version=case.draft.version
        )
        if saved.errors:
            self.ledger.refused["填写申报", "form"] += 1
            self.ledger.example.setdefault(("填写申报", "form"), str(saved.errors))
        for slot in filled.slots[1:] if forgetful else filled.slots:
            applications.attach(
                case, by=person, field=slot, upload=self.evidence, name="佐证材料（演练）.pdf", pages="1-2"
            )
        self.ledger.done["填写申报"] += 1
        return True

    def complete(self, case: Application, person: Person) -> bool:
        """Attach what was forgotten; whether that is all that was missing."""
        case.refresh_from_db()
        if case.state != S.DRAFT:
            return False
        wanted = [f.code for f in look(case, case.draft.answers).findings if f.severity == "missing"]
        for slot in wanted:
            applications.attach(
                case, by=person, field=slot, upload=self.evidence, name="补充材料（演练）.pdf"
            )
        return bool(wanted)

    # ---------------------------------------------------------------- reviewing

    def waiting(self, authority: Authority, task: Task, round_: Round) -> list[Application]:
        """What waits at ``authority`` in this task and round, best units first."""
        rows = queue(authority, actor(self.officer(authority))).filter(task=task, round=round_)
        return sorted(rows, key=lambda a: (a.variant, -self.quality.get(a.unit_id, 0.5), a.pk))

    def city_step(self, task: Task, round_: Round, when: TaskDays) -> None:
        """Cities return a case in twelve, rank, and recommend from the top until the quota refuses."""
        for city in self.cities():
            officer = self.officer(city)
            with clock.at(when.submit):
                for case in self.waiting(city, task, round_):
                    applications.mark_opened(case, by=officer)
                    if self.random.random() < 1 / 12:
                        self._return_and_resubmit(case, officer, when)
            with clock.at(when.city):
                by_variant: dict[str, list[Application]] = defaultdict(list)
                for case in self.waiting(city, task, round_):
                    by_variant[case.variant].append(case)
                for cases in by_variant.values():
                    reviews.rank(city, step=cases[0].step, applications=cases, by=officer)
                    for case in cases:
                        self._recommend(case, officer, "市级推荐")

    def _return_and_resubmit(self, case: Application, officer: Person, when: TaskDays) -> None:
        returned = self.ledger.attempt(
            "退回修改",
            lambda: reviews.return_for_changes(
                case,
                by=officer,
                reason="建设方案与年度绩效目标的对应关系不清楚，请补充说明。",
                due=when.city,
                remarks={"project_name": "请核对项目名称。"},
            ),
        )
        person = people_of(case.unit).order_by("pk").first()
        if returned and person:
            self.ledger.attempt("重新提交", lambda: designations.submit(case, by=person))

    def _recommend(self, case: Application, officer: Person, what: str) -> None:
        done = self.ledger.attempt(what, lambda: designations.recommend(case, by=officer))
        if done is None:
            self.ledger.attempt(
                "不予推荐", lambda: reviews.decline(case, by=officer, reason="推荐限额已满，按排序不再推荐。")
            )

    def score(self, task: Task, round_: Round, when: TaskDays) -> None:
        """Three experts a case score it; quality decides, taste varies, one declares a conflict now and then."""
        pool, officer = self.experts(), self.officer(self.province)
        with clock.at(when.score):
            for case in self.waiting(self.province, task, round_):
                applications.mark_opened(case, by=officer)
                steps = [step.code for step in way(case.edition.pack, case.unit.kind)]
                if find(case.edition.pack, case.step).kind != "designate" or case.step not in steps:
                    continue
                for expert in self.random.sample(pool, EXPERTS_A_CASE):
                    duty = self.ledger.attempt(
                        "分配专家", lambda c=case, e=expert: reviews.assign(c, expert=e, by=officer)
                    )
                    if duty is not None:
                        self._mark(duty, expert)

    def _mark(self, duty: Assignment, expert: Person) -> None:
        case = duty.application
        rubric = rubric_for(case.edition.pack, case.variant)
        if rubric is None:
            return
        if self.random.random() < 1 / 60:
            self.ledger.attempt(
                "专家回避", lambda: reviews.declare_conflict(duty, by=expert, reason="曾参与该项目论证")
            )
            return
        base = self.quality.get(case.unit_id, 0.5)
        marks = {
            c.code: float(
                round(min(1.0, max(0.2, self.random.gauss(0.35 + 0.6 * base, 0.08))) * rubric.scale, 1)
            )
            for c in rubric.criteria
        }
        vetoes = (
            {rubric.vetoes[0].code: "申报书第 2 页的表述不符合要求"}
            if rubric.vetoes and self.random.random() < 1 / 150
            else {}
        )
        self.ledger.attempt(
            "专家评分",
            lambda: reviews.score(
                duty,
                by=expert,
                marks=marks,
                vetoes=vetoes,
                comment="材料较完整，目标基本可考核。",
                submit=True,
            ),
        )

    def designate(self, authority: Authority, task: Task, round_: Round, on: date, *, share: float) -> None:
        """Designate the best cases that wait; decline those below the mark; publish the list."""
        officer = self.officer(authority)
        with clock.at(on):
            cases = [
                c
                for c in self.waiting(authority, task, round_)
                if find(c.edition.pack, c.step).kind == "designate"
            ]
            ranked = sorted(cases, key=lambda c: (c.variant, -self._mean(c), c.pk))
            by_variant: dict[str, list[Application]] = defaultdict(list)
            for case in ranked:
                by_variant[case.variant].append(case)
            for rows in by_variant.values():
                keep = max(1, round(len(rows) * share))
                for number, case in enumerate(rows):
                    done = None
                    if number < keep and self._mean(case) >= PASS_MARK:
                        done = self.ledger.attempt(
                            f"{authority.place.get_level_display()}认定",
                            lambda c=case: designations.designate(c, by=officer),
                        )
                    if done is None:
                        self.ledger.attempt(
                            "不予认定",
                            lambda c=case: reviews.decline(
                                c, by=officer, reason="综合评审结果未达到本批认定要求。"
                            ),
                        )
            self.publish(authority, task, round_, officer)

    def _mean(self, case: Application) -> float:
        found = summary(case.assignments.all())
        return float(found.mean) if found.mean is not None else 60 + 30 * self.quality.get(case.unit_id, 0.5)

    def publish(self, authority: Authority, task: Task, round_: Round, officer: Person) -> None:
        """Publish every list of ``authority`` that waits for this task and round."""
        level = authority.place.get_level_display()
        for row in unpublished(authority):
            if row["task_id"] != task.pk or row["application__round_id"] != round_.pk:
                continue
            self.ledger.attempt(
                "公布名单",
                lambda r=row: designations.publish_list(
                    authority=authority,
                    task=task,
                    round=round_,
                    level=str(r["level"]),
                    title=f"{round_.year}年{level}“{task.name}”名单（演练）",
                    document_number=f"演练〔{clock.today().year}〕{task.number}号",
                    by=officer,
                ),
            )

    def recommend_upward(self, task: Task, round_: Round, on: date, *, share: float) -> None:
        """The province recommends the best to the nation until quota or share ends it."""
        officer = self.officer(self.province)
        with clock.at(on):
            by_variant: dict[str, list[Application]] = defaultdict(list)
            for case in self.waiting(self.province, task, round_):
                if find(case.edition.pack, case.step).kind == "recommend":
                    by_variant[case.variant].append(case)
            for cases in by_variant.values():
                cases.sort(key=lambda c: (-self._mean(c), c.pk))
                reviews.rank(self.province, step=cases[0].step, applications=cases, by=officer)
                for case in cases[: max(1, round(len(cases) * share))]:
                    self.ledger.attempt("省级推荐", lambda c=case: designations.recommend(c, by=officer))

    # ---------------------------------------------------------------- the round, the year

    def round(self, task: Task, round_: Round, units: list[Unit], *, share: float) -> None:
        """One task's whole round, from drafts to the national list."""
        when = days(task, self.place, round_)
        levels = {step.level for step in edition_for(task, self.place.path).pack.steps}
        self.declare(task, round_, units, when, share=share)
        if "city" in levels:
            self.city_step(task, round_, when)
        order = [
            s for s in edition_for(task, self.place.path).pack.steps if s.level in {"province", "nation"}
        ]
        for step in order:
            if step.kind == "score":
                self.score(task, round_, when)
            elif step.kind == "recommend":
                self.recommend_upward(task, round_, when.recommend, share=0.4)
            elif step.kind == "designate" and step.level == "province":
                self.designate(self.province, task, round_, when.designate, share=0.8)
            elif step.kind == "designate":
                self.designate(self.nation, task, round_, when.nation, share=0.6)

    def tasks(self) -> list[Task]:
        """The programme's tasks that have an edition."""
        with_edition = TaskEdition.objects.filter(current=True).values("task")
        return list(self.programme.tasks.filter(pk__in=with_edition).order_by("number"))

    def year(self, year: int) -> None:
        """A year of monitoring: periods open, units report, the province confirms, summaries come in."""
        officer = self.officer(self.province)
        with clock.at(date(year, 11, 2)):
            for task in self.tasks():
                self.ledger.attempt(
                    "开启采集期",
                    lambda t=task: monitoring.open_period(task=t, place=self.place, year=year, by=officer),
                )
        self._periodic(year)
        self._performance(year, officer)

    def _performance(self, year: int, officer: Person) -> None:
        rows = PerformanceReport.objects.filter(period__year=year, period__place=self.place)
        for number, report in enumerate(
            rows.select_related("unit", "period", "application", "edition").order_by("pk")
        ):
            person = people_of(report.unit).order_by("pk").first()
            if person is None or number % 25 == 24:  # a few never report, as in any year
                continue
            day = (report.due or date(year, 12, 1)) + timedelta(
                days=1 if number % 23 == 22 else -(number % 9)
            )
            with clock.at(max(day, date(year, 11, 3))):
                proof = monitoring.attach(
                    report, by=person, upload=self.evidence, name="绩效佐证（演练）.pdf"
                )
                targets = monitoring_queries.targets_of(report)
                monitoring.save_report(
                    report,
                    by=person,
                    changes=reporting.answers(report, targets, proof.pk, self.random),
                    base_version=report.version,
                )
                sent = self.ledger.attempt(
                    "绩效报送", lambda r=report, p=person: monitoring.submit_report(r, by=p)
                )
            if sent is not None:
                with clock.at(date(year, 12, 18)):
                    self.ledger.attempt("绩效确认", lambda r=report: monitoring.confirm_report(r, by=officer))

    def _periodic(self, year: int) -> None:
        rows = PeriodicReport.objects.filter(year=year, scope_path__startswith=self.place.path)
        for number, report in enumerate(
            rows.select_related("unit", "authority", "task").order_by("due", "pk")
        ):
            who = people_of(report.unit).order_by("pk").first() if report.unit else None
            if report.unit is None and report.authority is not None:
                who = self.officer(report.authority)
            if who is None or number % 20 == 19:
                continue
            with clock.at(report.due - timedelta(days=number % 5)):
                self.ledger.attempt(
                    "报告报送",
                    lambda r=report, w=who: monitoring.submit_periodic(
                        r,
                        by=w,
                        text="（演练）本年度工作按计划推进。",
                        upload=self.evidence,
                        name=f"{r.name}.pdf",
                    ),
                )

    def bulletin(self, authority: Authority, year: int, on: date) -> Bulletin | None:
        """Publish the year's bulletin of ``authority`` with its PDF and Excel."""
        officer = self.officer(authority)
        with clock.at(on):
            return self.ledger.attempt(
                "发布通报",
                lambda: documents.publish_bulletin(
                    authority=authority,
                    programme=self.programme,
                    year=year,
                    document_number=f"演练〔{on.year}〕1号",
                    by=officer,
                ),
            )

    def seal(self) -> None:
        """Seal the audit records of everything played."""
        audit.seal_pending()


def write_bulletin(bulletin: Bulletin, folder: Path) -> list[Path]:
    """Copy a bulletin's files into ``folder`` under readable names."""
    written = []
    for file, ending in ((bulletin.pdf, "pdf"), (bulletin.xlsx, "xlsx")):
        if file is not None:
            target = folder / f"bulletin-{bulletin.authority.place_id}-{bulletin.year}.{ending}"
            target.write_bytes(path_of(file).read_bytes())
            written.append(target)
    return written
