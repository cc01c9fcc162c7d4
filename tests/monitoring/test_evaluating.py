"""An evaluation from its opening to what follows, and every way in which it is refused."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from tests import scene
from tests.monitoring import evaluated as e
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations.models import Designation
from tongchou.monitoring import (
    concluding,
    consequences,
    evaluating,
    evaluation_queries,
    measuring,
    rectifying,
    reminders,
)
from tongchou.monitoring.evaluation_models import Assessment, Conclusion, Evaluation
from tongchou.monitoring.marking import Given
from tongchou.outbox.models import Message
from tongchou.programmes.pack_format import Rubric


@pytest.fixture
def people(programme):
    unit = scene.unit(kind="secondary_school")
    return {
        "unit": unit,
        "leader": scene.person(unit=unit, role="leader"),
        "filler": scene.person(unit=unit, role="filler"),
        "city": scene.officer("220100"),
        "province": scene.officer("220000"),
        "nation": scene.officer("000000"),
    }


def one(evaluation) -> Assessment:
    return evaluation.assessments.select_related("evaluation__edition", "application", "unit").get()


def refused(action, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        action(*args, **kwargs)
    return caught.value


def test_what_is_expected_is_stored_when_it_opens(people):
    early, late = e.project(people["unit"]), e.project(since=date(2025, 3, 1))
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        city = people["city"]
        assert refused(e.opened, by=city).code == "scope"
        assert refused(e.opened, by=people["leader"]).code == "role"
        assert refused(e.opened, by=people["province"], self_due=date(2025, 1, 9)).fields == {
            "self_due": "请选择今天或以后的日期"
        }
        assert refused(e.opened, 2026, by=people["province"]).code == "form"
        assert refused(e.opened, 2020, by=people["province"]).code == "empty"
        evaluation = e.opened(by=people["province"])
        assert [a.application for a in evaluation.assessments.all()] == [early]
        assert refused(e.opened, by=people["province"]).code == "state"
        Designation.objects.filter(application=late).update(since=date(2024, 1, 1))
        assert evaluation.assessments.count() == 1
    assert Message.objects.filter(kind="evaluated", to=people["leader"]).count() == 1


def test_a_period_and_a_lot(people):
    ending = e.project(people["unit"], since=date(2022, 5, 1))
    e.project(since=date(2023, 5, 1))
    period = e.yearly(code="full", name="期满考核", kind="period", years=3, consequences=[])
    spot = e.yearly(code="spot", name="抽检", kind="spot", shares=[], consequences=[])
    with e.scheme(period, spot), scene.on(2025, 1, 10):
        assert [a.application for a in e.opened(by=people["province"], code="full").assessments.all()] == [
            ending
        ]
        assert refused(e.opened, by=people["province"], code="spot").fields == {"draw": "请填写数量"}
        lot = e.opened(by=people["province"], code="spot", draw=1)
        named = e.opened(by=people["province"], code="spot", projects=[ending])
        assert (lot.assessments.count(), named.batch) == (1, 2)
        assert one(lot).state == "scoring"  # nobody evaluates itself in a spot check without a share
        seed = AuditRecord.objects.get(action="open_evaluation", thing_id=lot.pk).data["seed"]
        assert len(seed) == 16


def test_from_the_unit_s_own_mark_to_the_conclusion(people):
    e.project(people["unit"])
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        case = one(e.opened(by=people["province"], self_due=date(2025, 2, 1)))
        assert refused(evaluating.submit_self, case, by=people["filler"]).code == "role"
        assert "text" in refused(evaluating.submit_self, case, by=people["leader"]).fields
        evaluating.save_self(case, by=people["filler"], text="已完成。", given=Given("101"))
        assert "mark" in refused(evaluating.submit_self, case, by=people["leader"]).fields
        assert refused(e.marked, case, "city", 70, by=people["city"]).code == "state"
        e.handed_in(case, by=people["leader"], mark="88.125")
        assert refused(e.marked, case, "province", 70, by=people["province"]).code == "step"
        assert refused(e.marked, case, "city", 70, by=people["province"]).code == "scope"
        assert refused(e.marked, case, "nation", 70, by=people["nation"]).code == "step"
        assert refused(e.marked, case, "unit", 70, by=people["city"]).code == "scope"
        e.marked(case, "city", 60, by=people["city"])
        e.marked(case, "city", 70, by=people["city"])  # until the next level has marked
        assert refused(concluding.conclude, case, by=people["province"]).code == "step"
        e.marked(case, "province", 91, by=people["province"])
        assert refused(e.marked, case, "city", 90, by=people["city"]).code == "step"
        assert refused(concluding.conclude, case, by=people["city"]).code == "scope"
        made = concluding.conclude(case, by=people["province"])
        assert made.total == Decimal("84.32")  # (88.13 × 50 + 70 × 25 + 91 × 25) ÷ 100, half a cent up
        assert (made.grade, [p["level"] for p in made.parts]) == ("good", ["unit", "city", "province"])
        assert refused(concluding.conclude, case, by=people["province"]).code == "state"
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            Conclusion.objects.filter(pk=made.pk).update(grade="excellent")
        assert (
            "reason"
            in refused(
                concluding.correct_conclusion, made, by=people["province"], reason=" ", given=Given(100)
            ).fields
        )
        mended = concluding.correct_conclusion(
            made, by=people["province"], reason="计分有误。", given=Given(100)
        )
        assert (mended.corrects, mended.grade) == (made, "good")
        assert mended.total == Decimal("86.57")  # (88.13 × 50 + 70 × 25 + 100 × 25) ÷ 100
        assert (
            refused(concluding.correct_conclusion, made, by=people["province"], reason="再改。").code
            == "state"
        )
    assert Message.objects.filter(to=people["leader"], subject__contains="考核结论").count() == 2
    assert AuditRecord.objects.filter(action="score_level", thing_id=case.pk).count() == 3


def test_returned_late_and_never_handed_in(people):
    e.project(people["unit"])
    with e.scheme(e.yearly()):
        with scene.on(2025, 1, 10):
            case = one(e.opened(by=people["province"], self_due=date(2025, 2, 1)))
            early = refused(evaluating.go_on_without_self, case, by=people["province"], reason="逾期。")
            assert early.code == "window"
        with scene.on(2025, 1, 25):
            reminders.remind_all()
            (told,) = Message.objects.filter(to=people["leader"], once=f"assessment:{case.pk}:20250201:7")
            assert (told.kind, told.link) == ("due", f"/unit/evaluations/{case.pk}/")
            assert told.subject == f"2024年度考核自评还有 7 天截止：{case}"
        with scene.on(2025, 2, 5):  # late is late, not refused
            e.handed_in(case, by=people["leader"])
            e.marked(case, "city", 70, by=people["city"])
            assert refused(evaluating.return_self, case, by=people["filler"], reason="改。").code == "role"
            assert "reason" in refused(evaluating.return_self, case, by=people["city"], reason="").fields
            past = date(2025, 2, 4)
            assert (
                "due"
                in refused(evaluating.return_self, case, by=people["city"], reason="改。", due=past).fields
            )
            evaluating.return_self(case, by=people["city"], reason="数据不实。")
            assert not case.scores.filter(superseded=False).exists()
            assert refused(evaluating.return_self, case, by=people["city"], reason="改。").code == "state"
        with scene.on(2025, 3, 1):
            assert (
                "reason" in refused(evaluating.go_on_without_self, case, by=people["city"], reason="").fields
            )
            evaluating.go_on_without_self(case, by=people["city"], reason="退回后逾期未报。")
            assert case.scores.get(level="unit", superseded=False).mark == 0
            assert refused(e.handed_in, case, by=people["leader"]).code == "state"


def test_a_college_has_no_city_and_grades_without_marks_need_a_reason(people):
    e.project(scene.unit())  # a college, under its province
    plain = [{"code": "good", "name": "良好"}, {"code": "fail", "name": "不合格"}]
    rubric = Rubric.model_validate(
        {
            "code": "sheet",
            "name": "评分表",
            "scale": 10,
            "cite": e.CITE,
            "criteria": [
                {
                    "code": "aims",
                    "group": "目标",
                    "name": "完成",
                    "points": ["看数"],
                    "weight": 3,
                    "cite": e.CITE,
                },
                {
                    "code": "funds",
                    "group": "经费",
                    "name": "使用",
                    "points": ["看账"],
                    "weight": 1,
                    "cite": e.CITE,
                },
            ],
        }
    )
    of_rubric = e.yearly(shares=[], grades=plain, rubric="sheet", consequences=[])
    with e.scheme(e.yearly(code="halves"), of_rubric, rubrics=[rubric]), scene.on(2025, 1, 10):
        halves = one(e.opened(by=people["province"], code="halves"))
        leader = scene.person(unit=halves.unit, role="leader")
        e.handed_in(halves, by=leader, mark=90)
        assert refused(e.marked, halves, "city", 70, by=people["city"]).code == "scope"
        e.marked(halves, "province", 60, by=people["province"])
        assert concluding.conclude(halves, by=people["province"]).total == Decimal(
            80
        )  # (90 × 50 + 60 × 25) ÷ 75

        scored = one(e.opened(by=people["province"]))
        e.handed_in(scored, by=leader)
        half = Given(marks={"aims": 8})
        assert refused(
            evaluating.score_level, scored, level="province", by=people["province"], given=half
        ).fields == {"funds": "“使用”尚未评分"}
        whole = Given(marks={"aims": 8, "funds": 10})
        evaluating.score_level(scored, level="province", by=people["province"], given=whole)
        unsaid = refused(concluding.conclude, scored, by=people["province"], grade="best")
        assert set(unsaid.fields) == {"grade", "reason"}
        made = concluding.conclude(scored, by=people["province"], grade="good", reason="目标基本完成。")
        assert (made.total, made.grade_name) == (Decimal("85.00"), "良好")


def test_of_how_many_a_level_has_marked_leaves_out_whom_it_does_not_mark(people, client):
    e.project(people["unit"])
    e.project(scene.unit())  # a college, which has no city
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        opened = e.opened(by=people["province"])
        for case in opened.assessments.select_related("evaluation__edition", "application", "unit"):
            leader = (
                people["leader"]
                if case.unit == people["unit"]
                else scene.person(unit=case.unit, role="leader")
            )
            e.handed_in(case, by=leader, mark=90)
        of_school = opened.assessments.select_related("evaluation__edition", "application", "unit")
        e.marked(of_school.get(unit=people["unit"]), "city", 70, by=people["city"])
        (progress,) = evaluation_queries.progress(evaluation_queries.evaluations(e.province()), e.JILIN)
        assert (progress.expected, progress.asked) == (2, {"unit": 2, "city": 1, "province": 2})
        client.force_login(people["province"])
        assert "1/1" in client.get(reverse("authority:evaluations")).content.decode()
        page = client.get(reverse("authority:evaluation", args=[opened.pk])).content.decode()
        assert ["1/1" in part for part in page.split("tc-progress-text")[2:4]] == [True, False]


def test_two_bad_years_a_rectification_and_the_end(people):
    project = e.project(people["unit"])
    marks = (50, 55, 52)
    with e.scheme(e.yearly()):
        with scene.on(2025, 1, 10):
            first = one(e.opened(by=people["province"]))
            e.concluded(first, marks, people)
            offered = consequences.proposals([_fresh(first)])[first.pk]
            assert [p.consequence.code for p in offered] == ["mend", "out", "false"]
            assert offered[0].because == "2024年：不合格"
            act = measuring.confirm_measure
            assert refused(act, first, code="mend", by=people["city"]).code == "scope"
            assert refused(act, first, code="twice", by=people["province"]).code == "state"
            assert "reason" in refused(act, first, code="false", by=people["province"]).fields
            aside = measuring.set_measure_aside
            assert "reason" in refused(aside, first, code="out", by=people["province"], reason="").fields
            aside(first, code="out", by=people["province"], reason="首年从宽。")
            mend = act(first, code="mend", by=people["province"], reason="补齐实训设备。").rectification
            assert (mend.due, mend.demands) == (date(2025, 3, 11), "补齐实训设备。")
            assert refused(act, first, code="mend", by=people["province"]).code == "state"
        with scene.on(2025, 3, 10):
            reminders.remind_all()
            (told,) = Message.objects.filter(to=people["leader"], once=f"rectification:{mend.pk}:20250311:1")
            assert (told.kind, told.subject) == ("last_day", f"限期整改明天截止：{first}")
            assert f"最后一天：2025年3月11日。\n依据：{e.CITE[0]}" in told.body
        with scene.on(2025, 3, 1):
            assert refused(rectifying.submit_rectification, mend, by=people["leader"]).code == "incomplete"
            rectifying.save_rectification(mend, by=people["filler"], report="设备已到位。")
            proof = rectifying.attach_proof(mend, by=people["filler"], upload=scene.pdf(), name="清单.pdf")
            rectifying.detach_file(proof, by=people["filler"])
            assert refused(rectifying.submit_rectification, mend, by=people["filler"]).code == "role"
            decide = rectifying.decide_rectification
            assert refused(decide, mend, by=people["province"], answer="accept").code == "state"
            rectifying.submit_rectification(mend, by=people["leader"])
            assert refused(decide, mend, by=people["city"], answer="accept").code == "scope"
            assert "reason" in refused(decide, mend, by=people["province"], answer="fail").fields
            assert (
                "due" in refused(decide, mend, by=people["province"], answer="again", reason="不足。").fields
            )
            again = date(2025, 4, 1)
            decide(mend, by=people["province"], answer="again", reason="缺台账。", due=again)
            rectifying.submit_rectification(mend, by=people["leader"])
            assert decide(mend, by=people["province"], answer="accept").state == "accepted"
        with scene.on(2026, 1, 10):
            second = one(e.opened(2025, by=people["province"]))
            e.concluded(second, marks, people)
            offered = {p.consequence.code: p for p in consequences.proposals([_fresh(second)])[second.pk]}
            assert offered["twice"].because == "2024年：不合格；2025年：不合格"
            assert Designation.objects.filter(
                application=project, revoked_on=None
            ).exists()  # nobody confirmed
            bar = measuring.confirm_measure(second, code="out", by=people["province"])
            assert bar.until == date(2026, 12, 31)
            assert (
                refused(measuring.require_not_barred, people["unit"], project.task).denied.clause == e.CITE[0]
            )
            measuring.confirm_measure(second, code="twice", by=people["province"])
            held = Designation.objects.get(application=project)
            assert held.revoked_on == date(2026, 1, 10)
            assert e.CITE[0] in held.revoked_reason
        with scene.on(2027, 1, 1):
            measuring.require_not_barred(people["unit"], project.task)  # the bar has ended
    assert Message.objects.filter(to=people["province"], kind="waiting").count() == 2


def test_a_rectification_that_fails_leaves_what_the_authority_finds(people):
    project = e.project(people["unit"])
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        case = one(e.opened(by=people["province"]))
        e.concluded(case, (50, 55, 52), people)
        mend = measuring.confirm_measure(case, code="mend", by=people["province"]).rectification
        rectifying.save_rectification(mend, by=people["leader"], report="未整改。")
        rectifying.submit_rectification(mend, by=people["leader"])
        rectifying.decide_rectification(mend, by=people["province"], answer="fail", reason="没有改。")
        Designation.objects.filter(application=project).update(authority=None)
        act = measuring.confirm_measure
        foreign = refused(act, case, code="false", by=people["province"], reason="台账虚假。")
        assert foreign.code == "state"  # what others designated is theirs to revoke
        Designation.objects.filter(application=project).update(authority=e.province())
        act(case, code="false", by=people["province"], reason="台账虚假。")
    assert Designation.objects.get(application=project).revoked_on == date(2025, 1, 10)


def test_excellent_every_year_of_a_cycle_is_renewed(people):
    project = e.project(people["unit"], since=date(2024, 1, 5))
    period = e.yearly(code="full", kind="period", years=2, consequences=[])
    renew = {
        "code": "on",
        "text": "各年均优秀的续期",
        "does": "renew",
        "grades": ["excellent"],
        "over": "every_year",
    }
    with e.scheme(e.yearly(consequences=[renew | {"cite": e.CITE}]), period):
        for year, ready in ((2024, []), (2025, ["on"])):
            Designation.objects.filter(application=project).update(ends_on=date(2026, 1, 5))
            with scene.on(year + 1, 1, 2):
                case = one(e.opened(year, by=people["province"]))
                e.concluded(case, (95, 95, 95), people)
                assert [p.consequence.code for p in consequences.proposals([_fresh(case)])[case.pk]] == ready
        with scene.on(2026, 1, 3):
            measuring.confirm_measure(case, code="on", by=people["province"])
    held = Designation.objects.get(application=project)
    assert held.ends_on == date(2028, 1, 5)
    assert held.renewals.get().reason.startswith("各年均优秀的续期；2024年：优秀；2025年：优秀")


def test_lists_ask_as_often_for_three_projects_as_for_one(people, django_assert_num_queries):
    def measured(number) -> tuple[int, list]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            found = list(evaluation_queries.evaluations(e.province()))
            progress = evaluation_queries.progress(found, e.JILIN)
            rows = evaluation_queries.rows(list(evaluation_queries.assessments(scope)))
            evaluation_queries.waiting(e.province())
            list(evaluation_queries.rectifications(scope))
            [(a.standing_conclusions, a.taken) for a in evaluation_queries.of_unit(people["unit"])]
        assert len(rows) == progress[0].expected == number
        return len(asked), rows

    from tongchou.core.scope import Scope

    scope = Scope(path=e.JILIN)
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        e.project(people["unit"])
        first = e.opened(by=people["province"])
        e.concluded(one(first), (50, 55, 52), people)
        measuring.confirm_measure(one(first), code="mend", by=people["province"])
        measured(1)
        for_one, rows = measured(1)
        assert (rows[0].conclusion.grade, rows[0].rectification.state) == ("fail", "due")
        assert [p.consequence.code for p in rows[0].open_proposals] == ["out"]
        for _ in range(2):
            Assessment.objects.create(
                evaluation=first,
                application=e.project(people["unit"]),
                unit=people["unit"],
                place_path=people["unit"].place_path,
                scope_path=people["unit"].scope_path,
                designated="province",
            )
        more = list(first.assessments.filter(state="due"))
        e.concluded(more[0], (50, 55, 52), people)
        measuring.confirm_measure(more[0], code="mend", by=people["province"])
        for_three, _rows = measured(3)
    assert for_three == for_one
    assert Evaluation.objects.count() == 1


def _fresh(case) -> Assessment:
    return Assessment.objects.select_related("evaluation__edition", "evaluation__authority__place").get(
        pk=case.pk
    )
