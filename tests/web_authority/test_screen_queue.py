import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tongchou.applications.models import Application
from tongchou.programmes.models import Round
from tongchou.reviews import ties
from tongchou.web.authority import workbench

QUEUE = "/authority/cases/"


def body(response):
    return response.content.decode()


def test_the_queue_shows_what_waits_and_all_shows_the_rest(seen):
    here = f.at(f.unit(), "city-recommend")
    gone = f.at(f.unit(), "province-designate")
    f.at(f.unit(code=f.OTHER_CITY), "city-recommend")
    page = body(seen(f.officer(), QUEUE))
    assert here.number in page
    assert gone.number not in page
    both = body(seen(f.officer(), reverse("authority:all")))
    assert here.number in both
    assert gone.number in both
    assert Application.objects.get(unit__place=f.OTHER_CITY).number not in both


def test_the_workbench_says_that_it_lists_only_the_next_windows(seen, monkeypatch):
    monkeypatch.setattr(workbench, "SHOWN", 1)
    assert "只列出前 1 项。" in body(seen(f.officer(), reverse("authority:workbench")))
    monkeypatch.setattr(workbench, "SHOWN", 1000)
    assert "只列出前" not in body(seen(f.officer(), reverse("authority:workbench")))


def test_ties_that_are_not_all_listed_say_so(seen, monkeypatch):
    case = f.submitted(f.unit())
    f.copies(case, 2)
    address = reverse("authority:case", args=[case.pk])
    assert "只列出前" not in body(seen(f.officer(), address))
    monkeypatch.setattr(ties, "MOST", 1)
    assert "只列出前 1 项。" in body(seen(f.officer(), address))


@pytest.mark.parametrize(
    "query, found",
    [
        ("q=绿色", ["绿色"]),
        ("kind=secondary_school", ["绿色", "蓝色"]),
        ("kind=enterprise", []),
        ("kind=forged", ["绿色", "蓝色"]),  # no choice: as if it were not there
        ("task=0", ["绿色", "蓝色"]),
    ],
)
def test_filters(seen, query, found):
    cases = {name: f.submitted(f.unit(), project_name=name) for name in ("绿色", "蓝色")}
    page = body(seen(f.officer(), f"{QUEUE}?{query}"))
    assert [name for name, case in cases.items() if case.number in page] == found


def test_the_province_filters_by_city_and_all_by_step_and_state(seen):
    f.submitted(f.unit(), project_name="长春的")
    f.submitted(f.unit(code=f.OTHER_CITY), project_name="吉林的")
    province = f.officer(f.PROVINCE)
    page = body(seen(province, f"{reverse('authority:all')}?place={f.CITY}"))
    assert "长春的" in page
    assert "吉林的" not in page
    page = body(seen(province, f"{reverse('authority:all')}?step=province-designate"))
    assert "长春的" not in page
    page = body(seen(province, f"{reverse('authority:all')}?state=in_review"))
    assert "长春的" in page


def test_the_workbench_says_by_when_in_the_year_of_the_round(seen):
    case = f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL)
    with f.on(2025, 6, 18):
        page = body(seen(f.officer(f.PROVINCE), reverse("authority:workbench")))
        assert "2023年10月23日" in page
        assert "未限定时间" not in page
        Round.objects.filter(pk=case.round_id).update(year=2025)  # for which the pack sets no such day
        page = body(seen(f.officer(f.PROVINCE), reverse("authority:workbench")))
        assert "2023年10月23日" not in page
        assert "未限定时间" in page


@pytest.mark.parametrize("name", ["queue", "all", "ranking", "experts", "workbench"])
def test_a_list_costs_the_same_at_one_case_and_at_four(seen, name):
    case = f.submitted(f.unit())
    seen(f.officer(), reverse(f"authority:{name}"))  # reads the edition once a process

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert seen(f.officer(), reverse(f"authority:{name}")).status_code == 200
        return len(captured)

    one = queries()
    f.copies(case, 3)
    f.submitted(f.unit())
    assert queries() == one


def test_many_at_once_each_by_itself(seen):
    city = f.officer()
    fine, gone = f.submitted(f.unit(), project_name="能推荐"), f.submitted(f.unit(), project_name="已推荐")
    elsewhere = f.submitted(f.unit(code=f.OTHER_CITY))
    f.advance(gone)
    response = seen(city, QUEUE, do="pass", rows=[fine.pk, gone.pk, elsewhere.pk])
    assert response.status_code == 302
    assert f.fresh(fine).step != "city-recommend"
    assert f.fresh(elsewhere).step == "city-recommend"
    page = body(seen(city, QUEUE))
    assert "办成 1 项" in page
    assert "办成 1 项" not in body(seen(city, QUEUE))  # said once


def test_a_refused_case_is_named_and_stops_no_other(seen):
    """Returning with a due day in the past is refused for each; the reason stands beside each."""
    cases = [f.submitted(f.unit()) for _ in range(2)]
    seen(f.officer(), QUEUE, do="return", rows=[c.pk for c in cases], reason="请补充", due="2023-08-01")
    page = body(seen(f.officer(), QUEUE))
    assert "未办成 2 项" in page
    assert page.count("修改期限不能早于今天") == 2


def test_return_many(seen):
    cases = [f.submitted(f.unit()) for _ in range(2)]
    seen(f.officer(), QUEUE, do="return", rows=[c.pk for c in cases], reason="请补充", due="2023-08-20")
    assert {f.fresh(c).state for c in cases} == {"returned"}


@pytest.mark.parametrize(
    "post, words",
    [
        ({"do": "pass"}, "没有选择申报"),
        ({"do": "return", "rows": [1], "due": "明天"}, "修改期限"),
        ({"do": "pass", "rows": [10**9]}, "没有选择申报"),
        ({"do": "decline", "rows": [1], "which": "all"}, "请写明理由"),
    ],
)
def test_a_faulty_bulk_post_is_refused_with_the_page(seen, post, words):
    response = seen(f.officer(), QUEUE, **post)
    assert response.status_code == 422
    assert words in body(response)


def test_an_unknown_bulk_action_is_not_found(seen):
    assert seen(f.officer(), QUEUE, do="designate-all", rows=[1]).status_code == 404
