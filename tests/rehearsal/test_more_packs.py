"""Two more packs, written from docs/packs.md: an invented province's overlay, and the evaluation of teacher-training bases.

Both load, answer what their documents say, and are played to the end with the fewest units.
"""

import csv
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from tests import factory as f
from tests.rehearsal.test_all_tasks import begun, granted
from tongchou.applications import evidence
from tongchou.applications.models import Application
from tongchou.cli.pack.show import _print
from tongchou.cli.pack.shown import shown
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.monitoring.evaluation_models import Conclusion
from tongchou.orgs.scopes import actor
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Programme, Quota, Task
from tongchou.rehearsal import main_job, sample
from tongchou.reviews.board import board
from tongchou.reviews.queries import queue
from tongchou.reviews.quota import line_for
from tongchou.reviews.step_models import Signature

ROOT = Path(__file__).parents[2]
YUNLING = ROOT / "examples" / "packs" / "yunling"
PROVINCE, CITY, PREFECTURE, COUNTY = "990000", "990100", "992300", "992321"


def assembled(folder):
    """The national pack with the invented overlay, and beside it the places: the nation's provinces and the invented ones."""
    packs = ROOT / "packs"
    shutil.copytree(packs / "key-tasks-2023", folder / "key-tasks-2023", ignore=_other_overlays)
    shutil.copytree(YUNLING / PROVINCE, folder / "key-tasks-2023" / "overlays" / PROVINCE)
    table = folder / "jurisdictions-2024"
    table.mkdir()
    for name in ("places.csv", "registration.csv"):
        own, real = _rows(YUNLING / name), _rows(packs / "jurisdictions-2023" / name)
        kept = [row for row in real[1:] if "nation" in row or row[0] == "000000"]
        with (table / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([real[0], *kept, *own[1:]])
    shutil.copy(YUNLING / "departments.csv", table)
    return folder / "key-tasks-2023"


def _other_overlays(folder, names):
    return names if Path(folder).name == "overlays" else []


def _rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def play(programme, place, **given):
    return main_job.run(
        programme=programme,
        place=f.place(place),
        units=5,
        seed=3,
        evidence=sample.evidence_pdf(),
        folder=None,
        echo=lambda _: None,
        **given,
    )


@pytest.fixture
def yunling(db, tmp_path):
    return sample.load_packs(tmp_path, str(assembled(tmp_path)), lambda _: None)


def test_the_invented_province_is_played_in_its_own_round(yunling):
    found = play(yunling, PROVINCE, numbers=(3, 4, 6, 10))
    assert set(Application.objects.values_list("round__code", flat=True)) == {"2024"}
    assert begun(found) >= {(3, "school"), (4, "main"), (6, "main"), (10, "standard"), (10, "resource")}
    assert (10, "equipment") not in begun(found)  # it waits for notice
    assert Application.objects.filter(unit__place__level="county").exists()
    assert all("province" in levels for _, levels in granted() if "nation" in levels)
    assert {level for _, levels in granted() for level in levels} == {"city", "province", "nation"}
    assert all(row["limit"] is None or row["used"] <= row["limit"] for row in found["quotas"])
    assert found["reports"]["performance"]["confirmed"] > 0
    assert ("unit", "city", "province") in marked_by()
    signed = Signature.objects.filter(state="agreed", authority__department="finance")
    assert signed.filter(application__task__code="practice-centre").exists()
    assert found["audit"]["ok"]


def marked_by():
    """Which levels' marks made the totals of the evaluations that were played."""
    return {
        tuple(part["level"] for part in parts) for parts in Conclusion.objects.values_list("parts", flat=True)
    }


QUOTAS = {  # by task and quota: each line's holders (none: units), limit, minimum
    ("practice-centre", "yunling-by-school"): [([], 3, None), ([], 2, None), ([], 1, None)],
    ("practice-centre", "yunling-by-city"): [
        (["云中市教育局（虚构）"], 4, 1),
        (["岭南州教育局（虚构）"], 2, 1),
    ],
    ("practice-centre", "yunling-from-county"): [(["云中市教育局（虚构）", "岭南州教育局（虚构）"], 2, None)],
    ("practice-centre", "yunling-of-province"): [(["云岭省教育厅（虚构）"], 5, None)],
    ("resource-library", "yunling-by-school"): [([], limit, None) for limit in (2, 1, 1, 0)],
    ("resource-library", "yunling-of-province"): [(["云岭省教育厅（虚构）"], 3, 1)],
    ("virtual-base", "yunling-by-city"): [
        (["云中市教育局（虚构）"], 2, None),
        (["岭南州教育局（虚构）"], 1, None),
    ],
    ("international", "yunling-of-province"): [(["云岭省教育厅（虚构）"], 3, None)],
}
WINDOWS = {  # by task, year and window: first and last day
    ("practice-centre", 2024, "declare"): ("2024-03-01", "2024-05-20"),
    ("practice-centre", 2024, "city-designate"): ("2024-05-21", "2024-06-14"),
    ("practice-centre", 2024, "recommend"): ("2024-09-01", "2024-09-30"),
    ("practice-centre", 2025, "performance"): ("2025-01-01", "2025-11-30"),
    ("practice-centre", 2025, "yunling-city-summary"): ("2025-12-01", "2025-12-07"),
    ("resource-library", 2024, "city-designate"): ("2024-05-01", "2024-05-20"),
    ("virtual-base", 2024, "city-designate"): ("2024-05-21", "2024-06-14"),
    ("international", 2024, "recommend"): ("2024-06-29", "2024-08-28"),
}


def test_what_the_loaded_overlay_answers(yunling):
    tasks = {task for task, _ in QUOTAS}
    found = {(task, q["code"]): q for task in tasks for q in answered(task, "2024-05-01")["quotas"]}
    assert {
        key: [(line["holders"], line["limit"], line["minimum"]) for line in quota["lines"]]
        for key, quota in found.items()
    } == QUOTAS
    pooled = found["practice-centre", "yunling-by-city"]
    assert pooled["kinds"] == ["secondary_school", "vocational_college"]
    assert pooled["rounds"] == ["2024", "2025"]
    days = {
        (task, year, w["code"]): (w["first_day"], w["last_day"])
        for task in tasks
        for year in (2024, 2025)
        for w in answered(task, f"{year}-05-01")["windows"]
    }
    assert {key: days[key] for key in WINDOWS} == WINDOWS
    (equipment,) = (
        w for w in answered("international", "2024-05-01")["windows"] if w["code"] == "declare-equipment"
    )
    assert (equipment["waiting"], equipment["open"]) == (True, False)
    lapsed = {
        day: answered("virtual-base", day)["quotas"][0]["exempt"] for day in ("2024-06-05", "2024-06-06")
    }
    assert [exemption["lapsed"] for (exemption,) in lapsed.values()] == [False, True]
    lines = Quota.objects.get(code="yunling-by-school", task__code="practice-centre").lines.all()
    college = f.unit("vocational_college", CITY)
    since = {2016: 3, 2018: 3, 2019: 2, 2021: 2, 2022: 1}
    assert {year: line_for(lines, college, {"yunling-feature": year}).limit for year in since} == since
    assert line_for(lines, college, {}).limit == 1


def test_a_countys_cases_pass_through_their_prefecture_exempt_until_a_day(yunling):
    with clock.at(date(2024, 5, 10)):
        cases = [remote(COUNTY), remote(COUNTY), remote("992322")]
    assert waits(PREFECTURE) == set(cases)
    assert waits(CITY) == set()
    with clock.at(date(2024, 6, 5)):
        designations.designate(cases[0], by=f.officer(PREFECTURE))
    assert taken() == (0, 1)
    with clock.at(date(2024, 6, 6)):
        designations.designate(cases[1], by=f.officer(PREFECTURE))
        assert taken() == (1, 1)
        refused = f.refusal(designations.designate, cases[2], by=f.officer(PREFECTURE))
    assert refused.denied.code == "quota"
    assert granted() == {("virtual-base", ("city",)): 2}
    assert waits(PREFECTURE) == {cases[2]}


def remote(place):
    """A remote school's submitted base, with the list that says that it is one."""
    school = f.unit("secondary_school", place)
    case = f.filled(school, code="virtual-base", year=2024, yunling_remote=True)
    if not case.evidence.filter(field="yunling_remote_file").exists():
        evidence.attach(
            case, by=f.leader(school), field="yunling_remote_file", upload=f.pdf(), name="边远学校名单.pdf"
        )
    designations.submit(case, by=f.leader(school))
    return f.fresh(case)


def taken():
    """Places of the prefecture's account that are used, and those that are exempt."""
    (row,) = (
        row
        for row in board(f.place(PREFECTURE).path)
        if row.quota.code == "yunling-by-city" and row.quota.task.code == "virtual-base"
    )
    return row.taken, row.exempt


def waits(place):
    return set(queue(f.authority(place), actor(f.officer(place))))


def answered(task, day):
    return shown(Task.objects.get(code=task), f.place(PROVINCE), date.fromisoformat(day))


def test_the_guide_is_printed_by_the_command_alone(tmp_path):
    """In a process of its own, where nothing has set up anything before."""
    out = tmp_path / "guide.pdf"
    pack = assembled(tmp_path)
    command = [sys.executable, "-m", "tongchou.cli.main", "pack", "doc", str(pack), "virtual-base"]
    subprocess.run([*command, "--place", PREFECTURE, "--out", str(out)], check=True, capture_output=True)
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out))
    assert "岭南自治州（虚构）" in text
    assert "2024年6月5日为止" in "".join(text.split())


# ---------------------------------------------------------------- the evaluation of teacher-training bases


def test_the_bases_are_chosen_and_evaluated(world):
    load_pack(ROOT / "packs" / "teacher-bases-2023")
    found = play(Programme.objects.get(code="teacher-bases-2023"), f.PROVINCE)
    assert begun(found) == {
        (1, "teacher"),
        (1, "principal"),
        (2, "main"),
        *((task, variant) for task in (3, 4) for variant in ("yearly", "full")),
    }
    assert {levels for _, levels in granted()} == {("nation",)}
    ended = Application.objects.filter(task__number__in=[3, 4]).values_list("state", flat=True)
    assert "draft" not in set(ended)
    assert found["reports"]["performance"]["confirmed"] > 0
    assert marked_by() == {("nation",)}
    assert found["audit"]["ok"]


def test_four_grades_and_what_follows_from_them(world, capsys):
    load_pack(ROOT / "packs" / "teacher-bases-2023")
    expected = {
        "training-base-evaluation": {
            ("yearly", "renew", ("excellent",), "every_year", None),
            ("yearly", "revoke", ("fail",), "in_a_row", 2),
            ("yearly", "revoke", (), "in_total", 2),
            ("yearly", "revoke", (), "once", None),
            ("full", "renew", ("excellent",), "once", None),
            ("full", "guide", ("good", "pass"), "once", None),
            ("full", "candidate", ("good", "pass"), "once", None),
            ("full", "bar", ("fail",), "once", None),
            ("full", "revoke", ("fail",), "once", None),
            ("spot", "rectify", ("fail",), "once", None),
        },
        "practice-base-evaluation": {
            ("yearly", "support", ("excellent",), "every_year", None),
            ("yearly", "revoke", ("fail",), "in_a_row", 3),
            ("yearly", "revoke", (), "in_total", 3),
            ("yearly", "revoke", (), "once", None),
            ("full", "support", ("excellent",), "once", None),
            ("full", "guide", ("good", "pass"), "once", None),
            ("full", "revoke", ("fail",), "once", None),
        },
    }
    for code, follows in expected.items():
        whole = shown(Task.objects.get(code=code), f.place(f.NATION), date(2024, 5, 1))
        _print(whole)
        told = capsys.readouterr().out
        assert "优秀、良好、合格、不合格" in told
        assert "：撤销资格和支持" in told
        found = whole["evaluations"]
        assert {
            (each["code"], one["does"], tuple(one["grades"]), one["over"], one["years"])
            for each in found
            for one in each["consequences"]
        } == follows
        years = {each["code"]: each["years"] for each in found}
        assert years == {"yearly": None, "full": 3 if code.startswith("training") else 5, "spot": None}
        for each in found:
            names = [grade["name"] for grade in each["grades"]]
            assert names == (
                ["合格", "不合格"] if each["kind"] == "spot" else ["优秀", "良好", "合格", "不合格"]
            )
