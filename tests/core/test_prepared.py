"""Prepared questions answer what the queryset they were composed of answers."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from tests.factory import CITY, OTHER_CITY, PROVINCE
from tongchou.core.prepared import Prepared
from tongchou.orgs.models import Jurisdiction

PLACES = Prepared(
    lambda codes, level, parent: (
        Jurisdiction.objects.filter(Q(parent=parent) if parent else Q(), code__in=codes, level=level)
        .select_related("parent")
        .order_by("-code")
    )
)


@pytest.mark.parametrize("codes", [(), (CITY,), (OTHER_CITY, CITY), (CITY, OTHER_CITY, PROVINCE)])
@pytest.mark.parametrize("parent", [None, PROVINCE, CITY])
def test_it_answers_as_its_queryset_however_often(world, codes, parent):
    rows = Jurisdiction.objects.filter(code__in=codes, level="city").order_by("-code")
    expected = [place.pk for place in (rows.filter(parent=parent) if parent else rows)]
    for _ in range(2):
        assert [place.pk for place in PLACES(codes=codes, level="city", parent=parent)] == expected
    assert PLACES(codes=codes, level="nation", parent=parent) == []


def test_it_asks_once_and_brings_what_was_selected(world):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        (city,) = PLACES(codes=(CITY,), level="city", parent=None)
        assert city.parent.code == PROVINCE
    assert len(asked) == 1


def test_what_is_deferred_is_read_when_it_is_wanted(world):
    named = Prepared(lambda code: Jurisdiction.objects.filter(code=code).only("code")[:1])
    (city,) = named(code=CITY)
    assert city.get_deferred_fields()
    assert city.name == Jurisdiction.objects.get(pk=CITY).name


def test_a_name_that_is_not_asked_for_is_no_silent_mistake(world):
    with pytest.raises(KeyError, match="level"):
        PLACES(codes=(CITY,), parent=None)
