"""Objections: who may, when, what they stop, and that nobody but the handling authority learns who objects."""

from datetime import date, timedelta

import pytest

from tests.designations.test_notices import STEP, noticed, ready
from tests.factory import (
    CITY,
    NATION,
    PROVINCE,
    audited,
    filler,
    fresh,
    leader,
    nobody,
    officer,
    on,
    pdf,
    refusal,
)
from tongchou.core import clock
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations import objecting
from tongchou.designations.notice_models import Objection
from tongchou.outbox.models import Letter, Message
from tongchou.reviews.models import QuotaPlace

WHO = {"name": "异议一", "phone": "0431-80000001", "email": "a@example.org"}
REASON = "所报基地面积与现场不符，附照片。"


def page(objection) -> str:
    return f"/objections/{objection.pk}/"


def objected(entry, person=None, **given) -> Objection:
    return objecting.object_to(entry, **{"person": person, **WHO, "reason": REASON, "page": page} | given)


def answered(objection, **given) -> Objection:
    call = {"by": officer(PROVINCE), "upheld": False, "reason": "经核实不成立。", "page": page}
    return objecting.answer(objection, **call | given)


def test_a_visitor_s_objection_counts_once_the_address_was_opened(world):
    case = ready()
    entry = noticed(case).cases.get()
    objection = objected(entry)
    assert (objection.state, Letter.objects.get().address) == ("unverified", "a@example.org")
    assert page(objection) in Letter.objects.get().body
    assert refusal(objecting.take_up, objection, by=officer(PROVINCE)).code == "state"
    assert refusal(objecting.add_material, objection, upload=pdf(), name="a.pdf").code == "state"
    with clock.at(clock.now() + timedelta(hours=24)):
        assert refusal(objecting.verify_objection, objection).code == "state"
        objection = objected(entry)  # the first is forgotten
        objection = objecting.verify_objection(objection)
    assert objection.state == "waiting"
    assert refusal(objected, entry).code == "state"
    assert Message.objects.filter(to=officer(PROVINCE), subject__contains="异议").count() == 1
    with on(2023, 8, 16):
        assert refusal(objecting.verify_objection, objected_late(entry)).code == "window"
        assert refusal(designations.designate, case, by=officer(PROVINCE)).code == "notice"
        answered(objection)
        designations.designate(case, by=officer(PROVINCE))
    assert fresh(case).step != STEP
    assert "不成立" in Letter.objects.last().body


def objected_late(entry):
    """One filed within the notice and not confirmed by its end; another after it is refused."""
    assert refusal(objected, entry, email="b@example.org").code == "window"
    with on(2023, 8, 15):
        return objected(entry, email="b@example.org")


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"name": " "}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": ""}, "phone"),
        ({"reason": "不服"}, "reason"),
    ],
)
def test_nobody_objects_without_a_name_or_a_reason(world, wrong, field):
    entry = noticed(ready()).cases.get()
    assert list(refusal(objected, entry, **wrong).fields) == [field]
    assert not Objection.objects.exists()


def test_one_upheld_stops_the_case_and_leaves_other_places_as_they_were(world):
    case, other = ready(), ready()
    notice = noticed(case, other)
    places = set(QuotaPlace.objects.values_list("pk", flat=True))
    first = objected(notice.cases.get(application=case), person=nobody())
    second = objected(notice.cases.get(application=other), person=nobody())
    assert first.state == second.state == "waiting"
    assert "reason" in refusal(answered, first, reason=" ").fields
    assert "reason" in refusal(answered, first, reason=f"{first.name}所述属实。").fields
    answered(first, upheld=True, reason="面积不实。", decline=True)
    answered(second, upheld=True, reason="待补充核实。")
    assert (fresh(case).state, fresh(other).state, fresh(other).step) == ("declined", "in_review", STEP)
    assert notice.cases.filter(removed_at=None).count() == 0
    assert set(QuotaPlace.objects.values_list("pk", flat=True)) == places
    with on(2023, 8, 16):
        assert refusal(designations.designate, case, by=officer(PROVINCE)).code == "state"
    told = Message.objects.filter(to=leader(case.unit)).order_by("pk").last()
    assert "面积不实" in told.body
    assert first.name not in told.body
    assert Message.objects.filter(to=first.person, body__contains="面积不实").exists()
    assert refusal(answered, first).code == "state"


def test_the_unit_is_asked_in_other_words_and_nobody_else_learns_who_objects(world):
    case = ready()
    objection = objected(noticed(case).cases.get(), person=nobody())
    own = leader(case.unit)
    ask = {"by": officer(PROVINCE), "question": "请说明场地面积。", "due": date(2023, 8, 14)}
    assert refusal(objecting.give_statement, objection, by=own, text="属实。").code == "scope"
    assert "question" in refusal(objecting.ask_statement, objection, **ask | {"question": " "}).fields
    assert (
        "question" in refusal(objecting.ask_statement, objection, **ask | {"question": objection.name}).fields
    )
    assert "due" in refusal(objecting.ask_statement, objection, **ask | {"due": date(2023, 8, 9)}).fields
    objecting.ask_statement(objection, **ask)
    assert refusal(objecting.ask_statement, objection, **ask).code == "state"
    assert refusal(objecting.give_statement, objection, by=filler(case.unit), text="属实。").code == "role"
    assert "text" in refusal(objecting.give_statement, objection, by=own, text=" ").fields
    objection = objecting.give_statement(objection, by=own, text="面积属实，附产权证。")
    assert refusal(objecting.give_statement, objection, by=own, text="再说。").code == "state"
    for number in range(5):
        objecting.add_material(objection, upload=pdf(number + 1), name=f"../{number}.pdf")
    assert refusal(objecting.add_material, objection, upload=pdf(), name="a.pdf").code == "form"
    assert refusal(objecting.add_material, objection, upload=b"MZ", name="a.pdf").code in {"file", "form"}
    assert objection.files.first().name == "0.pdf"
    for who in (officer(CITY), officer(NATION)):
        assert refusal(objecting.take_up, objection, by=who).code == "scope"
    assert refusal(objecting.take_up, objection, by=own).code == "role"
    answered(objection)
    assert audited(objection) == [
        "object_to",
        "ask_statement",
        "give_statement",
        *["add_material"] * 5,
        "answer",
    ]
    said = " ".join(f"{m.subject}{m.body}" for m in Message.objects.exclude(to=objection.person))
    records = AuditRecord.objects.filter(thing="objection")
    assert objection.name not in said + str(list(records.values_list("data", flat=True)))
    assert objection.person_id not in set(records.values_list("by", flat=True))


def test_nobody_handles_his_own_objection(world):
    objection = objected(noticed(ready()).cases.get(), person=officer(PROVINCE))
    assert refusal(objecting.take_up, objection, by=officer(PROVINCE)).code == "scope"
