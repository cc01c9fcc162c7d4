"""What the description says of every address is what the address does, whatever it is asked."""

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings

from tests.factory import leader, submitted, unit
from tongchou.orgs import tokens

CHECKS = (  # not the content type: to a form that cannot be read at all Django itself answers, in HTML
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.response_schema_conformance,
)


@pytest.fixture
def described(world):
    """The application as a server runs it, but that it keeps the test's connection, as Django's own client does."""
    from tongchou.wsgi import application

    ends = (signals.request_started, signals.request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture
def bearer(world):
    """A leader with a submitted case, who can reach every address."""
    school = unit()
    submitted(school)
    return tokens.make_token(by=leader(school), name="试", days=1)[1]


def test_every_address_does_what_is_said_of_it(described, bearer):
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 18
    for operation in operations:

        @settings(max_examples=2, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def tried(case):
            case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"}, checks=CHECKS)

        tried()
