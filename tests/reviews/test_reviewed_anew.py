"""A case returned after expert review is reviewed anew: marks belong to the revision they were given to."""

from datetime import timedelta

from tests import factory as f
from tongchou.designations import actions as designations
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties, queries


def test_a_vetoed_case_is_mended_and_reviewed_anew(world):
    school = f.unit()
    case = f.at(school, "province-designate")
    province = f.officer(f.PROVINCE)
    veto = f.score(case, 8, vetoes={f.rubric_for(case.edition.pack, case.variant).vetoes[0].code: "第 3 页"})[
        0
    ]
    refused = f.refusal(designations.designate, case, by=province)
    assert refused.code == "veto"

    from tongchou.core import clock

    reviews.return_for_changes(
        case, by=province, reason="请更正第 3 页", due=clock.today() + timedelta(days=5)
    )
    designations.submit(f.fresh(case), by=f.leader(school))

    again = f.fresh(case)
    assert again.step == "province-designate"
    assert f.refusal(designations.designate, again, by=province).code == "scoring"
    assert list(queries.duties(veto.expert)) == []
    assert f.refusal(duties.score, veto, by=veto.expert, marks={}, submit=False).code == "state"

    f.score(again, 8)
    designations.designate(f.fresh(again), by=province)
    assert f.fresh(again).designations.filter(level="province").exists()


def test_only_the_education_department_decides(world):
    case = f.submitted(f.unit())
    finance = f.orgs.install_person(
        username="finance",
        name="财演一",
        email="finance@example.org",
        password=None,
        role="officer",
        authority=f.Authority.objects.create(place_id=f.CITY, department="finance", name="长春市财政局"),
    )
    assert f.refusal(reviews.recommend, case, by=finance).code == "step"


def test_a_later_round_is_not_begun_early(world):
    school = f.unit()
    refused = f.refusal(
        f.applications.begin,
        school,
        task=f.task(f.INTERNATIONAL),
        variant="standard",
        round=f.round_of(2024),
        by=f.leader(school),
    )
    assert refused.code == "window"
    assert "2024" in str(refused)
