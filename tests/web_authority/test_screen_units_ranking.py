from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tongchou.applications.models import Application
from tongchou.core import clock, files
from tongchou.orgs.models import Unit
from tongchou.orgs.record_models import RenameRequest
from tongchou.reviews import duties
from tongchou.reviews.models import QuotaAccount, QuotaPlace, Rank
from tongchou.web.authority import ranking as ranking_screen
from tongchou.web.authority.ranking import moved, order


def body(response):
    return response.content.decode()


# ---------------------------------------------------------------- units


def test_units_that_wait_and_units_found(seen):
    waiting, verified = f.unit(verified=False), f.unit()
    page = body(seen(f.officer(), reverse("authority:units")))
    assert waiting.name in page
    assert verified.name not in page
    page = body(seen(f.officer(), reverse("authority:units") + "?state=verified"))
    assert verified.name in page


def test_verify_with_the_tags_vouched_for(seen):
    unit = f.unit(
        "vocational_college", tags=["provincial-double-high", "national-double-high"], verified=False
    )
    address = reverse("authority:unit", args=[unit.pk])
    province = f.officer(f.PROVINCE)
    assert "确认的标签" in body(seen(province, address))
    seen(province, address, do="verify", tags=["provincial-double-high"])
    assert list(unit.tags.filter(confirmed=True).values_list("tag_id", flat=True)) == [
        "provincial-double-high"
    ]
    assert Unit.objects.get(pk=unit.pk).state == "verified"


def test_refuse_a_unit_only_with_a_reason(seen):
    unit = f.unit(verified=False)
    address = reverse("authority:unit", args=[unit.pk])
    response = seen(f.officer(), address, do="refuse")
    assert response.status_code == 422
    assert "核验不通过必须写明理由" in body(response)
    seen(f.officer(), address, do="refuse", reason="代码抄错")
    assert Unit.objects.get(pk=unit.pk).refused_reason == "代码抄错"


def test_every_case_of_a_unit_is_found_on_its_page(seen, world):
    case = f.submitted(f.unit())
    copies = f.copies(case, 55)
    officer, page = f.officer(), reverse("authority:unit", args=[case.unit_id])
    pages = [body(seen(officer, f"{page}?cases={n}")) for n in (1, 2)]
    assert "共 56 条" in pages[0]
    assert all(any(c.number in shown for shown in pages) for c in copies)
    in_the_way = body(seen(officer, reverse("authority:merge", args=[case.unit_id])))
    assert all(c.number in in_the_way for c in copies)


def test_every_name_asked_for_is_found(seen, world):
    proof, now, school = files.store(f.pdf()), clock.now(), f.unit()
    asked = {"reason": "更名。", "proof": proof, "asked_by": f.leader(school), "asked_at": now}
    for number in range(52):
        school.pk, school.uscc, school.school_code = None, f.uscc(), f"9{number:09d}"
        school._state.adding = True
        school.save()
        RenameRequest.objects.create(unit=school, name=f"新名{number}校", **asked)
    address = reverse("authority:units")
    pages = [body(seen(f.officer(), f"{address}?renames={n}")) for n in (1, 2)]
    assert [page.count("#rename") for page in pages] == [50, 2]


def test_another_authority_cannot_verify(seen):
    unit = f.unit(verified=False)
    response = seen(f.officer(f.PROVINCE), reverse("authority:unit", args=[unit.pk]), do="verify")
    assert response.status_code == 403
    assert "核验" in body(response)


# ---------------------------------------------------------------- ranking


@pytest.mark.parametrize(
    "numbers, ranks, expected",
    [
        ({1: 3, 2: 1, 3: 2}, {1: 1, 2: 2, 3: 3}, [2, 3, 1]),
        ({1: 1, 2: 1, 3: None}, {1: 2, 2: 1, 3: None}, [2, 1, 3]),
        ({}, {1: None, 2: None}, [1, 2]),
        ({1: 1, 2: 2, 3: 1}, {1: 1, 2: 2, 3: 3}, [3, 1, 2]),
        ({1: 2, 2: 2, 3: 3}, {1: 1, 2: 2, 3: 3}, [2, 1, 3]),
    ],
)
def test_order(numbers, ranks, expected):
    assert order(numbers, ranks) == expected


@pytest.mark.parametrize(
    "pk, by, expected",
    [(1, -1, [1, 2, 3]), (3, -1, [1, 3, 2]), (1, 1, [2, 1, 3]), (3, 1, [1, 2, 3])],
)
def test_moved(pk, by, expected):
    assert moved([1, 2, 3], pk, by) == expected


def ranked():
    return list(Rank.objects.order_by("number").values_list("application_id", flat=True))


def test_rank_by_numbers_and_by_buttons(seen):
    a, b, c = (f.submitted(f.unit()) for _ in range(3))
    address = reverse("authority:ranking") + f"?of={a.task_id}-city-recommend"
    seen(f.officer(), address, **{f"n-{a.pk}": "3", f"n-{b.pk}": "1", f"n-{c.pk}": "2"})
    assert ranked() == [b.pk, c.pk, a.pk]
    seen(f.officer(), address, move=f"{a.pk}:up")
    assert ranked() == [b.pk, a.pk, c.pk]
    page = body(seen(f.officer(), address))
    assert page.index(b.number) < page.index(a.number) < page.index(c.number)


def test_rank_as_expert_review_came_out(seen):
    low, vetoed, high, open_one = (f.at(f.unit(), "province-designate") for _ in range(4))
    f.score(low, 7)
    f.score(vetoed, 10, vetoes={})
    f.score(high, 9)
    duties.settle(vetoed, by=f.officer(f.PROVINCE), total=Decimal(95), vetoed=True, reason="合议否决")
    address = reverse("authority:ranking") + f"?of={low.task_id}-province-designate"
    assert "按评审结果排序" in body(seen(f.officer(f.PROVINCE), address))
    seen(f.officer(f.PROVINCE), address, do="by_results")
    assert ranked() == [high.pk, low.pk, vetoed.pk, open_one.pk]
    assert "95" in body(seen(f.officer(f.PROVINCE), address))


@pytest.mark.parametrize(
    "how, words, total",
    [
        ("mean", "取平均", "76.67"),
        ("median", "取中位数", "70"),
        ("trimmed", "去掉一个最高、一个最低后取平均", "70"),
    ],
)
def test_the_marks_beside_the_order_are_those_it_is_made_by(seen, monkeypatch, how, words, total):
    case, unscored = f.at(f.unit(), "province-designate"), f.at(f.unit(), "province-designate")
    f.score(case, 6, 7, 10)
    monkeypatch.setattr("tongchou.reviews.results._how", lambda _duties: how)
    address = reverse("authority:ranking") + f"?of={case.task_id}-province-designate"
    page = body(seen(f.officer(f.PROVINCE), address))
    assert f'<div class="tc-quiet-text">{words}</div>' in page
    assert f'<td data-label="评审结果（{words}）" class="tc-num">{total}</td>' in page
    assert page.count('<td data-label="评审结果') == 2
    assert unscored.number in page


def test_the_ranking_reads_no_more_for_more_cases(seen, django_assert_max_num_queries):
    case = f.at(f.unit(), "province-designate")
    f.score(case)
    address = reverse("authority:ranking") + f"?of={case.task_id}-province-designate"
    province = f.officer(f.PROVINCE)
    seen(province, address)
    with CaptureQueriesContext(connection) as few:
        seen(province, address)
    for _ in range(3):
        f.score(f.at(f.unit(), "province-designate"), 7, 9)
    with django_assert_max_num_queries(len(few)):
        seen(province, address)


def test_a_rank_that_is_no_number_is_refused_by_name(seen):
    case = f.submitted(f.unit())
    response = seen(f.officer(), reverse("authority:ranking"), **{f"n-{case.pk}": "第一"})
    assert response.status_code == 422
    assert "不是序号" in body(response)
    assert ranked() == []


def test_quota_board(seen):
    case = f.submitted(f.unit())
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:quotas")))
    assert "长春市教育局" in page
    assert "tc-quota" in page
    f.advance(case)
    page = body(seen(f.officer(), reverse("authority:quotas") + "?show=all"))
    assert "已用 1" in page
    for query in ("show=full", "show=short", "holder=city", f"task={case.task_id}", f"place={f.OTHER_CITY}"):
        assert seen(f.officer(f.PROVINCE), reverse("authority:quotas") + f"?{query}").status_code == 200


def test_what_two_quotas_count_is_said_to_be_counted_in_both(seen, world):
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:quotas")))
    assert "受几项限额约束的申报在每项限额中各计一次" in page


def test_every_case_that_holds_a_place_or_waits_for_one_is_counted_and_found(seen, world):
    first, *rest = f.copies(f.submitted(f.unit("government"), code=f.CENTRE, variant="public"), 310)
    f.advance(first)
    place = QuotaPlace.objects.select_related("account").get(application=first)
    Application.objects.filter(pk__in=[c.pk for c in rest[:305]]).update(step=f.fresh(first).step)
    QuotaPlace.objects.bulk_create(
        QuotaPlace(account=place.account, application=c, taken_at=place.taken_at, by=place.by)
        for c in rest[:305]
    )
    QuotaAccount.objects.filter(pk=place.account_id).update(taken=306)
    address = reverse(
        "authority:quota_holder", args=[place.account.quota_id, "authority", f.authority(f.CITY).pk]
    )
    page = body(seen(f.officer(), address))
    assert "占用名额的 306 项" in page
    assert first.number in body(seen(f.officer(), f"{address}?held=7"))


def test_more_than_one_page_can_hold_is_said_instead_of_shown(seen, world, monkeypatch):
    monkeypatch.setattr(ranking_screen, "MOST", 1)
    for _ in range(2):
        f.submitted(f.unit())
    page = body(seen(f.officer(), reverse("authority:ranking")))
    assert "待排序的申报超过 1 项。" in page
    assert "data-ranking" not in page
    monkeypatch.undo()
    assert "data-ranking" in body(seen(f.officer(), reverse("authority:ranking")))
