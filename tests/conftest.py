"""Every test run has a PostgreSQL of its own, unless DATABASE_URL names one.

It is started before Django reads its settings, once for all workers of pytest-xdist (they inherit DATABASE_URL),
in a temporary directory, so that runs side by side do not meet.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from tongchou.cli.postgres import FAST_TESTS, Cluster

pytest_plugins = ["tests.browser", "tests.world"]

_RUNNING: list[Cluster] = []


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="tongchou-test-"))
    home.chmod(0o711)
    (home / "static").mkdir()
    os.environ["TONGCHOU_DATA"] = str(home)
    os.environ["TONGCHOU_SECRET_KEY"] = "only-for-tests"
    os.environ["TONGCHOU_DB_POOL"] = "0"
    if "DATABASE_URL" not in os.environ:
        cluster = Cluster(home / "postgres", settings=FAST_TESTS)
        _RUNNING.append(cluster)
        cluster.start(echo=lambda _: None)
        os.environ["DATABASE_URL"] = cluster.url


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()

# Not in pyproject.toml: pytest-django would read the settings before this file has run.
os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
# Touching the settings reads them, after which pytest-django calls django.setup().
# The real hasher takes half a second for each password.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for cluster in _RUNNING:
            cluster.destroy()
        shutil.rmtree(os.environ["TONGCHOU_DATA"], ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_mail_files(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
