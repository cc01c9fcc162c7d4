"""Submitting: when it is refused and why, what is frozen, what comes back and how it goes on."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.factory import (
    CENTRE,
    CITY,
    PROVINCE,
    at,
    audited,
    draft,
    filled,
    filler,
    fresh,
    leader,
    officer,
    on,
    pdf,
    refusal,
    submitted,
    unit,
)
from tongchou.applications import access, queries
from tongchou.applications.actions import mark_opened, save_draft
from tongchou.applications.evidence import attach, detach
from tongchou.applications.models import Evidence, Revision
from tongchou.core import clock
from tongchou.designations.actions import recommend, submit, take_back
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message
from tongchou.reviews.actions import return_for_changes, withdraw

DUE = date(2023, 8, 20)


def returned(case, by: str = CITY, due: date = DUE, **remarks):
    return_for_changes(case, by=officer(by), reason="请补充。", due=due, remarks=remarks)
    return fresh(case)


def change(case, **changes):
    save_draft(case, by=leader(case.unit), changes=changes, base_version=10**6)


# ---------------------------------------------------------------- refused


def test_an_incomplete_form_is_refused_with_every_field_named_and_a_clause(world):
    case = draft(unit())
    refused = refusal(submit, case, by=leader(case.unit))
    assert refused.code == "incomplete"
    assert {"project_name", "hosts", "plan_file", "targets"} <= {f.partition("-")[0] for f in refused.fields}
    assert "处未完成" in refused.denied.reason
    assert refused.denied.remedy
    assert (fresh(case).state, case.revisions.count(), audited(case)) == ("draft", 0, ["begin"])


def test_a_condition_that_does_not_hold_is_refused_with_its_clause(world):
    case = filled(unit(), plan_original=60)
    refused = refusal(submit, case, by=leader(case.unit))
    assert list(refused.fields) == ["plan_original"]
    assert "guide-04 四(一)3" in refused.denied.clause


@pytest.mark.parametrize(
    "given", [{"satisfaction": 130}, {"intro": "字" * 801}, {"hosts": [{"name": "校"}] * 11}, {"team": []}]
)
def test_what_is_too_much_or_too_little_may_stand_in_a_draft_and_is_refused_on_submitting(world, given):
    case = filled(unit(), **given)
    refused = refusal(submit, case, by=leader(case.unit))
    assert {named.partition("-")[0] for named in refused.fields} == set(given)


def test_a_missing_file_is_refused_by_its_slot(world):
    case = filled(unit())
    detach(queries.evidence(case).get(field="plan_file"), by=leader(case.unit))
    assert list(refusal(submit, case, by=leader(case.unit)).fields) == ["plan_file"]


def test_a_filler_does_not_submit_and_nobody_else_does(world):
    case = filled(unit())
    assert refusal(submit, case, by=filler(case.unit)).code == "role"
    assert refusal(submit, case, by=leader(unit())).code == "scope"
    assert refusal(submit, case, by=officer(CITY)).code == "scope"


@pytest.mark.parametrize(
    "code, shut, clause",
    [
        ("resource-library", (2023, 8, 23), "三(四) 时间安排"),
        (CENTRE, (2023, 10, 9), "三(三) 时间安排"),
    ],
)
def test_after_the_last_day_it_is_refused_with_the_clause_and_on_it_accepted(world, code, shut, clause):
    late, in_time = filled(unit(), code=code), filled(unit(), code=code)
    with on(*shut):
        refused = refusal(submit, late, by=leader(late.unit))
    assert (refused.code, refused.denied.clause) == ("window", f"jilin-2023-7 {clause}")
    last = clock.start_of(date(*shut))
    with clock.at(last.replace(microsecond=0)):
        assert refusal(submit, in_time, by=leader(in_time.unit)).code == "window"
    with clock.at(last - timedelta(seconds=1)):
        assert submit(in_time, by=leader(in_time.unit)).number == 1


def test_a_submitted_case_is_not_submitted_again(world):
    case = submitted(unit())
    assert refusal(submit, case, by=leader(case.unit)).code == "state"
    assert case.revisions.count() == 1


# ---------------------------------------------------------------- frozen


def test_submitting_freezes_answers_with_what_is_computed_and_tells_the_next(world):
    school, city = unit(), officer(CITY)
    case = submitted(school, core_courses=8, core_courses_built=4)
    revision = case.revisions.get()
    assert revision.answers["core_ratio"] == 50
    assert "core_ratio" not in case.draft.answers
    assert (case.state, case.step) == ("in_review", "city-recommend")
    assert revision.submitted_by == leader(school)
    assert case.submitted_at == revision.submitted_at == clock.now()
    assert Message.objects.filter(to=city, subject__startswith="待办").count() == 1
    assert audited(case) == ["begin", "save_draft", "submit"]


def test_the_database_itself_refuses_to_change_or_delete_a_revision(world):
    revision = submitted(unit()).revisions.get()
    for attempt in (
        lambda: Revision.objects.filter(pk=revision.pk).update(answers={}),
        lambda: Revision.objects.filter(pk=revision.pk).update(submitted_at=clock.now()),
        lambda: Revision.objects.filter(pk=revision.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            attempt()
    assert Revision.objects.get(pk=revision.pk).answers == revision.answers


def test_the_digest_changes_with_answers_and_with_evidence_and_with_nothing_else(world):
    case = submitted(unit())
    digests = [case.revisions.get().digest]

    def again(act) -> str:
        withdraw(case, by=leader(case.unit))
        act()
        return submit(case, by=leader(case.unit)).digest

    assert again(lambda: None) == digests[0]
    digests.append(again(lambda: change(case, intro="改过的简介")))
    digests.append(
        again(lambda: attach(case, by=leader(case.unit), field="plan_file", upload=pdf(5), name="方案.pdf"))
    )
    digests.append(again(lambda: detach(queries.evidence(case).get(file__pages=5), by=leader(case.unit))))
    assert len(set(digests[:3])) == 3
    assert digests[3] == digests[1]
    assert [r.number for r in case.revisions.all()] == [1, 2, 3, 4, 5]


# ---------------------------------------------------------------- withdrawn


def test_a_case_can_be_withdrawn_until_the_next_step_has_opened_it(world):
    school, city = unit(), officer(CITY)
    case = submitted(school)
    assert refusal(withdraw, case, by=filler(school)).code == "role"
    withdraw(case, by=leader(school))
    assert (fresh(case).state, fresh(case).step) == ("draft", "declare")

    submit(case, by=leader(school))
    mark_opened(case, by=city)
    refused = refusal(withdraw, case, by=leader(school))
    assert (refused.code, fresh(case).state) == ("state", "in_review")
    assert "退回" in refused.denied.remedy


@pytest.mark.parametrize("who", ["220200", PROVINCE, "000000", "140000"])
def test_only_the_step_where_it_waits_opens_a_case(world, who):
    case = submitted(unit())
    mark_opened(case, by=officer(who))
    assert fresh(case).opened_at is None
    assert "open" not in audited(case)


def test_opening_is_noted_once(world):
    case = submitted(unit())
    for _ in range(3):
        mark_opened(case, by=officer(CITY))
    assert audited(case, "open") == ["open"]


def test_a_case_that_went_on_is_not_withdrawn(world):
    case = at(unit(), "province-designate")
    assert refusal(withdraw, case, by=leader(case.unit)).code == "state"


def test_a_college_withdraws_from_the_province_that_has_not_opened_it(world):
    college = unit("vocational_college")
    case = submitted(college)
    withdraw(case, by=leader(college))
    assert fresh(case).state == "draft"


# ---------------------------------------------------------------- returned


@pytest.mark.parametrize("step, by", [("city-recommend", CITY), ("province-designate", PROVINCE)])
def test_a_returned_case_goes_again_to_the_step_that_returned_it(world, step, by):
    case = at(unit(), step)
    case = returned(case, by, project_name="请核对名称")
    assert (case.state, case.step, case.resume_step, case.returned_due) == ("returned", "declare", step, DUE)
    assert Message.objects.filter(to=leader(case.unit), subject__startswith="申报被退回").count() == 1
    change(case, intro="补充后的简介")
    revision = submit(case, by=leader(case.unit))
    case = fresh(case)
    assert (case.state, case.step, case.resume_step, case.returned_due) == ("in_review", step, "", None)
    assert (revision.number, revision.answers["intro"]) == (2, "补充后的简介")


def test_a_returned_case_is_taken_until_its_own_day_even_after_the_window_shut(world):
    case = returned(submitted(unit()), due=date(2023, 9, 15))
    with on(2023, 9, 16):
        refused = refusal(submit, case, by=leader(case.unit))
        assert refused.code == "window"
        assert "2023年9月15日" in refused.denied.reason
    with on(2023, 9, 15):
        assert submit(case, by=leader(case.unit)).number == 2


def test_a_resubmitted_case_that_is_withdrawn_is_a_returned_one_again(world):
    case = returned(submitted(unit()), due=date(2023, 9, 15))
    with on(2023, 9, 1):
        submit(case, by=leader(case.unit))
        withdraw(case, by=leader(case.unit))
        case = fresh(case)
        assert (case.state, case.resume_step, case.returned_due) == (
            "returned",
            "city-recommend",
            date(2023, 9, 15),
        )
        assert submit(case, by=leader(case.unit)).number == 3


def test_what_the_unit_has_begun_to_change_is_not_taken_back_from_it(world):
    for act in (
        lambda case: change(case, intro="改过"),
        lambda case: attach(case, by=leader(case.unit), field="plan_file", upload=pdf(), name="a.pdf"),
        lambda case: detach(queries.evidence(case).first(), by=leader(case.unit)),
    ):
        case = returned(submitted(unit()))
        with on(2023, 8, 11):
            act(case)
            assert "开始修改" in refusal(take_back, case, by=officer(CITY)).denied.reason
    case = returned(submitted(unit()))
    with on(2023, 8, 11):
        take_back(case, by=officer(CITY))
        assert (fresh(case).state, fresh(case).step) == ("in_review", "city-recommend")
        recommend(case, by=officer(CITY))


def test_a_return_is_not_taken_back_once_the_case_was_submitted_again(world):
    case = returned(submitted(unit()))
    submit(case, by=leader(case.unit))  # in the very same moment of the set clock
    assert "重新提交" in refusal(take_back, case, by=officer(CITY)).denied.reason


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"reason": " "}, "reason"),
        ({"due": date(2023, 8, 9)}, "due"),
        ({"remarks": {"no_such_field": "?"}}, "remarks"),
    ],
)
def test_a_return_needs_a_reason_a_coming_day_and_fields_of_the_form(world, wrong, field):
    case = submitted(unit())
    given = {"reason": "请补充。", "due": DUE} | wrong
    refused = refusal(return_for_changes, case, by=officer(CITY), **given)
    assert (refused.code, list(refused.fields)) == ("form", [field])
    assert fresh(case).state == "in_review"


def test_authorities_read_what_was_submitted_never_the_draft(world):
    school = unit()
    case = filled(school)
    (before, *_) = case.evidence.all()
    assert not access.may_see(actor(officer(CITY)), case)
    assert access.may_see(actor(leader(school)), case)

    submit(case, by=leader(school))
    return_for_changes(case, by=officer(CITY), reason="请补充", due=date(2023, 8, 20))
    with on(2023, 8, 12):
        added = attach(fresh(case), by=leader(school), field=before.field, upload=pdf(), name="补充.pdf")
        save_draft(fresh(case), by=leader(school), changes={"project_name": "改名"}, base_version=99)
    assert fresh(case).project_name != "改名"
    before, added = (Evidence.objects.get(pk=e.pk) for e in (before, added))
    assert access.may_read(actor(officer(CITY)), before)
    refused = access.may_read(actor(officer(CITY)), added)
    assert refused.code == "scope"
    assert "还没有提交" in refused.reason
    assert access.may_read(actor(leader(school)), added)
    with on(2023, 8, 13):
        submit(fresh(case), by=leader(school))
    assert fresh(case).project_name == "改名"
    assert access.may_read(actor(officer(CITY)), Evidence.objects.get(pk=added.pk))
