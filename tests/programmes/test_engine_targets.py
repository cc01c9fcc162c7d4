"""``bound: exactly``: a goal without 左右 or 不少于."""

from tests.programmes.engine import national, playing
from tests.programmes.small_pack import CITE, PLACES
from tongchou.insight.queries import goals
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.check import check
from tongchou.programmes.models import Programme


def target(bound, by):
    return {"level": "nation", "by": by, "count": 50, "bound": bound, "unit": "个中心", "cite": CITE}


def test_an_exact_goal_is_told_without_more_or_less(places, pack):
    national(pack).task["targets"] = [target("exactly", 2024), target("at_least", 2025)]
    with playing(pack):
        found = goals(Programme.objects.get(), place=Jurisdiction.objects.get(code="000000"))
    assert [goal.text for goal in found] == ["到2024年50个中心", "到2025年不少于50个中心"]


def test_another_word_is_named(pack):
    national(pack).task["targets"] = [target("exact", 2024)]
    (problem,) = check(pack.write(), PLACES)
    assert "“bound”不能是“exact”" in problem.message
    assert "exactly" in problem.remedy
