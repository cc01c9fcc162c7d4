import pytest
from django.db import DatabaseError, connection, transaction

from tongchou.core import audit, clock
from tongchou.core.models import AuditRecord, StoredFile

pytestmark = pytest.mark.django_db


def _record(count):
    thing = StoredFile.objects.create(
        sha256="a" * 64, size=1, media_type="application/pdf", stored_at=clock.now()
    )
    for number in range(count):
        audit.record("try", thing, by=None, number=number)


def test_sealed_chain_holds(monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    _record(5)
    assert audit.seal_pending() == 5
    found = audit.verify()
    assert found.ok
    assert (found.seals, found.sealed, found.unsealed) == (3, 5, 0)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_auditrecord SET action='other'",
        "DELETE FROM core_auditrecord",
        "UPDATE core_auditrecord SET seal_id=NULL",
    ],
)
def test_the_database_refuses_to_change_a_record(change):
    _record(1)
    audit.seal_pending()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert audit.verify().ok


def test_a_record_changed_behind_the_guard_is_found():
    _record(3)
    audit.seal_pending()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditrecord DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE core_auditrecord SET data='{\"number\": 9}' WHERE id=(SELECT min(id) FROM core_auditrecord)"
        )
        cursor.execute("ALTER TABLE core_auditrecord ENABLE TRIGGER USER")
    found = audit.verify()
    assert not found.ok
    assert "第 1 号封存" in found.fault
    assert AuditRecord.objects.count() == 3
