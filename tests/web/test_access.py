"""Deny first: every address asks an anonymous visitor to log in, but for those named here."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factory import CITY, leader, officer, submitted, unit

PUBLIC = {
    "public:home",
    "public:tasks",
    "public:task",
    "public:task_file",
    "public:documents",
    "public:lists",
    "public:list",
    "public:list_file",
    "public:check",
    "public:notices",
    "public:notice",
    "public:object",
    "public:objection",
    "public:bulletins",
    "public:bulletin",
    "public:bulletin_file",
    "public:data",
    "public:reports",
    "public:report",
    "public:report_file",
    "public:register",
    "public:places",
    "account:invitation",
    "api:api-root",  # nothing stands there
    "api:openapi-json",  # what the interface offers; all of it asks for a token
    "set_language",
    "demo_clock",
    # allauth's own entrance pages
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "mfa_authenticate",
    "mfa_trust",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
}
SAMPLE = {"int": 1, "slug": "x", "str": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(patterns=None, names=(), kwargs=None):
    """Every named address with sample arguments."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        converters = {
            name: SAMPLE.get(type(c).__name__.replace("Converter", "").lower().replace("string", "str"), 1)
            for name, c in pattern.pattern.converters.items()
        }
        found = {**(kwargs or {}), **converters}
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern.url_patterns, inner, found)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join((*names, pattern.name)), found, pattern


def sampled(name, kwargs, pattern):
    groups = pattern.pattern.regex.groupindex
    return reverse(name, kwargs={**{g: "x-x" if g == "key" else "x" for g in groups}, **kwargs})


ALL = sorted(((n, k, p) for n, k, p in addresses()), key=lambda row: row[0])


def test_the_public_set_names_only_what_exists():
    known = {name for name, _kwargs, _pattern in ALL}
    assert {name for name in PUBLIC if not name.startswith(("account_", "mfa_"))} <= known


@pytest.mark.parametrize("name, kwargs, pattern", ALL, ids=[row[0] for row in ALL])
def test_an_anonymous_visitor_is_sent_to_the_login(client, world, name, kwargs, pattern):
    if name in PUBLIC:
        return
    address = sampled(name, kwargs, pattern)
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in {302, 401, 405} or (
            answer.status_code == 403 and name.startswith("api")
        ), (name, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/account/login/"), (name, answer["Location"])


def test_pages_carry_the_policy_and_no_inline_script_or_style(client, world):
    answer = client.get("/")
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    page = answer.content.decode()
    assert "style=" not in page
    assert "onclick" not in page
    assert "<script>" not in page


def test_a_page_outside_the_scope_is_not_there(client, world):
    case = submitted(unit())
    client.force_login(leader(unit()))
    for name in ("application", "fill", "submit", "save", "pdf"):
        address = reverse(f"unit:{name}", args=[case.pk])
        assert client.post(address, "{}", content_type="application/json").status_code == 404, name


def test_evidence_is_read_by_its_unit_and_the_authorities_above(client, world):
    school = unit()
    proof = submitted(school).evidence.first()
    address = reverse("evidence", args=[proof.pk])
    for person, status in (
        (leader(school), 200),
        (officer(CITY), 200),
        (officer("220200"), 403),
        (leader(unit()), 403),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status, person


def test_evidence_is_served_harmlessly(client, world):
    school = unit()
    proof = submitted(school).evidence.first()
    client.force_login(leader(school))
    answer = client.get(reverse("evidence", args=[proof.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
