"""What a step asks besides a decision: departments' signatures, the formal check, a colleague, who reads the opinions."""

import pytest

from tests.factory import (
    CITY,
    LIBRARY,
    OTHER_CITY,
    audited,
    authority,
    department,
    fresh,
    leader,
    officer,
    orgs,
    pack_with,
    refusal,
    steps_with,
    submitted,
    unit,
)
from tongchou.designations import actions as designations
from tongchou.designations.models import Designation
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message
from tongchou.programmes.step_format import FormalItem
from tongchou.reviews import actions as reviews
from tongchou.reviews import formal, handling, queries, signing
from tongchou.reviews.models import QuotaAccount
from tongchou.reviews.remarks import for_readers, levels_of
from tongchou.reviews.step_models import Signature

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return submitted(unit("secondary_school", CITY), code=LIBRARY)


def account() -> QuotaAccount:
    return QuotaAccount.objects.get(quota__code="by-city")


def test_a_joint_recommendation_takes_effect_with_the_last_signature(case):
    desk, finance, planning = officer(CITY), department("finance"), department("development")
    with steps_with(case, "city-recommend", countersign=["finance", "development"]):
        assert refusal(designations.countersign, case, by=finance, agree=True).code == "step"
        proposal = designations.recommend(case, by=desk, reason="排名第一。")
        assert (proposal.kind, fresh(case).step, fresh(case).state) == (
            "propose",
            "city-recommend",
            "in_review",
        )
        assert account().taken == 1
        assert not Designation.objects.exists()
        assert Message.objects.filter(to=finance, subject__startswith="请会签").exists()
        assert refusal(reviews.withdraw, case, by=leader(case.unit)).code == "state"
        for move, words in (
            (designations.recommend, {}),
            (reviews.decline, {"reason": "改主意。"}),
        ):
            waiting = refusal(move, case, by=desk, **words)
            assert waiting.code == "state"
            assert "finance局、development局" in waiting.denied.reason
        assert refusal(designations.countersign, case, by=desk, agree=True).code == "step"
        assert queries.queue(planning.memberships.get().authority, actor(planning)).get() == case

        assert designations.countersign(case, by=finance, agree=True, reason="同意。") is None
        assert refusal(designations.countersign, case, by=finance, agree=True).code == "step"
        signing.take_back_signature(case, by=finance)
        assert signing.waiting(case).count() == 2
        designations.countersign(case, by=finance, agree=True)
        decision = designations.countersign(case, by=planning, agree=True)
        assert (decision.kind, decision.by, decision.reason) == ("recommend", desk, "排名第一。")
        assert fresh(case).step == "province-designate"
        assert account().taken == 1
        assert Designation.objects.filter(application=case, level="city").exists()
        assert {s.effect_id for s in signing.of(case)} == {decision.pk}
        assert refusal(signing.take_back_signature, case, by=planning).code == "state"

        taken = designations.take_back(case, by=planning)
        assert taken.authority.department == "development"
        assert fresh(case).step == "city-recommend"
        assert account().taken == 0
        assert not Designation.objects.exists()
    assert audited(case)[-6:] == [
        "propose",
        "countersign",
        "take_back_signature",
        "countersign",
        "countersign",
        "take_back",
    ]


def test_a_department_that_disagrees_sends_the_case_back_to_the_desk(case):
    desk, finance = officer(CITY), department("finance")
    with steps_with(case, "city-recommend", countersign=["finance", "industry"]):
        unknown = refusal(designations.recommend, case, by=desk)
        assert unknown.code == "signing"
        assert "工业和信息化" in unknown.denied.reason
        industry = department("industry")
        designations.recommend(case, by=desk)
        assert list(refusal(designations.countersign, case, by=finance, agree=False).fields) == ["reason"]
        objection = designations.countersign(case, by=finance, agree=False, reason="资金没有落实。")
        assert (objection.kind, objection.reason, fresh(case).step) == (
            "object",
            "资金没有落实。",
            "city-recommend",
        )
        assert account().taken == 0
        assert {s.state for s in signing.of(case)} == {"disagreed", "ended"}
        assert Message.objects.filter(to=desk, body__contains="资金没有落实").exists()
        assert refusal(designations.countersign, case, by=industry, agree=True).code == "step"
        assert refusal(designations.take_back, case, by=finance).code == "state"
        designations.recommend(case, by=desk)
        designations.take_back(case, by=desk)
        assert account().taken == 0
        assert not signing.waiting(case).exists()
        reviews.decline(case, by=desk, reason="资金没有落实。")
        assert fresh(case).state == "declined"
    assert Signature.objects.filter(state="waiting").count() == 0


def test_the_formal_check_is_met_before_a_case_passes(case):
    desk = officer(CITY)
    cite = ["jilin-2023-7 三"]
    listed = [
        FormalItem(code="materials", text="材料齐全", machine="materials", cite=cite),
        FormalItem(code="checks", text="系统核对", machine="checks", cite=cite),
        FormalItem(code="kind", text="中职学校", rule='unit.kind == "secondary_school"', cite=cite),
        FormalItem(code="seal", text="印章与单位名称一致", cite=cite),
        FormalItem(code="other", text="只问别的类别", variants=["nothing"], cite=cite),
    ]
    with steps_with(case, "city-recommend", formal=listed):
        open_one = refusal(designations.recommend, case, by=desk)
        assert (open_one.code, open_one.denied.clause) == ("formal", cite[0])
        assert open_one.denied.reason.endswith("还有 1 项未通过：印章与单位名称一致")
        assert refusal(formal.check_formally, case, by=desk, met=["kind"]).code == "form"
        assert refusal(formal.check_formally, case, by=officer(OTHER_CITY), met=[]).code in {"scope", "step"}
        formal.check_formally(case, by=desk, met=["seal"], remark="已核对原件。")
        decision = designations.recommend(case, by=desk)
        assert [(line["code"], line["by"], line["met"]) for line in decision.formal] == [
            ("materials", "machine", True),
            ("checks", "machine", True),
            ("kind", "machine", True),
            ("seal", "officer", True),
        ]
    assert audited(case)[-2:] == ["check_formally", "recommend"]
    other = submitted(unit("secondary_school", OTHER_CITY), code=LIBRARY)
    never = FormalItem(code="kind", text="高职学校", rule='unit.kind == "vocational_college"', cite=cite)
    with steps_with(other, "city-recommend", formal=[never]):
        assert refusal(designations.recommend, other, by=officer(OTHER_CITY)).code == "formal"
        reviews.decline(other, by=officer(OTHER_CITY), reason="不是高职。")
    assert refusal(formal.check_formally, case, by=desk, met=[]).code == "step"


def test_a_case_is_handed_to_a_colleague_and_others_may_still_act(case):
    desk = officer(CITY)
    colleague = orgs.install_person(
        username="colleague",
        name="同事",
        email="colleague@example.org",
        password=None,
        role="officer",
        authority=authority(CITY),
    )
    rows = type(case).objects.all()
    assert refusal(handling.hand_over, case, to=officer(OTHER_CITY), by=desk).code == "form"
    assert refusal(handling.hand_over, case, to=colleague, by=officer(OTHER_CITY)).code in {"scope", "step"}
    handling.hand_over(case, to=colleague, by=desk, reason="出差。")
    assert refusal(handling.hand_over, case, to=colleague, by=desk).code == "state"
    assert Message.objects.filter(to=colleague, subject__startswith="转办").count() == 1
    assert list(handling.held_by(rows, colleague)) == [case]
    assert handling.with_holder(rows).get().holder_name == "同事"
    assert not handling.held_by(rows, desk).exists()
    assert not handling.held_by_nobody(rows).exists()
    handling.hand_over(case, to=desk, by=colleague)
    assert handling.holding_of(case).to == desk
    assert len(handling.history(case)) == 2
    designations.recommend(case, by=colleague)
    assert handling.holding_of(fresh(case)) is None
    assert list(handling.held_by_nobody(rows)) == [case]
    assert audited(case)[-3:] == ["hand_over_case", "hand_over_case", "recommend"]


@pytest.mark.parametrize(
    "remarks, readers",
    [
        ("all", {"unit", "city", "province"}),
        ("authorities", {"city", "province"}),
        ("above", {"city", "province"}),
        ("own", {"city"}),
    ],
)
def test_who_reads_the_opinions_of_a_step(case, remarks, readers):
    people = {"unit": leader(case.unit), "city": officer(CITY), "province": officer("220000")}
    designations.recommend(case, by=people["city"], reason="可推荐。")
    reviews.return_for_changes(
        fresh(case), by=people["province"], reason="请补充。", due=fresh(case).submitted_at.date()
    )
    steps = [
        s.model_copy(update={"remarks": remarks if s.code == "city-recommend" else "above"})
        for s in case.edition.pack.steps
    ]
    with pack_with(case, steps=steps):
        seen = {
            who: [
                d.reason
                for d in for_readers(case.edition.pack, queries.decisions(case), levels_of(actor(person)))
            ]
            for who, person in people.items()
        }
    assert {who for who, reasons in seen.items() if reasons[0]} == readers
    assert {who for who, reasons in seen.items() if reasons[1]} == {"unit", "province"}
