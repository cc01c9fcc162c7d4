"""What becomes of a level: certificates, years, renewal, expiry; changes of a project; projects cultivated below."""

from datetime import date

import pytest

from tests.designations.test_designations import levels, publish
from tests.factory import (
    CITY,
    ELSEWHERE,
    NATION,
    PROVINCE,
    at,
    audited,
    designated,
    filler,
    fresh,
    leader,
    officer,
    on,
    pack_with,
    pdf,
    refusal,
    score,
    submitted,
    task,
    unit,
)
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations import changing, cultivating, history, queries, standing
from tongchou.designations.models import Designation, held_on
from tongchou.designations.standing_models import CertificateCounter
from tongchou.outbox.models import Message

STEP = "province-designate"


def held(case, level="province") -> Designation:
    return Designation.objects.select_related("authority", "list").get(application=case, level=level)


# ---------------------------------------------------------------- certificates


def test_certificates_run_on_without_gaps_and_a_refused_list_takes_none(world):
    cases = [at(unit(), "province-recommend") for _ in range(3)]
    publish()
    numbers = sorted(held(case).certificate for case in cases)
    assert numbers == [f"2023-04-220000-000{n}" for n in (1, 2, 3)]
    more = at(unit(), "province-recommend")
    refusal(publish)  # the document number was used
    with pytest.raises(Refused):
        publish(number="2号", title=" ")
    assert CertificateCounter.objects.get().last == 3
    publish(number="2号")
    assert held(more).certificate == "2023-04-220000-0004"
    assert held(more, "city").certificate == ""


def test_a_pack_says_how_certificates_are_numbered_and_how_long_they_hold(world):
    case = at(unit(), STEP)
    said = {"certificate": "吉职教{year}{serial}号", "valid_years": 3}
    steps = [s.model_copy(update=said) if s.code == STEP else s for s in case.edition.pack.steps]
    with pack_with(case, steps=steps), on(2024, 2, 29):
        score(case)
        designations.designate(case, by=officer(PROVINCE))
        publish()
    level = held(case)
    assert (level.certificate, level.ends_on) == ("吉职教20230001号", date(2027, 3, 1))
    with on(2027, 2, 28):
        assert level.standing == "valid"
        assert Designation.objects.filter(held_on(date(2027, 2, 28)), pk=level.pk).exists()
    with on(2027, 3, 1):
        assert level.standing == "expired"
        assert not Designation.objects.filter(held_on(date(2027, 3, 1)), pk=level.pk).exists()
        for who in (CITY, NATION, ELSEWHERE):
            assert (
                refusal(standing.renew, level, until=date(2030, 1, 1), by=officer(who), reason="优。").code
                == "scope"
            )
        assert "reason" in refusal(standing.renew, level, until=None, by=officer(PROVINCE), reason=" ").fields
        for until in (date(2027, 2, 1), date(2027, 1, 1)):
            assert (
                "until"
                in refusal(standing.renew, level, until=until, by=officer(PROVINCE), reason="优。").fields
            )
        level = standing.renew(
            level, until=date(2030, 2, 28), by=officer(PROVINCE), reason="考核优秀。", document_number="5号"
        )
        assert (level.standing, level.last_day) == ("valid", date(2030, 2, 28))
        level = standing.expire(level, by=officer(PROVINCE), reason="考核不合格。")
        assert level.standing == "expired"
        assert refusal(standing.expire, level, by=officer(PROVINCE), reason="再次。").code == "state"
    told = history.milestones(case, history.levels(case))
    assert [m.what for m in told] == ["获市级认定", "获省级认定", "省级续期", "省级到期"]
    assert (told[2].document, told[3].text) == ("5号", "考核不合格。")
    seen = history.milestones(case, history.levels(case), public=True)
    assert [m.what for m in seen] == ["获省级认定", "省级续期", "省级到期"]
    assert "考核" not in "".join(m.text for m in seen)


def test_a_level_without_end_is_not_renewed_and_a_revoked_one_neither(world):
    case = at(unit(), "province-recommend")
    level = held(case)
    assert (
        refusal(standing.renew, level, until=date(2030, 1, 1), by=officer(PROVINCE), reason="优。").code
        == "state"
    )
    level = designations.revoke(level, by=officer(PROVINCE), reason="不实。", document_number="7号")
    for action in (standing.renew, standing.expire):
        given = {"until": None} if action is standing.renew else {}
        assert refusal(action, level, by=officer(PROVINCE), reason="优。", **given).code == "state"
    assert history.milestones(case, history.levels(case))[-1].document == "7号"


# ---------------------------------------------------------------- changes


def asked(case, **given):
    call = {
        "by": leader(case.unit),
        "kind": "name",
        "before": "",
        "after": "新的名称",
        "reason": "规范名称。",
    }
    return changing.ask_change(case, **call | given)


def test_a_change_is_decided_by_who_designated_highest(world):
    case = designated(unit())
    for wrong, code in (
        ({"by": filler(case.unit)}, "role"),
        ({"by": leader(unit())}, "scope"),
        ({"kind": "moon"}, "form"),
        ({"after": case.project_name}, "form"),
        ({"after": " "}, "form"),
        ({"reason": ""}, "form"),
        ({"kind": "leader", "after": "某人", "before": ""}, "form"),
    ):
        assert refusal(asked, case, **wrong).code == code
    request = asked(case, proof=pdf(), proof_name="批复.pdf")
    assert (request.before, request.authority.place_id) == (case.project_name, NATION)
    assert refusal(asked, case).code == "state"
    partner = asked(case, kind="partner", before="甲公司", after="乙公司")
    assert refusal(changing.approve_change, request, by=officer(PROVINCE)).code == "scope"
    assert refusal(changing.approve_change, request, by=leader(case.unit)).code == "role"
    changing.approve_change(request, by=officer(NATION), document_number="教函〔2023〕3号")
    assert fresh(case).project_name == "新的名称"
    assert "answer" in refusal(changing.refuse_change, partner, by=officer(NATION), reason=" ").fields
    changing.refuse_change(partner, by=officer(NATION), reason="理由不足。")
    assert refusal(changing.approve_change, partner, by=officer(NATION)).code == "state"
    again = asked(case, kind="partner", before="甲公司", after="丙公司")
    changing.withdraw_change(again, by=leader(case.unit))
    assert refusal(changing.withdraw_change, again, by=leader(case.unit)).code == "state"
    told = history.milestones(fresh(case), history.levels(case))
    assert [m.what for m in told[-3:]] == [
        "项目名称变更（已同意）",
        "合作单位变更（未同意）",
        "合作单位变更（已撤回）",
    ]
    assert not [m for m in history.milestones(case, history.levels(case), public=True) if "变更" in m.what]
    assert audited(request) == ["ask_change", "approve_change"]
    assert Message.objects.filter(to=leader(case.unit), body__contains="理由不足").exists()
    assert queries.names_on([fresh(case)], date(2023, 8, 9)) == {case.pk: case.project_name}


def test_what_is_not_designated_is_changed_in_its_form(world):
    assert refusal(asked, submitted(unit())).code == "state"


# ---------------------------------------------------------------- cultivated below


def recognised(of, **given):
    call = {
        "task": task(),
        "level": "school",
        "name": "校本资源库",
        "since": date(2022, 9, 1),
        "document_number": "校发〔2022〕8号",
        "by": leader(of),
    }
    return cultivating.recognise(of, **call | given)


def test_a_project_cultivated_below_becomes_a_level_of_the_case_that_declares_it(world):
    school = unit()
    project = recognised(school)
    assert refusal(recognised, school).code == "state"
    for wrong, code in (
        ({"by": filler(school), "name": "乙"}, "role"),
        ({"by": officer(CITY), "name": "乙"}, "scope"),
        ({"level": "city", "name": "乙"}, "role"),
        ({"level": "city", "by": officer(PROVINCE), "name": "乙"}, "scope"),
        ({"since": date(2023, 9, 1), "name": "乙"}, "form"),
        ({"document_number": " ", "name": "乙"}, "form"),
    ):
        assert refusal(recognised, school, **wrong).code == code
    assert refusal(recognised, unit("vocational_college"), level="city", by=officer(CITY)).code == "scope"
    city = recognised(school, level="city", by=officer(CITY), name="市级资源库")
    assert city.authority.place_id == CITY
    case, foreign = submitted(school), submitted(unit())
    assert refusal(cultivating.join_case, project, foreign, by=leader(school)).code == "scope"
    assert refusal(cultivating.join_case, project, case, by=filler(school)).code == "role"
    level = cultivating.join_case(project, case, by=leader(school))
    assert (level.since, level.document, levels(case)) == (date(2022, 9, 1), "校发〔2022〕8号", ["school"])
    assert refusal(cultivating.join_case, project, case, by=leader(school)).code == "state"
    assert "reason" in refusal(cultivating.end_project, city, by=officer(CITY), reason=" ").fields
    told = Message.objects.filter(to=leader(school), subject="市级项目终止培育：市级资源库")
    assert not told.exists()
    cultivating.end_project(city, by=officer(CITY), reason="停办。")
    assert "停办。" in told.get().body
    assert refusal(cultivating.end_project, city, by=officer(CITY), reason="停办。").code == "state"
    designations.recommend(case, by=officer(CITY))
    assert levels(case) == ["school", "city"]
    assert history.milestones(case, history.levels(case), public=True)[0].document == "校发〔2022〕8号"

    cultivating.end_project(project, by=leader(school), reason="停办。")
    level.refresh_from_db()
    assert (level.standing, level.revoked_reason) == ("revoked", "停办。"), "who recognised it ends its level"
    assert levels(case) == ["city"]
    record = AuditRecord.objects.filter(action="end_project").latest("pk")
    assert record.data["designation"] == level.pk
