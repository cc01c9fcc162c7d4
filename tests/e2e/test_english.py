"""The frame in English: menu, buttons, headings and the heads of tables say no Chinese; what a pack says may."""

import re

import pytest

from tests import factory as f
from tests.e2e.stage import PASSWORD, Seat
from tests.programmes.uploading import administrator
from tongchou.forms.schema import columns_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FRAME = "header, #menu, footer, .tc-demo, nav, .breadcrumb, h1, h2, button, .btn, summary, th, label, legend, .tc-empty"

PUBLIC = ["/", "/tasks/", "/lists/", "/bulletins/", "/reports/", "/documents/", "/check/", "/register/"]
UNIT = ["/unit/", "/unit/applications/", "/unit/begin/", "/unit/reports/", "/unit/record/", "/unit/people/"]
ME = ["/me/", "/me/messages/", "/me/messages/preferences/"]
AUTHORITY = [
    "/authority/",
    "/authority/cases/",
    "/authority/cases/all/",
    "/authority/extensions/",
    "/authority/late/",
    "/authority/units/",
    "/authority/experts/",
    "/authority/ranking/",
    "/authority/quotas/",
    "/authority/lists/",
    "/authority/designations/",
    "/authority/monitoring/",
    "/authority/monitoring/reports/",
    "/authority/monitoring/periodic/",
    "/authority/monitoring/bulletins/",
    "/insight/",
    "/insight/figures/",
]
PACKS = [
    "/packs/",
    "/packs/calendar/",
    "/packs/trace/",
    "/packs/versions/",
    "/packs/versions/?part=releases",
    "/packs/versions/new/",
]
AUDIT = ["/admin/audit/", "/admin/audit/chain/"]


def test_every_main_screen_is_english_in_its_frame(stage):
    case = f.at(f.unit(name="Unit A"), "city-recommend", project_name="Project A")
    leader = f.leader(case.unit)
    leader.set_password(PASSWORD)
    leader.save()
    draft = f"/unit/applications/{f.draft(case.unit).pk}/"
    keeper = administrator(f.NATION)
    keeper.set_password(PASSWORD)
    keeper.save()
    seats = {
        "": PUBLIC,
        leader.username: [
            *UNIT,
            *ME,
            f"/unit/record/{case.unit_id}/",
            f"/unit/people/{case.unit_id}/",
            f"/unit/applications/{case.pk}/",
            *(draft + part for part in ("", "fill/", "copy/", "workbook/", "submit/")),
        ],
        "city": [
            *AUTHORITY,
            f"/authority/cases/{case.pk}/",
            f"/authority/units/{case.unit_id}/",
            f"/authority/units/{case.unit_id}/merge/",
        ],
        keeper.username: PACKS,
        "expert1": ["/expert/"],
        "audadmin": AUDIT,
    }
    found = []
    for username, addresses in seats.items():
        seat = stage.seat(username)
        seat.open("/")
        seat.press("English")
        for address in addresses:
            seat.open(address)
            assert seat.page.locator("html").get_attribute("lang") == "en"
            found += [f"{address}: {text}" for text in chinese_in_the_frame(seat)]
    assert found == []


def chinese_in_the_frame(seat: Seat) -> list[str]:
    """What the frame says in Chinese, but for the switch back, names of people and places, and what a pack calls things."""
    texts = seat.page.locator(FRAME).all_inner_texts()
    lines = {line.strip() for text in texts for line in text.splitlines()}
    return sorted(line for line in lines if CHINESE.search(line) and not from_data(line))


def from_data(line: str) -> bool:
    return any(name in line for name in names())


def names() -> list[str]:
    """Names that stand in the data: of people, places, authorities, documents, and of a pack's steps, quotas and sections."""
    from tongchou.orgs.models import Authority, Jurisdiction, Person, Tag
    from tongchou.programmes.models import Document, Quota, TaskEdition

    found = ["中文"]
    found += Person.objects.exclude(name="").values_list("name", flat=True)
    found += Authority.objects.values_list("name", flat=True)
    found += Jurisdiction.objects.values_list("name", flat=True)
    found += Tag.objects.values_list("name", flat=True)
    found += Quota.objects.values_list("name", flat=True)
    found += [document.number or document.title[:8] for document in Document.objects.all()]
    for edition in TaskEdition.objects.filter(current=True):
        found += [s.name for s in edition.pack.steps] + [s.title for s in edition.pack.form]
        for field in (field for s in edition.pack.form for field in s.fields):
            found += [field.label, *(column.label for column in columns_of(field))]
            found += [choice.label for choice in field.choices]
        found += [indicator.name for indicator in edition.pack.indicators]
    return found
