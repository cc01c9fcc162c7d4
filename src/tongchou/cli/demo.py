"""`tongchou demo`: the whole platform with sample data, from nothing, on one machine, for trying it."""

import fcntl
import os
import shutil
from typing import IO, TYPE_CHECKING

import click

from tongchou.cli import assets, db, serve
from tongchou.cli.supervise import Supervisor
from tongchou.paths import data_dir

if TYPE_CHECKING:
    from tongchou.rehearsal.demo import SampleAccount  # imports models, so only after django.setup()

HOST = "127.0.0.1"


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin afresh.")
def demo(port: int, reset: bool) -> None:
    """Try the platform: everything is set up, and sample accounts are printed."""
    os.environ["TONGCHOU_DEMO"] = "1"
    with lock(port):
        serve.refuse_taken_port(HOST, port, "make demo PORT=")
        if reset:
            start_afresh()
        assets.build(click.echo)
        children = serve.start_database(click.echo)
        supervisor = Supervisor(children)
        try:
            accounts = prepare()
        except BaseException:
            supervisor.stop_all()
            raise
        supervisor.children += [serve.web(HOST, port, workers=2), serve.worker()]
        supervisor.run(when_started=lambda: announce(supervisor, port, accounts))


def lock(port: int) -> IO[str]:
    """One demo for each data directory. The kernel drops the lock with the process, however it ends."""
    data = data_dir()
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    holder = (data / "demo.lock").open("a+")
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder.seek(0)
        raise click.ClickException(
            f"A demo is running on these data already: {holder.read().strip()}. "
            "Use that one, or stop it; or set TONGCHOU_DATA to another directory, and PORT to another port."
        ) from error
    holder.truncate(0)
    holder.write(f"http://{HOST}:{port}/ (process {os.getpid()})\n")
    holder.flush()
    return holder


def start_afresh() -> None:
    """Only what the demo made: a database that DATABASE_URL names is somebody's own."""
    if not db.embedded_is_meant():
        raise click.ClickException(
            "RESET clears the demo's own database, but DATABASE_URL names another. Nothing was changed. "
            "Unset DATABASE_URL, or empty that database yourself."
        )
    click.echo("Throwing the old data away")
    db.embedded().destroy()
    for name in ("files", "mail"):
        shutil.rmtree(data_dir() / name, ignore_errors=True)
    (data_dir() / "demo-clock").unlink(missing_ok=True)


def prepare() -> list["SampleAccount"]:
    """Tables, packs, sample people; what is there already stays."""
    db.setup_django()
    from django.db import connection

    from tongchou.rehearsal.demo import RealData, load

    if db.check_database():
        click.echo("Making the tables")
    db.bring_up_to_date()
    assets.collect(click.echo)
    try:
        accounts = load(click.echo)
    except RealData as error:
        raise click.ClickException(str(error)) from error
    connection.close()
    return accounts


def announce(supervisor: Supervisor, port: int, accounts: list["SampleAccount"]) -> None:
    click.echo("Starting the web server and the worker")
    if not serve.wait_until_it_answers(supervisor, HOST, port):
        return
    click.echo(f"\n统筹 Tongchou is ready: http://{HOST}:{port}/   (Ctrl-C stops it, the data stay)\n")
    for account in accounts:
        click.echo(f"  {account.who}\n      {account.username} / {account.password}    {account.try_first}")
