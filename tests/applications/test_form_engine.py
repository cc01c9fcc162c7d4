"""The form engine against a plain model: any sequence of edits by two people, saves, submits, withdrawals, returns and
reloads keeps every acknowledged answer, and nobody overwrites another unknowingly.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factory import CITY, filled, filler, fresh, leader, officer, unit
from tongchou.applications.actions import save_draft, save_typed
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.designations.actions import submit
from tongchou.forms.schema import by_code, sections_for
from tongchou.reviews.actions import return_for_changes, withdraw

# What is typed, and the answer it must become; MALFORMED is refused and leaves what was there.
MALFORMED = object()
TYPED = {
    "text": [("甲", "甲"), ("  乙 ", "乙"), ("", None), ("长" * 2001, MALFORMED)],
    "longtext": [("一\r\n二", "一\n二"), ("", None), ("\x00三", "三")],
    "integer": [("１,２００", 1200), ("7", 7), ("", None), ("7.5", MALFORMED), ("许多", MALFORMED)],
    "number": [("1.50", 1.5), ("", None), ("１2", 12.0), ("1e5", MALFORMED)],
    "money": [("12.5万元", 12_500_000), ("", None), ("0.0000001", MALFORMED)],
    "percent": [("80%", 80.0), ("", None), ("八成", MALFORMED)],
    "date": [("2023年9月1日", "2023-09-01"), ("", None), ("2023-13-01", MALFORMED)],
    "yesno": [("yes", True), ("no", False), ("", None), ("maybe", MALFORMED)],
}


@dataclass
class Page:
    """One person's page: the version it shows."""

    person: object
    version: int


@dataclass
class Model:
    answers: dict
    version: int
    changed_at: dict
    state: str = "draft"
    revisions: list = field(default_factory=list)


def engine(case, people):
    """A machine on one case; each run begins where the case stands and is rolled back in the end."""
    asked = by_code(sections_for(case.edition.pack.form, case.variant))
    chosen = {}
    for code, definition in asked.items():
        if definition.type in TYPED and sum(d.type == definition.type for d in chosen.values()) < 2:
            chosen[code] = definition
    table = next(f for f in asked.values() if f.type == "table" and f.columns[0].type == "text")
    edits = st.fixed_dictionaries(
        {}, optional={code: st.sampled_from(TYPED[f.type]) for code, f in chosen.items()}
    ).filter(bool)
    who = st.sampled_from([0, 1])

    class Engine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            draft = fresh(case).draft
            self.pages = [Page(person, draft.version) for person in people]
            self.model = Model(dict(draft.answers), draft.version, dict(draft.field_versions))

        def teardown(self):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

        def expect(self, values, base):
            """What a save of ``values`` from ``base`` does to the model: the fields in conflict."""
            model = self.model
            changed = {c: v for c, v in values.items() if model.answers.get(c) != v}
            conflicts = {c for c in changed if model.changed_at.get(c, 0) > base}
            accepted = {c: v for c, v in changed.items() if c not in conflicts}
            if accepted:
                model.version += 1
                model.answers |= accepted
                model.changed_at |= dict.fromkeys(accepted, model.version)
            return conflicts

        def saved(self, page, save, values, refused_fields=()):
            """Save and compare; what the page is told makes it as new as the draft."""
            base = page.version
            if self.model.state not in {"draft", "returned"}:
                with pytest.raises(Refused), transaction.atomic():
                    save(base)
                return
            before = dict(self.model.changed_at)
            conflicts = self.expect(values, base)
            told = save(base)
            assert told.version == self.model.version
            assert set(told.conflicts) == conflicts
            # what others wrote since is told, so the page is as new as the version it is given
            newer = {c for c, v in before.items() if v > base and c not in values}
            assert set(told.others) == newer
            for code, value in {**told.conflicts, **told.others}.items():
                assert value == self.model.answers.get(code)
            for code in refused_fields:
                assert code in told.errors
            page.version = told.version

        @rule(person=who, edit=edits)
        def type(self, person, edit):
            page = self.pages[person]
            values = {code: value for code, (_, value) in edit.items() if value is not MALFORMED}
            refused = [code for code, (_, value) in edit.items() if value is MALFORMED]
            texts = {code: [text] for code, (text, _) in edit.items()}
            self.saved(
                page,
                lambda base: save_typed(case.pk, by=page.person, texts=texts, base_version=base),
                values,
                refused,
            )

        @rule(person=who, code=st.sampled_from(sorted(chosen)), behind=st.integers(0, 5))
        def send_what_was_kept_offline(self, person, code, behind):
            """A field typed on an older version than the rest of the page is held against that one."""
            page = self.pages[person]
            text, value = TYPED[chosen[code].type][0]
            older = max(0, page.version - behind)
            if self.model.state not in {"draft", "returned"}:
                return
            clash = self.model.changed_at.get(code, 0) > older and self.model.answers.get(code) != value
            self.expect({code: value}, older)
            told = save_typed(
                case.pk, by=page.person, texts={code: [text]}, base_version=page.version, bases={code: older}
            )
            assert (code in told.conflicts) == clash
            page.version = told.version

        @rule(person=who, rows=st.lists(st.sampled_from(["甲", "乙", "丙"]), max_size=4))
        def fill_the_table(self, person, rows):
            page = self.pages[person]
            first = table.columns[0].code
            blank = {column.code: None for column in table.columns}
            value = [blank | {first: text} for text in rows] or None
            texts = {table.code: [""]} | {f"{table.code}-{n}-{first}": [t] for n, t in enumerate(rows)}
            self.saved(
                page,
                lambda base: save_typed(case.pk, by=page.person, texts=texts, base_version=base),
                {table.code: value},
            )

        @rule(person=who)
        def send_nonsense(self, person):
            page = self.pages[person]
            texts = {"no_such_field": ["x"], f"{table.code}-99999-x": ["y"], "": ["z"]}
            self.saved(
                page,
                lambda base: save_typed(case.pk, by=page.person, texts=texts, base_version=base),
                {},
                ["no_such_field"],
            )

        @rule(person=who)
        def reload(self, person):
            self.pages[person].version = fresh(case).draft.version

        @rule()
        def submit(self):
            if self.model.state not in {"draft", "returned"}:
                return
            try:
                with transaction.atomic():
                    revision = submit(fresh(case), by=people[0])
            except Refused:
                return  # not complete: nothing has changed, as the invariant says
            self.model.revisions.append(dict(self.model.answers))
            computed = set(revision.answers) - set(self.model.answers)
            assert all(asked[code].type == "computed" for code in computed)
            self.model.state = "in_review"

        @precondition(lambda self: self.model.state == "in_review")
        @rule()
        def withdraw(self):
            withdraw(fresh(case), by=people[0])
            self.model.state = fresh(case).state
            assert self.model.state in {"draft", "returned"}

        @precondition(lambda self: self.model.state == "in_review")
        @rule()
        def return_it(self):
            due = clock.today() + timedelta(days=10)
            return_for_changes(fresh(case), by=officer(CITY), reason="请补充", due=due)
            self.model.state = "returned"

        @rule()
        def mend(self):
            """Put the first person's answers back to those that pass, so that submitting is reached."""
            if self.model.state not in {"draft", "returned"}:
                return
            self.expect(complete, self.model.version)
            save_draft(fresh(case), by=people[0], changes=complete, base_version=self.model.version)

        @invariant()
        def everything_acknowledged_is_kept(self):
            now = fresh(case)
            assert now.state == self.model.state
            assert now.draft.version == self.model.version
            kept = {c: v for c, v in now.draft.answers.items() if v is not None}
            assert kept == {c: v for c, v in self.model.answers.items() if v is not None}
            for revision, answers in zip(now.revisions.all(), self.model.revisions, strict=True):
                frozen = {c: v for c, v in revision.answers.items() if c in answers}
                assert frozen == answers

    complete = dict(fresh(case).draft.answers)
    return Engine


@pytest.mark.django_db
def test_every_sequence_keeps_what_was_acknowledged(world):
    school = unit()
    case = filled(school)
    people = [leader(school), filler(school)]
    run_state_machine_as_test(
        engine(case, people),
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
