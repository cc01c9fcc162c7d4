"""Every page of this room that lists something asks the database as often for three rows as for one."""

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.designations.test_designations import publish
from tests.designations.test_notices import STEP, noticed
from tests.designations.test_objections import objected
from tests.designations.test_standing import asked, recognised
from tests.factory import PROVINCE, at, copies, fresh, leader, officer, score, unit
from tongchou.designations import noticing, objecting
from tongchou.designations.models import DesignationList
from tongchou.designations.notice_models import Notice


def _grow(school, number: int) -> None:
    """One more of everything: on the one notice and a notice of its own, objected to, published, changed, cultivated."""
    listed, own, free, *_none = copies(at(unit(), STEP), 3)
    for case in (listed, own):
        score(case)
    first = Notice.objects.order_by("pk").first()
    entry = (first or noticed(listed)).cases.order_by("pk").first()
    if first is not None:
        entry = noticed(listed).cases.get()
        entry.notice = first  # a notice once open takes no more cases: by row
        entry.save()
    noticed(own)
    objection = objecting.take_up(objected(entry, person=leader(school)), by=officer(PROVINCE))
    objecting.ask_statement(objection, by=officer(PROVINCE), question="请说明。", due=date(2023, 8, 20))
    done = at(unit(code="220200"), "province-recommend")
    asked(done)
    recognised(school, name=f"培育{number}")
    before = DesignationList.objects.order_by("pk").first()
    made = publish(number=f"{number}号")
    if before is not None:
        made.designations.update(list=before)
    assert fresh(free).step == STEP


def test_pages_ask_as_often_for_three_rows_as_for_one(world, client):
    school = unit()
    province = officer(PROVINCE)
    _grow(school, 1)
    notice, published = Notice.objects.order_by("pk").first(), DesignationList.objects.get()
    pages = {
        reverse(name, args=args): person
        for name, args, person in (
            ("authority:notices", [], province),
            ("authority:notice", [notice.pk], province),
            ("authority:objections", [], province),
            ("authority:changes", [], province),
            ("authority:cultivated", [], province),
            ("authority:designations", [], province),
            ("unit:projects", [], leader(school)),
            ("public:notices", [], None),
            ("public:notice", [notice.pk], None),
            ("public:list", [published.pk], None),
        )
    }

    def measured() -> dict[str, int]:
        found = {}
        for address, person in pages.items():
            client.force_login(person) if person else client.logout()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[address] = len(queries)
        return found

    measured()  # the first reading parses packs
    for_one = measured()
    _grow(school, 2)
    _grow(school, 3)
    assert notice.cases.count() == 3
    assert measured() == for_one
    assert max(for_one.values()) <= 25, for_one
    assert noticing.standing_cases(notice).count() == 3
