"""`tongchou serve`: the web processes and the worker of the task queue, kept running together."""

import errno
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import click

from tongchou.cli import assets, db
from tongchou.cli.supervise import Child, Supervisor, command

# A slow upload occupies a thread until its piece is read; it holds no database connection meanwhile. settings.BODY_SLOTS
# of them may do so at once, the others stay for pages.
THREADS = 96


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes; one for each core.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the platform: web, task queue and, without DATABASE_URL, the embedded database."""
    refuse_taken_port(host, port, "tongchou serve --port")
    children = start_database(click.echo)
    db.setup_django()
    if missing := db.check_database():
        raise db.DatabaseRefusal(
            f"The database lacks {len(missing)} migrations. Make a backup, then run `tongchou migrate`."
        )
    assets.build(click.echo)
    assets.collect(click.echo)
    supervisor = Supervisor([*children, web(host, port, workers), worker()])
    supervisor.run(when_started=lambda: _announce(supervisor, host, port))


def start_database(echo: Callable[[str], Any]) -> list[Child]:
    """Start the embedded database unless another is meant; it becomes our child if it was not running."""
    if not db.embedded_is_meant():
        return []
    cluster = db.embedded()
    echo("Starting PostgreSQL")
    process = cluster.start(echo=echo)

    def restart() -> subprocess.Popen[bytes]:
        again = cluster.start(echo=echo)
        if again is None:
            raise click.ClickException("Another process has started the database")
        return again

    return [] if process is None else [Child("database", restart, signal.SIGINT, process)]


def web(host: str, port: int, workers: int) -> Child:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(THREADS),
        "--workers-kill-timeout": "15",
        "--log-level": "error",
    }
    flat = [word for pair in options.items() for word in pair]
    return command(
        "web server",
        sys.executable,
        "-m",
        "granian",
        *flat,
        "--respawn-failed-workers",
        "--no-ws",
        "tongchou.wsgi:application",
    )


def worker() -> Child:
    return command("worker", sys.executable, "-m", "tongchou.cli.main", "manage", "procrastinate", "worker")


def refuse_taken_port(host: str, port: int, how_to_choose: str) -> None:
    """Before anything is started: is the port free?"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise click.ClickException(
                    f"Port {port} of {host} is taken by another program. Choose another port: {how_to_choose}{port + 1}"
                ) from error
            raise click.ClickException(f"Port {port} of {host} cannot be used: {error.strerror}") from error


def wait_until_it_answers(supervisor: Supervisor, host: str, port: int, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not supervisor.asked_to_stop and time.monotonic() < deadline:
        supervisor.keep_alive()
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers; what it says is another matter
        except OSError:
            time.sleep(0.1)
    return False


def _announce(supervisor: Supervisor, host: str, port: int) -> None:
    if wait_until_it_answers(supervisor, host, port):
        click.echo(f"Serving on http://{host}:{port}/ (Ctrl-C stops it)")
