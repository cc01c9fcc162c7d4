"""What a changed pack is said to change: for whom, by which clause, how gravely; and that nothing goes unsaid."""

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.programmes.small_pack import CITE, NAMES, PLACES, Pack
from tests.programmes.test_command import folder, run  # noqa: F401 - fixtures
from tongchou.programmes.actions import load_pack
from tongchou.programmes.check import check_pack
from tongchou.programmes.diffing import Side, diff
from tongchou.programmes.packs import read
from tongchou.programmes.parts import canonical


def side(pack):
    checked = check_pack(read(pack.write()), PLACES)
    assert not checked.problems, checked.problems
    return Side.of(checked, PLACES)


@pytest.fixture
def changed(tmp_path, pack):
    """The changes of ``pack``, as edited, against the small pack as it is."""
    before = side(Pack(tmp_path / "before"))
    return lambda: diff(before, side(pack), names=NAMES)


def only(changes):
    assert len(changes) == 1, [change.sentence for change in changes]
    return changes[0]


def test_the_same_pack_changes_nothing(changed):
    assert changed() == []


def test_a_quota_line_names_task_place_round_holder_and_both_limits(changed, pack):
    pack.overlay_task["quotas"][0]["holders"][0]["limit"] = 3
    change = only(changed())
    assert change.sentence == (
        "任务“实践中心”，吉林省：2023 年批次、2024 年“市级推荐限额”，长春市推荐限额由 5 改为 3"
    )
    assert (change.place, change.task, change.code) == ("220000", "centre", "by-city.长春市")
    assert (change.severity, change.binds, change.cite) == ("tightening", ("cities",), ("jilin 三",))


def test_lines_that_come_and_go(changed, pack):
    pack.overlay_task["quotas"][0]["holders"][0:1] = [
        {"name": "吉林市", "match": {"places": ["220200"]}, "limit": 4}
    ]
    said = {change.sentence.rpartition("，")[2] for change in changed()}
    assert said == {"取消限额行“长春市”（限额 5）", "新增限额行“吉林市”（限额 4）"}


def test_a_window_that_moves_moves_what_is_derived_from_it(changed, pack):
    pack.task["calendar"][0]["until"] = "2023-09-05"
    nation, province = changed()
    assert nation.sentence == "任务“实践中心”：时间窗口“申报”的截止日由“2023年8月31日”改为“2023年9月5日”"
    assert (nation.severity, nation.binds) == ("loosening", ("units",))
    assert province.place == "220000"
    assert "截止日随所依据的日期由“2023年8月21日”改为“2023年8月26日”" in province.sentence
    assert province.severity == "loosening"


def test_a_window_replaced_below_does_not_hear_of_the_one_above(changed, pack):
    pack.overlay_task["calendar"][0]["until"] = "2023-08-20"
    change = only(changed())
    assert (change.place, change.severity) == ("220000", "plain")  # a derived day against a written one


@pytest.mark.parametrize(
    "edit, says, severity, binds",
    [
        (
            lambda f: f[0].update(max_length=30),
            "字段“项目名称”的最多字数由 50 改为 30",
            "tightening",
            "units",
        ),
        (lambda f: f[0].update(required=False), "字段“项目名称”改为选填", "loosening", "units"),
        (lambda f: f[1].update(required=True), "字段“面积”改为必填", "tightening", "units"),
        (lambda f: f[1].update(min=10), "字段“面积”的最小值由 不限 改为 10", "tightening", "units"),
        (lambda f: f[1].update(unit="亩"), "字段“面积”的单位由“平方米”改为“亩”", "reinterprets", "units"),
        (lambda f: f[2].update(type="number"), "字段“投入”的类型由“金额”改为“数字”", "reinterprets", "units"),
        (lambda f: f.pop(2), "取消字段“投入”（金额）", "loses", "units"),
        (lambda f: f[0].update(type="longtext"), "类型由“单行文字”改为“多行文字”", "plain", "units"),
        (
            lambda f: f.append({"code": "more", "label": "补充", "type": "text", "required": True}),
            "新增字段“补充”（单行文字，必填）",
            "tightening",
            "units",
        ),
    ],
)
def test_fields(changed, pack, edit, says, severity, binds):
    edit(pack.task["form"][0]["fields"])
    change = only(changed())
    assert says in change.sentence
    assert (change.severity, change.binds) == (severity, (binds,))
    assert change.forbidden == (severity in {"loses", "reinterprets"})


def test_a_field_that_moves_to_another_section_is_not_lost(changed, pack):
    moved = pack.task["form"][0]["fields"].pop(2)
    pack.task["form"].append({"code": "money", "title": "经费", "fields": [moved]})
    changes = changed()
    assert not any(change.forbidden for change in changes)
    assert any("字段“投入”的所在分栏由“基本情况”改为“经费”" in change.sentence for change in changes)


def test_choices_and_columns(tmp_path):
    def with_list(name, values, columns):
        pack = Pack(tmp_path / name)
        pack.task["form"][0]["fields"] += [
            {
                "code": "kind",
                "label": "类型",
                "type": "choice",
                "choices": [{"value": v, "label": v.upper()} for v in values],
            },
            {
                "code": "rooms",
                "label": "场地",
                "type": "table",
                "columns": [{"code": c, "label": c, "type": "number"} for c in columns],
            },
        ]
        return side(pack)

    changes = diff(with_list("old", "abc", "xy"), with_list("new", "ab", "x"))
    assert [(c.key.part, c.key.inside, c.key.code) for c in changes] == [
        ("choice", "kind", "c"),
        ("column", "rooms", "y"),
    ]
    assert "part: choice, in: kind, from: c" in changes[0].remedy


def test_what_concerns_experts_designated_projects_and_reviewers(changed, pack):
    pack.task["indicators"][0]["name"] = "培训总人次"
    pack.task["rubrics"] = [
        {
            "code": "score",
            "name": "评分",
            "criteria": [{"code": "c1", "group": "基础", "name": "条件", "points": ["看"], "cite": CITE}],
            "cite": CITE,
        }
    ]
    pack.task["conditions"][0]["severity"] = "advice"
    found = {change.part: (change.binds, change.severity) for change in changed()}
    assert found == {
        "indicators": (("designated",), "plain"),
        "rubrics": (("experts",), "plain"),
        "conditions": (("units", "reviewers"), "loosening"),
    }


def test_the_order_of_steps_and_a_step_gone(changed, pack):
    steps = pack.overlay_task["steps"]
    steps[1], steps[2] = steps[2], steps[1]
    assert "环节的次序调整为：申报、推荐、市级推荐、认定" in only(changed()).sentence
    steps.pop(2)
    pack.overlay_task["quotas"] = []
    gone = next(change for change in changed() if change.key)
    assert (gone.key.part, gone.key.code, gone.severity) == ("step", "city-recommend", "loses")
    assert "overlays/220000/overlay.yaml" in gone.remedy


def test_a_round_and_a_variant_gone(changed, pack):
    pack.programme["rounds"].pop()
    pack.overlay_task["quotas"][0]["rounds"].pop()
    pack.task["variants"].pop()
    found = {change.key.part: change for change in changed() if change.key}
    assert set(found) == {"round", "variant"}
    assert all(change.forbidden for change in found.values())


def test_an_overlay_that_only_writes_otherwise_says_so(changed, pack):
    pack.overlay_task["contacts"] = []
    assert changed() == []
    pack.overlay_task["name"] = pack.task["name"]
    assert "写法有变，实际要求不变" in only(changed()).sentence


def test_a_long_text_is_not_told_whole(changed, pack):
    pack.task["summary"] = "改" * 100
    assert "简介文字有改动（6 字改为 100 字）" in only(changed()).sentence


# ---------------------------------------------------------------- any change at all


def whole(a_side):
    """The canonical content, as it is stored and compared."""
    return {
        "": canonical(a_side.programme),
        "tasks": {code: canonical(task) for code, task in a_side.tasks.items()},
        "overlays": {
            place: [canonical(o.pack), {code: canonical(own) for code, own in o.own.items()}]
            for place, o in a_side.overlays.items()
        },
    }


def spots(value, path=()):
    """Every place in a pack's plain data."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from spots(part, (*path, key))


WORTH = st.sampled_from(
    [None, True, False, 0, 1, 3, 7.5, "改", "declare", "2023-08-20", [], ["school"], CITE]
)


@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_goes_unsaid_and_nothing_is_invented(tmp_path_factory, data):
    packs = []
    for _ in range(2):
        pack = Pack(tmp_path_factory.mktemp("pack") / "small")
        for _ in range(data.draw(st.integers(0, 2))):
            edit(pack, data)
        packs.append(Side.of(check_pack(read(pack.write()), PLACES), PLACES))
    old, new = packs
    assert diff(new, new) == []
    changes = diff(old, new, names=NAMES)
    if old.programme is None or new.programme is None:
        return  # too misshapen to have a canonical content
    assert bool(changes) == (whole(old) != whole(new))
    json.dumps([change.as_json() for change in changes])
    assert all(change.sentence.strip() for change in changes)


def edit(pack, data):
    """Take something away, put something else in its place, or write it twice."""
    part = data.draw(st.sampled_from(["programme", "task", "overlay", "overlay_task"]))
    whole_part = getattr(pack, part)
    path = data.draw(st.sampled_from([p for p in spots(whole_part) if p]))
    around = whole_part
    for step in path[:-1]:
        around = around[step]
    match data.draw(st.sampled_from(["drop", "replace", "repeat", "turn"])):
        case "drop":
            del around[path[-1]]
        case "replace":
            around[path[-1]] = data.draw(WORTH)
        case "repeat" if isinstance(around, list):
            around.append(deepcopy(around[path[-1]]))
        case "turn" if isinstance(around, list):
            around.reverse()


# ---------------------------------------------------------------- the command


def test_the_command_compares_two_folders(run, folder, pack, tmp_path):  # noqa: F811
    newer = Pack(tmp_path / "newer")
    newer.task["form"][0]["fields"][0]["max_length"] = 30
    shown = run("diff", folder, newer.write())
    assert shown.exit_code == 0, shown.output
    assert "[收紧] 任务“实践中心”：字段“项目名称”的最多字数由 50 改为 30" in shown.stdout
    assert run("diff", folder, folder).stdout.startswith("没有改动")
    newer.task["form"][0]["fields"].pop(2)
    refused = run("diff", folder, newer.write(), "--json")
    assert refused.exit_code == 1
    told = json.loads(refused.stdout)
    assert "from: fund" in told["refused"][0]["remedy"]
    assert [change["forbidden"] for change in told["changes"]] == [True, False]
    newer.task["sumary"] = "x"
    assert run("diff", folder, newer.write()).exit_code == 1
    assert run("diff", folder, tmp_path / "nowhere").exit_code == 2


@pytest.mark.usefixtures("places")
def test_the_command_compares_with_what_is_loaded(run, folder, pack):  # noqa: F811
    load_pack(folder)
    assert run("diff", folder).stdout.startswith("没有改动")
    pack.task["form"][0]["fields"].pop(2)
    shown = run("diff", pack.write())
    assert shown.exit_code == 0, shown.output  # nobody has answered it
    assert "取消字段“投入”" in shown.stdout
    assert "没有已存数据" in shown.stdout
