import pytest
from django.urls import reverse

from tests import factory as f
from tongchou.core import audit, clock
from tongchou.core.models import AuditSeal
from tongchou.orgs.models import Membership, Person


def body(response):
    return response.content.decode()


GOOD = {"username": "xinren", "name": "新人", "email": "x@example.org", "password": "long-enough-pass-9"}


def test_create_an_account(seen):
    system = f.admin("system_admin")
    response = seen(system, reverse("admin:create"), **GOOD)
    person = Person.objects.get(username="xinren")
    assert response.url == reverse("admin:account", args=[person.pk])
    assert "xinren" in body(seen(system, reverse("admin:accounts") + "?q=新人"))
    assert "xinren" not in body(seen(system, reverse("admin:accounts") + "?active=no"))


@pytest.mark.parametrize(
    "given",
    [
        {"username": ""},
        {"username": "坏 名"},
        {"name": ""},
        {"email": "x"},
        {"password": "123"},
        {"password": ""},
    ],
)
def test_a_faulty_account_is_refused_at_its_field(seen, given):
    response = seen(f.admin("system_admin"), reverse("admin:create"), **GOOD | given)
    assert response.status_code == 422
    assert "tc-field-bad" in body(response)
    assert "long-enough-pass-9" not in body(response)
    assert not Person.objects.filter(email="x@example.org").exists()


def test_close_and_reopen(seen):
    system, person = f.admin("system_admin"), f.nobody()
    address = reverse("admin:account", args=[person.pk])
    seen(system, address, do="close")
    assert not Person.objects.get(pk=person.pk).is_active
    seen(system, address, do="reopen")
    assert Person.objects.get(pk=person.pk).is_active
    assert seen(system, address, do="delete").status_code == 404
    own = seen(system, reverse("admin:account", args=[system.pk]), do="close")
    assert "不能停用自己的账号" in body(own)


def test_grant_and_end_roles(seen):
    security, person, unit = f.admin("security_admin"), f.nobody(), f.unit()
    address = reverse("admin:person", args=[person.pk])
    seen(security, address, do="grant", role="officer", authority=f.authority(f.CITY).pk)
    seen(security, address, do="grant", role="filler", unit=unit.uscc)
    held = Membership.objects.filter(person=person, active=True)
    assert {m.role for m in held} == {"officer", "filler"}
    assert person.name in body(seen(security, reverse("admin:roles") + "?role=officer"))
    seen(security, address, do="end", membership=held.get(role="officer").pk)
    assert not held.filter(role="officer").exists()
    assert "已取消的角色" in body(seen(security, address))


@pytest.mark.parametrize(
    "post, status, words",
    [
        ({"do": "grant", "role": "officer"}, 422, "没有选择主管部门"),
        ({"do": "grant", "role": "filler", "unit": "没有"}, 422, "没有这个统一社会信用代码的单位"),
        ({"do": "end", "membership": "999999"}, 404, ""),
        ({"do": "end", "membership": "x"}, 404, ""),
        ({"do": "crown"}, 404, ""),
    ],
)
def test_a_faulty_grant(seen, post, status, words):
    response = seen(f.admin("security_admin"), reverse("admin:person", args=[f.nobody().pk]), **post)
    assert response.status_code == status
    assert words in body(response)


def test_nobody_grants_himself(seen):
    security = f.admin("security_admin")
    address = reverse("admin:person", args=[security.pk])
    response = seen(security, address, do="grant", role="officer", authority=f.authority(f.CITY).pk)
    assert "不能给自己授权" in body(response)


def test_the_log_is_filtered(seen):
    unit = f.unit()
    auditor = f.admin("audit_admin")
    log = reverse("admin:audit")
    assert unit.uscc in body(seen(auditor, log + "?action=register_unit"))
    assert unit.uscc not in body(seen(auditor, log + "?action=verify_unit"))
    assert unit.uscc in body(seen(auditor, log + f"?thing=unit&id={unit.pk}&on=2023-08-10"))
    assert unit.uscc not in body(seen(auditor, log + "?on=2023-08-11"))
    assert unit.uscc not in body(seen(auditor, log + "?on=昨天"))
    assert unit.uscc not in body(seen(auditor, log + "?who=没有此人"))


def test_the_chain_is_verified_on_demand(seen):
    f.unit()
    audit.seal_pending()
    auditor = f.admin("audit_admin")
    page = body(seen(auditor, reverse("admin:chain")))
    assert "审计链完整" not in page
    assert "审计链完整" in body(seen(auditor, reverse("admin:chain"), verify="1"))


def test_every_seal_is_counted_and_found(seen):
    now = clock.now()
    AuditSeal.objects.bulk_create(
        AuditSeal(number=n, first_record=n, last_record=n, count=1, previous="0", digest="0", sealed_at=now)
        for n in range(1000, 1051)
    )
    auditor, count = f.admin("audit_admin"), AuditSeal.objects.count()
    assert f"共 {count:,} 条" in body(seen(auditor, reverse("admin:chain")))
    assert "1000–1000" in body(seen(auditor, reverse("admin:chain") + "?page=2"))
