"""The first screen of an authority: counted anew while that is quick, kept with its moment where it is not."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import scene
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.insight import national, queries
from tongchou.orgs.models import Authority
from tongchou.reviews.models import Decision


@pytest.fixture
def nation(programme):
    cache.clear()
    scene.project(scene.unit("220100"))
    return Authority.objects.select_related("place").get(place_id="000000")


def test_what_is_quick_is_counted_anew(nation, programme):
    first = national.kept(nation, nation.place, programme=programme, year=2024)
    scene.project(scene.unit("140100"))
    again = national.kept(nation, nation.place, programme=programme, year=2024)
    counted = [sum(c.applications for c in seen.places) for seen in (first, again)]
    assert counted == [1, 2]


def test_what_takes_long_is_kept_and_renewed_once_by_the_worker(nation, programme, monkeypatch):
    monkeypatch.setattr(national, "KEEP_FROM", 0)
    began = clock.now()
    with clock.at(began):
        first = national.kept(nation, nation.place, programme=programme, year=2024)
    scene.project(scene.unit("140100"))
    jobs = ProcrastinateJob.objects.filter(task_name=national.RENEW)
    with clock.at(began + timedelta(seconds=national.RENEW_AFTER - 1)):
        assert national.kept(nation, nation.place, programme=programme, year=2024) == first
        assert not jobs.exists()
    with clock.at(began + timedelta(seconds=national.RENEW_AFTER + 1)):
        for _ in range(3):
            assert national.kept(nation, nation.place, programme=programme, year=2024).at == first.at
        national.renew(**jobs.get().args)
        renewed = national.kept(nation, nation.place, programme=programme, year=2024)
    assert renewed.at > first.at
    assert sum(c.applications for c in renewed.places) == 2


def test_a_place_is_shown_with_what_answers_above_it(nation, programme, client):
    city = scene.unit("220102", kind="secondary_school")
    scene.project(city)
    province = scene.officer("220000")
    client.force_login(province)

    def shown(code):
        found = client.get(reverse("insight:overview"), {"place": code}).context["found"]
        return sum(row.applications for row in found.tasks), [
            (row.name, row.applications) for row in found.places
        ]

    assert shown("220000") == (2, [("长春市", 2)])  # a college, which answers to the province, and a school
    assert shown("220100") == (2, [("南关区", 1), ("本级", 1)])
    assert shown("220102") == (1, [("本级", 1)])


def test_only_the_last_word_of_each_level_recommends(nation, programme):
    case = scene.project(scene.unit("220100"))
    asked = {"programme": programme, "by": "place", "path": "000000/"}

    def counted():
        (row,) = (r for r in queries.cases(Scope(path="000000/"), **asked) if r.key == "220000")
        return row.recommended_by_city, row.recommended_by_province

    def decide(kind, code, minutes):
        Decision.objects.create(
            application=case, revision=case.revisions.get(), step=code, kind=kind, at=clock.now() + timedelta(minutes=minutes),
            authority=Authority.objects.get(place_id=code), by=scene.officer(code),
            reason="理由", due=clock.today() if kind == "return" else None,
        )  # fmt: skip

    decide("recommend", "220100", 0)
    decide("recommend", "220000", 1)
    assert counted() == (1, 1)
    decide("return", "220000", 2)
    assert counted() == (1, 0)
    decide("recommend", "220000", 3)
    decide("take_back", "220100", 4)
    assert counted() == (0, 1)
    decide("recommend", "220100", 5)
    decide("designate", "220100", 6)
    assert counted() == (1, 1)
