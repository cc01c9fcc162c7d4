"""The demo's sample data go into an empty database, or one that a killed demo left half-loaded; never onto real data."""

import pytest

from tests import factory as f
from tongchou.orgs.models import Unit
from tongchou.rehearsal import demo


@pytest.fixture
def flushed(monkeypatch):
    calls = []
    monkeypatch.setattr(demo, "call_command", lambda name, **_: calls.append(name))
    return calls


def test_an_empty_database_needs_no_clearing(db, flushed):
    demo._clear(lambda _: None)
    assert flushed == []


def test_what_a_killed_demo_left_goes(world, flushed):
    f.unit()
    Unit.objects.update(rehearsal=True)
    said = []
    demo._clear(said.append)
    assert flushed == ["flush"]
    assert "interrupted" in said[0]


def test_one_real_unit_is_enough_to_refuse(world, flushed):
    f.unit()
    f.unit()
    Unit.objects.filter(pk=Unit.objects.first().pk).update(rehearsal=True)
    with pytest.raises(demo.RealData, match=r"not the demo's\. Nothing was changed"):
        demo._clear(lambda _: None)
    assert flushed == []


def test_one_killed_before_the_first_unit_goes_too(world, flushed):
    f.officer()
    demo._clear(lambda _: None)
    assert flushed == ["flush"]


def test_people_with_an_address_of_their_own_are_real(world, flushed):
    person = f.officer()
    person.email = "somebody@example.net"
    person.save()
    with pytest.raises(demo.RealData):
        demo._clear(lambda _: None)


def test_the_password_is_random_kept_and_private(tmp_path, settings):
    settings.DATA = tmp_path
    first = demo._password()
    assert demo._password() == first
    assert (tmp_path / "demo-password").stat().st_mode & 0o077 == 0
    (tmp_path / "demo-password").unlink()
    assert demo._password() != first
