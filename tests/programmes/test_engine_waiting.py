"""``waiting``: a window that is shut until further notice, and says so."""

import json
from contextlib import nullcontext

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from tests.factory import CITY, draft, leader, officer, refusal
from tests.programmes.engine import CENTRE, LAID, declared, playing, school
from tests.programmes.small_pack import CITE, PLACES
from tongchou.applications.actions import begin
from tongchou.cli.pack import database
from tongchou.cli.pack import pack as command
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.programmes.check import check
from tongchou.programmes.models import Round, Task, Window
from tongchou.programmes.queries import window_state


def waiting(code="declare", **more):
    return {
        "code": code,
        "name": "省内申报",
        "purpose": "declare",
        "binds": "units",
        "waiting": True,
        "cite": ["jilin 三"],
        **more,
    }


def state(purpose="declare", binds="units", year=2023):
    return window_state(Task.objects.get(), PLACES[CITY], purpose, binds=binds, at=clock.now(), year=year)


def test_nothing_is_begun_while_notice_is_awaited_and_the_clause_is_named(places, pack):
    pack.overlay_task["calendar"] = [waiting()]
    with playing(pack):
        assert not state().open
        unit = school()
        refused = refusal(
            begin,
            unit,
            task=Task.objects.get(),
            variant="school",
            round=Round.objects.get(year=2023),
            by=leader(unit),
        )
    assert refused.code == "window"
    assert refused.denied.reason == "“省内申报”尚未开放，以后另行通知"
    assert refused.denied.clause == "jilin 三"
    assert refused.denied.remedy == "请等待主管部门的通知。"


def test_a_step_waits_too_and_opens_once_the_day_is_loaded(places, pack):
    pack.overlay_task["calendar"] = [waiting("city", name="市级推荐", purpose="recommend", binds="cities")]
    with playing(pack):
        case = declared()
        denied = refusal(designations.recommend, case, by=officer(CITY)).denied
        assert "“市级推荐”尚未开放" in denied.reason
        assert denied.remedy == "请等待主管部门的通知。"
    pack.overlay_task["calendar"][0] |= {"waiting": False, "round": "2023", "until": "2023-08-20"}
    with playing(pack):
        assert not Window.objects.filter(waiting=True).exists()
        designations.recommend(case, by=officer(CITY))


def test_a_round_with_days_and_the_next_one_waiting_stand_side_by_side(places, pack):
    pack.overlay_task["calendar"].append(waiting("declare-2024", round="2024"))
    with playing(pack):
        assert state(year=2023).open
        assert state(year=2024).message.endswith("以后另行通知")
        assert draft(school(), code=CENTRE, variant="school").state == "draft"


def test_the_database_keeps_days_off_a_waiting_window(places, pack):
    pack.overlay_task["calendar"] = [waiting()]
    refused = pytest.raises(IntegrityError, match="window_waiting_has_no_days")
    with playing(pack), refused, transaction.atomic():
        Window.objects.filter(waiting=True).update(opens_at=clock.now())


MISTAKES = {
    "has a day": ({"until": "2023-08-31", "round": "2023"}, "另行通知的条目不能有日期"),
    "is yearly": ({"since": 2023}, "另行通知的条目不能有日期"),
    "stands beside days": ({"code": "again"}, "重叠"),
    "stands beside days of its round": ({"code": "again", "round": "2023"}, "重叠"),
    "without name": ({"name": ""}, "“name”不能为空"),
    "without clause": ({"cite": []}, "“cite”至少应有 1 项"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_one_is_named_with_its_line(pack, name):
    given, message = MISTAKES[name]
    entry = waiting(**given)
    pack.overlay_task["calendar"] = [*pack.overlay_task["calendar"], entry] if "code" in given else [entry]
    found = [p for p in check(pack.write(), PLACES) if message in p.message]
    assert [p.file for p in found] == [LAID]
    assert found[0].line > 0


def test_a_day_cannot_be_derived_from_it(pack):
    pack.overlay_task["calendar"] = [
        waiting(),
        {
            "code": "late",
            "name": "审核",
            "purpose": "recommend",
            "binds": "cities",
            "round": "2023",
            "until": "declare.until + 10 days",
            "cite": CITE,
        },
    ]
    assert any("“declare”没有 until 日期" in p.message for p in check(pack.write(), PLACES))


def test_show_says_so(places, pack, monkeypatch):
    monkeypatch.setattr(database, "running", lambda **_: nullcontext())
    monkeypatch.setattr(database, "require_current", lambda: None)
    pack.overlay_task["calendar"] = [waiting()]
    asked = ["show", CENTRE, "--place", "220000", "--date", "2023-08-10"]
    with playing(pack):
        shown = json.loads(CliRunner().invoke(command, [*asked, "--json"]).stdout)
        text = CliRunner().invoke(command, asked).stdout
    entry = next(w for w in shown["windows"] if w["code"] == "declare")
    assert (entry["open"], entry["waiting"], entry["cite"]) == (False, True, ["jilin 三"])
    assert "[未开放] 省内申报　另行通知　jilin 三" in text
