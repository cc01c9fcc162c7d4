"""Evaluations in a pack: grades leave no gap, shares make 100, consequences can come about, and what is said is shown."""

import pytest

from tests.programmes.small_pack import CITE, PLACES
from tongchou.programmes.check import check
from tongchou.programmes.evaluation_format import Grade, Share
from tongchou.programmes.evaluation_words import grades_text, shares_text

GRADES = [
    {"code": "good", "name": "优秀", "least": 85},
    {"code": "pass", "name": "合格", "least": 60},
    {"code": "fail", "name": "不合格", "least": 0},
]
REVOKE = {"code": "twice", "text": "撤销", "does": "revoke", "cite": CITE}


def evaluation(**changes):
    made = {"code": "yearly", "name": "年度考核", "kind": "yearly", "grades": GRADES, "cite": CITE}
    return made | changes


def grade(number, **changes):
    return [one | changes if at == number else one for at, one in enumerate(GRADES)]


def problems(pack):
    pack.write()
    return check(pack.folder, PLACES)


def test_what_is_right_passes(pack):
    pack.task["evaluations"] = [
        evaluation(
            shares=[{"level": "unit", "weight": 30}, {"level": "province", "weight": 70}],
            consequences=[REVOKE | {"grades": ["fail"], "over": "in_a_row", "years": 2}],
        ),
        evaluation(code="full", kind="period", years=3),
    ]
    assert problems(pack) == []


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"grades": grade(2, least=10)}, "0 至 10 分没有等级"),
        ({"grades": grade(1, least=90)}, "不低于前一等级"),
        ({"grades": grade(1, least=None)}, "“合格”没有写最低分"),
        ({"grades": grade(1, name="优秀")}, "等级名称“优秀”重复"),
        ({"grades": grade(1, code="good")}, "等级“good”重复"),
        ({"shares": [{"level": "unit", "weight": 30}]}, "合计 30，应为 100"),
        ({"years": 3}, "其他考核不写"),
        ({"kind": "period"}, "期满考核须写周期几年"),
        ({"kind": "spot", "late_red": 20}, "只写在年度考核"),
        ({"met_yellow": 70, "met_red": 70}, "不低于黄牌的 70"),
        ({"rubric": "none"}, "评分表“none”不存在"),
        ({"of": "elsewhere"}, "任务“elsewhere”不存在"),
        ({"reports": ["none"]}, "报告“none”不存在"),
        ({"consequences": [REVOKE | {"grades": ["bad"]}]}, "等级“bad”不存在"),
        ({"consequences": [REVOKE | {"indicator": "none", "below": 1}]}, "指标“none”不存在"),
        ({"consequences": [REVOKE | {"below": 1}]}, "缺 indicator"),
        ({"consequences": [REVOKE | {"grades": ["fail"], "over": "in_total"}]}, "须写几年"),
        ({"consequences": [REVOKE | {"over": "every_year"}]}, "无从按年计数"),
        ({"consequences": [REVOKE | {"grades": ["fail"], "days": 30}]}, "只有限期整改"),
        ({"consequences": [REVOKE | {"does": "punish"}]}, "punish"),
    ],
)
def test_each_mistake_is_said(pack, changes, said):
    pack.task["evaluations"] = [evaluation(**changes)]
    found = problems(pack)
    assert any(said in str(problem) for problem in found), found


def test_grades_in_words():
    assert grades_text([Grade(**one) for one in GRADES]) == (
        "优秀（85 分及以上）、合格（60 至不满 85 分）、不合格（不满 60 分）"
    )
    assert grades_text([Grade(code="a", name="优秀"), Grade(code="b", name="合格")]) == "优秀、合格"
    assert shares_text([Share(level="unit", weight=50), Share(level="city", weight=50)]) == (
        "单位自评 50%、市级 50%"
    )
