"""Files are quarantined until clamd says they are clean; a real one is asked."""

import pytest

from tests.core.clamav import EICAR, clamd_socket
from tests.factory import draft, filled, leader, on, pdf, refusal, unit
from tests.world import DAY
from tongchou.applications import queries
from tongchou.applications.evidence import attach
from tongchou.core import files
from tongchou.core.files import scan
from tongchou.core.models import AuditRecord, StoredFile
from tongchou.designations.actions import submit

__all__ = ["clamd_socket"]
S = StoredFile.State


@pytest.fixture(autouse=True)
def _folder(db, settings, tmp_path):
    settings.FILES = tmp_path


@pytest.fixture
def scanner(settings, clamd_socket):
    settings.CLAMD = str(clamd_socket)


def infected_pdf() -> bytes:
    """A valid PDF that carries the test virus."""
    return pdf(2).replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")


def test_without_a_scanner_a_file_is_usable_at_once():
    assert files.store(pdf()).state == S.USABLE


def test_a_clean_file_waits_and_is_then_usable(scanner):
    kept = files.store(pdf())
    assert kept.state == S.CHECKING
    assert scan.scan_pending() == 1
    kept.refresh_from_db()
    assert kept.state == S.USABLE
    assert kept.scanned_at is not None
    assert scan.scan_pending() == 0
    assert AuditRecord.objects.get(action="scan_file").data == {"sha256": kept.sha256, "found": ""}


def test_an_infected_file_is_named_kept_away_and_refused_when_it_comes_again(scanner):
    kept = files.store(infected_pdf())
    assert scan.scan_pending() == 1
    kept.refresh_from_db()
    assert (kept.state, kept.virus) == (S.INFECTED, "Test.Eicar.UNOFFICIAL")
    refused = refusal(files.store, infected_pdf())
    assert refused.code == "file"
    assert "Test.Eicar" in refused.denied.reason


def test_a_large_file_goes_to_the_scanner_in_pieces(scanner, tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        for _ in range(40):
            file.write(b"\0" * 2**20)
        file.write(EICAR)
    assert scan.scan(path).startswith("Test.Eicar")


@pytest.mark.parametrize("where", ["/nowhere/clamd", "127.0.0.1:9"])
def test_while_the_scanner_is_away_files_stay_quarantined_and_are_scanned_when_it_is_back(
    settings, where, clamd_socket
):
    settings.CLAMD = where
    kept = files.store(pdf())
    assert scan.scan_pending() == 0
    kept.refresh_from_db()
    assert kept.state == S.CHECKING
    settings.CLAMD = str(clamd_socket)
    assert scan.scan_pending() == 1
    kept.refresh_from_db()
    assert kept.state == S.USABLE


def test_what_the_platform_made_itself_is_not_scanned(scanner):
    assert files.store(pdf(), ours=True).state == S.USABLE


def test_a_case_is_not_submitted_before_its_files_are_clean(world, scanner):
    case = filled(unit())
    by = leader(case.unit)
    StoredFile.objects.update(state=S.USABLE)
    attach(case, by=by, field="plan_file", upload=pdf(7), name="新方案.pdf")
    with on(DAY.year, DAY.month, DAY.day):
        refused = refusal(submit, case, by=by)
        assert "“新方案.pdf”还在检查" in refused.fields["plan_file"]
        scan.scan_pending()
        assert submit(case, by=by).number == 1


def test_an_infected_file_is_named_where_it_keeps_a_case_from_being_submitted(world, scanner):
    case = draft(unit())
    attach(case, by=leader(case.unit), field="plan_file", upload=infected_pdf(), name="方案.pdf")
    scan.scan_pending()
    found = [f.message for f in queries.look(case, {}).findings if f.field == "plan_file" and f.blocks]
    assert any("“方案.pdf”检出病毒“Test.Eicar.UNOFFICIAL”" in message for message in found)
