"""A rehearsal of all eleven tasks plays to the end in both provinces, with the fewest units, in each one's order."""

from collections import Counter

import pytest

from tests import factory as f
from tongchou.designations.models import Designation
from tongchou.programmes.models import Programme, Task
from tongchou.programmes.queries import edition_for
from tongchou.rehearsal import main_job, sample


def play(place):
    return main_job.run(
        programme=Programme.objects.get(),
        place=f.place(place),
        units=5,
        seed=3,
        evidence=sample.evidence_pdf(),
        folder=None,
        echo=lambda _: None,
    )


def variants(place, *, without=()):
    """Every variant of every task, by the number of the task and its code."""
    packs = {
        task: edition_for(task, f.place(place).path).pack for task in Task.objects.exclude(code__in=without)
    }
    return {(task.number, variant.code) for task, pack in packs.items() for variant in pack.variants}


def begun(found):
    return {(row["task"], row["variant"]) for row in found["cases"]}


def submitted(found):
    """The tasks with a submitted case; the only one of a small task may happen to be late."""
    return {row["task"] for row in found["cases"] if row["submitted"]}


def granted():
    """How many projects hold each set of levels, by task."""
    held = {}
    for task, case, level in Designation.objects.values_list("task__code", "application", "level"):
        held.setdefault((task, case), set()).add(level)
    return Counter((task, tuple(sorted(levels))) for (task, _), levels in held.items())


@pytest.mark.slow
def test_jilin_designates_first_and_recommends_from_those(world):
    found = play(f.PROVINCE)
    asked = variants(f.PROVINCE, without=["international-school"])  # it waits for notice
    assert begun(found) == asked
    assert len(submitted(found)) >= 8
    assert {level for _, levels in granted() for level in levels} == {"city", "province", "nation"}
    assert all("province" in levels for _, levels in granted() if "nation" in levels)
    assert all(row["limit"] is None or row["used"] <= row["limit"] for row in found["quotas"])
    assert found["reports"]["performance"]["confirmed"] > 0
    assert found["audit"]["ok"]


@pytest.mark.slow
def test_shanxi_picks_from_those_the_ministry_did_not_take(world):
    found = play(f.ELSEWHERE)
    asked = variants(f.ELSEWHERE)
    assert begun(found) == asked
    assert len(submitted(found)) >= 8
    one_level = {levels for task, levels in granted() if task != "city-consortium"}
    assert ("nation",) in one_level
    assert one_level <= {("nation",), ("province",)}  # never both: the province picks from what is left
    assert found["quotas"] == []
    assert found["reports"]["performance"]["confirmed"] > 0
    assert found["audit"]["ok"]
