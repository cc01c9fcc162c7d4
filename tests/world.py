"""Fixtures: ``world`` gives a test the places of Jilin (and one city elsewhere) and the real packs, on a set clock.

They are loaded once a process through the real loaders, kept as PostgreSQL's own COPY text, and copied into each test's
transaction in a few milliseconds; so no test sees another's, and transactional tests get them too. What a test needs
besides, it makes with ``tests.factory``.
"""

import csv
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

PACKS = Path(__file__).parents[1] / "packs"
DAY = date(2023, 8, 10)  # every declaring window of 2023 is open


@dataclass(frozen=True)
class Snapshot:
    """The loaded rows, table by table; foreign keys are looked at in the end."""

    tables: list[tuple[str, str, bytes]]

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, columns, text in self.tables:
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(text)


def _places(folder: Path) -> Path:
    """The nation, the provinces, all of Jilin, and Taiyuan as a city of somebody else."""
    from tongchou.orgs.places import FILE, REGISTRATION, read

    source = PACKS / "jurisdictions-2023"
    paths = {code: place.path for code, place in read(source).items()}
    with (source / FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    kept = [
        row
        for row in rows[1:]
        if row[3] in {"nation", "province"} or "/220000/" in paths[row[0]] or row[0] == "140100"
    ]
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *kept])
    shutil.copy(source / REGISTRATION, folder)
    return folder


def _copy_out() -> list[tuple[str, str, bytes]]:
    """Every table that loading filled, but for the audit."""
    from django.apps import apps

    from tongchou.core.models import AuditRecord
    from tongchou.programmes.models import Quota

    models = [m for m in apps.get_models() if m._meta.app_label in {"orgs", "programmes"}]
    models.append(Quota.rounds.through)
    assert AuditRecord not in models
    tables = []
    with connection.cursor() as cursor:
        for model in models:
            if model.objects.exists():
                table = model._meta.db_table
                columns = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields)
                with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                    tables.append((table, columns, b"".join(bytes(block) for block in copy)))
    return tables


@pytest.fixture(scope="session")
def _loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    from tongchou.orgs.actions import load_jurisdictions
    from tongchou.programmes.actions import load_pack

    with django_db_blocker.unblock(), transaction.atomic():
        load_jurisdictions(_places(tmp_path_factory.mktemp("places")))
        load_pack(PACKS / "key-tasks-2023")
        snapshot = Snapshot(_copy_out())
        transaction.set_rollback(True)
    return snapshot


@pytest.fixture
def world(_loaded, db):
    """Places and packs are there; it is noon of :data:`DAY`."""
    from tongchou.core import clock

    _loaded.restore()
    with clock.at(DAY):
        yield
