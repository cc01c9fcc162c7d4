"""An overlay that loosens what is fixed above it is refused: both clauses are named, and both places in the files."""

import pytest

from tests.programmes.engine import LAID, TASK, quota
from tests.programmes.small_pack import CITE, PLACES
from tongchou.programmes.check import check, check_pack
from tongchou.programmes.packs import read
from tongchou.reviews.scoring import rubric_for

OVERLAY = "overlays/220000/overlay.yaml"
OWN = ["jilin 三"]
ROUNDS = ["2023", "2024"]


def line(limit=None, minimum=None, **match):
    return {"name": "各地", "match": match, "limit": limit, "minimum": minimum}


def above(pack, *lines, **more):
    """A national quota of the cities' step, which the national order then has too."""
    pack.task["steps"].insert(
        1, {"code": "city-recommend", "name": "市级", "kind": "recommend", "level": "city", "cite": CITE}
    )
    limits = {"step": "city-recommend", "holder": "city", "rounds": ROUNDS, "holders": list(lines)}
    pack.task["quotas"] = [quota("national", **limits | more)]


def own(pack, *lines, **more):
    pack.overlay_task["quotas"][0] |= {"variants": [], "holders": list(lines), **more}


def larger(pack):
    above(pack, line(4))
    own(pack, line(5))


def larger_for_one(pack):
    above(pack, line(5, places=["220100"]), line(2))
    own(pack, line(5, places=["220100", "220200"]))


def fewer(pack):
    above(pack, line(minimum=2))
    own(pack, line(minimum=1))


def larger_of_units(pack):
    tags = {"tags": ["double-high"]}
    units = {"step": "declare", "holder": "unit", "rounds": ROUNDS}
    pack.task["quotas"] = [quota("national", **units, holders=[line(3, **tags), line(1)])]
    own(pack, line(3, **tags), line(2), **units)


def later(pack):
    pack.overlay_task["calendar"][0]["until"] = "declare.until + 1 day"


def later_by_another_code(pack):
    pack.overlay_task["calendar"][0] |= {"code": "ours", "until": "2023-09-01"}


def without_end(pack):
    pack.overlay_task["calendar"][0].pop("until")


def later_every_year(pack):
    pack.overlay_task["calendar"] = [
        pack.programme["calendar"][0] | {"until": "12-16", "cite": OWN},
    ]


def later_across_tasks(pack):
    pack.overlay["calendar"] = [pack.programme["calendar"][0] | {"until": "12-16", "cite": OWN}]


def rubric(code, *vetoes, cite=CITE, **more):
    return {
        "code": code,
        "name": code,
        "cite": cite,
        "criteria": [{"code": "a", "group": "甲", "name": "乙", "points": ["丙"], "cite": cite}],
        "vetoes": [{"code": veto, "text": veto, "cite": cite} for veto in vetoes],
        **more,
    }


def no_veto(pack):
    pack.task["rubrics"] = [rubric("national", "fraud", "politics", variants=["school"])]
    pack.overlay_task["rubrics"] = [rubric("ours", "fraud", cite=OWN)]


def not_sealed(pack):
    annual = pack.programme["reports"][0]
    pack.overlay_task["reports"] = [annual | {"sealed": False, "cite": OWN}]


def not_public(pack):
    annual = pack.programme["reports"][0]
    annual["public"] = True
    pack.overlay_task["reports"] = [annual | {"public": False, "cite": OWN}]


def without_a_signature_of_the_nation(pack):
    pack.task["steps"][-1]["countersign"] = ["finance"]
    pack.overlay_task["steps"][-1]["cite"] = OWN


def no_national_step(pack):
    pack.overlay_task["steps"].pop()
    pack.overlay_task["steps"][1]["cite"] = OWN


def other_level(pack):
    pack.overlay_task["steps"][-1] |= {"grants": "province", "cite": OWN}


def recommends_instead(pack):
    pack.overlay_task["steps"][-1] |= {"kind": "recommend", "cite": OWN}


def only_for_some(pack):
    pack.overlay_task["steps"][-1] |= {"kinds": ["secondary_school"], "cite": OWN}


def national_veto(pack, **more):
    pack.task["rubrics"] = [rubric("national", "fraud")]
    pack.overlay_task["rubrics"] = [rubric("ours", "fraud", cite=OWN)]
    pack.overlay_task["rubrics"][0]["vetoes"][0]["text"] = "情节严重的造假"


def limit_below_the_minimum(pack):
    above(pack, line(minimum=3))
    own(pack, line(2))


def minimum_above_the_limit(pack):
    above(pack, line(3))
    own(pack, line(minimum=4))


def before_the_notice(pack):
    entry = pack.task["calendar"][0]
    pack.task["calendar"] = [
        {k: v for k, v in entry.items() if k not in {"from", "until"}} | {"waiting": True}
    ]
    pack.overlay_task["calendar"][0]["until"] = "2023-08-01"


def later_for_a_variant(pack):
    entry = pack.task["calendar"][0]
    pack.task["calendar"] = [
        entry | {"code": "schools", "variants": ["school"]},
        entry | {"code": "others", "variants": ["public"], "until": "2023-09-30"},
    ]
    pack.overlay_task["calendar"][0] |= {"code": "ours", "until": "2023-09-15"}


def later_under_the_code_of_another_duty(pack):
    pack.overlay_task["calendar"][0] |= {"code": "performance", "until": "2023-12-01"}


def later_without_a_round(pack):
    entry = pack.overlay_task["calendar"][0]
    entry.pop("round")
    entry["until"] = "2024-01-15"


def same_quota(pack):
    above(pack, line(4))
    own(pack, line(4), code="national")


def by_others(pack):
    annual = pack.programme["reports"][0]
    pack.overlay_task["reports"] = [annual | {"by": "unit", "cite": OWN}]


def by_some_kinds(pack):
    annual = pack.programme["reports"][0]
    pack.overlay_task["reports"] = [annual | {"kinds": ["enterprise"], "cite": OWN}]


def by_some_variants(pack):
    annual = pack.programme["reports"][0]
    pack.overlay_task["reports"] = [annual | {"variants": ["school"], "cite": OWN}]


def with_less_in_it(pack):
    annual = pack.programme["reports"][0]
    annual["parts"] = ["进展", "问题"]
    pack.overlay_task["reports"] = [annual | {"parts": ["进展"], "cite": OWN}]


def turned_round(pack):
    score = {"code": "score", "name": "评审", "kind": "score", "level": "nation", "cite": CITE}
    pack.task["steps"].insert(2, score)
    pack.overlay_task["steps"][-1]["cite"] = OWN
    pack.overlay_task["steps"].append(score)


LOOSE = {
    national_veto: "改写了“fraud”",
    limit_below_the_minimum: "上限 2 低于“限额 national”的下限 3",
    minimum_above_the_limit: "下限 4 高于“限额 national”的上限 3",
    before_the_notice: "而“申报”尚待另行通知",
    later_for_a_variant: "截止 2023-09-15，晚于“申报”的 2023-08-31",
    later_under_the_code_of_another_duty: "截止 2023-12-01，晚于“申报”的 2023-08-31",
    later_without_a_round: "截止 2024-01-15，晚于“申报”的 2023-08-31",
    same_quota: "限额“national”与上级配置包的重复",
    by_others: "由 project 改成 unit 来写",
    by_some_kinds: "只要 enterprise 写",
    by_some_variants: "只要 school 写",
    with_less_in_it: "少了内容“问题”",
    turned_round: "国家环节“designate”",
    larger: "给“各地”的上限 5 高于“限额 national”的 4",
    larger_for_one: "给“各地”的上限 5 高于“限额 national”的 2",
    fewer: "给“各地”的下限 1 低于“限额 national”的 2",
    larger_of_units: "给“各地”的上限 2 高于“限额 national”的 1",
    later: "截止 2023-09-01，晚于“申报”的 2023-08-31",
    later_by_another_code: "截止 2023-09-01，晚于“申报”的 2023-08-31",
    without_end: "截止 不限，晚于“申报”的 2023-08-31",
    later_every_year: "截止 2023-12-16，晚于“绩效数据”的 2023-12-15",
    later_across_tasks: "截止 2023-12-16，晚于“绩效数据”的 2023-12-15",
    no_veto: "少了一票否决项“politics”",
    not_sealed: "不再盖章",
    not_public: "不再公开",
    no_national_step: "没有了国家环节“designate”",
    without_a_signature_of_the_nation: "少了会签部门 finance",
    other_level: "grants 由 nation 改成了 province",
    recommends_instead: "kind 由 designate 改成了 recommend",
    only_for_some: "只留给了 secondary_school",
}


@pytest.mark.parametrize("change", LOOSE, ids=lambda change: change.__name__)
def test_it_is_refused_with_both_clauses_and_both_lines(pack, change):
    change(pack)
    (problem,) = check(pack.write(), PLACES)
    assert LOOSE[change] in problem.message
    assert problem.file in {LAID, OVERLAY}
    assert problem.line > 0
    assert problem.remedy
    assert OWN[0] in problem.message
    assert f"上级 {CITE[0]}（" in problem.message
    upper = (
        "programme.yaml:"
        if change.__name__.startswith(("later_every", "later_across", "not_", "by_", "with_less"))
        else TASK
    )
    assert upper in problem.message


def stricter(pack):
    above(pack, line(6, places=["220100"]), line(2))
    own(pack, line(5, places=["220100"]), line(2))
    pack.overlay_task["calendar"].append(pack.programme["calendar"][0] | {"until": "12-01"})
    pack.task["rubrics"] = [rubric("national", "fraud")]
    pack.overlay_task["rubrics"] = [rubric("ours", "fraud", "more", cite=OWN)]
    pack.programme["reports"][0]["sealed"] = False
    pack.overlay_task["reports"] = [pack.programme["reports"][0] | {"sealed": True}]


def of_more_cases(pack):
    """A quota that counts more kinds of cases than the nation's may be larger: both hold."""
    above(pack, line(2), variants=["school"])
    own(pack, line(3))


def of_more_rounds(pack):
    above(pack, line(2), rounds=["2023"])
    own(pack, line(5))


def of_another_step(pack):
    pack.task["quotas"] = [quota("national")]


def other_variant(pack):
    pack.task["rubrics"] = [rubric("national", "fraud", variants=["school"])]
    pack.overlay_task["rubrics"] = [rubric("ours", variants=["public"], cite=OWN)]


def another_round(pack):
    pack.overlay_task["calendar"] = [
        pack.overlay_task["calendar"][0] | {"round": "2024", "until": "2024-09-30", "code": "next"}
    ]


def waits(pack):
    entry = pack.overlay_task["calendar"][0]
    entry.pop("until")
    entry["waiting"] = True


def at_least_besides(pack):
    """A minimum without a limit lifts nothing: the nation's limit holds beside it."""
    above(pack, line(4))
    own(pack, line(minimum=1))


@pytest.mark.parametrize(
    "change",
    [
        stricter,
        at_least_besides,
        of_more_cases,
        of_more_rounds,
        of_another_step,
        other_variant,
        another_round,
        waits,
    ],
)
def test_what_is_no_looser_passes(pack, change):
    change(pack)
    assert check(pack.write(), PLACES) == []


def test_a_city_may_not_loosen_what_its_province_fixes(pack, tmp_path):
    folder = pack.write()
    city = folder / "overlays/220100"
    (city / "tasks").mkdir(parents=True)
    (city / "overlay.yaml").write_text(
        'programme: small\nplace: "220100"\nversion: "1"\ndocuments: [{id: city, title: 市通知}]\n'
    )
    (city / "tasks/centre.yaml").write_text(
        "code: centre\nquotas:\n"
        "  - {code: ours, name: 市限额, step: city-recommend, holder: city, variants: [school], rounds: ['2023'],\n"
        "     holders: [{name: 全市, limit: 6}], cite: [city 一]}\n"
    )
    (problem,) = check(folder, PLACES)
    assert (
        "上限 6 高于“市级推荐限额”的 5，上级 jilin 三（overlays/220000/tasks/centre.yaml:" in problem.message
    )
    assert problem.file == "overlays/220100/tasks/centre.yaml"


def test_a_condition_of_the_nation_cannot_be_written_anew(pack):
    pack.overlay_task["conditions"] = [
        {
            "code": "area",
            "text": "面积不少于 1 平方米",
            "rule": 'v["area"] >= 1',
            "field": "area",
            "cite": OWN,
        }
    ]
    (problem,) = check(pack.write(), PLACES)
    assert "条件“area”与上级配置包的重复" in problem.message


def test_a_place_s_own_rubric_is_the_one_that_is_scored_by(pack):
    pack.task["rubrics"] = [rubric("national", "fraud")]
    pack.overlay_task["rubrics"] = [rubric("ours", "fraud", cite=OWN, variants=["school"])]
    laid = check_pack(read(pack.write()), PLACES).overlays[0].tasks["centre"]
    assert [rubric_for(laid, variant).code for variant in ("school", "public")] == ["ours", "national"]
