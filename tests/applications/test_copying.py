"""Copying from an earlier declaration of the unit: what comes over, what can't and why, files by reference."""

import pytest

from tests.factory import CENTRE, LIBRARY, audited, draft, filled, fresh, leader, refusal, submitted, unit
from tongchou.applications import copying, queries, sources
from tongchou.applications.copying import copy_from
from tongchou.core.models import StoredFile


@pytest.fixture
def school(world):
    return unit(name="长春甲校")


def test_an_empty_draft_takes_everything_of_a_case_of_the_same_task(school):
    source, case = submitted(school), draft(school)
    lines = copying.preview(case, source)
    can = [line.field.code for line in lines if not line.why_not]
    files = StoredFile.objects.count()
    assert copy_from(case, source, by=leader(school), fields=can)
    case = fresh(case)
    theirs = {c: v for c, v in source.revisions.get().answers.items() if c in case.draft.answers}
    assert case.draft.answers == theirs
    assert {e.field for e in queries.evidence(case)} == {e.field for e in queries.evidence(source)}
    assert StoredFile.objects.count() == files  # by reference
    assert audited(case) == ["begin", "copy_from"]
    assert sources.untouched(case.draft)["project_name"] == f"2023 年申报 {source.number}"
    assert case.project_name == source.project_name
    assert [line for line in copying.preview(case, source) if not line.why_not] == []


def test_only_what_is_chosen_is_copied_and_what_stands_there_is_told(school):
    source, case = filled(school, intro="源"), filled(school, intro="现")
    line = next(line for line in copying.preview(case, source) if line.field.code == "intro")
    assert (line.text, line.now, line.taken) == ("源", "现", True)
    before = case.draft.answers
    copy_from(case, source, by=leader(school), fields=["intro"])
    assert fresh(case).draft.answers == before | {"intro": "源"}
    assert fresh(case).draft.version == case.draft.version + 1


def test_another_task_gives_the_fields_of_the_same_code_and_says_why_others_do_not_fit(school):
    source, case = filled(school, code=CENTRE), draft(school, code=LIBRARY)
    lines = {line.field.code: line for line in copying.preview(case, source)}
    assert "project_name" in lines
    assert all(line.why_not or line.text for line in lines.values())
    stuck = [line for line in lines.values() if line.why_not]
    for line in stuck:
        refused = refusal(copy_from, case, source, by=leader(school), fields=[line.field.code])
        assert line.why_not in refused.denied.reason
    assert fresh(case).draft.version == 0


def test_only_one_s_own_declarations_are_copied_from_and_into(school):
    case, strange = draft(school), filled(unit())
    assert refusal(copy_from, case, strange, by=leader(school), fields=["intro"]).code == "scope"
    assert refusal(copy_from, strange, case, by=leader(school), fields=["intro"]).code == "scope"
    assert refusal(copy_from, case, filled(school), by=leader(school), fields=[]).code == "form"
    assert refusal(copy_from, case, filled(school), by=leader(school), fields=["nonsense"]).code == "form"
    sent = submitted(school)
    assert refusal(copy_from, sent, case, by=leader(school), fields=["intro"]).code == "state"
    assert list(copying.earlier(case))
    assert strange not in copying.earlier(case)


def test_a_file_that_is_there_already_is_not_attached_twice(school):
    source, case = filled(school), draft(school)
    slot = next(line.field.code for line in copying.preview(case, source) if line.files)
    copy_from(case, source, by=leader(school), fields=[slot])
    line = next(line for line in copying.preview(case, source) if line.field.code == slot)
    assert line.why_not
    assert (
        queries.evidence(case).filter(field=slot).count()
        == queries.evidence(source).filter(field=slot).count()
    )
