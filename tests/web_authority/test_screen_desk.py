"""The desk: what filters count, a case beside its list, many at once by the worker, exports, and views that people keep."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tongchou.applications.bulk_models import BulkRun
from tongchou.core.models import AuditRecord
from tongchou.orgs.view_models import SavedView
from tongchou.web.authority import bulk

QUEUE, ALL = "/authority/cases/", "/authority/cases/all/"


def body(response):
    return response.content.decode()


def test_each_choice_says_how_many_it_would_leave(seen):
    f.submitted(f.unit(), project_name="绿色")
    f.submitted(f.unit(), project_name="蓝色")
    f.submitted(
        f.unit("vocational_college", tags=["national-double-high"])
    )  # the province's own: not this queue's
    page = body(seen(f.officer(), f"{QUEUE}?kind=enterprise"))
    assert "中等职业学校（2）" in page  # what another choice of the same filter would leave
    assert "企业（0）" in page
    library = f.task().pk
    assert f'<option value="{library}">4. ' in page
    assert "（2）" not in body(seen(f.officer(), f"{QUEUE}?q=红色"))


@pytest.mark.parametrize(
    "query, found",
    [
        ("due=over", []),
        ("due=30", ["待办"]),
        ("due=none", []),
        ("holder=me", []),
        ("holder=nobody", ["待办"]),
    ],
)
def test_filters_of_days_and_hands(seen, query, found):
    case = f.submitted(f.unit(), project_name="待办")
    with f.on(2023, 8, 20):
        page = body(seen(f.officer(), f"{QUEUE}?{query}"))
    assert ([case.project_name] if case.number in page else []) == found


def test_returned_cases_are_found_by_the_day_they_are_due(seen):
    case = f.submitted(f.unit())
    seen(f.officer(), QUEUE, do="return", rows=[case.pk], reason="请补充", due="2023-08-15")
    for day, query, there in [(10, "7", True), (10, "over", False), (16, "over", True), (16, "7", False)]:
        with f.on(2023, 8, day):
            assert (case.number in body(seen(f.officer(), f"{ALL}?due={query}"))) == there


def test_a_case_is_read_and_decided_beside_its_list(seen):
    case = f.submitted(f.unit())
    address = reverse("authority:beside", args=[case.pk])
    panel = seen(f.officer(), address)
    assert panel.headers["X-Beside"] == str(case.pk)
    assert "<html" not in body(panel)
    assert all(
        part in body(panel) for part in (case.number, "系统核对", "退回修改", "data-remarks", "办理经过")
    )
    assert seen(f.officer(f.OTHER_CITY), address).status_code == 404
    refused = seen(f.officer(), address, do="return", reason="", due="2023-08-20")
    assert refused.status_code == 422
    assert refused.headers["X-Beside"]
    assert "退回必须写明理由" in body(refused)
    assert "<html" not in body(refused)
    done = seen(
        f.officer(),
        address,
        do="return",
        reason="请补充",
        due="2023-08-20",
        remark_field="project_name",
        remark_text="太长",
    )
    assert done.headers["X-Decided"] == str(case.pk)
    assert f.fresh(case).state == "returned"
    assert case.decisions.get().remarks == {"project_name": "太长"}


def test_more_than_a_page_is_done_by_the_worker_each_with_its_result(seen, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    first = f.submitted(f.unit())
    second, moved = f.copies(first, 2)
    f.advance(moved)
    answer = seen(f.officer(), QUEUE, do="return", which="all", return_reason="请补充", due="2023-08-20")
    run = BulkRun.objects.get()
    assert answer.url == reverse("authority:bulk", args=[run.pk])
    assert "正在逐项办理" in body(seen(f.officer(), answer.url))
    assert "正在批量办理 2 项" in body(seen(f.officer(), QUEUE))
    f.advance(second)  # while the run waits somebody decides one of them
    bulk.play(run.pk)
    bulk.play(run.pk)  # a worker that was killed at the very end begins again: nothing is done twice
    assert first.decisions.count() == 1
    page = body(seen(f.officer(), answer.url))
    assert "办成 1 项，未办成 1 项" in page
    assert second.number in page
    assert run.items.get(application=second).text
    assert seen(f.officer(f.OTHER_CITY), answer.url).status_code == 404
    assert f.audited(run) == ["ask_bulk"]


def test_every_run_under_way_is_told(seen, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    case = f.submitted(f.unit())
    for _ in range(4):
        seen(f.officer(), QUEUE, do="return", rows=[case.pk], return_reason="请补充", due="2023-08-20")
    assert body(seen(f.officer(), QUEUE)).count("正在批量办理 1 项") == 4


def test_many_are_handed_over_declined_and_chased(seen):
    cases = [f.submitted(f.unit()), f.submitted(f.unit())]
    rows = [c.pk for c in cases]
    mine = f.officer()
    seen(mine, QUEUE, do="hand_over", rows=rows, to=mine.pk)
    assert "办成 2 项，未办成 0 项" in body(seen(mine, QUEUE))
    assert cases[0].number in body(seen(mine, f"{QUEUE}?holder=me"))
    seen(mine, QUEUE, do="decline", rows=rows[:1], decline_reason="不符合条件")
    assert f.fresh(cases[0]).state == "declined"
    seen(mine, QUEUE, do="return", rows=rows[1:], return_reason="请补充", due="2023-08-20")
    seen(mine, ALL, do="chase", rows=rows, chase_reason="请尽快")
    page = body(seen(mine, ALL))
    assert "办成 1 项，未办成 1 项" in page


def _sheet(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_export_holds_what_the_filter_leaves_with_chosen_fields(seen):
    f.submitted(f.unit(), project_name="=1+1 绿色")
    f.submitted(f.unit(), project_name="蓝色")
    f.submitted(f.unit(code=f.OTHER_CITY), project_name="别处绿色")
    task = f.task().pk
    asked = f"{ALL}?q=绿色&task={task}"
    page = body(seen(f.officer(), asked))
    field = page.split('name="fields" value="', 1)[1].split('"', 1)[0]
    rows = _sheet(seen(f.officer(), asked, do="export", fields=[field, "not-a-field"]))
    head = next(i for i, row in enumerate(rows) if row[0] == "申报编号")
    assert len(rows) == head + 2
    assert rows[head + 1][1] == "=1+1 绿色"
    assert len([cell for cell in rows[head] if cell]) == 17
    record = AuditRecord.objects.get(action="export_cases")
    assert record.data == {"count": 1, "filters": {"q": "绿色", "task": str(task)}, "fields": [field]}
    ticked = _sheet(seen(f.officer(), QUEUE, do="export", rows=[10**9]))
    assert ticked[-1][0] == "申报编号"


def test_an_export_asks_as_often_for_three_cases_as_for_one(seen):
    case = f.submitted(f.unit())

    def queries():
        with CaptureQueriesContext(connection) as asked:
            rows = _sheet(seen(f.officer(), ALL, do="export"))
        return len(asked), len(rows)

    queries()
    one, rows = queries()
    f.copies(case, 2)
    assert queries() == (one, rows + 2)


def test_views_are_kept_opened_and_dropped(seen):
    mine = f.officer()
    case = f.submitted(f.unit(), project_name="green")
    answer = seen(mine, QUEUE, do="save_view", name="我的绿色", query="q=green", first="1")
    assert answer.url == f"{QUEUE}?q=green"
    assert seen(mine, QUEUE).url == f"{QUEUE}?q=green"  # opens with it
    page = body(seen(mine, f"{QUEUE}?view=all"))
    assert "我的绿色" in page
    assert case.number in page
    assert "?view=all" in body(seen(mine, f"{QUEUE}?q=green"))  # where "clear" leads
    assert seen(mine, ALL).status_code == 200  # another screen, without a view
    seen(mine, QUEUE, do="save_view", name="我的绿色", query="kind=enterprise")
    view = SavedView.objects.get()
    assert (view.query, view.first) == ("kind=enterprise", False)
    assert seen(mine, QUEUE, do="save_view", name=" ", query="").status_code == 422
    assert seen(f.officer(f.OTHER_CITY), QUEUE, do="delete_view", view=view.pk).status_code == 404
    seen(mine, QUEUE, do="delete_view", view=view.pk)
    assert not SavedView.objects.exists()
    assert f.audited(view) == ["save_view", "save_view", "delete_view"]
