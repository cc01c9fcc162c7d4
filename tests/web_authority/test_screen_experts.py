import re
from datetime import date

import pytest
from django.urls import reverse

from tests import factory as f
from tongchou.reviews import duties
from tongchou.reviews.models import Assignment
from tongchou.reviews.scoring import rubric_for


def body(response):
    return response.content.decode()


@pytest.fixture
def two(world):
    """Two cases of task 10 that wait for the province, on a day when it may have them scored."""
    cases = [f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL) for _ in range(2)]
    with f.on(2023, 9, 20):
        yield cases


EXPERTS = "/authority/experts/"


def test_assign_experts_to_a_whole_task_evenly(seen, two):
    pool = [f.expert() for _ in range(3)]
    province = f.officer(f.PROVINCE)
    address = f"{EXPERTS}?task={two[0].task_id}"
    assert pool[0].name in body(seen(province, address))
    seen(province, address, n="2", experts=[p.pk for p in pool])
    assert {case.assignments.count() for case in two} == {2}
    assert sorted(p.assignments.count() for p in pool) == [1, 1, 2]
    assert "办成 2 项" in body(seen(province, address))
    seen(province, address, n="2", experts=[p.pk for p in pool])
    assert Assignment.objects.count() == 4  # those who have enough get no more


def test_the_units_own_people_are_passed_over(seen, two):
    expert, other = f.expert(), f.expert()
    from tongchou.orgs import actions as orgs

    orgs.grant_role(expert, "filler", by=f.admin("security_admin"), unit=two[0].unit)
    seen(f.officer(f.PROVINCE), f"{EXPERTS}?task={two[0].task_id}", n="1", experts=[expert.pk, other.pk])
    assert two[0].assignments.get().expert == other


@pytest.mark.parametrize(
    "post, words",
    [
        ({"n": "0"}, "每项专家人数"),
        ({"n": "x"}, "每项专家人数"),
        ({"n": "3", "experts": []}, "只勾选了 0 位"),
    ],
)
def test_a_faulty_choice_is_refused(seen, two, post, words):
    f.expert()
    response = seen(f.officer(f.PROVINCE), f"{EXPERTS}?task={two[0].task_id}", **post)
    assert response.status_code == 422
    assert words in body(response)


def test_officers_see_marks_mean_spread_and_vetoes(seen, two):
    veto = rubric_for(two[0].edition.pack, two[0].variant).vetoes[0].code
    f.score(two[0], 6)
    f.score(two[0], 8, vetoes={veto: "涉嫌侵权（第 3 页）"})
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:case", args=[two[0].pk])))
    for words in ("70.00", "20.00", "有一票否决", "涉嫌侵权（第 3 页）"):
        assert words in page
    page = body(seen(f.officer(f.PROVINCE), f"{EXPERTS}?task={two[0].task_id}"))
    assert re.search(r'data-label="均分"[^>]*>70\b', page)
    assert re.search(r'data-label="极差"[^>]*>20\b', page)


# ---------------------------------------------------------------- the sheet


@pytest.fixture
def duty(two):
    return duties.assign(two[0], expert=f.expert(), by=f.officer(f.PROVINCE))


def sheet(duty):
    return reverse("expert:sheet", args=[duty.pk])


def marks(duty, mark):
    return {f"mark-{code}": str(mark) for code in f.marks(duty.application)}


def test_save_then_submit(seen, duty):
    seen(duty.expert, sheet(duty), do="save", **dict(list(marks(duty, 7).items())[:2]))
    duty.refresh_from_db()
    assert len(duty.marks) == 2
    assert duty.submitted_at is None
    response = seen(duty.expert, sheet(duty), do="submit", comment="扎实。", **marks(duty, 7.5))
    assert response.url == reverse("expert:duties")
    duty.refresh_from_db()
    assert duty.total == 75
    page = body(seen(duty.expert, sheet(duty)))
    assert "评分已经提交" in page
    assert "75.00" in page
    assert 'name="do"' not in page


def test_what_is_missing_or_wrong_is_named_and_what_was_typed_stays(seen, duty):
    some = dict(list(marks(duty, 7).items())[:2])
    response = seen(duty.expert, sheet(duty), do="submit", comment="好", **some)
    assert response.status_code == 422
    assert "尚未评分" in body(response)
    assert 'value="7"' in body(response)
    response = seen(duty.expert, sheet(duty), do="save", **{next(iter(some)): "很好"})
    assert "应填数字" in body(response)
    response = seen(duty.expert, sheet(duty), do="save", **{next(iter(some)): "11"})
    assert "应为 0 至 10 分" in body(response)
    duty.refresh_from_db()
    assert duty.marks == {}


def test_a_veto_needs_reason_and_page(seen, duty):
    veto = rubric_for(duty.application.edition.pack, duty.application.variant).vetoes[0].code
    response = seen(duty.expert, sheet(duty), do="save", **{f"veto-{veto}": "1", f"reason-{veto}": "抄袭"})
    assert response.status_code == 422
    assert "请填写理由和页码" in body(response)
    seen(
        duty.expert, sheet(duty), do="save",
        **{f"veto-{veto}": "1", f"reason-{veto}": "抄袭", f"page-{veto}": "12"},
    )  # fmt: skip
    duty.refresh_from_db()
    assert duty.vetoes == {veto: "抄袭（第 12 页）"}
    page = body(seen(duty.expert, sheet(duty)))
    assert 'value="抄袭"' in page
    assert 'value="12"' in page


def test_a_declared_conflict_ends_the_duty(seen, duty):
    response = seen(duty.expert, sheet(duty), do="conflict")
    assert response.status_code == 422
    seen(duty.expert, sheet(duty), do="conflict", reason="曾在该校任职")
    page = body(seen(duty.expert, sheet(duty)))
    assert "您已声明回避" in page
    assert "mark-" not in page


def test_marks_of_others_are_seen_nowhere(seen, duty):
    (other,) = f.score(duty.application, 3)
    for address in (reverse("expert:duties"), sheet(duty)):
        page = body(seen(duty.expert, address))
        assert other.expert.name not in page.replace(duty.expert.name, "")
        assert "30.00" not in page


def test_an_unknown_action_is_not_found(seen, duty):
    assert seen(duty.expert, sheet(duty), do="publish").status_code == 404


def test_marks_of_an_earlier_revision_are_shown_apart_and_count_no_more(seen, two):
    from tongchou.designations import actions as designations
    from tongchou.reviews.actions import return_for_changes

    case = two[0]
    (duty,) = f.score(case, 6)
    return_for_changes(f.fresh(case), by=f.officer(f.PROVINCE), reason="改", due=date(2023, 9, 30))
    designations.submit(f.fresh(case), by=f.leader(case.unit))
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:case", args=[case.pk])))
    assert "以前版本的评分（不计）" in page
    assert "还没有分配专家" in page
    assert case.number not in body(seen(duty.expert, reverse("expert:duties")))
    assert "已提交新的版本" in body(seen(duty.expert, sheet(duty)))
    seen(f.officer(f.PROVINCE), reverse("authority:case", args=[case.pk]), do="assign", expert=duty.expert_id)
    assert case.assignments.filter(superseded=False).get().expert_id == duty.expert_id
