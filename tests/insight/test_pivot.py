"""Pivot tables, spreads and their screens against plain Python over the same answers."""

import io
from statistics import median, quantiles

import openpyxl
import pytest
from django.urls import reverse

from tests import scene
from tests.insight.test_summary import NATION, NUMBER, RATIO, TARGET, YEARS, Played
from tongchou.core.scope import Scope
from tongchou.insight import pivot, spread
from tongchou.monitoring import actions
from tongchou.programmes.models import Programme, Task

ASKED = {"path": NATION, "task": "practice-centre"}


@pytest.fixture
def played(programme):
    """Four projects reported in both years, each figure known."""
    played = Played(programme)
    played.given = {}
    for year in YEARS:
        for n, project in enumerate(played.projects):
            report = played.report(project, year)
            by = played.by_of(report)
            number, above, below = 20 + 15 * n + 5 * (year - YEARS[0]), 3 * n + 1, 10 + n
            answers = scene.answers_for(
                report, **{NUMBER: {"value": number}, RATIO: {"numerator": above, "denominator": below}}
            )
            with scene.on(year, 11, 12):
                actions.save_report(report, by=by, changes=answers, base_version=0)
                report.refresh_from_db()
                actions.submit_report(report, by=by)
            played.given[n, year] = number, above, below
    return played


PROVINCES = {"220000": (0, 1, 2), "140000": (3,)}


def test_cells_and_totals(played):
    found = pivot.pivot(
        Scope(path=NATION), programme=played.programme, years=YEARS, down="place", across="year", measure="value",
        indicator=RATIO, **ASKED,
    )  # fmt: skip
    assert [head.key for head in found.columns] == ["2024", "2025"]
    for province, members in PROVINCES.items():
        for year in YEARS:
            above, below = (sum(played.given[n, year][part] for n in members) for part in (1, 2))
            assert float(found.cells[province, str(year)].number) == pytest.approx(100 * above / below)
    for year in YEARS:
        above, below = (sum(played.given[n, year][part] for n in range(4)) for part in (1, 2))
        assert float(found.column_totals[str(year)].number) == pytest.approx(100 * above / below)
    assert not found.row_totals

    found = pivot.pivot(
        None, programme=played.programme, years=YEARS, down="place", across="unit_kind", measure="change",
        indicator=NUMBER, **ASKED,
    )  # fmt: skip
    before, now = (sum(played.given[n, year][0] for n in (1, 2)) for year in YEARS)
    assert float(found.cells["220000", "secondary_school"].number) == pytest.approx(
        100 * (now - before) / before
    )
    before, now = (sum(played.given[n, year][0] for n in range(4)) for year in YEARS)
    assert float(found.whole.number) == pytest.approx(100 * (now - before) / before)

    found = pivot.pivot(
        None, programme=played.programme, years=YEARS, down="task", across="year", measure="met", path=NATION
    )
    for year in YEARS:
        met = sum(played.given[n, year][0] >= TARGET for n in range(4))
        assert float(found.cells["practice-centre", str(year)].number) == 100 * met / 4
    with pytest.raises(KeyError):
        pivot.pivot(
            None, programme=played.programme, years=YEARS, down="place", across="task", measure="value"
        )


def test_the_spread_is_that_of_single_projects(played):
    asked = {"programme": played.programme, "year": 2024, **ASKED}
    found, _ = spread.spread(None, indicator=NUMBER, **asked)
    values = sorted(played.given[n, 2024][0] for n in range(4))
    assert (found.count, found.least, found.median, found.most) == (4, values[0], median(values), values[-1])
    assert [found.lower, found.median, found.upper] == quantiles(values, n=4, method="inclusive")
    assert sum(bar.count for bar in found.bars) == 4
    ratios = [100 * played.given[n, 2024][1] / played.given[n, 2024][2] for n in range(4)]
    found, by = spread.spread(None, indicator=RATIO, by="place", **asked)
    assert found.median == pytest.approx(median(ratios))
    for province, members in PROVINCES.items():
        assert float(by[province]) == pytest.approx(median([ratios[n] for n in members]))


def test_the_screens(played, client, django_assert_max_num_queries):
    client.force_login(played.ministry)
    address = {"programme": played.programme.code, "year": 2025, "task": "practice-centre"}
    one = address | {"indicator": NUMBER}
    client.get(reverse("insight:figures"), one)  # packs are read once a process
    for extra in (
        {},
        {"by": "level"},
        {"order": "value"},
        {"now": "1", "confirmed": "1"},
        {"place": "220000"},
    ):
        with django_assert_max_num_queries(32):
            page = client.get(reverse("insight:figures"), one | extra)
        assert page.status_code == 200
    page = client.get(reverse("insight:figures"), one).content.decode()
    total = sum(played.given[n, 2025][0] for n in range(4))
    assert f"{total}" in page
    assert "tc-tile-4" in page
    assert 'id="trend"' in page
    assert 'id="histogram"' in page
    table = {"down": "place", "across": "year", "measure": "value"}
    with django_assert_max_num_queries(32):
        page = client.get(reverse("insight:pivot"), one | table)
    assert f"{sum(played.given[n, 2024][0] for n in PROVINCES['220000']):,}" in page.content.decode()
    Task.objects.filter(name_en="").update(name_en="A task in English")
    english = Task.objects.get(code=one["task"]).name_en
    client.cookies["django_language"] = "en"
    for name, asked in (
        ("figures", one),
        ("pivot", one | {"down": "task", "measure": "count"}),
        ("overview", {}),
    ):
        assert client.get(reverse(f"insight:{name}"), asked).content.decode().count(english) > 1, name
    assert english in client.get(reverse("authority:monitoring"), {"year": 2024}).content.decode()
    del client.cookies["django_language"]
    other = Programme.objects.create(code="other", name="另一计划", place_id="000000", horizon=2030)
    Task.objects.create(programme=other, number=1, code="other-task", name="另一计划的任务")
    assert "另一计划的任务" not in client.get(reverse("insight:figures"), one).content.decode()
    of_other = client.get(reverse("insight:figures"), {"programme": "other"}).content.decode()
    assert "另一计划的任务" in of_other
    several = client.get(reverse("insight:overview")).content.decode()
    assert f'<option value="{played.programme.code}" selected>' in several, "whose figures are shown is said"
    refused = client.get(reverse("insight:pivot"), {"measure": "value", "year": 2025}).content.decode()
    assert "请先选定重点任务和指标" in refused
    file = client.get(reverse("insight:pivot"), one | table | {"file": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(file)))
    rows = list(book["数据"].iter_rows(min_row=4, values_only=True))
    assert [row[-2] for row in rows if row[0] == "合计"] == [total]
    meaning = [c for row in book["指标说明"].iter_rows(values_only=True) for c in row]
    assert NUMBER in meaning
    assert any("guide-03" in str(cell) for cell in meaning)
    kept = client.post(
        reverse("insight:pivot"),
        {"do": "save_view", "name": "我的表", "query": "down=level&across=year&measure=count"},
    )
    assert kept.status_code == 302
    assert "我的表" in client.get(kept.url).content.decode()


def test_somebody_elses_place_is_not_found(played, client):
    client.force_login(played.officers["140000"])
    assert client.get(reverse("insight:pivot"), {"place": "220000"}).status_code == 404
    page = client.get(
        reverse("insight:pivot"), {"down": "place", "across": "year", "year": 2025}
    ).content.decode()
    assert "吉林省" not in page
