from django.urls import reverse

from tests import factory as f


def test_a_table_of_the_queue_has_checkboxes_of_its_bulk_form(seen):
    case = f.submitted(f.unit())
    page = seen(f.officer(), reverse("authority:queue")).content.decode()
    assert f'name="rows" value="{case.pk}" form="bulk"' in page
