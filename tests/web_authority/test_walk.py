from django.urls import reverse

from tests import factory as f


def test_an_officer_sees_every_list(seen):
    case = f.at(f.unit(), "city-recommend")
    city = f.officer()
    for name in ("workbench", "queue", "all", "units", "ranking", "quotas", "experts", "lists", "designations",
                 "monitoring", "reports", "periodic", "bulletins"):
        assert seen(city, reverse(f"authority:{name}")).status_code == 200, name
    assert seen(city, reverse("authority:case", args=[case.pk])).status_code == 200
