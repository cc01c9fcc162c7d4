"""One leader, one unit, one project in two cases: found with two queries, and as a filter."""

from tests.factory import CENTRE, OTHER_CITY, PROVINCE, fresh, leader, officer, submitted, unit
from tongchou.orgs.scopes import actor
from tongchou.reviews import actions as reviews
from tongchou.reviews import queries, ties

WHO = {"leader_name": "赵演一", "leader_phone": "0431-80000001"}


def test_cases_of_one_leader_one_unit_or_one_name_are_tied(world, django_assert_num_queries):
    school, other = unit(), unit(code=OTHER_CITY)
    case = submitted(school, project_name="数控加工 实践", **WHO)
    beside = submitted(school, project_name="另一个", leader_name="钱演二", leader_phone="0431-80000002")
    same_leader = submitted(other, project_name="又一个", leader_name=" 赵演一", leader_phone="043180000001")
    same_name = submitted(
        unit(code=OTHER_CITY),
        code=CENTRE,
        variant="school",
        project_name="数控加工（实践）",
        leader_name="孙演三",
        leader_phone="0431-80000003",
    )
    submitted(unit(code=OTHER_CITY), project_name="无关", leader_name="李演四", leader_phone="0431-80000004")
    seen = queries.readable(actor(officer(PROVINCE)))
    with django_assert_num_queries(4):  # its own ties, those alike, their cases, theirs
        found = {one.case.pk: set(one.kinds) for one in ties.tied_to(case, seen)}
    assert found == {beside.pk: {"unit"}, same_leader.pk: {"leader"}, same_name.pk: {"project"}}
    assert set(ties.with_tie(seen, "leader")) == {case, same_leader}
    assert set(ties.with_tie(seen, "project")) == {case, same_name}
    assert set(ties.with_tie(seen, "unit")) == {case, beside}
    reviews.withdraw(same_name, by=leader(fresh(same_name).unit))
    assert same_name.pk not in {one.case.pk for one in ties.tied_to(case, seen)}
    assert not ties.with_tie(seen, "project").exists()
