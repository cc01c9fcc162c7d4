"""What is read is planned for the place that is asked for; what is saved keeps its plans."""

from django.db import connection
from django.urls import reverse

from tests.factory import PROVINCE, leader, officer, submitted, unit

OFTEN = 8
"""Times, by which a connection keeps the plan of a statement."""


def prepared(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{table}%"])
        return cursor.fetchone()[0]


def test_a_list_is_planned_anew_and_a_post_keeps_its_plans(client, world):
    submitted(unit())
    client.force_login(officer(PROVINCE))
    before = prepared("applications_application")
    for _ in range(OFTEN):
        assert client.get(reverse("authority:all")).status_code == 200
    assert prepared("applications_application") == before
    assert connection.connection.prepare_threshold == 5, "as the settings say, once the page is made"

    case = submitted(unit())
    client.force_login(leader(case.unit))
    for _ in range(OFTEN):
        client.post(reverse("unit:save", args=[case.pk]), "{}", content_type="application/json")
    assert prepared("applications_application") > before
