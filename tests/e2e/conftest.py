"""The stage of the end-to-end tests: real places and packs, officers with passwords, the demo's clock at 1 August 2023."""

from datetime import date

import pytest
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def demo_server(settings, tmp_path, world):
    """A server of its own with the demo's clock; the shared ``live_server`` reads its middleware before we come."""
    from tongchou.web import demo_clock

    settings.DEMO = True
    settings.DATA = tmp_path
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tongchou.web.demo_clock.DemoClock"]
    demo_clock.set_to(date(2023, 8, 1))
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def officials():
    """The people of authorities, who log in with one password; units register by themselves."""
    from tests.e2e.stage import PASSWORD
    from tests.factory import CITY, NATION, PROVINCE, authority
    from tongchou.orgs import actions

    def install(role, place, username, name):
        return actions.install_person(
            username=username,
            name=name,
            email=f"{username}@example.org",
            password=PASSWORD,
            role=role,
            authority=authority(place),
        )

    def all_of_them():
        install("officer", CITY, "city", "市经办")
        install("officer", PROVINCE, "province", "省经办")
        install("officer", NATION, "ministry", "部经办")
        install("expert", PROVINCE, "expert1", "专家甲")
        install("expert", PROVINCE, "expert2", "专家乙")
        install("audit_admin", NATION, "audadmin", "审计员")

    return all_of_them


@pytest.fixture
def stage(demo_server, chromium, serious_faults, officials):
    """The stage with everyone installed."""
    from tests.e2e.stage import Stage

    officials()
    stage = Stage(demo_server.url, chromium, serious_faults)
    yield stage
    stage.close()
