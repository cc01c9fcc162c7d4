"""Whatever an authority, a unit and objectors do in whatever order and days: none is designated under a notice or an objection."""

from datetime import date, timedelta
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.designations.test_notices import STEP, WORDS, asking, drafted, ready
from tests.designations.test_objections import answered, objected
from tests.factory import PROVINCE, audited, fresh, leader, officer, score
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.designations import actions as designations
from tongchou.designations import noticing, objecting
from tongchou.designations.models import Designation
from tongchou.designations.notice_models import Notice, NoticedCase, Objection
from tongchou.reviews import actions as reviews

NUMBERS = count(1)


def _entry(case) -> NoticedCase:
    return NoticedCase.objects.filter(application=case).order_by("-pk")[0]


def _objection() -> Objection:
    return Objection.objects.order_by("answered_at", "pk")[0]


def _resubmit(case):
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请补充。", due=clock.today())
    designations.submit(fresh(case), by=leader(case.unit))
    score(fresh(case))


MOVES = {
    "draft": drafted,
    "put up": lambda _: noticing.put_on_notice(
        Notice.objects.filter(opens_at=None)[0], by=officer(PROVINCE), **WORDS
    ),
    "object": lambda case: objected(_entry(case), email=f"o{next(NUMBERS)}@example.org"),
    "verify": lambda _: objecting.verify_objection(Objection.objects.order_by("-pk")[0]),
    "dismiss": lambda _: answered(_objection()),
    "uphold": lambda _: answered(_objection(), upheld=True),
    "remove": lambda case: noticing.remove_from_notice(_entry(case), by=officer(PROVINCE), reason="待核。"),
    "resubmit": _resubmit,
    "designate": lambda case: designations.designate(case, by=officer(PROVINCE)),
}
LIKELY = ["draft", "put up", "object", "verify", "dismiss", "designate", "designate"]


def _may_be_designated(case) -> bool:
    """By the rows alone, written another way than the action asks."""
    listed = [
        entry
        for entry in NoticedCase.objects.filter(application=case, removed_at=None).select_related("notice")
        if entry.revision_id == case.revisions.last().pk and entry.notice.closes_at is not None
    ]
    waiting = {o.case_id for o in Objection.objects.all() if o.state in {"waiting", "taken"}}
    return any(e.notice.closes_at <= clock.now() and e.pk not in waiting for e in listed)


@given(st.lists(st.tuples(st.sampled_from([*LIKELY, *MOVES]), st.sampled_from([0, 0, 0, 1, 6])), max_size=14))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def _play(case, moves):
    with transaction.atomic():
        day = date(2023, 8, 10)
        for name, later in moves:
            day += timedelta(days=later)
            with clock.at(day):
                now = fresh(case)
                if now.step != STEP or now.state != "in_review":
                    break
                allowed, done = _may_be_designated(now), True
                try:
                    with transaction.atomic():
                        MOVES[name](now)
                except (Refused, IndexError):
                    done = False
                if name == "designate":
                    assert done == allowed
                held = Designation.objects.filter(application=case, level="province").exists()
                assert held == (name == "designate" and done)
                assert audited(case, "designate") == (["designate"] if held else [])
        transaction.set_rollback(True)


def test_no_order_of_steps_designates_under_a_notice_or_an_objection(world):
    case = ready()
    with asking(case):
        # The way that leads there is among what is tried.
        for moves in (
            [("draft", 0), ("put up", 0), ("designate", 1), ("designate", 6)],
            [
                ("draft", 0),
                ("put up", 0),
                ("object", 0),
                ("verify", 0),
                ("designate", 6),
                ("dismiss", 0),
                ("designate", 0),
            ],
        ):
            _play.hypothesis.inner_test(case, moves)
        _play(case)
