"""Invitations into a unit, handing over, removing; a unit is never without a leader, and nobody shares an account."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection

from tests import factory as f
from tests.factory import refusal
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.orgs import actions as orgs
from tongchou.orgs import inviting, queries
from tongchou.orgs.invitation_models import Invitation
from tongchou.orgs.models import Membership, Person
from tongchou.orgs.scopes import actor
from tongchou.outbox.letters import deliver_letters
from tongchou.outbox.models import Letter, Message


def page(token):
    return f"https://example.org/me/invitations/{token}/"


def invited(unit, **given):
    given = {"role": "filler", "name": "受邀人", "email": ""} | given
    return orgs.invite(unit, by=f.leader(unit), page=page, **given)


NEW = {
    "username": "shouyao",
    "name": "受邀人",
    "email": "new@example.org",
    "password": "a-long-enough-password-7",
}


def roles(person, unit):
    return set(
        Membership.objects.filter(person=person, unit=unit, active=True).values_list("role", flat=True)
    )


# ---------------------------------------------------------------- inviting


@pytest.mark.parametrize("role", ["filler", "reviewer", "leader"])
def test_an_invitation_is_mailed_and_a_new_person_accepts_it_with_a_name_and_password_of_their_own(
    world, role
):
    school = f.unit(name="长春甲校")
    invitation, token = invited(school, role=role, email="New@Example.org ")
    assert deliver_letters() == 1
    assert mail.outbox[0].to == ["new@example.org"]
    assert page(token) in mail.outbox[0].body
    assert not Letter.objects.exists()

    person = orgs.accept_as_new(token, **NEW | {"email": "another@example.org"})
    assert person.email == "new@example.org"  # the invitation's, whatever was typed
    assert person.check_password(NEW["password"])
    assert roles(person, school) == {role}
    invitation.refresh_from_db()
    assert invitation.accepted_by == person
    assert f.audited(invitation) == ["invite", "accept_as_new"]
    assert Message.objects.filter(to=f.leader(school), subject="受邀人已接受邀请").exists()


def test_the_token_is_nowhere_kept(world):
    invitation, token = invited(f.unit(), email="new@example.org")
    deliver_letters()
    assert invitation.token_sha256 == inviting.digest_of(token)
    kept = str(list(Invitation.objects.values())) + str(list(AuditRecord.objects.values()))
    assert token not in kept
    assert len(token) >= 40


def test_one_without_an_e_mail_is_mailed_to_nobody_and_asks_for_one(world):
    _, token = invited(f.unit())
    assert not Letter.objects.exists()
    assert orgs.accept_as_new(token, **NEW).email == "new@example.org"


def test_whoever_has_an_account_accepts_with_it(world):
    school, person = f.unit(), f.nobody()
    _, token = invited(school, role="reviewer", email=person.email)
    assert orgs.accept_invitation(token, by=person).role == "reviewer"
    assert roles(person, school) == {"reviewer"}
    assert actor(person).in_unit(school.pk)


def test_an_invitation_serves_once(world):
    _, token = invited(f.unit())
    orgs.accept_as_new(token, **NEW)
    assert refusal(orgs.accept_invitation, token, by=f.nobody()).code == "invitation"
    again = NEW | {"username": "other", "email": "other@example.org"}
    assert refusal(orgs.accept_as_new, token, **again).code == "invitation"


def test_a_role_that_was_ended_is_given_again_by_an_invitation(world):
    school = f.unit()
    person = f.filler(school)
    orgs.remove_member(school, person=person, by=f.leader(school))
    _, token = invited(school, email=person.email)
    orgs.accept_invitation(token, by=person)
    assert roles(person, school) == {"filler"}


def test_it_expires_after_seven_days(world):
    school = f.unit()
    _, token = invited(school)
    now = clock.now()
    with clock.at(now + timedelta(days=7) - timedelta(seconds=1)):
        assert inviting.find(token)
    with clock.at(now + timedelta(days=7)):
        refused = refusal(orgs.accept_as_new, token, **NEW)
        assert refused.code == "invitation"
        assert not queries.open_invitations(school).exists()
        assert queries.invitations(school).count() == 1
    assert not Person.objects.filter(username="shouyao").exists()


def test_one_sent_again_has_a_new_token_and_seven_new_days(world):
    invitation, token = invited(f.unit(), email="new@example.org")
    with clock.at(clock.now() + timedelta(days=8)):
        _, again = orgs.resend_invitation(invitation, by=invitation.invited_by, page=page)
        assert refusal(inviting.find, token).code == "invitation"
        assert inviting.find(again) == invitation
    assert Letter.objects.count() == 2


def test_one_taken_back_is_void_and_is_not_taken_back_twice(world):
    invitation, token = invited(f.unit())
    orgs.revoke_invitation(invitation, by=invitation.invited_by)
    assert refusal(orgs.accept_as_new, token, **NEW).code == "invitation"
    assert refusal(orgs.revoke_invitation, invitation, by=invitation.invited_by).code == "state"
    assert refusal(orgs.resend_invitation, invitation, by=invitation.invited_by, page=page).code == "state"


def test_one_that_was_accepted_is_neither_sent_again_nor_taken_back(world):
    invitation, token = invited(f.unit())
    orgs.accept_as_new(token, **NEW)
    assert refusal(orgs.resend_invitation, invitation, by=invitation.invited_by, page=page).code == "state"
    assert refusal(orgs.revoke_invitation, invitation, by=invitation.invited_by).code == "state"


def test_a_token_that_was_never_given_is_refused_in_the_same_words_as_an_old_one(world):
    invitation, token = invited(f.unit())
    orgs.revoke_invitation(invitation, by=invitation.invited_by)
    assert str(refusal(inviting.find, token)) == str(refusal(inviting.find, "no-such-token"))


def test_an_invitation_to_an_e_mail_is_for_that_account_alone(world):
    _, token = invited(f.unit(), email="new@example.org")
    assert refusal(orgs.accept_invitation, token, by=f.nobody()).code == "scope"


def test_a_closed_account_accepts_nothing_and_whoever_has_the_role_is_told(world):
    school, person = f.unit(), f.nobody()
    _, token = invited(school)
    person.is_active = False
    assert refusal(orgs.accept_invitation, token, by=person).code == "role"
    assert refusal(orgs.accept_invitation, token, by=f.filler(school)).code == "state"


def test_nothing_tells_whether_an_e_mail_has_an_account(world):
    """Inviting and the refusal of a new account say the same for a known e-mail; the person is still not doubled."""
    school, known = f.unit(), f.nobody()
    a, _ = invited(school, email=known.email)
    b, _token = invited(school, email="unknown@example.org")
    assert (a.accepted_at, a.role) == (b.accepted_at, b.role)
    _, to_known = invited(school, email=known.email)
    refused = refusal(orgs.accept_as_new, to_known, **NEW)
    assert refused.fields == {}
    assert "邮箱" not in str(refused)
    assert known.email not in str(refused)
    assert Person.objects.filter(email=known.email).count() == 1


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"role": "officer"}, "role"),
        ({"role": ""}, "role"),
        ({"name": " "}, "name"),
        ({"name": "名" * 61}, "name"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_faulty_invitation_is_named(world, wrong, field):
    assert list(refusal(invited, f.unit(), **wrong).fields) == [field]
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"username": "有 空格"}, "username"),
        ({"password": "12345678"}, "password"),
        ({"name": " "}, "person_name"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_faulty_new_account_is_named_and_the_invitation_stays_good(world, wrong, field):
    _, token = invited(f.unit())
    if field == "email":  # said without the field: it might tell of an account
        assert refusal(orgs.accept_as_new, token, **NEW | wrong).code == "form"
    else:
        assert field in refusal(orgs.accept_as_new, token, **NEW | wrong).fields
    assert orgs.accept_as_new(token, **NEW)


def test_a_unit_has_no_more_than_twenty_open_invitations(world):
    school = f.unit()
    for number in range(inviting.MOST_OPEN):
        invited(school, name=f"第{number}人")
    refused = refusal(invited, school)
    assert refused.code == "limit"
    orgs.revoke_invitation(queries.open_invitations(school).first(), by=f.leader(school))
    assert invited(school)
    with clock.at(clock.now() + timedelta(days=7)):  # those whose time is over don't count
        assert invited(school)


@pytest.mark.django_db(transaction=True)
def test_one_invitation_taken_by_many_at_once_makes_one_member(world):
    school = f.unit()
    _, token = invited(school)
    people = [f.nobody() for _ in range(4)]
    start = Barrier(len(people))

    def take(person) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            orgs.accept_invitation(token, by=person)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = [x.result() for x in [pool.submit(copy_context().run, take, p) for p in people]]
    assert sorted(outcomes) == ["done", "invitation", "invitation", "invitation"]
    assert Membership.objects.filter(unit=school, person__in=people, active=True).count() == 1


# ---------------------------------------------------------------- handing over, removing


@pytest.mark.parametrize("stay_as", ["", "filler", "reviewer"])
def test_leadership_is_handed_over_in_one_step(world, stay_as):
    school = f.unit()
    old, new = f.leader(school), f.filler(school)
    orgs.hand_over(school, to=new, by=old, stay_as=stay_as)
    assert roles(new, school) == {"filler", "leader"}
    assert roles(old, school) == ({stay_as} if stay_as else set())
    assert list(queries.leaders(school)) == [new]
    assert f.audited(school, "hand_over") == ["hand_over"]
    assert refusal(orgs.hand_over, school, to=old, by=old).code in {"role", "scope"}


def test_it_is_handed_only_to_one_of_the_unit_s_own_people_in_use_and_not_to_oneself(world):
    school = f.unit()
    leads = f.leader(school)
    assert refusal(orgs.hand_over, school, to=f.nobody(), by=leads).code == "member"
    closed = f.filler(school)
    Person.objects.filter(pk=closed.pk).update(is_active=False)
    assert refusal(orgs.hand_over, school, to=closed, by=leads).code == "member"
    assert refusal(orgs.hand_over, school, to=leads, by=leads).code == "self"
    assert (
        "stay_as" in refusal(orgs.hand_over, school, to=f.filler(school), by=leads, stay_as="officer").fields
    )
    assert list(queries.leaders(school)) == [leads]


def test_a_member_is_removed_and_keeps_account_and_drafts(world):
    school = f.unit()
    person = f.filler(school)
    case = f.draft(school)
    f.applications.save_draft(case, by=person, changes={"project_name": "甲"}, base_version=0)
    orgs.remove_member(school, person=person, by=f.leader(school))
    assert roles(person, school) == set()
    person.refresh_from_db()
    assert person.is_active
    assert f.fresh(case).draft.saved_by == person
    assert refusal(f.applications.save_draft, case, by=person, changes={}, base_version=1).code == "scope"
    assert refusal(orgs.remove_member, school, person=person, by=f.leader(school)).code == "member"


def test_a_unit_is_never_without_a_leader(world):
    school = f.unit()
    leads = f.leader(school)
    assert refusal(orgs.remove_member, school, person=leads, by=leads).code == "state"
    membership = Membership.objects.get(person=leads, unit=school, role="leader")
    assert refusal(orgs.end_role, membership, by=f.admin("security_admin")).code == "state"
    second = f.filler(school)
    orgs.grant_role(second, "leader", by=f.admin("security_admin"), unit=school)
    orgs.remove_member(school, person=leads, by=leads)
    assert list(queries.leaders(school)) == [second]


@pytest.mark.django_db(transaction=True)
def test_two_leaders_who_remove_each_other_at_once_leave_one(world):
    school = f.unit()
    first, second = f.leader(school), f.filler(school)
    orgs.grant_role(second, "leader", by=f.admin("security_admin"), unit=school)
    start = Barrier(2)

    def remove(by, person) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            orgs.remove_member(school, person=person, by=by)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        pairs = [(first, second), (second, first)]
        outcomes = [x.result() for x in [pool.submit(copy_context().run, remove, *p) for p in pairs]]
    assert outcomes.count("done") == 1, outcomes
    assert queries.leaders(school).count() == 1


def test_a_reviewer_belongs_to_the_unit_and_does_not_lead_it(world):
    school = f.unit()
    checks = f.reviewer(school)
    assert actor(checks).in_unit(school.pk)
    assert actor(checks).in_unit(school.pk, "reviewer")
    assert not actor(checks).in_unit(school.pk, "leader")
    assert refusal(invited_by, school, checks).code == "role"


def invited_by(unit, person):
    return orgs.invite(unit, by=person, role="filler", name="某人", email="", page=page)


def test_the_list_of_members_asks_as_often_for_many_as_for_one(world, django_assert_num_queries):
    school = f.unit()
    for count in (1, 3):
        with django_assert_num_queries(2):
            rows = [(p.name, [m.role for m in p.roles_here]) for p in queries.members(school)]
        assert len(rows) == count
        f.filler(school), f.reviewer(school)
