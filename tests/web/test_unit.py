"""The unit's screens: workbench, beginning, filling with autosave, submitting, following the case."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factory import (
    CENTRE,
    CITY,
    PROVINCE,
    copies,
    draft,
    filled,
    filler,
    fresh,
    leader,
    officer,
    on,
    pdf,
    round_of,
    submitted,
    task,
    unit,
)
from tongchou.applications.models import Application
from tongchou.orgs import actions as orgs
from tongchou.reviews import actions as reviews


def returned(school, **remarks):
    case = submitted(school)
    reviews.return_for_changes(
        case,
        by=officer(CITY),
        reason="经费来源不清楚",
        due=date(2023, 8, 20),
        remarks=remarks or {"project_name": "名称不规范"},
    )
    return fresh(case)


def autosave(client, case, changes, version=None):
    return client.post(
        reverse("unit:save", args=[case.pk]),
        json.dumps({"version": case.draft.version if version is None else version, "changes": changes}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


# ---------------------------------------------------------------- workbench


def test_the_workbench_says_what_is_due(as_leader, school):
    draft(school)
    returned(school)
    page = as_leader.get("/unit/").content.decode()
    assert "退回修改" in page
    assert "还剩10天" in page  # returned until 20 August, and it is the 10th
    assert "继续填报" in page


@pytest.mark.parametrize("name", ["workbench", "applications", "reports"])
def test_lists_cost_the_same_at_one_case_and_at_three(as_leader, school, name):
    case = submitted(school)
    address = reverse(f"unit:{name}")
    as_leader.get(address)
    with CaptureQueriesContext(connection) as one:
        as_leader.get(address)
    copies(case, 2)
    with CaptureQueriesContext(connection) as three:
        as_leader.get(address)
    assert len(one) == len(three) <= 22, [q["sql"][:90] for q in three]


def test_drafts_do_not_add_queries_to_the_workbench(as_leader, school):
    draft(school)
    as_leader.get("/unit/")
    with CaptureQueriesContext(connection) as one:
        as_leader.get("/unit/")
    draft(school)
    draft(school, code=CENTRE)
    with CaptureQueriesContext(connection) as three:
        as_leader.get("/unit/")
    assert len(one) == len(three)


def test_somebody_without_a_unit_is_told_so(client, world):
    client.force_login(officer(CITY))
    assert "没有建设单位的角色" in client.get("/unit/").content.decode()
    assert client.get(reverse("unit:begin")).status_code == 200
    assert client.get(reverse("unit:begin_task", args=[task().pk])).status_code == 404


# ---------------------------------------------------------------- the unit's record


def test_a_refused_unit_corrects_itself(client, world):
    school = unit(verified=False)
    orgs.refuse_unit(school, by=officer(CITY), reason="名称与证书不符")
    client.force_login(leader(school))
    address = reverse("unit:record", args=[school.pk])
    assert "名称与证书不符" in client.get(address).content.decode()
    given = {
        "do": "correct",
        "name": "新名称学校",
        "uscc": school.uscc,
        "kind": school.kind,
        "place_at": [PROVINCE, CITY, ""],
        "contact_name": "联演二",
        "contact_duty": "主任",
        "contact_phone": "0431-80000001",
        "contact_email": "lianxi2@example.org",
    }
    wrong = client.post(address, given | {"uscc": "1" * 18})
    assert wrong.status_code == 422
    assert "tc-error" in wrong.content.decode()
    assert client.post(address, given).status_code == 302
    school.refresh_from_db()
    assert (school.state, school.name) == ("registered", "新名称学校")


def test_another_units_record_is_not_there(as_leader, world):
    assert as_leader.get(reverse("unit:record", args=[unit().pk])).status_code == 404


# ---------------------------------------------------------------- beginning


def test_beginning_shows_who_may_lead_when_and_within_which_quota(as_leader, school):
    page = as_leader.get(reverse("unit:begin_task", args=[task(CENTRE).pk])).content.decode()
    assert "不可以" in page  # an enterprise's centre
    assert "学校实践中心市级推荐限额" in page
    assert "企业实践中心各地最低建设数" not in page


def test_a_declaration_is_begun(as_leader, school):
    address = reverse("unit:begin_task", args=[task().pk])
    answer = as_leader.post(address, {"unit": school.pk, "variant": "main", "round": round_of().pk})
    case = Application.objects.get(unit=school)
    assert answer["Location"] == reverse("unit:fill", args=[case.pk])


def test_a_shut_window_refuses_with_its_clause(as_leader, school):
    with on(2023, 12, 1):
        answer = as_leader.post(
            reverse("unit:begin_task", args=[task().pk]),
            {"unit": school.pk, "variant": "main", "round": round_of().pk},
        )
    assert answer.status_code == 422
    assert "jilin-2023-7" in answer.content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize("forged", [{"variant": "x"}, {"round": "0"}, {"round": "x"}, {"unit": "0"}, {}])
def test_forged_beginnings_are_refused(as_leader, school, forged):
    given = {"unit": school.pk, "variant": "main", "round": round_of().pk} | forged
    if not forged:
        given = {}
    assert as_leader.post(reverse("unit:begin_task", args=[task().pk]), given).status_code in {404, 422}


def test_an_unverified_unit_is_told_why_it_may_not(client, world):
    school = unit(verified=False)
    client.force_login(leader(school))
    page = client.get(reverse("unit:begin_task", args=[task().pk])).content.decode()
    assert "尚未通过核验" in page
    assert 'name="variant"' not in page


# ---------------------------------------------------------------- filling


def test_every_section_of_every_task_can_be_opened(as_leader, school):
    for code in ("resource-library", CENTRE, "international"):
        case = draft(school, code=code)
        for section in case.edition.pack.form:
            answer = as_leader.get(reverse("unit:fill", args=[case.pk]), {"section": section.code})
            assert answer.status_code == 200, (code, section.code)
            assert "style=" not in answer.content.decode()


def test_autosave_keeps_what_is_right_and_names_what_is_not(as_leader, school):
    case = draft(school)
    answer = autosave(
        as_leader, case, {"project_name": ["农机资源库"], "major_students": ["很多"], "nonsense": ["x"]}
    )
    body = answer.json()
    assert answer.status_code == 200
    assert "project_name" in body["saved"]
    assert "nonsense" in body["errors"]
    assert fresh(case).draft.answers["project_name"] == "农机资源库"
    assert body["version"] == case.draft.version + 1
    assert "农机资源库" not in body["checks"]
    assert body["progress"]


def test_a_field_that_somebody_else_changed_comes_back_as_a_conflict(as_leader, school):
    case = draft(school)
    autosave(as_leader, case, {"project_name": ["甲"]})
    body = autosave(as_leader, case, {"project_name": ["乙"]}, version=case.draft.version).json()
    theirs = body["conflicts"]["project_name"]
    assert theirs["shown"] == "甲"
    assert theirs["texts"] == {"project_name": ["甲"]}
    assert theirs["who"] == leader(school).name
    again = autosave(as_leader, case, {"project_name": ["乙"]}, version=body["version"]).json()
    assert again["conflicts"] == {}
    assert fresh(case).draft.answers["project_name"] == "乙"


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"changes": 1}', '{"changes": {"a": 1}}', "\x00", '{"version": 1}']
)
def test_a_malformed_save_is_refused(as_leader, school, body):
    case = draft(school)
    answer = as_leader.post(
        reverse("unit:save", args=[case.pk]),
        body,
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["refused"]["reason"]
    assert fresh(case).draft.version == case.draft.version


def test_a_submitted_case_is_saved_no_more(as_leader, school):
    case = submitted(school)
    answer = autosave(as_leader, case, {"project_name": ["改"]})
    assert answer.status_code == 409
    assert "不能填写" in answer.json()["refused"]["reason"]


def test_without_scripts_a_section_is_saved_by_its_button(as_leader, school):
    case = draft(school)
    first, second, *_ = case.edition.pack.form
    address = reverse("unit:fill", args=[case.pk]) + f"?section={first.code}"
    given = {"project_name": "农机资源库", "version": case.draft.version, "next": second.code}
    answer = as_leader.post(address, given)
    assert answer["Location"].endswith(f"section={second.code}")
    assert fresh(case).draft.answers["project_name"] == "农机资源库"


def test_a_wrong_entry_is_shown_at_its_field(as_leader, school):
    case = draft(school)
    section, field = next((s, f) for s in case.edition.pack.form for f in s.fields if f.type == "integer")
    answer = as_leader.post(
        reverse("unit:fill", args=[case.pk]) + f"?section={section.code}",
        {field.code: "三百", "version": case.draft.version, "next": ""},
    )
    assert answer.status_code == 422
    assert "应为数字" in answer.content.decode()


def test_evidence_is_attached_and_taken_off(as_leader, school):
    case = draft(school)
    slot = next(f.code for s in case.edition.pack.form for f in s.fields if f.type == "files")
    address = reverse("unit:fill", args=[case.pk])
    upload = SimpleUploadedFile("材料 一.pdf", pdf(), "application/pdf")
    as_leader.post(address, {"attach": slot, f"upload-{slot}": upload, f"pages-{slot}": "1-2"})
    proof = case.evidence.get()
    assert (proof.name, proof.pages) == ("材料 一.pdf", "1-2")
    as_leader.post(address, {"detach": proof.pk})
    assert case.evidence.get().removed_at is not None


def test_a_file_that_is_not_what_it_says_is_refused(as_leader, school):
    case = draft(school)
    slot = next(f.code for s in case.edition.pack.form for f in s.fields if f.type == "files")
    upload = SimpleUploadedFile("a.pdf", b"MZ\x90\x00 not a pdf", "application/pdf")
    answer = as_leader.post(reverse("unit:fill", args=[case.pk]), {"attach": slot, f"upload-{slot}": upload})
    assert answer.status_code == 422
    assert "实际内容" in answer.content.decode()
    assert as_leader.post(reverse("unit:fill", args=[case.pk]), {"attach": slot}).status_code == 422


# ---------------------------------------------------------------- submitting and after


def test_what_is_missing_is_listed_with_ways_there(as_leader, school):
    case = draft(school)
    page = as_leader.get(reverse("unit:submit", args=[case.pk])).content.decode()
    assert "#f-project_name" in page
    assert "以本单位名义提交" not in page
    answer = as_leader.post(reverse("unit:submit", args=[case.pk]))
    assert answer.status_code == 422
    assert fresh(case).state == "draft"


def test_a_complete_case_is_submitted_and_withdrawn(as_leader, school):
    case = filled(school)
    assert "以本单位名义提交" in as_leader.get(reverse("unit:submit", args=[case.pk])).content.decode()
    assert as_leader.post(reverse("unit:submit", args=[case.pk])).status_code == 302
    assert fresh(case).state == "in_review"
    assert as_leader.post(reverse("unit:application", args=[case.pk])).status_code == 302
    assert fresh(case).state == "draft"


def test_a_filler_fills_and_does_not_submit(client, school):
    case = filled(school)
    client.force_login(filler(school))
    page = client.get(reverse("unit:submit", args=[case.pk])).content.decode()
    assert "单位审核人" in page
    answer = client.post(reverse("unit:submit", args=[case.pk]))
    assert answer.status_code == 403
    assert fresh(case).state == "draft"


def test_what_was_opened_cannot_be_withdrawn(as_leader, school):
    from tongchou.applications.actions import mark_opened

    case = submitted(school)
    mark_opened(case, by=officer(CITY))
    answer = as_leader.post(reverse("unit:application", args=[case.pk]))
    assert answer.status_code == 409
    assert "不能撤回" in answer.content.decode()


def test_a_returned_case_shows_reason_remarks_and_date(as_leader, school):
    case = returned(school)
    page = as_leader.get(reverse("unit:application", args=[case.pk])).content.decode()
    assert "经费来源不清楚" in page
    assert "2023年8月20日" in page
    page = as_leader.get(reverse("unit:fill", args=[case.pk])).content.decode()
    assert "名称不规范" in page


def test_revisions_are_compared(as_leader, school):
    case = returned(school)
    autosave(as_leader, fresh(case), {"project_name": ["改过的名称"]})
    as_leader.post(reverse("unit:submit", args=[case.pk]))
    page = as_leader.get(reverse("unit:application", args=[case.pk]), {"part": "changes"}).content.decode()
    assert "改过的名称" in page
    assert case.project_name in page
    history = as_leader.get(reverse("unit:application", args=[case.pk]), {"part": "history"}).content.decode()
    assert "提交第 2 版" in history


def test_the_declaration_is_printed(as_leader, school):
    case = submitted(school)
    answer = as_leader.get(reverse("unit:pdf", args=[case.pk]))
    assert answer.content.startswith(b"%PDF")
    assert as_leader.get(reverse("unit:pdf", args=[draft(school).pk])).status_code == 404
