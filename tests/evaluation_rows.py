"""The rows of evaluations in the table of who may (``test_access_table``), and their part of its scene."""

from datetime import date
from functools import cache, wraps

from tests import factory
from tests.factory import CITY, LIBRARY, PROVINCE
from tests.monitoring import evaluated as e
from tongchou.monitoring import (
    concluding,
    evaluating,
    measuring,
    opening_evaluations,
    rectifying,
)
from tongchou.monitoring.marking import Given

MODULES = ("concluding", "evaluating", "measuring", "opening_evaluations", "rectifying")
STAGES = ("due", "scoring", "marked", "concluded", "mending", "mended", "next")
CITY_OFFICER, PROVINCE_OFFICER = "officer of own city", "officer of own province"
UNIT = {"filler", "reviewer", "leader"}


def _laid_on():
    """A scheme for each stage, laid on the province's edition; the pack itself stays as it is."""
    return e.scheme(*_schemes(), task=LIBRARY)


@cache
def _schemes():
    return [e.yearly(code=code, name=code) for code in STAGES]


def _in_scheme(call):
    @wraps(call)
    def within(scene, by):
        with _laid_on():
            return call(scene, by)

    return within


def rows(row, day: date) -> list:
    """One row an action; ``row`` makes one, ``day`` is when its attempts are made."""
    top = {PROVINCE_OFFICER}

    def made(action, call, may):
        return row(f"monitoring.{action}", _in_scheme(call), may, day=day)

    return [
        made("open_evaluation", lambda _, by: _opened("next", by), top),
        made("save_self", lambda s, by: evaluating.save_self(s.stage["due"], by=by, text="自评。"), UNIT),
        made(
            "attach_file",
            lambda s, by: evaluating.attach_file(s.stage["due"], by=by, upload=factory.pdf(), name="a.pdf"),
            UNIT,
        ),
        made("detach_file", lambda s, by: rectifying.detach_file(s.self_file, by=by), UNIT),
        made("submit_self", lambda s, by: evaluating.submit_self(s.stage["due"], by=by), {"leader"}),
        row(
            "monitoring.go_on_without_self",
            _in_scheme(
                lambda s, by: evaluating.go_on_without_self(s.stage["due"], by=by, reason="逾期未报。")
            ),
            {CITY_OFFICER, PROVINCE_OFFICER},
            day=date(2025, 2, 1),
        ),
        made(
            "return_self",
            lambda s, by: evaluating.return_self(s.stage["scoring"], by=by, reason="请核对。"),
            {CITY_OFFICER, PROVINCE_OFFICER},
        ),
        made(
            "score_level",
            lambda s, by: evaluating.score_level(s.stage["scoring"], level="city", by=by, given=Given(80)),
            {CITY_OFFICER},
        ),
        made("conclude", lambda s, by: concluding.conclude(s.stage["marked"], by=by), top),
        made(
            "correct_conclusion",
            lambda s, by: concluding.correct_conclusion(
                s.stage["concluded"].conclusions.get(), by=by, reason="计分有误。"
            ),
            top,
        ),
        made(
            "confirm_measure",
            lambda s, by: measuring.confirm_measure(s.stage["concluded"], code="mend", by=by),
            top,
        ),
        made(
            "set_measure_aside",
            lambda s, by: measuring.set_measure_aside(
                s.stage["concluded"], code="mend", by=by, reason="从宽。"
            ),
            top,
        ),
        made(
            "save_rectification",
            lambda s, by: rectifying.save_rectification(s.mending, by=by, report="已改。"),
            UNIT,
        ),
        made(
            "attach_proof",
            lambda s, by: rectifying.attach_proof(s.mending, by=by, upload=factory.pdf(), name="a.pdf"),
            UNIT,
        ),
        made(
            "submit_rectification",
            lambda s, by: rectifying.submit_rectification(s.mending, by=by),
            {"leader"},
        ),
        made(
            "decide_rectification",
            lambda s, by: rectifying.decide_rectification(s.mended, by=by, answer="accept"),
            top,
        ),
    ]


def _opened(code, by):
    offer = e.offer(code)
    return opening_evaluations.open_evaluation(
        authority=e.province(), offer=offer, year=2024, self_due=date(2025, 1, 10), by=by
    )


def play(scene) -> None:
    """One project of the school in an evaluation at each stage."""
    leader, province = scene.people["leader"], factory.officer(PROVINCE)
    city, scene.stage = factory.officer(CITY), {}
    with _laid_on():
        for number, code in enumerate(STAGES[:-1]):
            case = _opened(code, province).assessments.get(application=scene.to_nation)
            scene.stage[code] = case
            evaluating.save_self(case, by=leader, text="自评。", given=Given(50))
            if code == "due":
                scene.self_file = evaluating.attach_file(
                    case, by=leader, upload=factory.pdf(), name="自评.pdf"
                )
                continue
            evaluating.submit_self(case, by=leader)
            if number > STAGES.index("scoring"):
                e.marked(case, "city", 50, by=city)
                e.marked(case, "province", 50, by=province)
            if number > STAGES.index("marked"):
                concluding.conclude(case, by=province)
            if number > STAGES.index("concluded"):
                mending = measuring.confirm_measure(case, code="mend", by=province).rectification
                scene.mending = rectifying.save_rectification(mending, by=leader, report="已改。")
        scene.mended = rectifying.submit_rectification(scene.mending, by=leader)
        scene.mending = scene.stage["mending"].measures.get().rectification
