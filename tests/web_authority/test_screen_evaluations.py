"""An evaluation on its screens: opened, evaluated by the unit, marked, concluded in bulk, mended, accepted; in one scene."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import scene
from tests.monitoring import evaluated as e
from tongchou.designations.models import Designation
from tongchou.monitoring.evaluation_models import Assessment, AssessmentFile, Evaluation, Rectification
from tongchou.outbox.models import Message


@pytest.fixture
def stage(db, settings, tmp_path, client):
    """Two schools with a project each, and who acts; ``see(person, url, **post)`` opens or posts."""
    settings.FILES = tmp_path
    scene.load()
    units = [scene.unit(kind="secondary_school") for _ in range(2)]
    people = {
        "leader": scene.person(unit=units[0], role="leader"),
        "other": scene.person(unit=units[1], role="leader"),
        "city": scene.officer("220100"),
        "elsewhere": scene.officer("140000"),
        "province": scene.officer("220000"),
    }
    for number, unit in enumerate(units):
        e.project(unit, name=f"实践中心{number}")

    def see(who, url, **post):
        client.force_login(people[who])
        return client.post(url, post) if post else client.get(url)

    see.people = people
    with e.scheme(e.yearly()), scene.on(2025, 1, 10):
        yield see


def body(response) -> str:
    return response.content.decode()


def test_from_opening_to_acceptance(stage):
    board = reverse("authority:evaluations")
    opening = {"offer": 0, "year": 2024, "self_due": "2025-02-01"}
    assert stage("city", board, **opening).status_code == 404  # nothing is offered to a city
    past = stage("province", board, **(opening | {"self_due": "2024-12-31"}))
    assert (past.status_code, "请选择今天或以后的日期" in body(past)) == (422, True)
    opened = stage("province", board, **opening)
    evaluation = Evaluation.objects.get()
    table = reverse("authority:evaluation", args=[evaluation.pk])
    assert opened.url == table
    stage.people["beside"] = scene.officer("220200")
    assert "没有列入这次考核评价的项目" in body(stage("beside", table))
    assert "换一个筛选条件" in body(stage("beside", f"{table}?q=实践"))
    case, other = Assessment.objects.order_by("pk")
    mine, sheet = reverse("unit:evaluation", args=[case.pk]), reverse("authority:assessment", args=[case.pk])

    # the unit evaluates itself; what it typed survives a refusal
    assert str(evaluation) in body(stage("leader", reverse("unit:evaluations")))
    assert stage("other", mine).status_code == 404
    stage.people["filler"] = scene.person(unit=case.unit, role="filler")
    assert "报送由单位审核人办理。" in body(stage("filler", mine))
    assert "报送自评" not in body(stage("filler", mine))
    assert "报送自评" in body(stage("leader", mine))
    bad = stage("leader", mine, do="submit", text="已逐项完成。", mark="120")
    assert bad.status_code == 422
    assert "已逐项完成。" in body(bad)
    file = SimpleUploadedFile("总结.pdf", scene.pdf(), "application/pdf")
    stage("leader", mine, do="attach", upload=file)
    kept = AssessmentFile.objects.get()
    address = reverse("assessment_file", args=[kept.pk])
    assert [stage(who, address).status_code for who in ("leader", "city", "other", "elsewhere")] == [
        200,
        200,
        403,
        403,
    ]
    assert stage("leader", mine, do="submit", text="已逐项完成。", mark="55").url == mine
    assert "已逐项完成。" in body(stage("city", sheet))
    assert stage("elsewhere", sheet).status_code == 404
    assert stage("elsewhere", table).status_code == 404

    # each level marks in its turn; the unit sees no mark before the conclusion
    early = stage("province", sheet, do="score", level="province", mark="50")
    assert "市级评分" in body(early)
    stage("city", sheet, do="score", level="city", mark="53.5", comment="市级核实。")
    stage("province", sheet, do="score", level="province", mark="50")
    assert "53.5" not in body(stage("leader", mine))
    assert "没有符合条件的项目" in body(stage("province", f"{table}?state=mine"))
    for query in ("state=scoring", "state=late", "q=实践", "place=220100", "grade=fail", "mending=overdue"):
        assert stage("province", f"{table}?{query}").status_code == 200

    # concluded in bulk, each for itself
    stage("province", table, do="conclude", rows=[case.pk, other.pk])
    report = body(stage("province", table))
    assert "办成 1 项，未办成 1 项" in report
    assert "不合格" in report
    assert "建议：不合格的限期整改" in report
    workbook = stage("province", f"{table}?export=1")
    rows = list(openpyxl.load_workbook(io.BytesIO(workbook.content)).active.values)
    head, line = rows[2], next(row for row in rows[3:] if row[1] == "实践中心0")
    assert line[head.index("总分")] == pytest.approx(53.38)  # (55 × 50 + 53.5 × 25 + 50 × 25) ÷ 100
    shown = body(stage("leader", mine))
    assert "53.38 分" in shown
    assert "53.50" in shown

    # rectification with its proof, its acceptance; then a corrected conclusion
    assert "限期整改" in body(stage("province", sheet))
    stage("province", sheet, do="confirm", code="mend", reason="补齐设备。")
    assert "补齐设备。" in body(stage("leader", mine))
    assert stage("leader", mine, do="mend_submit", report=" ").status_code == 422
    stage("leader", mine, do="mend_submit", report="设备已到。")
    mending = Rectification.objects.get()
    again = {"do": "again", "rectification": mending.pk, "reason": "缺台账。"}
    assert "请选择今天以后的日期" in body(stage("province", sheet, **again))
    stage("province", sheet, **again, due="2025-03-01")
    stage("leader", mine, do="mend_submit", report="台账已补。")
    stage("province", sheet, do="accept", rectification=mending.pk)
    mending.refresh_from_db()
    assert mending.state == "accepted"
    assert "验收通过" in body(stage("leader", mine))
    stage("province", sheet, do="correct", reason="计分更正。", remark="1", mark="90")
    assert "更正前的结论" in body(stage("province", sheet))
    assert case.conclusions.get(corrected_by=None).grade == "pass"
    assert Message.objects.filter(to=stage.people["leader"], subject__contains="更正").count() == 1


def test_returned_gone_on_and_what_the_authority_finds(stage):
    e.opened(by=stage.people["province"], self_due=date(2025, 1, 20))
    case, other = Assessment.objects.order_by("pk")
    sheet = reverse("authority:assessment", args=[case.pk])
    e.handed_in(case, by=stage.people["leader"])
    assert "请填写退回理由" in body(stage("city", sheet, do="return", reason=""))
    stage("city", sheet, do="return", reason="数据不实。", due="2025-01-25")
    assert "数据不实。" in body(stage("leader", reverse("unit:evaluation", args=[case.pk])))
    overdue = reverse("authority:assessment", args=[other.pk])
    assert stage("city", overdue, do="go_on", reason="逾期。").status_code == 422
    with scene.on(2025, 2, 1):
        stage("city", overdue, do="go_on", reason="逾期未报。")
        e.marked(other, "city", 90, by=stage.people["city"])
        e.marked(other, "province", 90, by=stage.people["province"])
        stage("province", overdue, do="conclude")
        assert "请填写认定的事实和依据" in body(
            stage("province", overdue, do="confirm", code="false", reason="")
        )
        assert stage("city", overdue, do="confirm", code="false", reason="虚假。").status_code == 403
        stage("province", overdue, do="confirm", code="false", reason="台账虚假。")
    assert Designation.objects.filter(revoked_on=date(2025, 2, 1)).count() == 1
    assert stage("province", sheet, do="dance").status_code == 404


def test_a_board_without_anything_says_what_to_do(stage):
    assert "还没有考核评价" in body(stage("province", reverse("authority:evaluations")))
    assert "没有考核评价" in body(stage("leader", reverse("unit:evaluations")))
    assert "没有预警" in body(stage("province", reverse("authority:warned")))
