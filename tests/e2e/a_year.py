"""The stage of a year of monitoring: seven schools of Jilin with a practice centre each, designated, and reported on in 2023.

What is not the walk's subject is played by the real actions: registering, declaring, the review, the year before, and in
the year of the walk the other schools' own parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from tests import factory as f
from tests.e2e.stage import PASSWORD
from tests.monitoring import evaluated
from tongchou.core import clock
from tongchou.monitoring import actions, evidence
from tongchou.monitoring.evaluation_models import Assessment
from tongchou.monitoring.models import PerformanceReport
from tongchou.rehearsal.sample import evidence_pdf
from tongchou.web import demo_clock

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.orgs.models import Unit

TARGETS = {
    "external_trainees": 400,
    "trainee_days": 9000,
    "university_trainees": 60,
    "real_projects": 8,
    "courses_textbooks": 6,
    "enterprise_training": 300,
    "training_projects": 10,
    "training_standards": 3,
    "training_income": 12_000_000,  # fen
    "service_projects": 5,
    "service_income": 8_000_000,
    "served_enterprises": 12,
    "awards": 1,
    "plan_fulfilment": 90,  # per cent
}
PLAN = 40
"""Items of the yearly plan: what the share of it that was carried out is of."""
SCHOOLS = [
    ("青禾", f.CITY, "新能源汽车检测与维修"),
    ("北辰", f.CITY, "轨道车辆智能运维"),
    ("南岭", f.CITY, "数控加工与精密测量"),
    ("江城", f.OTHER_CITY, "化工过程自动控制"),
    ("松花", f.OTHER_CITY, "碳纤维材料成型"),
    ("铁东", "220300", "现代农机装备应用"),
    ("辽河", "220400", "高端纺织印染"),
]
OWN, MISSING = 0, 6
"""Who fills by hand on the walk, and who hands nothing in."""


PROJECT = f"{SCHOOLS[OWN][2]}开放型实践中心"
"""The school's own."""


def on(day: str) -> None:
    """The clock moves on for everybody; that the bar of the demo does so too is seen once."""
    demo_clock.set_to(date.fromisoformat(day))


@dataclass
class Year:
    """Schools and projects in the order of ``SCHOOLS``, and every figure as it was given."""

    units: list[Unit] = field(default_factory=list)
    cases: list[Application] = field(default_factory=list)
    given: dict[tuple[int, int], dict[str, dict[str, Any]]] = field(default_factory=dict)

    def report(self, number: int, year: int) -> PerformanceReport:
        return PerformanceReport.objects.select_related("application", "edition", "unit", "period").get(
            application=self.cases[number], period__year=year
        )

    def officer(self) -> Any:
        return f.officer(f.PROVINCE)

    def figures(self, number: int, year: int) -> dict[str, dict[str, Any]]:
        """Plain figures that grow by a tenth a year and differ a little from school to school."""
        scale = (0.96 + 0.03 * number) * (1.0 if year == 2023 else 1.1)
        made: dict[str, dict[str, Any]] = {
            code: {"value": round(target * scale)} for code, target in TARGETS.items()
        }
        made["plan_fulfilment"] = {"numerator": 33 + number, "denominator": PLAN}
        return made

    def submits(self, number: int, year: int, on: date) -> None:
        """A school reports, with one file for all its figures."""
        report, by = self.report(number, year), f.leader(self.units[number])
        figures = self.given[number, year] = self.figures(number, year)
        with clock.at(on):
            proof = evidence.attach(report, by=by, upload=evidence_pdf(), name="年度台账.pdf")
            changes = {
                code: answer | {"note": "按台账统计。", "evidence": proof.pk, "page": 2}
                for code, answer in figures.items()
            }
            saved = actions.save_report(report, by=by, changes=changes, base_version=report.version)
            assert not saved.errors, saved.errors
            actions.submit_report(report, by=by)

    def confirms(self, number: int, year: int, on: date) -> None:
        with clock.at(on):
            actions.confirm_report(self.report(number, year), by=self.officer())

    def others_are_marked(self) -> None:
        """In the evaluation just opened, every other project marks itself and is marked by its city and the province."""
        rows = Assessment.objects.exclude(application=self.cases[OWN]).select_related("unit", "evaluation")
        for number, row in enumerate(rows.order_by("pk")):
            city = row.unit.authority.place_id
            with clock.at(date(2025, 1, 20)):
                evaluated.handed_in(row, by=f.leader(row.unit), mark=88 - number)
                evaluated.marked(row, "city", 84 - number, by=f.officer(city))
                evaluated.marked(row, "province", 80 - number, by=self.officer())


def played() -> Year:
    """Everything before the walk's year."""
    year = Year()
    targets = {code: {str(y): value for y in (2023, 2024, 2025, 2026)} for code, value in TARGETS.items()}
    for number, (name, place, project) in enumerate(SCHOOLS):
        unit = f.unit(
            code=place, name=f"{name}职业技术学校（演练）", username=f"school{number}", password=PASSWORD
        )
        year.units.append(unit)
        year.cases.append(
            f.designated(
                unit,
                code=f.CENTRE,
                variant="school",
                project_name=f"{project}开放型实践中心",
                targets=targets,
            )
        )
    with clock.at(date(2023, 11, 2)):
        actions.open_period(
            task=f.task(f.CENTRE), place=f.place(f.PROVINCE), year=2023, by=f.officer(f.PROVINCE)
        )
    for number in range(len(SCHOOLS)):
        year.submits(number, 2023, date(2023, 11, 20))
        year.confirms(number, 2023, date(2023, 12, 18))
    return year
