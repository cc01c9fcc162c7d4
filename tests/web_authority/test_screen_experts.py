import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factory as f
from tongchou.orgs import actions as orgs
from tongchou.reviews import duties
from tongchou.reviews.expert_models import AssignmentRun
from tongchou.reviews.models import Assignment
from tongchou.reviews.scoring import rubric_for
from tongchou.web.authority import pool as pool_screen


def body(response):
    return response.content.decode()


@pytest.fixture
def two(world):
    """Two cases of task 10 that wait for the province, on a day when it may have them scored."""
    cases = [f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL) for _ in range(2)]
    with f.on(2023, 9, 20):
        yield cases


EXPERTS = "/authority/experts/"


def tab(case):
    return f"{EXPERTS}?of={case.task_id}.province-score"


def test_a_whole_task_is_assigned_by_proposal_and_confirmation(seen, two):
    pool = [f.expert() for _ in range(3)]
    province = f.officer(f.PROVINCE)
    assert "可派单的专家 3 位" in body(seen(province, tab(two[0])))
    page = seen(province, seen(province, tab(two[0]), n="2", cap="9", seed="7").url)
    for words in ("抽签号 7", "按方案分配", "任务较少", pool[0].name):
        assert words in body(page)
    assert not Assignment.objects.exists()
    seen(province, page.request["PATH_INFO"], do="carry_out")
    assert {case.assignments.count() for case in two} == {2}
    assert sorted(p.assignments.count() for p in pool) == [1, 1, 2]
    assert "已执行" in body(seen(province, page.request["PATH_INFO"]))
    again = seen(province, tab(two[0]), n="2", cap="9").url
    assert "各项申报已有足够的专家" in body(seen(province, again))
    seen(province, again, do="discard")
    assert Assignment.objects.count() == 4


def test_gaps_are_told_with_their_reasons(seen, two):
    expert = f.expert()
    orgs.grant_role(expert, "filler", by=f.admin("security_admin"), unit=two[0].unit)
    province = f.officer(f.PROVINCE)
    page = body(seen(province, seen(province, tab(two[0]), n="1", cap="9").url))
    assert "还缺 1 位" in page
    assert "是申报单位的人员" in page
    assert "应回避" in body(seen(province, reverse("authority:case", args=[two[0].pk])))


def test_who_scored_at_an_earlier_step_is_not_counted_at_this_one(seen, two):
    (duty,) = f.score(two[0])
    province = f.officer(f.PROVINCE)
    page = seen(province, tab(two[0]), n="1", cap="9").url
    assert "方案共 1 份评审任务" in body(seen(province, page))
    two[0].assignments.update(step="city-score")
    rows = seen(province, tab(two[0])).context["table"].page.rows
    assert [(row.experts, row.scored, row.mean_mark) for row in rows] == [(0, 0, None)] * 2
    page = seen(province, tab(two[0]), n="1", cap="9").url
    assert "方案共 2 份评审任务" in body(seen(province, page))
    seen(province, page, do="carry_out")
    assert two[0].assignments.get(step="province-score").expert == duty.expert  # there is no other


def test_what_a_page_has_no_room_for_is_on_the_next(seen, two):
    f.expert()
    f.copies(two[0], 50)
    province = f.officer(f.PROVINCE)
    page = seen(province, tab(two[0]), n="2", cap="500").url
    assert "有 52 项人数不足" in body(seen(province, page))
    assert [body(seen(province, f"{page}?gaps={n}")).count("还缺 1 位") for n in (1, 2)] == [50, 2]
    run = AssignmentRun.objects.get()
    put_away = {n: getattr(run, n) for n in vars(run) if n not in {"id", "_state"}} | {
        "state": AssignmentRun.State.DISCARDED,
        "done_at": run.proposed_at,
    }
    AssignmentRun.objects.bulk_create(AssignmentRun(**put_away) for _ in range(8))
    assert page not in body(seen(province, tab(two[0])))
    assert page in body(seen(province, f"{tab(two[0])}&runs=2"))


@pytest.mark.parametrize(
    "post, words",
    [
        ({"n": "0", "cap": "9"}, "每项专家人数"),
        ({"n": "x", "cap": "9"}, "每项专家人数"),
        ({"n": "3"}, "任务上限"),
    ],
)
def test_a_faulty_choice_is_refused(seen, two, post, words):
    f.expert()
    response = seen(f.officer(f.PROVINCE), tab(two[0]), **post)
    assert response.status_code == 422
    assert words in body(response)


def test_the_pool_is_kept_filtered_exported_and_taken_in_again(seen, two):
    judge, other = f.expert(), f.expert()
    province = f.officer(f.PROVINCE)
    page = reverse("authority:expert", args=[judge.pk])
    told = {
        "tasks": [f.INTERNATIONAL],
        "words": "智能制造，护理",
        "employer": "某研究院",
        "place": f.CITY,
        "cap": "12",
    }
    seen(province, page, do="save", **told)
    assert 'value="智能制造 护理"' in body(seen(province, page))
    refused = seen(province, page, do="save", **told | {"cap": "0", "words": "新词"})
    assert refused.status_code == 422
    assert 'value="新词"' in body(refused)
    pool = reverse("authority:pool")
    for query in (
        "q=护理",
        "q=研究院",
        f"task={f.INTERNATIONAL}",
        f"place={f.PROVINCE}",
        "state=active&q=护理",
    ):
        listed = body(seen(province, f"{pool}?{query}"))
        assert (judge.name in listed, other.name in listed) == (True, False), query
    sheet = seen(province, f"{pool}?file=xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    rows = {row[0].value: row for row in book.active.iter_rows(min_row=4)}
    assert rows[judge.username][6].value == 12
    rows[other.username][3].value, rows[other.username][6].value = "物流", 5
    rows[judge.username][5].value = "没有的地方"
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("专家库.xlsx", out.getvalue())
    seen(province, pool, file=upload)
    assert (other.expert_profile.words, other.expert_profile.cap) == (["物流"], 5)
    assert "没有这个地区" in body(seen(province, pool))
    seen(province, page, do="tie", name=two[0].unit.name, reason="曾任顾问")
    tie = judge.ties.get()
    seen(province, page, do="end_tie", tie=tie.pk, reason="核实")
    assert not judge.ties.exists()
    me = reverse("expert:me")
    seen(judge, me, do="save", words="物流", paused="1", pause_reason="出国")
    judge.expert_profile.refresh_from_db()
    assert (judge.expert_profile.cap, judge.expert_profile.paused) == (
        12,
        True,
    )  # the cap is not his to change
    assert 'name="cap"' not in body(seen(judge, me))


def test_faulty_rows_that_are_not_all_named_leave_a_mark(seen, two, monkeypatch):
    monkeypatch.setattr(pool_screen, "MOST_SHOWN", 1)
    judges, province = [f.expert(), f.expert()], f.officer(f.PROVINCE)
    pool = reverse("authority:pool")
    book = openpyxl.load_workbook(io.BytesIO(seen(province, f"{pool}?file=xlsx").content))
    for row in book.active.iter_rows(min_row=4):
        row[5].value = "没有的地方"
    out = io.BytesIO()
    book.save(out)
    seen(province, pool, file=SimpleUploadedFile("专家库.xlsx", out.getvalue()))
    page = body(seen(province, pool))
    assert f"有 {len(judges)} 行没有导入" in page
    assert page.count("没有这个地区") == 1
    assert "…</" in page


def test_results_are_ranked_shown_exported_reopened_and_overridden(seen, two):
    province = f.officer(f.PROVINCE)
    low, _high = f.score(two[0], 5), f.score(two[0], 9)
    f.score(two[1], 8, 8)
    results = f"{reverse('authority:results')}?of={two[0].task_id}.province-score.{two[0].round_id}"
    page = body(seen(province, f"{results}&cut=1"))
    for words in ("取平均", "极差较大", "偏离", "tc-row-in", "与他人之差"):
        assert words in page
    book = openpyxl.load_workbook(io.BytesIO(seen(province, f"{results}&cut=1&file=xlsx").content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=4)]
    assert [(row[0], row[6], row[14]) for row in rows] == [(1, 80, "入围"), (2, 70, None)]
    case = reverse("authority:case", args=[two[0].pk])
    seen(province, case, do="reopen", duty=low[0].pk, reason="与意见不符")
    low[0].refresh_from_db()
    assert low[0].submitted_at is None
    assert "退回重评：与意见不符" in body(seen(low[0].expert, sheet(low[0])))
    refused = seen(province, case, do="settle", total="很高", reason="")
    assert refused.status_code == 422
    seen(province, case, do="settle", total="92.5", reason="合议一致")
    assert "合议结果 92.50" in body(seen(province, case))
    page = body(seen(province, results))
    assert page.index(two[0].project_name) < page.index(two[1].project_name)
    assert "合议（评分合成 90.00）：合议一致" in page


def test_officers_see_marks_mean_spread_and_vetoes(seen, two):
    veto = rubric_for(two[0].edition.pack, two[0].variant).vetoes[0].code
    f.score(two[0], 6)
    f.score(two[0], 8, vetoes={veto: "涉嫌侵权（第 3 页）"})
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:case", args=[two[0].pk])))
    for words in ("70.00", "20.00", "有一票否决", "涉嫌侵权（第 3 页）"):
        assert words in page
    page = body(seen(f.officer(f.PROVINCE), tab(two[0])))
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


def test_marks_and_remarks_are_saved_as_one_goes(client, seen, duty):
    seen(duty.expert, sheet(duty))
    code = next(iter(f.marks(duty.application)))
    veto = rubric_for(duty.application.edition.pack, duty.application.variant).vetoes[0].code
    typed = {"do": "save", f"mark-{code}": "6.5", f"note-{code}": "目标不具体", f"veto-{veto}": "1"}
    quietly = {"headers": {"accept": "application/json"}}
    told = client.post(sheet(duty), typed, **quietly).json()
    assert (told["saved"].startswith("已自动保存"), told["marked"]) == (True, 1)
    duty.refresh_from_db()
    assert (duty.marks, duty.notes, duty.vetoes) == ({code: 6.5}, {code: "目标不具体"}, {})
    told = client.post(sheet(duty), typed | {f"mark-{code}": "11"}, **quietly)
    assert (told.status_code, "应为 0 至 10 分" in told.json()["refused"]["fields"][code]) == (422, True)
    page = body(client.get(sheet(duty)))
    assert "目标不具体" in page
    pdf = client.get(reverse("expert:form_pdf", args=[duty.pk]))
    assert pdf["Content-Type"] == "application/pdf"


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
