"""Signing, checking formally, handing over, ties, opinions withheld, a holder's cases and its limit, the top of the rank."""

import pytest
from django.urls import reverse

from tests import factory as f
from tests.web_authority.test_who_may_see import OFFICER_PAGES
from tongchou.designations import actions as designations
from tongchou.programmes.models import Quota
from tongchou.programmes.step_format import FormalItem
from tongchou.reviews import handling, signing
from tongchou.reviews.models import QuotaAccount, Rank


def at(case):
    return reverse("authority:case", args=[case.pk])


def body(response):
    return response.content.decode()


def test_signing_and_the_formal_check_beside_a_case(seen):
    case, finance = f.submitted(f.unit()), f.department("finance")
    desk = f.officer()
    point = FormalItem(code="seal", text="印章与单位名称一致", cite=["jilin-2023-7 三"])
    with f.steps_with(case, "city-recommend", countersign=["finance"], formal=[point], remarks="authorities"):
        assert seen(finance, at(case)).status_code == 404  # not asked yet
        refused = seen(desk, at(case), do="pass", reason="好")
        assert (refused.status_code, "还有 1 项未通过" in body(refused)) == (422, True)
        ticked = seen(desk, f"{at(case)}beside/", do="check_formally", met=["seal"], remark="已核")
        assert "X-Decided" not in ticked.headers  # it is still to be decided, so the panel stays
        assert all(said in body(ticked) for said in ("形式审查已保存", "各项均已通过", "data-remarks"))
        seen(desk, at(case), do="pass", reason="基础好")
        page = body(seen(desk, at(case)))
        assert "正在会签" in page
        assert "收回决定" in page
        page = body(seen(finance, at(case)))
        assert "送请会签" in page
        assert "形式审查 1 项，均已通过" in page
        assert f.fresh(case).project_name in body(seen(finance, reverse("authority:queue")))
        assert seen(finance, at(case), do="disagree", reason=" ").status_code == 422
        assert "会签同意" in body(seen(finance, reverse("authority:queue")))
        seen(finance, at(case), do="sign", reason="资金已落实")
        assert f.fresh(case).step == "province-designate"
        assert "资金已落实" in body(seen(desk, at(case)))
        unit_page = body(
            seen(f.leader(case.unit), reverse("unit:application", args=[case.pk]) + "?part=history")
        )
        assert "基础好" not in unit_page
        assert not signing.waiting(case).exists()


def test_a_department_that_only_signs_opens_every_page_of_officers(seen):
    finance, case = f.department("finance"), f.submitted(f.unit())
    statuses = {name: seen(finance, reverse(name)).status_code for name in OFFICER_PAGES}
    assert set(statuses.values()) <= {200, 403}, statuses
    assert statuses["authority:queue"] == 200
    assert case.project_name not in body(seen(finance, reverse("authority:all")))


def test_a_case_is_handed_over_and_what_ties_it_is_shown(seen):
    school = f.unit()
    case, other = f.submitted(school), f.submitted(school)
    desk, colleague = f.officer(), f._installed("officer", f.CITY)
    page = body(seen(desk, at(case)))
    assert "同一单位" in page
    assert at(other) in page
    assert seen(desk, at(case), do="hand_over", to="").status_code == 422
    seen(desk, at(case), do="hand_over", to=str(colleague.pk), reason="出差")
    assert handling.holding_of(case).to == colleague
    assert "出差" in body(seen(colleague, at(case)))


def test_a_holders_cases_and_its_limit(seen):
    city, province = f.officer(f.CITY), f.officer(f.PROVINCE)
    school = f.unit()
    cases = [f.submitted(school) for _ in range(3)]
    for case in cases[:2]:
        designations.recommend(case, by=city)
    quota = Quota.objects.get(pk=QuotaAccount.objects.get(quota__step="city-recommend").quota_id)
    url = reverse("authority:quota_holder", args=[quota.pk, "authority", f.authority(f.CITY).pk])
    assert url in body(seen(province, reverse("authority:quotas")))
    page = body(seen(city, url))
    assert all(at(case) in page for case in cases)
    assert "只能由其调整" in page
    assert seen(f.officer(f.OTHER_CITY), url).status_code == 404
    words = {"do": "change_limit", "document": "吉教职〔2023〕20号", "reason": "调整"}
    assert seen(city, url, limit="1", **words).status_code == 403
    assert seen(province, url, limit="x", **words).status_code == 422
    refused = seen(province, url, limit="1", **words)
    assert (refused.status_code, "须有 1 项退出" in body(refused)) == (422, True)
    seen(province, url, limit="1", cases=[str(cases[1].pk)], **words)
    assert f.fresh(cases[1]).step == "city-recommend"
    page = body(seen(province, url))
    assert "已调整" in page
    assert f.fresh(cases[1]).number in page


@pytest.mark.parametrize("top, done", [("2", 2), ("9", None)])
def test_the_top_of_the_rank_is_recommended_one_by_one(seen, top, done):
    desk = f.officer()
    cases = [f.submitted(f.unit()) for _ in range(3)]
    url = reverse("authority:ranking")
    assert seen(desk, url, do="top", top="1").status_code == 422  # not ranked yet
    seen(desk, url, **{f"n-{case.pk}": str(n) for n, case in enumerate(reversed(cases), 1)})
    assert Rank.objects.count() == 3
    response = seen(desk, url, do="top", top=top)
    if done is None:
        assert response.status_code == 422
        return
    assert f"办成 {done} 项" in body(seen(desk, response.url))
    assert [f.fresh(c).step for c in cases] == ["city-recommend", "province-designate", "province-designate"]
