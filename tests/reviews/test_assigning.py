"""The solver and what totals are made of: pure, against plain computations."""

from collections import Counter
from decimal import Decimal
from statistics import mean, median, pstdev

from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.reviews.aggregating import Mark, aggregate, severities, standardised
from tongchou.reviews.assigning import Case, Expert, solve
from tongchou.reviews.conflicts import CaseFacts, Conflicts, ExpertFacts


def most_that_fit(cases, experts) -> int:
    """How many places can be filled at all, by plain augmenting paths over single places."""
    room = {e.pk: e.cap - e.load for e in experts}
    of: dict[int, list[int]] = {e.pk: [] for e in experts}

    def place(case, seen) -> bool:
        for e in experts:
            if e.pk in seen or e.pk in case.barred or e.pk in case.held or case.pk in of[e.pk]:
                continue
            seen.add(e.pk)
            if len(of[e.pk]) < room[e.pk]:
                of[e.pk].append(case.pk)
                return True
            for other in [c for c in cases if c.pk in of[e.pk]]:
                of[e.pk].remove(other.pk)
                if place(other, seen):
                    of[e.pk].append(case.pk)
                    return True
                of[e.pk].append(other.pk)
        return False

    return sum(place(case, set()) for case in cases for _ in range(case.needs))


numbers = st.sets(st.integers(1, 6), max_size=4).map(frozenset)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), numbers, numbers), max_size=8),
    st.lists(st.tuples(st.integers(1, 4), st.integers(0, 2)), max_size=6),
    st.integers(0, 99),
)
def test_every_place_that_can_be_filled_is_and_no_limit_is_passed(asked, able, seed):
    cases = [Case(i, n, barred=barred, held=held) for i, (n, barred, held) in enumerate(asked, 1)]
    experts = [Expert(i, cap, min(load, cap)) for i, (cap, load) in enumerate(able, 1)]
    found = solve(cases, experts, seed=seed)
    carried = Counter(choice.expert for choices in found.chosen.values() for choice in choices)
    for expert in experts:
        assert expert.load + carried[expert.pk] == found.loads[expert.pk] <= expert.cap
    for case in cases:
        who = [choice.expert for choice in found.chosen.get(case.pk, ())]
        assert len(set(who)) == len(who) <= case.needs
        assert not set(who) & (case.barred | case.held)
        gap = next((g for g in found.gaps if g.case == case.pk), None)
        assert len(who) + (gap.missing if gap else 0) == case.needs
        if gap:
            assert len(who) + gap.barred + gap.held + gap.full == len(experts)
    assert carried.total() == most_that_fit(cases, experts)
    assert (
        solve(cases[::-1], experts[::-1], seed=seed) == found
    )  # the same again, in whatever order it is given


def test_specialities_come_first_then_other_places_and_even_loads():
    experts = [
        Expert(1, 9, tasks=frozenset({"library"}), place="长春", employer="甲校"),
        Expert(2, 9, tasks=frozenset({"library"}), place="长春", employer="甲校"),
        Expert(3, 9, words=("智能",), place="吉林"),
        Expert(4, 9, place="四平"),
    ]
    found = solve([Case(1, 3, "library", "智能制造资源库")], experts, seed=1)
    why = {choice.expert: choice for choice in found.chosen[1]}
    assert set(why) == {3, 4} | ({1} if 1 in why else {2})  # not both of one school
    assert why[3].words == ("智能",)
    assert all(choice.elsewhere for choice in why.values())
    many = solve([Case(i, 2) for i in range(30)], [Expert(i, 50) for i in range(6)], seed=5)
    assert set(many.loads.values()) == {10}
    other = solve([Case(i, 2) for i in range(30)], [Expert(i, 50) for i in range(6)], seed=6)
    assert other.chosen != many.chosen  # the seed decides between equals


def test_each_tie_has_its_reason_and_the_closest_is_named():
    path = "000000/220000/220100/"
    experts = [
        ExpertFacts(1, "王一", units=frozenset({7}), paths=frozenset({path})),
        ExpertFacts(2, "王二", former_units=frozenset({7})),
        ExpertFacts(3, "王三", usccs=frozenset({"91X"}), employers=frozenset({"某企业"})),
        ExpertFacts(4, "王四", employers=frozenset({"某校"})),
        ExpertFacts(5, "王四"),
        ExpertFacts(6, "王六", tied_names={"某企业": "配偶任职"}),
        ExpertFacts(7, "王七"),
        ExpertFacts(8, "王八", paths=frozenset({"000000/220000/220100/220102/"})),
        ExpertFacts(9, "王九", paths=frozenset({"000000/220000/"})),
        ExpertFacts(10, "王十", employers=frozenset({"申报校旧名"})),
        ExpertFacts(11, "王十一", tied_units={7: "导师"}),
        ExpertFacts(12, "王十二"),
    ]
    case = CaseFacts(
        1,
        path,
        units=frozenset({7}),
        lead_names=frozenset({"申报校", "申报校旧名"}),
        partner_usccs=frozenset({"91X"}),
        partner_names={"某企业": "某企业"},
        people=frozenset({("王四", "别校")}),
        handlers=frozenset({7, 99}),
        withdrew={12: "参与论证", 98: "不在库中"},
        avoid="city",
    )
    found = Conflicts(experts).of(case)
    assert {pk: reason[:9] for pk, reason in found.items()} == {
        1: "是申报单位的人员", 2: "曾是申报单位的人员", 3: "工作单位是申报的合", 5: "在申报的人员名单中",
        6: "已声明与申报单位有", 7: "曾以经办人身份办理", 8: "在本市工作，按环节", 10: "工作单位就是申报单",
        11: "已声明与申报单位有", 12: "曾声明回避这份申报",
    }  # fmt: skip


TOTALS = [(1, 1, 60.0), (1, 2, 90.0), (1, 3, 75.0), (2, 1, 50.0), (2, 2, 80.0), (2, 3, 85.0), (3, 4, 66.666)]
MARKS = [Mark(*row) for row in TOTALS]


def test_results_are_what_plain_computations_give():
    of = {case: [t for c, _e, t in TOTALS if c == case] for case in (1, 2, 3)}
    cent = Decimal("0.01")
    for how, plain in (
        ("mean", mean),
        ("median", median),
        ("trimmed", lambda t: sorted(t)[1] if len(t) == 3 else mean(t)),
    ):
        found = aggregate(how, MARKS)
        assert all(abs(float(found[case]) - plain(totals)) <= 0.005 for case, totals in of.items())
        assert all(value == value.quantize(cent) for value in found.values())
    overall = [t for _c, _e, t in TOTALS]
    m, s = mean(overall), pstdev(overall)
    for mark, moved in zip(MARKS, standardised(MARKS), strict=True):
        own = [t for _c, e, t in TOTALS if e == mark.expert]
        expected = mark.total if len(own) == 1 else m + s * (mark.total - mean(own)) / pstdev(own)
        assert abs(moved.total - min(100, max(0, expected))) < 1e-9
    even = standardised([Mark(1, 1, 70.0), Mark(2, 1, 70.0), Mark(1, 2, 80.0), Mark(2, 2, 60.0)])
    assert {x.total for x in even if x.expert == 1} == {70.0}
    assert aggregate("standardised", []) == {}


def test_how_strict_an_expert_is_is_told_against_the_others_on_the_same_cases():
    found = {s.expert: s for s in severities(MARKS)}
    assert found[1].apart == mean([60 - mean([90, 75]), 50 - mean([80, 85])])
    assert found[1].outlier
    assert (found[4].apart, found[4].outlier, found[4].count) == (None, False, 1)
    assert severities(MARKS)[0].expert == 1
