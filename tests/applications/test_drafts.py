"""Drafts: two people in one form never overwrite each other, and what was acknowledged is never lost."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factory import (
    CITY,
    ELSEWHERE_CITY,
    admin,
    audited,
    draft,
    filler,
    fresh,
    leader,
    nobody,
    officer,
    on,
    pdf,
    refusal,
    round_of,
    submitted,
    task,
    unit,
)
from tongchou.applications import queries, saving
from tongchou.applications.actions import begin, save_draft
from tongchou.applications.evidence import attach, detach
from tongchou.applications.models import Application, Draft
from tongchou.orgs.actions import refuse_unit
from tongchou.orgs.models import Unit
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import Programme, Round
from tongchou.reviews.actions import withdraw


@pytest.fixture
def case(world):
    return draft(unit(name="长春甲校"))


def save(case, base: int, *, by=None, **changes):
    return save_draft(case, by=by or leader(case.unit), changes=changes, base_version=base)


def answers(case) -> dict:
    return Draft.objects.get(pk=case.pk).answers


# ---------------------------------------------------------------- beginning


def test_a_draft_begins_with_what_the_unit_s_register_says(case):
    kept = answers(case)
    assert kept["unit_name"] == "长春甲校"
    assert kept["unit_uscc"] == case.unit.uscc
    assert kept["school_code"] == case.unit.school_code
    assert (case.state, case.step) == ("draft", "declare")
    assert case.number == f"2023-04-220100-{case.pk:06d}"
    assert audited(case) == ["begin"]


def test_a_draft_keeps_the_edition_of_its_place(world):
    assert draft(unit()).edition.place_id == "220000"
    assert draft(unit(code=ELSEWHERE_CITY)).edition.place_id == "140000"


@pytest.mark.parametrize(
    "kind, code, variant, clause",
    [
        ("enterprise", "resource-library", "main", "guide-04 一1"),
        ("university", "resource-library", "main", "guide-04 一1"),
        ("secondary_school", "practice-centre", "public", "guide-03 一"),
        ("enterprise", "practice-centre", "school", "guide-03 一"),
    ],
)
def test_a_kind_of_unit_that_may_not_lead_is_refused_with_the_clause(world, kind, code, variant, clause):
    who = unit(kind)
    refused = refusal(begin, who, task=task(code), variant=variant, round=round_of(), by=leader(who))
    assert (refused.code, refused.denied.clause) == ("eligibility", clause)
    assert who.get_kind_display() in refused.denied.reason


def test_an_unknown_variant_and_another_programme_s_round_are_refused_by_field(world):
    who = unit()
    given = {"task": task(), "by": leader(who)}
    assert "variant" in refusal(begin, who, variant="nonsense", round=round_of(), **given).fields
    other = Programme.objects.create(code="other", name="另一计划", place_id="000000", horizon=2025)
    strange = Round.objects.create(programme=other, code="2023", name="另一批次", year=2023)
    assert "round" in refusal(begin, who, variant="main", round=strange, **given).fields
    assert not Application.objects.exists()


@pytest.mark.parametrize("refused_once", [False, True])
def test_a_unit_that_is_not_verified_does_not_begin(world, refused_once):
    who = unit(verified=False)
    if refused_once:
        refuse_unit(who, by=officer(CITY), reason="不符。")
    who = Unit.objects.select_related("authority").get(pk=who.pk)
    refused = refusal(begin, who, task=task(), variant="main", round=round_of(), by=leader(who))
    assert refused.code == "unit"
    assert who.authority.name in refused.denied.remedy


@pytest.mark.parametrize("day", [(2023, 8, 23), (2024, 6, 1)])
def test_a_round_whose_window_has_shut_is_refused_with_the_clause(world, day):
    who = unit()
    with on(*day):
        refused = refusal(begin, who, task=task(), variant="main", round=round_of(2023), by=leader(who))
    assert refused.code == "window"
    assert "2023年8月22日" in refused.denied.reason
    assert refused.denied.clause == "jilin-2023-7 三(四) 时间安排"
    assert refused.denied.remedy


def test_on_the_last_day_it_is_still_open(world):
    with on(2023, 8, 22):
        assert draft(unit()).state == "draft"


def test_where_no_window_was_set_there_is_no_limit_in_time(world):
    with on(2026, 1, 1):
        assert draft(unit(code=ELSEWHERE_CITY)).state == "draft"


# ---------------------------------------------------------------- saving


def test_saves_of_different_fields_are_merged(case):
    first = save(case, 0, intro="简介")
    second = save(case, 0, project_name="护理资源库")
    assert (first.version, second.version, second.conflicts) == (1, 2, {})
    assert answers(case)["intro"] == "简介"
    assert fresh(case).project_name == "护理资源库"


def test_a_field_that_somebody_else_changed_meanwhile_is_not_overwritten(case):
    save(case, 0, intro="甲写的", library_url="a")
    later = save(case, 0, by=filler(case.unit), intro="乙写的", library_url="a", leader_name="王")
    assert later.conflicts == {"intro": "甲写的"}
    assert answers(case)["intro"] == "甲写的"
    assert answers(case)["leader_name"] == "王"


def test_who_has_seen_the_change_may_write_over_it(case):
    seen = save(case, 0, intro="甲写的")
    again = save(case, seen.version, intro="乙改的")
    assert (again.version, again.conflicts) == (2, {})
    assert answers(case)["intro"] == "乙改的"


def meanwhile(monkeypatch, happens):
    """Let something happen between the reading of a case and the writing."""
    write = saving._write_as_read

    def late(merged, by):
        happens()
        return write(merged, by)

    monkeypatch.setattr(saving, "_write_as_read", late)


def test_what_somebody_saves_between_reading_and_writing_is_not_overwritten(case, monkeypatch):
    base = case.draft.version

    def happens():
        monkeypatch.undo()
        save(case, base, by=filler(case.unit), intro="乙", leader_name="王")

    meanwhile(monkeypatch, happens)
    saved = save(case, base, intro="甲", library_url="b")
    assert saved.conflicts == {"intro": "乙"}
    kept = answers(case)
    assert (kept["intro"], kept["leader_name"], kept["library_url"]) == ("乙", "王", "b")


def test_a_case_that_moves_on_between_reading_and_writing_is_not_written(case, monkeypatch):
    before = Draft.objects.get(pk=case.pk)
    meanwhile(monkeypatch, lambda: Application.objects.filter(pk=case.pk).update(desk="leader"))
    assert refusal(save, case, before.version, intro="后来的").code == "state"
    after = Draft.objects.get(pk=case.pk)
    assert (after.answers, after.version) == (before.answers, before.version)
    assert not audited(case, "save_draft")


def test_the_same_value_twice_is_no_conflict_and_no_new_version(case):
    save(case, 0, intro="简介")
    again = save(case, 0, intro="简介")
    assert (again.version, again.conflicts) == (1, {})
    assert audited(case) == ["begin", "save_draft"]


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"no_such_field": 1}, "no_such_field"),
        ({"core_ratio": 100}, "core_ratio"),
        ({"core_courses": "many"}, "core_courses"),
        ({"core_courses": 1.5}, "core_courses"),
        ({"intro": {"a": 1}}, "intro"),
        ({"smart_platform": "mars"}, "smart_platform"),
        ({"run_start": "2023-02-30"}, "run_start"),
        ({"plan_file": "x.pdf"}, "plan_file"),
    ],
)
def test_what_is_malformed_foreign_or_computed_is_named_and_the_rest_is_saved(case, changes, field):
    before = answers(case)
    done = save(case, 0, leader_name="王", **changes)
    assert any(named == field or named.startswith(f"{field}-") for named in done.errors), done.errors
    after = answers(case)
    assert after.pop("leader_name") == "王"
    assert after == before


@pytest.mark.parametrize("who", ["stranger", "officer", "admin", "nobody"])
def test_only_the_unit_s_own_people_write(case, who):
    person = {
        "stranger": lambda: leader(unit()),
        "officer": lambda: officer(CITY),
        "admin": lambda: admin("system_admin"),
        "nobody": nobody,
    }[who]()
    assert refusal(save, case, 0, by=person, intro="别人写的").code == "scope"
    assert refusal(attach, case, by=person, field="plan_file", upload=pdf(), name="a.pdf").code == "scope"
    assert "intro" not in answers(case)


def test_a_submitted_case_is_not_written_any_more(world):
    case = submitted(unit())
    assert refusal(save, case, 99, intro="后来的").code == "state"
    assert (
        refusal(attach, case, by=leader(case.unit), field="plan_file", upload=pdf(), name="a").code == "state"
    )
    proof = queries.evidence(case).first()
    assert refusal(detach, proof, by=leader(case.unit)).code == "state"
    assert queries.evidence(case).filter(pk=proof.pk).exists()


FIELDS = ["intro", "leader_name", "core_courses", "commit_truth"]
VALUES = {
    "intro": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
    "leader_name": st.sampled_from(["王", "李", "赵"]),
    "core_courses": st.integers(1, 50),
    "commit_truth": st.booleans(),
}
SAVE = st.tuples(
    st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: VALUES[name] for name in names})
    ),
    st.integers(0, 3),  # how many versions behind the writer is
    st.booleans(),  # who writes
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(saves=st.lists(SAVE, min_size=2, max_size=8))
def test_any_sequence_of_saves_keeps_every_acknowledged_value(case, saves):
    with transaction.atomic():
        people = [leader(case.unit), filler(case.unit)]
        acknowledged, version_of, version = answers(case), {}, 0
        for changes, behind, second in saves:
            base = max(0, version - behind)
            done = save(case, base, by=people[second], **changes)
            assert done.errors == {}
            for field, value in changes.items():
                overtaken = version_of.get(field, 0) > base and acknowledged.get(field) != value
                assert (field in done.conflicts) == overtaken
                if overtaken:
                    assert done.conflicts[field] == acknowledged[field]
                elif acknowledged.get(field) != value:
                    acknowledged[field], version_of[field] = value, version + 1
            assert done.version in {version, version + 1}
            version = done.version
            assert answers(case) == acknowledged
        transaction.set_rollback(True)


# ---------------------------------------------------------------- evidence


def test_a_file_is_attached_under_its_last_name_with_its_pages(case):
    proof = attach(
        case, by=leader(case.unit), field="plan_file", upload=pdf(3), name="../../etc/方案.pdf", pages="1-3"
    )
    assert (proof.name, proof.pages, proof.file.pages) == ("方案.pdf", "1-3", 3)
    assert list(queries.evidence(case)) == [proof]
    assert audited(case) == ["begin", "attach"]


@pytest.mark.parametrize("field", ["intro", "no_such_slot", "core_ratio", ""])
def test_a_file_goes_only_where_the_form_asks_for_one(case, field):
    refused = refusal(attach, case, by=leader(case.unit), field=field, upload=pdf(), name="a.pdf")
    assert (refused.code, list(refused.fields)) == ("form", [field])


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00" + b"\0" * 99, b"%PDF-1.7 cut off"])
def test_a_file_that_is_not_what_the_slot_takes_is_refused(case, content):
    refused = refusal(attach, case, by=leader(case.unit), field="plan_file", upload=content, name="方案.pdf")
    assert refused.code == "file"
    assert not queries.evidence(case).exists()


def test_a_slot_takes_so_many_files_and_no_more(case):
    for _ in range(20):
        attach(case, by=leader(case.unit), field="plan_file", upload=pdf(), name="a.pdf")
    refused = refusal(attach, case, by=leader(case.unit), field="plan_file", upload=pdf(), name="b.pdf")
    assert "上限" in refused.denied.reason


def test_a_file_is_taken_off_once_and_its_content_stays(case):
    proof = attach(case, by=leader(case.unit), field="plan_file", upload=pdf(), name="a.pdf")
    detach(proof, by=filler(case.unit))
    assert not queries.evidence(case).exists()
    proof.refresh_from_db()
    assert proof.removed_at is not None
    assert proof.file.sha256
    assert refusal(detach, proof, by=leader(case.unit)).code == "state"
    assert audited(case) == ["begin", "attach", "detach"]


# ---------------------------------------------------------------- who sees it


def test_an_authority_sees_a_case_once_it_was_submitted_and_not_while_it_is_the_unit_s(world):
    school = unit()
    case = submitted(school)
    draft(school)
    seen = lambda person: list(queries.visible(actor(person)))  # noqa: E731 - reads best in one line
    assert seen(officer(CITY)) == seen(officer("220000")) == seen(officer("000000")) == [case]
    assert seen(officer("220200")) == seen(officer("140000")) == seen(nobody()) == []
    assert len(seen(leader(school))) == 2
    assert seen(leader(unit())) == []
    withdraw(case, by=leader(school))
    assert seen(officer(CITY)) == []
