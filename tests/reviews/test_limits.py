"""Limits changed while a round runs: who may, what falls out, what a new version of the pack then says."""

import pytest

from tests.factory import (
    CITY,
    ELSEWHERE,
    PROVINCE,
    audited,
    authority,
    fresh,
    leader,
    officer,
    refusal,
    submitted,
    unit,
)
from tongchou.designations import actions as designations
from tongchou.designations.models import Designation
from tongchou.outbox.models import Message
from tongchou.programmes.ledger import _follow
from tongchou.programmes.models import Quota
from tongchou.reviews.board import board
from tongchou.reviews.models import QuotaAccount

pytestmark = pytest.mark.django_db
WORDS = {"reason": "年度调整。", "document": "吉教职〔2023〕20号"}


def change(limit, *, by=None, cases=(), of=None, holder=None, **words):
    of = of or Quota.objects.select_related("place").get(code="by-city", task__code="resource-library")
    return designations.change_limit(
        of,
        holder or authority(CITY),
        limit=limit,
        by=by or officer(PROVINCE),
        falling_out=cases,
        **(WORDS | words),
    )


def account() -> QuotaAccount:
    return QuotaAccount.objects.get(quota__code="by-city")


def test_a_limit_is_raised_and_lowered_in_mid_round_and_names_who_falls_out(world):
    school, city = unit("secondary_school", CITY), officer(CITY)
    given = change(4, of=None).before  # before anything was recommended
    cases = [submitted(school) for _ in range(4)]
    for case in cases:
        designations.recommend(case, by=city)
    assert (account().limit, account().given, account().changed, account().taken) == (4, given, True, 4)
    row = next(
        r
        for r in board(authority(CITY).place.path)
        if r.quota.pk == account().quota_id and r.holder == authority(CITY).name
    )
    assert (row.limit, row.taken, row.changed, row.left) == (4, 4, True, 0)

    too_low = refusal(change, 2)
    assert too_low.code == "quota"
    assert "须有 2 项退出" in too_low.denied.reason
    assert all(case.project_name in too_low.denied.reason for case in map(fresh, cases))
    province = officer(PROVINCE)
    from tongchou.applications.actions import mark_opened

    mark_opened(cases[0], by=province)
    assert cases[0].number in refusal(change, 3, cases=[cases[0]]).denied.reason
    assert refusal(change, 3, cases=cases[1:3]).code == "quota"
    assert refusal(change, 5, cases=cases[1:2]).code == "quota"
    assert account().taken == 4

    changed = change(2, cases=cases[2:])
    assert changed.fallen_out == sorted(fresh(c).number for c in cases[2:])
    assert (account().limit, account().taken) == (2, 2)
    for case in cases[2:]:
        assert (fresh(case).step, fresh(case).state) == ("city-recommend", "in_review")
        assert audited(case)[-1] == "take_back"
        assert WORDS["document"] in case.decisions.last().reason
    assert set(Designation.objects.values_list("application", flat=True)) == {c.pk for c in cases[:2]}
    assert audited(account()) == ["change_limit", "change_limit"]
    assert Message.objects.filter(to=city, subject__startswith="限额调整").count() == 2
    assert Message.objects.filter(to=leader(school), subject__startswith="推荐已收回").count() == 2
    assert refusal(designations.recommend, cases[2], by=city).code == "quota"
    change(given)
    assert not account().changed


def test_only_the_setter_changes_a_limit_with_reason_and_document(world):
    for who, code in ((officer(CITY), "scope"), (officer(ELSEWHERE), "scope"), (leader(unit()), "role")):
        assert refusal(change, 9, by=who).code == code
    assert set(refusal(change, 9, reason=" ", document="").fields) == {"reason", "document"}
    assert set(refusal(change, -1).fields) == {"limit"}
    assert refusal(change, 9, holder=authority("140100")).code == "quota"


def test_a_changed_limit_stands_until_the_pack_gives_the_holder_another(world):
    change(9)
    quota = account().quota
    lines = list(quota.lines.all())
    _follow(quota, lines)
    assert (account().limit, account().changed) == (9, True)
    designations.recommend(submitted(unit("secondary_school", CITY)), by=officer(CITY))
    assert account().limit == 9
    for line in lines:
        line.limit = 6
    _follow(quota, lines)
    assert (account().limit, account().given, account().changed) == (6, 6, False)
