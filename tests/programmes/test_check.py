"""Every mistake a pack can hold is named: file, line, column, what is wrong, how to mend it."""

from pathlib import Path

import pytest

from tests.programmes.small_pack import CITE, PLACES
from tongchou.programmes.check import check, check_pack
from tongchou.programmes.packs import read

TASK = "tasks/01-centre/task.yaml"
LAID = "overlays/220000/tasks/centre.yaml"


def problems(pack):
    return check(pack.write(), PLACES)


def test_the_small_pack_has_none(pack):
    assert problems(pack) == []


def field(pack, code):
    return next(f for f in pack.task["form"][0]["fields"] if f["code"] == code)


def add(pack, **more):
    pack.task["form"][0]["fields"].append({"label": "甲", "type": "text", **more})


def entry(code, **more):
    return {"code": code, "name": code, "purpose": "recommend", "binds": "cities", "cite": CITE, **more}


def quota(pack, **more):
    pack.overlay_task["quotas"][0].update(more)


CASES = {
    # shape
    "unknown key": (lambda p: p.task.update(sumary="x"), TASK, "不认识的键“sumary”", "summary"),
    "unknown key inside": (lambda p: field(p, "area").update(uint="x"), TASK, "不认识的键“uint”", "unit"),
    "missing key": (lambda p: p.task.pop("summary"), TASK, "缺少“summary”", "补写 summary"),
    "not one of": (
        lambda p: field(p, "area").update(type="nummber"),
        TASK,
        "“type”不能是“nummber”",
        "number",
    ),
    "not a number": (lambda p: field(p, "area").update(max="many"), TASK, "应为数字", "不带引号"),
    "not an integer": (lambda p: p.task.update(number="first"), TASK, "应为整数", "不带引号"),
    "not a text": (lambda p: p.programme.update(version=1), "programme.yaml", "“version”应为文字", '"1"'),
    "not true or false": (lambda p: field(p, "area").update(required="maybe"), TASK, "true 或 false", ""),
    "not a list": (lambda p: p.task.update(variants="school"), TASK, "“variants”应为列表", "[ … ]"),
    "not a mapping": (lambda p: p.task["steps"].append("x"), TASK, "键: 值", ""),
    "empty list": (lambda p: p.task.update(cite=[]), TASK, "“cite”至少应有 1 项", ""),
    "bad code": (lambda p: field(p, "fund").update(code="Fund"), TASK, "“Fund”的写法不对", "小写"),
    "bad cite": (lambda p: p.task.update(cite=["二(一)"]), TASK, "“二(一)”的写法不对", "文件编号 条款"),
    "bad place code": (lambda p: p.programme.update(place="22"), "programme.yaml", "“22”的写法不对", "六位"),
    "empty text": (lambda p: p.task.update(name=" "), TASK, "“name”不能为空", ""),
    "bad day": (
        lambda p: p.programme["documents"][0].update(issued="soon"),
        "programme.yaml",
        "“soon”不是日期",
        "2023-08-22",
    ),
    "out of range": (lambda p: quota(p, holders=[{"name": "a", "limit": -1}]), LAID, "超出范围", ""),
    "too large": (lambda p: p.task.update(number=10**20), TASK, "超出范围", "应不大于 999"),
    "not finite": (lambda p: field(p, "area").update(min=float("nan")), TASK, "应为有限的数", ""),
    "too long": (lambda p: p.task.update(name="长" * 121), TASK, "“name”有 121 字，最多 120 字", "缩短"),
    "empty item": (lambda p: p.task.update(contacts=[None]), TASK, "“第 1 项”应为“键: 值”", ""),
    # cites, duplicates
    "unknown document": (
        lambda p: p.task.update(cite=["notise 一"]),
        TASK,
        "引用的文件“notise”不存在",
        "notice",
    ),
    "unknown clause": (
        lambda p: p.programme["documents"][0].update(clauses=[{"id": "二(一)", "text": "x"}]),
        TASK,
        "没有条款“一(一)”",
        "二(一)",
    ),
    "field twice": (lambda p: add(p, code="area"), TASK, "字段“area”重复", "换一个编码"),
    "indicator twice": (
        lambda p: p.task["indicators"].append(p.task["indicators"][0].copy()),
        TASK,
        "指标“i1”重复",
        "",
    ),
    "step twice": (
        lambda p: p.task["steps"].append(p.task["steps"][1].copy()),
        TASK,
        "环节“recommend”重复",
        "",
    ),
    "choice twice": (
        lambda p: add(
            p, code="x", type="choice", choices=[{"value": "a", "label": "甲"}, {"value": "a", "label": "乙"}]
        ),
        TASK,
        "选项“a”重复",
        "",
    ),
    "overlay repeats a condition": (
        lambda p: p.overlay_task.update(conditions=[{"code": "area", "text": "t", "cite": CITE}]),
        LAID,
        "条件“area”与上级配置包的重复",
        "",
    ),
    "overlay repeats a field": (
        lambda p: p.overlay_task.update(
            form=[
                {
                    "code": "more",
                    "title": "更多",
                    "fields": [{"code": "area", "label": "面积", "type": "number"}],
                }
            ]
        ),
        LAID,
        "字段“area”重复",
        "",
    ),
    "document twice": (
        lambda p: p.overlay["documents"].append({"id": "notice", "title": "x"}),
        "overlays/220000/overlay.yaml",
        "文件“notice”与上级配置包的重复",
        "",
    ),
    # rules
    "rule does not compile": (
        lambda p: p.task["conditions"][0].update(rule='v["area"] >='),
        TASK,
        "规则写法有误",
        "CEL",
    ),
    "rule of an unknown field": (
        lambda p: p.task["conditions"][0].update(rule='v["aera"] > 1'),
        TASK,
        "规则中的字段“aera”不存在",
        "是否应为“area”",
    ),
    "rule with null": (
        lambda p: p.task["conditions"][0].update(rule='v["area"] != null'),
        TASK,
        "规则中用了 null",
        "has(",
    ),
    "rule that adds an integer": (
        lambda p: p.task["conditions"][0].update(rule='v["area"] + 1 > 3'),
        TASK,
        "小数和整数",
        "1.0",
    ),
    "rule that compares unlike things": (
        lambda p: p.task["conditions"][0].update(rule='v["project_name"] > 3'),
        TASK,
        "仍算不出",
        "核对字段类型",
    ),
    "rule that is no judgement": (
        lambda p: p.task["conditions"][0].update(rule='v["area"]'),
        TASK,
        "不是“是/否”",
        "",
    ),
    "visible_when": (
        lambda p: field(p, "fund").update(visible_when="v.nothing"),
        TASK,
        "“nothing”不存在",
        "",
    ),
    "required_when": (lambda p: field(p, "fund").update(required_when="1 +"), TASK, "规则写法有误", ""),
    "compute": (lambda p: add(p, code="x", type="computed", compute='v["no"]'), TASK, "“no”不存在", ""),
    "exemption": (
        lambda p: quota(p, exempt=[{"code": "e", "text": "t", "when": 'v["x"]', "cite": CITE}]),
        LAID,
        "“x”不存在",
        "",
    ),
    # fields
    "min above max": (lambda p: field(p, "area").update(min=5, max=4), TASK, "min 5 大于 max 4", ""),
    "rows": (
        lambda p: add(p, code="x", type="people", min_rows=5, max_rows=4),
        TASK,
        "min_rows 5 大于 max_rows 4",
        "",
    ),
    "choice without choices": (lambda p: add(p, code="x", type="choice"), TASK, "没有选项", "choices"),
    "table without columns": (lambda p: add(p, code="x", type="table"), TASK, "没有列", "columns"),
    "computed without compute": (lambda p: add(p, code="x", type="computed"), TASK, "没有算式", "compute"),
    "computed and required": (
        lambda p: add(p, code="x", type="computed", compute="1.0", required=True),
        TASK,
        "不能必填",
        "",
    ),
    "key of another type": (
        lambda p: field(p, "project_name").update(min=3),
        TASK,
        "text 类型的字段没有“min”",
        "",
    ),
    "column type": (
        lambda p: add(p, code="x", type="table", columns=[{"code": "c", "label": "列", "type": "files"}]),
        TASK,
        "列不能是 files 类型",
        "",
    ),
    "column with a rule": (
        lambda p: add(
            p,
            code="x",
            type="table",
            columns=[{"code": "c", "label": "列", "type": "text", "visible_when": "true"}],
        ),
        TASK,
        "列没有“visible_when”",
        "",
    ),
    "total of no column": (
        lambda p: add(
            p, code="x", type="table", columns=[{"code": "c", "label": "列", "type": "text"}], total=["d"]
        ),
        TASK,
        "合计的列“d”不存在",
        "",
    ),
    "total of text": (
        lambda p: add(
            p, code="x", type="table", columns=[{"code": "c", "label": "列", "type": "text"}], total=["c"]
        ),
        TASK,
        "不能合计",
        "",
    ),
    "targets without indicators": (lambda p: p.task.pop("indicators"), TASK, "没有定目标的数值指标", ""),
    "variant of a field": (
        lambda p: field(p, "fund").update(variants=["shool"]),
        TASK,
        "项目类型“shool”不存在",
        "school",
    ),
    # what refers to fields
    "condition's field": (
        lambda p: p.task["conditions"][0].update(field="aera"),
        TASK,
        "字段“aera”不存在",
        "area",
    ),
    "material's field": (
        lambda p: p.task["materials"][0].update(field="plan"),
        TASK,
        "字段“plan”不存在",
        "plan_file",
    ),
    "material in a field that takes none": (
        lambda p: p.task["materials"][0].update(field="area"),
        TASK,
        "不能收材料",
        "files",
    ),
    "group of an unknown condition": (
        lambda p: p.task.update(groups=[{"code": "g", "text": "t", "need": 1, "of": ["aria"], "cite": CITE}]),
        TASK,
        "条件“aria”不存在",
        "area",
    ),
    "group that needs too many": (
        lambda p: p.task.update(groups=[{"code": "g", "text": "t", "need": 2, "of": ["area"], "cite": CITE}]),
        TASK,
        "1 项中不可能满足 2 项",
        "",
    ),
    "ratio without its parts": (
        lambda p: p.task["indicators"][0].update(kind="ratio"),
        TASK,
        "缺少分子或分母",
        "",
    ),
    "choice indicator": (
        lambda p: p.task["indicators"].append({"code": "i2", "name": "乙", "kind": "choice", "cite": CITE}),
        TASK,
        "没有选项",
        "",
    ),
    # steps
    "first step": (lambda p: p.task["steps"].reverse(), TASK, "单位申报应是第一个环节", ""),
    "declare's code": (lambda p: p.task["steps"][0].update(code="apply"), TASK, "编码应为“declare”", ""),
    "declare's level": (lambda p: p.task["steps"][0].update(level="city"), TASK, "申报只在单位一级", ""),
    "designate grants nothing": (
        lambda p: p.task["steps"][2].pop("grants"),
        TASK,
        "没有写授予的级别",
        "grants",
    ),
    "score grants": (
        lambda p: p.task["steps"].insert(
            1,
            {
                "code": "s",
                "name": "评审",
                "kind": "score",
                "level": "nation",
                "grants": "nation",
                "cite": CITE,
            },
        ),
        TASK,
        "不授予级别",
        "",
    ),
    "step of a kind that leads nothing": (
        lambda p: p.task["steps"][1].update(kinds=["park"]),
        TASK,
        "没有哪类项目由 park 牵头",
        "government",
    ),
    # calendar
    "unknown round": (lambda p: p.task["calendar"][0].update(round="2032"), TASK, "批次“2032”不存在", "202"),
    "unknown report": (
        lambda p: p.task["calendar"].append(
            entry("r", purpose="report", report="anual", since=2023, until="11-20")
        ),
        TASK,
        "报告“anual”不存在",
        "annual",
    ),
    "report without its name": (
        lambda p: p.task["calendar"].append(entry("r", purpose="report", since=2023, until="11-20")),
        TASK,
        "purpose 为 report 的条目要写 report",
        "",
    ),
    "from after until": (
        lambda p: p.task["calendar"][0].update({"from": "2023-09-30"}),
        TASK,
        "截止日 2023-08-31 早于开始日 2023-09-30",
        "",
    ),
    "no day": (lambda p: p.task["calendar"][0].update(until="2023-02-30"), TASK, "“2023-02-30”不是日期", ""),
    "day without year": (lambda p: p.task["calendar"][0].update(until="08-31"), TASK, "没有年份", ""),
    "year in a yearly day": (
        lambda p: p.programme["calendar"][0].update(until="2023-12-15"),
        "programme.yaml",
        "不是每年的月日",
        "06-30",
    ),
    "yearly without until": (
        lambda p: p.programme["calendar"][0].pop("until"),
        "programme.yaml",
        "每年的窗口缺少 until",
        "",
    ),
    "since after the horizon": (
        lambda p: p.programme["calendar"][0].update(since=2027),
        "programme.yaml",
        "晚于 horizon 2025",
        "",
    ),
    "round and since": (
        lambda p: p.task["calendar"][0].update(since=2023),
        TASK,
        "round 和 since 不能同时写",
        "",
    ),
    "derived from nothing": (
        lambda p: p.task["calendar"].append(entry("r", round="2023", until="declair.until - 3 days")),
        TASK,
        "推算所依的“declair”不存在",
        "",
    ),
    "derived from no day": (
        lambda p: p.task["calendar"].extend(
            [entry("a", purpose="register"), entry("b", until="a.until + 1 day")]
        ),
        TASK,
        "“a”没有 until 日期",
        "",
    ),
    "circle": (
        lambda p: p.task["calendar"].extend(
            [entry("a", until="b.until - 1 day"), entry("b", until="a.until")]
        ),
        TASK,
        "a.until → b.until → a.until",
        "",
    ),
    "circle of one": (
        lambda p: p.task["calendar"].append(entry("a", until="a.until - 1 day")),
        TASK,
        "a.until → a.until",
        "",
    ),
    "overlap": (
        lambda p: p.task["calendar"].append(
            entry("late", purpose="declare", binds="units", **{"from": "2023-08-31", "until": "2023-09-30"})
        ),
        TASK,
        "窗口 late 与 declare 重叠",
        "from",
    ),
    # quotas
    "unknown step": (
        lambda p: quota(p, step="city_recommend"),
        LAID,
        "环节“city_recommend”不存在",
        "city-recommend",
    ),
    "holder of another level": (lambda p: quota(p, holder="province"), LAID, "限额由 province 持有", ""),
    "quota's round": (lambda p: quota(p, rounds=["2025"]), LAID, "批次“2025”不存在", ""),
    "quota's kind": (lambda p: quota(p, kinds=["park"]), LAID, "没有哪类项目由 park 牵头", ""),
    "no holder": (lambda p: quota(p, holders=[]), LAID, "“holders”至少应有 1 项", ""),
    "unknown place": (
        lambda p: quota(p, holders=[{"name": "a", "match": {"places": ["220101"]}, "limit": 1}]),
        LAID,
        "地区“220101”不存在",
        "220100",
    ),
    "unknown tag": (
        lambda p: quota(p, holders=[{"name": "a", "match": {"tags": ["double-hih"]}, "limit": 1}]),
        LAID,
        "标签“double-hih”不存在",
        "double-high",
    ),
    "tags of an authority": (
        lambda p: quota(p, holders=[{"name": "a", "match": {"tags": ["double-high"]}, "limit": 1}]),
        LAID,
        "谁也不符合",
        "places",
    ),
    "neither limit nor minimum": (lambda p: quota(p, holders=[{"name": "a"}]), LAID, "既无上限也无下限", ""),
    "minimum above limit": (
        lambda p: quota(p, holders=[{"name": "a", "limit": 1, "minimum": 2}]),
        LAID,
        "下限 2 大于上限 1",
        "",
    ),
    "unreachable after all": (
        lambda p: p.overlay_task["quotas"][0]["holders"].reverse(),
        LAID,
        "“长春市”永远轮不到",
        "移到“其他市（州）”之前",
    ),
    "unreachable after the same places": (
        lambda p: quota(
            p,
            holders=[
                {"name": "两市", "match": {"places": ["220100", "220200"]}, "limit": 3},
                {"name": "长春市", "match": {"places": ["220100"]}, "limit": 5},
            ],
        ),
        LAID,
        "“长春市”永远轮不到",
        "两市",
    ),
    # overlays
    "overlay of an unknown task": (
        lambda p: p.overlay_task.update(code="center"),
        LAID,
        "任务“center”不在",
        "centre",
    ),
    "overlay of another programme": (
        lambda p: p.overlay.update(programme="smal"),
        "overlays/220000/overlay.yaml",
        "细则所属的计划是“smal”",
        "small",
    ),
    "overlay of an unknown place": (
        lambda p: p.overlay.update(place="220009"),
        "overlays/220000/overlay.yaml",
        "地区“220009”不存在",
        "",
    ),
    "overlay in another's folder": (
        lambda p: p.overlay.update(place="140000"),
        "overlays/220000/overlay.yaml",
        "文件夹名“220000”与地区代码“140000”不一致",
        "",
    ),
    "overlay with a key of tasks": (
        lambda p: p.overlay_task.update(indicators=[]),
        LAID,
        "不认识的键“indicators”",
        "",
    ),
    "programme's place": (
        lambda p: p.programme.update(place="990000"),
        "programme.yaml",
        "地区“990000”不存在",
        "",
    ),
    "round beyond the horizon": (
        lambda p: p.programme["rounds"][1].update(year=2030),
        "programme.yaml",
        "晚于 horizon 2025",
        "",
    ),
    "telephone": (
        lambda p: p.task.update(
            contacts=[{"office": "职成处 010-12345678", "level": "nation", "cite": CITE}]
        ),
        TASK,
        "有电话或邮箱",
        "处室",
    ),
    "programme missing": (lambda p: setattr(p, "programme", None), "programme.yaml", "缺少这个文件", ""),
    "overlay missing": (
        lambda p: setattr(p, "overlay", None),
        "overlays/220000/overlay.yaml",
        "缺少这个文件",
        "",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_mistake(pack, name):
    change, file, message, remedy = CASES[name]
    change(pack)
    found = problems(pack)
    hits = [p for p in found if p.file == file and message in p.message and remedy in p.remedy]
    assert hits, "\n".join(map(str, found)) or "no problem found"
    assert len(found) <= 3, "\n".join(map(str, found))
    assert all(p.line > 0 or "缺少这个文件" in p.message for p in found)


def test_line_and_column(pack):
    pack.write()
    path = pack.folder / TASK
    text = path.read_text().replace("name: 培训人次", "nmae: 培训人次")
    path.write_text(text)
    line = text[: text.index("nmae")].count("\n") + 1
    column = len(text[: text.index("nmae")].rsplit("\n", 1)[-1]) + 1
    found = {p.message: p for p in check(pack.folder, PLACES)}
    wrong = found["不认识的键“nmae”"]
    assert (wrong.line, wrong.column) == (line, column)
    assert str(wrong).startswith(f"{TASK}:{line}:{column} ")


@pytest.mark.parametrize(
    "text, message",
    [
        ("code: [", "YAML 写法有误"),
        ("code: a\ncode: b\n", "YAML 写法有误"),
        ("- a\n- b\n", "键: 值"),
        ("", "键: 值"),
        ("a: \tb: c: d", "YAML 写法有误"),
        ("a: 1\n---\nb: 1\n", "YAML 写法有误"),
        ("a: \x00", "YAML 写法有误"),
        ("a: " + "[" * 2000, "嵌套过深"),
    ],
)
def test_broken_yaml_is_told_and_the_rest_still_checked(pack, text, message):
    pack.overlay["place"] = "220009"
    pack.write()
    (pack.folder / TASK).write_text(text)
    found = check(pack.folder, PLACES)
    assert any(p.file == TASK and message in p.message and p.line for p in found)
    assert any("220009" in p.message for p in found)


@pytest.mark.parametrize(
    "more, message",
    [
        ("contacts: !!python/object:os.system x\n", "“contacts”应为列表"),
        ("contacts: &r [*r]\n", "应为“键: 值”"),
        ("? [a, b]\n: 1\n", "不认识的键"),
        ("5: x\n", "不认识的键“5”"),
    ],
)
def test_strange_yaml_is_only_a_mistake(pack, more, message):
    path = pack.write() / TASK
    path.write_text(path.read_text() + more)
    found = check(pack.folder, PLACES)
    assert any(message in p.message for p in found)
    assert {p.line for p in found} == {path.read_text().count("\n")} or len(found) == 1


def test_an_unquoted_date_says_to_quote_it_and_troubles_no_other(pack):
    path = pack.write() / TASK
    path.write_text(path.read_text().replace("'2023-08-31'", "2023-08-31"))
    assert [p.remedy for p in check(pack.folder, PLACES)] == ['加上引号，写成 "2023-08-31"']


def test_not_utf8(pack):
    pack.write()
    (pack.folder / TASK).write_bytes("名称: 中文".encode("gb18030"))
    assert any("UTF-8" in p.message for p in check(pack.folder, PLACES))


def test_all_mistakes_at_once(pack):
    pack.task["sumary"] = "x"
    field(pack, "area")["type"] = "nummber"
    pack.task["conditions"][0]["rule"] = 'v["area"] > 1 && v["found"] > 1'
    pack.task["materials"][0]["field"] = "plan"
    pack.overlay_task["quotas"][0]["step"] = "nowhere"
    messages = [p.message for p in problems(pack)]
    assert sorted(messages) == sorted(
        [
            "不认识的键“sumary”",
            "“type”不能是“nummber”",
            "规则中的字段“found”不存在",
            "字段“plan”不存在",
            "环节“nowhere”不存在",
        ]
    )


def test_lists_in_files_of_their_own(pack):
    form = pack.task.pop("form")
    pack.task["guide"] = "guide.md"
    pack.write()
    from ruamel.yaml import YAML

    folder = pack.folder / "tasks/01-centre"
    form[0]["fields"][1]["uint"] = "x"
    YAML().dump(form, folder / "form.yaml")
    (folder / "guide.md").write_text("# 指南\n")
    found = check(pack.folder, PLACES)
    assert [(p.file, p.message) for p in found] == [("tasks/01-centre/form.yaml", "不认识的键“uint”")]
    assert check_pack(read(pack.folder), PLACES).tasks["centre"].guide == "# 指南\n"
    YAML().dump({"a": 1}, folder / "form.yaml")
    YAML().dump([], folder / "forms.yaml")
    (folder / "guide.md").unlink()
    messages = [p.message for p in check(pack.folder, PLACES)]
    assert "内容应为一个列表" in messages
    assert "不认识这个文件" in messages
    assert "找不到指南文件 guide.md" in messages


def test_a_guide_outside_the_folder_is_not_read(pack):
    pack.task["guide"] = "../../secret.md"
    pack.write()
    (pack.folder / "secret.md").write_text("秘密")
    assert any("找不到指南文件" in p.message for p in check(pack.folder, PLACES))


def test_a_citys_overlay_is_laid_on_its_provinces(pack):
    pack.write()
    from ruamel.yaml import YAML

    folder = pack.folder / "overlays/220100"
    (folder / "tasks").mkdir(parents=True)
    YAML().dump({"programme": "small", "place": "220100", "version": "1"}, folder / "overlay.yaml")
    own = {"code": "centre", "conditions": [{"code": "city", "text": "市里的条件", "cite": ["jilin 三"]}]}
    YAML().dump(own, folder / "tasks/centre.yaml")
    checked = check_pack(read(pack.folder), PLACES)
    assert checked.problems == []
    city = next(o for o in checked.overlays if o.place == "220100").tasks["centre"]
    assert [c.code for c in city.conditions] == ["area", "city"]
    assert "city-recommend" in [s.code for s in city.steps]


def test_rest_days_are_pointed_out(pack):
    pack.task["calendar"][0]["until"] = "2023-08-20"
    notes = check_pack(read(pack.write()), PLACES).notes
    assert any("2023年8月20日是休息日（星期日）" in note for note in notes)


def test_duplicate_tasks(pack):
    pack.write()
    (pack.folder / "tasks/02-copy").mkdir()
    (pack.folder / "tasks/02-copy/task.yaml").write_text((pack.folder / TASK).read_text())
    messages = [p.message for p in check(pack.folder, PLACES)]
    assert f"任务编码 centre 与 {TASK} 重复" in messages
    assert f"任务序号 1 与 {TASK} 重复" in messages


def test_the_packs_we_ship_are_right():
    from tongchou.orgs import places

    packs = Path(__file__).parents[2] / "packs"
    known = {code: place.path for code, place in places.read(packs / "jurisdictions-2023").items()}
    assert check(packs / "key-tasks-2023", known) == []
