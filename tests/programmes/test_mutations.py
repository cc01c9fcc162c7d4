"""Spoiled packs: checking never crashes and always ends, what it passes loads and can be used, what it refuses leaves no
trace. ``TONGCHOU_MUTATIONS=2000`` tries that many of each; each run of the default tries the same few.
"""

import os
import shutil
import time
from datetime import date
from pathlib import Path
from random import Random

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.programmes.mutating import changes, spoil
from tests.programmes.small_pack import PLACES, Pack
from tongchou.core import clock
from tongchou.forms.checks import look
from tongchou.orgs.models import Tag
from tongchou.programmes import starting
from tongchou.programmes.actions import PackRefused, load_pack
from tongchou.programmes.check import check_pack
from tongchou.programmes.packs import read
from tongchou.programmes.queries import edition_for, quotas_for, window_state
from tongchou.rehearsal.answers import Filler, NoAnswer

REAL = Path(__file__).parents[2] / "packs" / "key-tasks-2023"
MANY = int(os.environ.get("TONGCHOU_MUTATIONS", "0"))
AT = clock.start_of(date(2023, 8, 1))
LONGEST = 20.0
"""Seconds for one check on a busy machine; nearly all take some hundredths."""


def tries(few):
    return settings(
        max_examples=MANY or few,
        deadline=None,
        derandomize=not MANY,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """A folder with the packs to start from."""
    home = tmp_path_factory.mktemp("valid")
    Pack(home / "small").write()
    begun = starting.programme(code="begun", name="新计划", place="000000", year=2023, document="notice")
    begun |= starting.TaskStart("first", "第一项任务").files()
    for name, text in begun.items():
        path = home / "begun" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return home


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("spoiled") / "pack"


def spoiled(pack, scratch, spoils):
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(pack, scratch)
    for change in spoils:
        spoil(scratch, change)
    return scratch


def checked(folder, places):
    started = time.monotonic()
    found = check_pack(read(folder), places)
    assert time.monotonic() - started < LONGEST
    assert found.problems == sorted(found.problems)
    for problem in found.problems:
        assert problem.file
        assert (problem.line >= 1) == (problem.column >= 1)
        assert problem.line >= 0
        assert problem.message
        assert problem.remedy, str(problem)
        assert problem.anchor, str(problem)
        str(problem).encode()
    return found


def rows():
    models = [*apps.get_app_config("programmes").get_models(), Tag]
    return {model.__name__: model._default_manager.count() for model in models}


def use(programme):
    """Ask of a loaded programme what screens ask."""
    for task in programme.tasks.all():
        for path in PLACES.values():
            pack = edition_for(task, path).pack
            for variant in pack.variants:
                for binds in ("units", "cities"):
                    for purpose in ("declare", "recommend", "performance"):
                        window_state(task, path, purpose, binds=binds, variant=variant.code, at=AT, year=2023)
                for step in pack.steps:
                    for round_ in programme.rounds.all():
                        quotas_for(
                            task, path, step.code, variant=variant.code, kind=variant.leads[0], round=round_
                        )
                answer(pack, variant)


def answer(pack, variant):
    unit = {"kind": variant.leads[0], "tags": [], "place": "220100"}
    years = [2023, 2024]
    look(pack, {}, variant=variant.code, unit=unit, years=years)
    try:
        filled = Filler(pack, variant.code, unit, years, Random(7)).fill(project="项目", given={})
    except NoAnswer:
        return  # a rule that nobody can fulfil is the pack's right
    look(pack, filled.answers, variant=variant.code, unit=unit, years=years, evidence_fields=filled.slots)


def load_or_refuse(folder, found):
    before = rows()
    with transaction.atomic():
        if found.problems:
            with pytest.raises(PackRefused), transaction.atomic():
                load_pack(folder)
            assert rows() == before
        else:
            use(load_pack(folder).programme)
        transaction.set_rollback(True)


@tries(45)
@given(spoils=st.lists(changes(), min_size=1, max_size=3), start=st.sampled_from(["small", "small", "begun"]))
def test_a_spoiled_pack_is_told_or_loads(places, valid, scratch, spoils, start):
    folder = spoiled(valid / start, scratch, spoils)
    load_or_refuse(folder, checked(folder, PLACES))


@tries(2)
@given(spoils=st.lists(changes(), min_size=1, max_size=2))
def test_the_real_pack_spoiled_is_told_or_sound(scratch, spoils):
    checked(spoiled(REAL, scratch, spoils), PLACES)


@pytest.mark.parametrize("start", ["small", "begun"])
def test_what_is_spoiled_loads_as_it_was(places, valid, start):
    found = checked(valid / start, PLACES)
    assert found.problems == []
    load_or_refuse(valid / start, found)
