"""The rehearsal plays a whole round through the real actions; the same seed gives the same result."""

from datetime import date

import pypdfium2
import pytest
from django.db import transaction

from tests import factory as f
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.designations.models import DesignationList
from tongchou.programmes.models import Programme
from tongchou.rehearsal import main_job, sample
from tongchou.rehearsal.calendar import days
from tongchou.rehearsal.result import render


def play(folder=None, *, seed=3, place=f.PROVINCE, units=14):
    return main_job.run(
        programme=Programme.objects.get(),
        place=f.place(place),
        units=units,
        numbers=(4,),
        seed=seed,
        evidence=sample.evidence_pdf(),
        folder=folder,
        echo=lambda _: None,
    )


def counted(found):
    """What does not hang on case numbers, which go on counting in a database that was used before, nor on time."""
    refusals = [{k: v for k, v in row.items() if k != "example"} for row in found["refusals"]]
    return {k: v for k, v in found.items() if k != "seconds"} | {"refusals": refusals}


def test_a_round_goes_from_registration_to_the_bulletin(world, tmp_path):
    found = play(tmp_path)
    (row,) = found["cases"]
    assert row["submitted"] > 5
    assert row["levels"]["city"] > 0
    assert row["levels"]["province"] >= row["levels"]["nation"] > 0
    assert all(q["limit"] is None or q["used"] <= q["limit"] for q in found["quotas"])
    assert {q["holder"] for q in found["quotas"]} >= {"长春市教育局"}
    assert found["reports"]["performance"]["confirmed"] > 0
    assert found["audit"]["ok"]
    assert found["audit"]["unsealed"] == 0
    assert {listed.level for listed in DesignationList.objects.all()} == {"province", "nation"}
    for name in ("bulletin-220000-2024.pdf", "bulletin-000000-2024.pdf"):
        text = "".join(
            page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / name)
        )
        assert "通报" in text
    for ending in ("xlsx", "docx"):
        assert (tmp_path / f"bulletin-220000-2024.{ending}").stat().st_size > 5_000
    text = render(found)
    assert "持续建设职业教育专业教学资源库" in text
    assert "审计链：完好" in text


@pytest.mark.slow
def test_the_same_seed_gives_the_same_result(world):
    results = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            results.append(counted(play(seed=seed, units=8)))
            transaction.set_rollback(True)
    assert results[0] == results[1]
    assert results[0] != results[2]


def test_cases_fall_on_the_days_of_the_pack(world):
    when = days(f.task(), f.place(f.PROVINCE), f.round_of())
    assert (when.submit, when.city, when.late) == (date(2023, 8, 21), date(2023, 8, 22), date(2023, 8, 23))
    play(units=8)
    submitted = {clock.last_day(a.submitted_at) for a in Application.objects.exclude(submitted_at=None)}
    assert max(submitted) <= date(2023, 8, 22)


@pytest.mark.parametrize("place", [f.ELSEWHERE])
def test_a_province_with_another_order_plays_too(world, place):
    """Shanxi recommends first, and designates from those the ministry did not take (shanxi-2023-63 三)."""
    (row,) = play(place=place, units=16)["cases"]
    assert row["levels"]["city"] == 0
    assert row["levels"]["nation"] > 0
    assert row["levels"]["province"] > 0
