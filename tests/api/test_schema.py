"""What the description says of every address is what the address does, whatever it is asked."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.factory import leader, officer, submitted, unit
from tongchou.orgs import tokens

CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
)


@pytest.fixture
def described(world):
    from tongchou.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture
def bearer(world):
    """A leader with a draft and a submitted case, who can reach every address."""
    school = unit()
    submitted(school)
    return tokens.make_token(by=leader(school), name="试", days=1)[1]


@schema.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_address_does_what_is_said_of_it(case, bearer):
    case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"}, checks=CHECKS)
