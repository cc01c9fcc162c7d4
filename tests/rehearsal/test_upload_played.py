"""The worker plays an uploaded version in a database of its own, and keeps what came of it or why nothing did."""

import psycopg
import pytest
from django.conf import settings as configured

from tests.programmes.small_pack import Pack, make_places
from tests.programmes.uploading import administrator, upload
from tongchou.core.access import Refused
from tongchou.orgs.models import Jurisdiction, Unit
from tongchou.programmes import trials
from tongchou.programmes.actions import load_pack
from tongchou.programmes.release_models import PackRehearsal
from tongchou.rehearsal import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(tmp_path, db):
    """A changed version of the small pack, uploaded; the administrator stands in ``by``."""
    make_places()
    pack = Pack(tmp_path / "small")
    load_pack(pack.write())
    pack.programme["version"] = "2"
    pack.task["conditions"][0]["text"] = "面积足够"
    mine = administrator()
    return upload(pack, by=mine), mine


@pytest.fixture
def asked(version):
    kept, mine = version
    return trials.ask_rehearsal(kept, place=Jurisdiction.objects.get(pk="220000"), units=5, by=mine)


@pytest.fixture
def _no_database_left():
    yield
    name = f"{configured.DATABASES['default']['NAME'][:45]}_pack_rehearsal"
    options = configured.DATABASES["default"]
    with psycopg.connect(
        host=options["HOST"],
        port=options["PORT"] or None,
        user=options["USER"],
        password=options["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def fresh(rehearsal):
    return PackRehearsal.objects.get(pk=rehearsal.pk)


def test_it_waits_for_the_worker_by_name(asked):
    from procrastinate.contrib.django.models import ProcrastinateJob

    job = ProcrastinateJob.objects.get(task_name=trials.TASK)
    assert job.args == {"rehearsal": asked.pk}
    assert fresh(asked).state == "waiting"


@pytest.mark.slow
@pytest.mark.usefixtures("_no_database_left")
def test_it_is_played_with_the_version_and_nothing_real_is_touched(asked):
    tasks.play_upload(asked.pk)
    done = fresh(asked)
    assert done.state == "done", done.message
    assert any("注册与核验" in line for line in done.progress)
    titles = [table["title"] for table in done.tables]
    assert titles[0].startswith("申报与认定（small，220000")
    assert titles[-1].startswith("审计链：完好")
    assert all(len(row) == len(table["head"]) for table in done.tables for row in table["rows"])
    assert not Unit.objects.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("_no_database_left")
def test_why_it_came_to_nothing_is_kept(asked):
    PackRehearsal.objects.filter(pk=asked.pk).update(tasks=[99])
    tasks.play_upload(asked.pk)
    failed = fresh(asked)
    assert failed.state == "failed"
    assert "no task 99" in failed.message


def test_one_that_was_stopped_is_not_begun(asked):
    trials.stop_rehearsal(asked, by=asked.asked_by)
    tasks.play_upload(asked.pk)
    stopped = fresh(asked)
    assert stopped.state == "failed"
    assert "停止" in stopped.message
    assert stopped.progress == []


def test_one_that_is_stopped_while_it_runs_ends(asked, monkeypatch):
    said = "import time\nprint('one', flush=True)\nprint('two', flush=True)\ntime.sleep(60)"
    monkeypatch.setattr(
        tasks, "_command", lambda *_: ["python3", "-c", f"import sys; sys.stdout = sys.stderr\n{said}"]
    )
    heard = []

    def note(rehearsal, line):
        heard.append(line)
        if line == "one":
            trials.stop_rehearsal(rehearsal, by=asked.asked_by)
        return PackRehearsal.objects.filter(pk=rehearsal.pk, state="running").exists()

    monkeypatch.setattr(trials, "note", note)
    tasks.play_upload(asked.pk)
    assert heard == ["one"]
    assert "停止" in fresh(asked).message


@pytest.mark.parametrize(
    "given, code", [({"units": 4}, "form"), ({"units": 501}, "form"), ({"place": "220100"}, "form")]
)
def test_what_cannot_be_asked(version, given, code):
    kept, mine = version
    given = {"units": 5, "place": "220000"} | given
    with pytest.raises(Refused) as refused:
        trials.ask_rehearsal(
            kept, place=Jurisdiction.objects.get(pk=given["place"]), units=given["units"], by=mine
        )
    assert refused.value.code == code
    assert refused.value.fields


def test_one_at_a_time_for_a_version(asked):
    with pytest.raises(Refused, match="正在演练"):
        trials.ask_rehearsal(asked.upload, place=asked.place, units=5, by=asked.asked_by)
