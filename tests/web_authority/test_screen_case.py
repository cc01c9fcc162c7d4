import io

import openpyxl
import pytest
from django.urls import reverse

from tests import factory as f
from tongchou.applications import actions as applications
from tongchou.designations import actions as designations
from tongchou.outbox.models import Message
from tongchou.reviews.models import QuotaPlace


def at(case):
    return reverse("authority:case", args=[case.pk])


def body(response):
    return response.content.decode()


def test_opening_a_case_at_its_step_ends_withdrawing(seen):
    case = f.submitted(f.unit())
    seen(f.officer(f.PROVINCE), at(case))  # not the province's step
    assert f.fresh(case).opened_at is None
    page = body(seen(f.officer(), at(case)))
    assert f.fresh(case).opened_at is not None
    assert case.unit.name in page
    assert "第 1 版" in page
    assert reverse("evidence", args=[case.evidence.first().pk]) + "#page=1" in page


def test_recommend(seen):
    case = f.submitted(f.unit())
    response = seen(f.officer(), at(case), do="pass", reason="基础好")
    assert response.url == at(case)
    assert case.decisions.get().kind == "recommend"
    assert "基础好" in body(seen(f.officer(), at(case)))


def test_return_with_remarks_at_fields(seen):
    case = f.submitted(f.unit())
    seen(
        f.officer(),
        at(case),
        do="return",
        reason="请核对",
        due="2023-08-20",
        remark_field=["project_name", "", "project_name"],
        remark_text=["名称太长", "没有选填报项", "请用全称"],
    )
    decision = case.decisions.get()
    assert decision.remarks == {"project_name": "名称太长\n请用全称"}
    assert decision.due.isoformat() == "2023-08-20"
    assert "名称太长" in body(seen(f.officer(), at(case)))


@pytest.mark.parametrize(
    "post, status, words",
    [
        ({"do": "return", "due": "2023-08-20"}, 422, "退回必须写明理由"),
        ({"do": "return", "reason": "改", "due": "2023-08-01"}, 422, "不能早于今天"),
        ({"do": "return", "reason": "改", "due": ""}, 422, "请填写修改期限"),
        ({"do": "return", "reason": "改", "due": "2023-08-20", "remark_field": ["forged"], "remark_text": ["x"]}, 422, "没有这些填报项"),
        ({"do": "decline"}, 422, "不予推荐必须写明理由"),
        ({"do": "take_back"}, 409, "没有可以收回的决定"),
        ({"do": "assign", "expert": "x"}, 422, "没有选择专家"),
    ],
)  # fmt: skip
def test_a_refusal_is_shown_on_the_same_page_and_keeps_what_was_typed(seen, post, status, words):
    case = f.submitted(f.unit())
    response = seen(f.officer(), at(case), **post)
    assert response.status_code == status
    assert words in body(response)
    assert case.number in body(response)
    if post.get("remark_text"):
        assert ">x</textarea>" in body(response)
    assert not case.decisions.exists()


def test_deciding_at_somebody_elses_step_is_refused_with_its_reason(seen):
    case = f.submitted(f.unit())
    response = seen(f.officer(f.PROVINCE), at(case), do="pass")
    assert response.status_code in {403, 409, 422}
    assert "市级主管部门办理" in body(response)


def test_an_unknown_action_is_not_found(seen):
    case = f.submitted(f.unit())
    assert seen(f.officer(), at(case), do="jump").status_code == 404


def test_decline_and_take_back(seen):
    case = f.submitted(f.unit())
    seen(f.officer(), at(case), do="decline", reason="条件不符")
    assert f.fresh(case).state == "declined"
    assert "收回决定" in body(seen(f.officer(), at(case)))
    seen(f.officer(), at(case), do="take_back")
    assert f.fresh(case).state == "in_review"


def test_what_the_designating_step_declines_is_called_not_designated(seen):
    """In buttons, refusals, what was done, badges, timelines, messages and exports; elsewhere it is not recommended."""
    case, province = f.at(f.unit(), "province-designate"), f.officer(f.PROVINCE)
    assert "决定不予认定" in body(seen(province, at(case)))
    assert "不予认定必须写明理由。" in body(seen(province, at(case), do="decline"))
    seen(province, at(case), do="decline", reason="未达到要求")
    page = body(seen(province, at(case)))
    assert "已作出不予认定的决定。" in page
    assert ">不予推荐<" not in page
    told = Message.objects.filter(to=f.leader(case.unit)).latest("id")
    assert told.subject == f"申报不予认定：{case.project_name}"
    assert ">不予认定<" in body(seen(f.leader(case.unit), reverse("unit:application", args=[case.pk])))
    other = f.submitted(f.unit())
    seen(f.officer(), at(other), do="decline", reason="条件不符")
    everything = seen(province, reverse("authority:all"), do="export", which="all")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(everything.streaming_content))).active
    states = {row[0]: row[10] for row in sheet.iter_rows(values_only=True)}
    assert (states[case.number], states[other.number]) == ("不予认定", "不予推荐")


def test_the_change_since_the_last_decision(seen):
    case = f.submitted(f.unit(), project_name="旧的名称")
    seen(f.officer(), at(case), do="return", reason="改名", due="2023-08-20")
    case = f.fresh(case)
    applications.save_draft(
        case, by=f.leader(case.unit), changes={"project_name": "新的名称"}, base_version=case.draft.version
    )
    assert "新的名称" not in body(seen(f.officer(), at(case)))  # a draft is the unit's own
    designations.submit(case, by=f.leader(case.unit))
    page = body(seen(f.officer(), at(case)))
    assert "<del>旧的名称</del>" in page
    assert "<ins>新的名称</ins>" in page


def test_a_draft_is_not_found(seen):
    case = f.filled(f.unit())
    assert seen(f.officer(), at(case)).status_code == 404


def test_refuse_an_exemption(seen):
    case = f.at(f.unit("vocational_college"), "province-designate", existing_national=True)
    assert "改为占用限额" in body(seen(f.officer(f.PROVINCE), at(case)))
    seen(f.officer(f.PROVINCE), at(case), do="refuse_exemption", reason="不属实")
    assert not QuotaPlace.objects.filter(application=case).exclude(exemption="").exists()


def test_assign_an_expert(seen):
    case = f.at(f.unit(), "province-designate")
    expert = f.expert()
    seen(f.officer(f.PROVINCE), at(case), do="assign", expert=expert.pk)
    assert case.assignments.get().expert == expert


def test_the_form_as_pdf(seen):
    case = f.submitted(f.unit())
    response = seen(f.officer(), reverse("authority:case_pdf", args=[case.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.startswith(b"%PDF")


def test_the_next_case_follows_in_order_of_submission(seen):
    first, second = f.submitted(f.unit()), f.submitted(f.unit())
    for here, following in ((first, second), (second, first)):
        assert f'href="{at(following)}">下一件待办' in body(seen(f.officer(), at(here)))
    assert "下一件待办" not in body(seen(f.officer(f.PROVINCE), at(first)))


def test_looking_at_the_own_decision_does_not_end_taking_it_back(seen):
    """The province designates and is itself the next step; its case page shows the decision it has just made."""
    case = f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL)
    with f.on(2023, 9, 20):
        f.score(case)
        province = f.officer(f.PROVINCE)
        seen(province, at(case), do="pass")
        assert f.fresh(case).step == "province-recommend"
        for _ in range(2):
            assert "收回决定" in body(seen(province, at(case)))
        seen(province, at(case), do="take_back")
    assert f.fresh(case).step == "province-designate"
