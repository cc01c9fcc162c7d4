"""What of last year's report may be laid on a draft: figures of what is blank, and nothing else."""

from types import SimpleNamespace

from tongchou.forms.definition import Indicator
from tongchou.monitoring.carrying import carried

COUNT = Indicator(code="count", name="数", kind="integer", cite=["x 一"])
SHARE = Indicator(
    code="share", name="率", kind="ratio", unit="%", numerator="上", denominator="下", cite=["x 一"]
)
TEXT = Indicator(code="text", name="文", kind="text", better="none", targeted=False, cite=["x 一"])
BEFORE = {
    "count": {"value": 7, "note": "旧", "evidence": 3, "page": 2, "reply_years": "旧"},
    "share": {"numerator": 3, "denominator": 4, "note": "旧"},
    "text": {"value": "制度健全"},
    "gone": {"value": 1},
}


def offered(answers, before=BEFORE):
    pack = SimpleNamespace(indicators=[COUNT, SHARE, TEXT])
    report = SimpleNamespace(edition=SimpleNamespace(pack=pack), variant="school", answers=answers)
    return carried(report, before)


def test_figures_of_blank_answers_without_their_notes_and_evidence():
    assert offered({}) == {
        "count": {"value": 7},
        "share": {"numerator": 3, "denominator": 4},
        "text": {"value": "制度健全"},
    }


def test_what_is_begun_or_does_not_apply_stays_and_what_was_not_reported_is_not_carried():
    begun = {"count": {"value": 0}, "share": {"numerator": 1}, "text": {"not_applicable": True}}
    assert offered(begun) == {}
    assert offered({}, {"share": {"numerator": 3}, "count": {"not_applicable": True}}) == {}
    assert set(offered({"count": {"note": "待核"}})) == {"count", "share", "text"}
