"""What is not handed in, and chasing it with one click."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tongchou.core import clock
from tongchou.monitoring import chasing
from tongchou.monitoring.chase_models import Chase
from tongchou.reviews import actions as reviews


def address(part: str, **more) -> str:
    return f"{reverse('authority:late')}?part={part}" + "".join(f"&{k}={v}" for k, v in more.items())


def body(response) -> str:
    return response.content.decode()


def test_drafts_show_whose_they_are_but_not_what_stands_in_them(seen):
    case, elsewhere = f.draft(f.unit()), f.draft(f.unit(code=f.OTHER_CITY))
    case.project_name = "还没有公开的名称"
    case.save()
    page = body(seen(f.officer(), address("drafts")))
    assert case.unit.name in page
    assert "还没有公开的名称" not in page
    assert elsewhere.unit.name not in page


def test_ticked_ones_are_chased_and_the_list_says_so(seen):
    cases = [f.draft(f.unit()) for _ in range(2)]
    done = seen(f.officer(), address("drafts"), do="chase", rows=[cases[0].pk], text="请抓紧。")
    assert done.status_code == 302
    assert Chase.objects.get().application == cases[0]
    page = body(seen(f.officer(), address("drafts")))
    assert page.count("已催办 1 次，最近 8月10日") == 1
    again = seen(f.officer(), address("drafts"), do="chase", rows=[cases[0].pk])
    assert again.status_code == 422
    assert "今天已经催办过" in body(again)
    everything = seen(f.officer(), address("drafts"), do="chase_all")
    assert everything.status_code == 302
    assert Chase.objects.count() == 2
    assert "没有催办的" in body(seen(f.officer(), address("drafts")))


def test_all_are_offered_only_as_far_as_they_may_be_chased_at_once(seen, monkeypatch):
    for _ in range(2):
        f.draft(f.unit())
    page = body(seen(f.officer(), address("drafts")))
    assert "催办全部 2 项" in page
    monkeypatch.setattr(chasing, "MOST_AT_ONCE", 1)
    page = body(seen(f.officer(), address("drafts")))
    assert "一次最多催办 1 项，请用筛选分批办理" in page
    assert "chase_all" not in page


def test_what_is_outside_is_not_found_by_its_number(seen):
    strange = f.draft(f.unit(code=f.OTHER_CITY))
    assert seen(f.officer(), address("drafts"), do="chase", rows=[strange.pk]).status_code == 422
    assert not Chase.objects.exists()


def test_units_that_have_not_begun_a_task_are_chased(seen):
    lazy, begun, firm = f.unit(), f.unit(), f.unit("enterprise")
    f.draft(begun)
    here = address("unbegun", task=f.task().pk)
    page = body(seen(f.officer(), here))
    assert lazy.name in page
    assert begun.name not in page
    assert firm.name not in page
    seen(f.officer(), here, do="chase_all")
    assert Chase.objects.get().unit == lazy
    assert "已催办 1 次" in body(seen(f.officer(), here))


@pytest.mark.parametrize("part", ["unbegun", "drafts", "returned", "performance", "periodic"])
def test_each_list_opens_empty_too(seen, part):
    page = seen(f.officer(), address(part))
    assert page.status_code == 200
    assert "没有要催办的" in body(page)
    assert seen(f.officer(), address("weather")).status_code == 404
    assert seen(f.leader(f.unit()), address(part)).status_code == 403


def test_every_list_asks_as_often_for_three_as_for_one(seen):
    def one_more():
        school = f.unit("vocational_college")
        f.draft(school)
        case = f.at(school, "province-designate")
        reviews.return_for_changes(case, by=f.officer(f.PROVINCE), reason="请补充。", due=clock.today())
        f.unit("vocational_college")

    def asked():
        counts = {}
        for part in ("unbegun", "drafts", "returned"):
            with CaptureQueriesContext(connection) as made:
                seen(f.officer(f.PROVINCE), address(part, task=f.task().pk))
            counts[part] = len(made)
        return counts

    one_more()
    asked()
    for_one = asked()
    one_more()
    one_more()
    assert asked() == for_one
