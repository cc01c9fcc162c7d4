"""A real clamd on a unix socket, with a database of our own: it knows one signature, that of the EICAR test file."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

# Written in two parts, so that no scanner takes this file for the test virus itself.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
MISSING = "clamd is missing; on Debian or Ubuntu: apt-get install clamav-daemon"


def _clamd() -> str | None:
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="session")
def clamd_socket(tmp_path_factory):
    """The path of the socket; clamd runs until the tests end."""
    program = _clamd()
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "ours.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    socket = folder / "s"
    settings = folder / "clamd.conf"
    settings.write_text(
        f"LocalSocket {socket}\nDatabaseDirectory {folder / 'db'}\nForeground yes\nStreamMaxLength 600M\n"
        f"MaxFileSize 600M\nMaxScanSize 600M\nTemporaryDirectory {folder}\nMaxThreads 2\n"
        f"LogFile {folder / 'log'}\n" + ("User root\n" if os.geteuid() == 0 else "")
    )
    process = subprocess.Popen(
        [program, f"--config-file={settings}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _wait(process, socket, folder / "log")
    yield socket
    process.terminate()
    process.wait(20)


def _wait(process: subprocess.Popen, socket: Path, log: Path) -> None:
    ends = time.monotonic() + 60
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > ends:
            pytest.fail(f"clamd did not start: {log.read_text() if log.exists() else 'no log'}")
        time.sleep(0.1)
