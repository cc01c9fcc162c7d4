"""``on_decline``: a case that is declined at a step goes on to another instead of ending."""

import pytest

from tests.factory import audited, fresh, leader, officer, refusal
from tests.programmes.engine import TASK, declared, national, playing, quota, recommend, school, step
from tests.programmes.small_pack import PLACES
from tongchou.applications import actions as applications
from tongchou.applications import steps
from tongchou.designations import actions as designations
from tongchou.orgs.models import Authority
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message
from tongchou.programmes.check import check
from tongchou.reviews import actions as reviews
from tongchou.reviews import queries
from tongchou.reviews.models import QuotaAccount
from tongchou.web.cases import step_marks

NATION, PROVINCE = "000000", "220000"


@pytest.fixture
def world(places, pack):
    """The ministry designates; what it declines the province may designate, one project at most."""
    national(pack)
    pack.task["steps"][-1]["on_decline"] = "province-designate"
    pack.task["steps"].append(step("province-designate", "designate", grants="province"))
    pack.task["quotas"] = [quota(step="province-designate")]
    with playing(pack):
        yield


def declined(case=None):
    """A case that the ministry has declined, as it stands after that."""
    case = case or recommend(declared())
    reviews.decline(case, by=officer(NATION), reason="名额有限")
    return fresh(case)


def levels(case):
    return set(case.designations.filter(revoked_on=None).values_list("level", flat=True))


def test_declined_by_the_ministry_it_waits_at_the_province_which_may_designate_it(world):
    case = declined()
    assert (case.state, case.step, case.opened_at) == ("in_review", "province-designate", None)
    province = Authority.objects.get(place_id=PROVINCE)
    assert list(queries.queue(province, actor(officer(PROVINCE)))) == [case]
    assert "转入“province-designate”" in Message.objects.filter(to=leader(case.unit)).latest("id").body
    assert Message.objects.filter(to=officer(PROVINCE), subject__startswith="待办").exists()

    designations.designate(case, by=officer(PROVINCE))
    case = fresh(case)
    assert (case.state, levels(case)) == ("concluded", {"province"})
    assert audited(case)[-2:] == ["decline", "designate"]


def test_what_the_ministry_designates_never_comes_to_the_province(world):
    case = recommend(declared())
    designations.designate(case, by=officer(NATION))
    case = fresh(case)
    assert (case.state, case.step, levels(case)) == ("concluded", "designate", {"nation"})


def test_declined_there_too_it_ends_and_an_earlier_decline_ends_at_once(world):
    case = declined()
    reviews.decline(case, by=officer(PROVINCE), reason="不再认定")
    assert fresh(case).state == "declined"
    early = declared(school())
    reviews.decline(early, by=officer(PROVINCE), reason="不推荐")
    assert (fresh(early).state, fresh(early).step) == ("declined", "recommend")


def test_the_ministry_takes_its_decline_back_until_the_province_has_opened_the_case(world):
    case = declined()
    designations.take_back(case, by=officer(NATION))
    case = fresh(case)
    assert (case.state, case.step) == ("in_review", "designate")
    case = declined(case)
    applications.mark_opened(case, by=officer(PROVINCE))
    assert refusal(designations.take_back, case, by=officer(NATION)).code == "state"
    assert fresh(case).step == "province-designate"


def test_taking_the_last_decision_back_frees_the_place_and_the_level(world):
    case = declined()
    designations.designate(case, by=officer(PROVINCE))
    assert QuotaAccount.objects.get().taken == 1
    other = declined(recommend(declared(school())))
    assert refusal(designations.designate, other, by=officer(PROVINCE)).code == "quota"
    designations.take_back(case, by=officer(PROVINCE))
    case = fresh(case)
    assert (case.state, case.step, levels(case)) == ("in_review", "province-designate", set())
    designations.designate(other, by=officer(PROVINCE))
    assert levels(fresh(other)) == {"province"}


def test_the_unit_cannot_withdraw_it_and_a_return_brings_it_back_to_the_same_step(world):
    case = declined()
    assert refusal(reviews.withdraw, case, by=leader(case.unit)).code == "state"
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请补充", due=case.begun_at.date())
    designations.submit(fresh(case), by=leader(case.unit))
    assert (fresh(case).state, fresh(case).step) == ("in_review", "province-designate")


def test_the_step_line_shows_the_other_way_only_to_a_case_that_took_it(world):
    case = recommend(declared())
    assert [(m.name, m.mark) for m in step_marks(case)][-1] == ("认定", "here")
    marks = [(m.name, m.mark, m.note) for m in step_marks(declined(case))]
    assert marks == [
        ("申报", "done", ""),
        ("推荐", "done", ""),
        ("认定", "done", "不予认定"),
        ("province-designate", "here", ""),
    ]
    designations.designate(case, by=officer(PROVINCE))
    ended = [(m.mark, m.note) for m in step_marks(fresh(case))]
    assert ended == [("done", ""), ("done", ""), ("done", "不予认定"), ("done", "")]


def test_the_way_leaves_the_step_out_and_nothing_follows_it(world):
    pack = declared().edition.pack
    assert [s.code for s in steps.way(pack, "secondary_school")] == ["declare", "recommend", "designate"]
    assert steps.following(pack, "secondary_school", "designate") is None
    assert steps.following(pack, "secondary_school", "province-designate") is None
    assert steps.after_decline(pack, "secondary_school", "designate").code == "province-designate"
    assert steps.after_decline(pack, "secondary_school", "recommend") is None


def test_scoring_before_a_step_off_the_way_belongs_to_it_alone(places, pack):
    national(pack)
    pack.task["steps"][-1]["on_decline"] = "late"
    pack.task["steps"] += [step("late-score", "score"), step("late", "designate", grants="province")]
    with playing(pack):
        case = recommend(declared())
        made = case.edition.pack
        assert [m.name for m in step_marks(case)] == ["申报", "推荐", "认定"]
        assert steps.scoring_before(made, "secondary_school", "late").code == "late-score"
        assert steps.scoring_before(made, "secondary_school", "designate") is None
        case = declined(case)
        marks = [(m.name, m.mark) for m in step_marks(case)]
        assert marks[-2:] == [("late-score", "here"), ("late", "here")]  # scored while it waits there
        reviews.decline(case, by=officer(PROVINCE), reason="不再认定")
        assert [m.mark for m in step_marks(fresh(case))][-2:] == ["done", "stopped"]


def wrong(pack, target, more=()):
    national(pack)
    pack.task["steps"][-1]["on_decline"] = target
    pack.task["steps"] += more
    return [p for p in check(pack.write(), PLACES) if p.file == TASK]


MISTAKES = {
    "unknown": ("nobody", [], "环节“nobody”不存在"),
    "itself": ("designate", [], "不能转到它自己或前面的环节"),
    "back": ("recommend", [], "不能转到它自己或前面的环节"),
    "grants nothing": ("later", [step("later")], "不授予级别"),
    "scores": ("later", [step("later", "score")], "不授予级别"),
    "grants the same": (
        "later",
        [step("later", "designate", "nation", grants="nation")],
        "不能再由“later”授予",
    ),
    "a circle": (
        "later",
        [step("later", "designate", grants="province", on_decline="designate")],
        "不能转到它自己或前面的环节",
    ),
    "two lead there": (
        "later",
        [
            step("other", "designate", grants="province", on_decline="later"),
            step("later", "designate", "city", grants="city"),
        ],
        "分不清来自哪里",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_way_on_is_named_with_its_line(pack, name):
    target, more, message = MISTAKES[name]
    (problem,) = wrong(pack, target, more)
    assert message in problem.message
    assert problem.line
    assert problem.remedy
