"""What a killed worker leaves behind is taken up again."""

from itertools import count

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from tongchou.core import jobs
from tongchou.core.tasks import seal_audit

pytestmark = pytest.mark.django_db(transaction=True)
_NUMBERS = count(1)


def _job(seen_seconds_ago: int | None, *, attempts: int = 0, queueing_lock: str = "") -> int:
    """A job that runs at a worker last seen so long ago; ``None``: at one that is wholly gone."""
    number = seal_audit.configure(queueing_lock=queueing_lock or f"job {next(_NUMBERS)}").defer(timestamp=0)
    with connection.cursor() as cursor:
        worker = None
        if seen_seconds_ago is not None:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - make_interval(secs => %s)) RETURNING id",
                [seen_seconds_ago],
            )
            worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s WHERE id = %s",
            [worker, attempts, number],
        )
    return number


def _status(number: int) -> str:
    return str(app.job_manager.get_job_status(number).value)


def test_a_dead_worker_s_job_is_begun_again_and_a_living_one_s_left():
    dead, gone, living = _job(300), _job(None), _job(1)
    assert jobs.retry_stalled() == 2
    assert [_status(n) for n in (dead, gone, living)] == ["todo", "todo", "doing"]


def test_a_periodic_job_whose_next_already_waits_is_closed():
    dead = _job(300, queueing_lock="x")
    waits = seal_audit.configure(queueing_lock="x").defer(timestamp=0)
    assert jobs.retry_stalled() == 0
    assert [_status(dead), _status(waits)] == ["failed", "todo"]


def test_a_job_that_takes_its_worker_down_each_time_is_given_up():
    dead = _job(300, attempts=jobs.MOST_TRIES)
    assert jobs.retry_stalled() == 0
    assert _status(dead) == "failed"
