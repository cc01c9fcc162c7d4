"""Mistakes beyond those of ``test_check``, one for each place in the checks that tells of one: what is changed, the file, a
phrase of the message, a phrase of the remedy, the anchor in the reference.
"""

from tests.programmes.small_pack import CITE

PROGRAMME = "programme.yaml"
TASK = "tasks/01-centre/task.yaml"
LAID = "overlays/220000/tasks/centre.yaml"


def _holders(pack, **match):
    """A quota of units with one line that asks ``match``."""
    pack.task["quotas"] = [
        {
            "code": "q",
            "name": "限额",
            "step": "declare",
            "holder": "unit",
            "rounds": ["2023"],
            "holders": [{"name": "甲", "match": match, "limit": 1}],
            "cite": CITE,
        }
    ]


def _exempt(pack):
    exemption = {"code": "e", "text": "免", "when": "true", "rounds": ["2024"], "cite": CITE}
    _holders(pack)
    pack.task["quotas"][0]["exempt"] = [exemption]


def _declined(pack, at, target, **more):
    pack.overlay_task.pop("steps")
    pack.overlay_task.pop("quotas")
    steps = pack.task["steps"]
    steps.append(
        {
            "code": "provincial",
            "name": "省级认定",
            "kind": "designate",
            "level": "province",
            "grants": "province",
            "cite": CITE,
            **more,
        }
    )
    for number in at:
        steps[number]["on_decline"] = target


def _clause(pack, **more):
    pack.programme["documents"][0]["clauses"] = [{"id": "一(一)", "text": "条款", "reason": "序言", **more}]


def _mapping(*rows):
    def change(pack):
        pack.programme["mappings"] = [{"task": "centre", "part": "field", **row} for row in rows]

    return change


def _table(pack, code, **column):
    columns = [{"code": "c", "label": "列", "type": "text", **column}]
    pack.task["form"][0]["fields"].append({"code": code, "label": "表", "type": "table", "columns": columns})


def _unique(*fields):
    def change(pack):
        _table(pack, "one")
        _table(pack, "two")
        pack.task["unique"] = [{"code": "u", "text": "不得重复", "fields": list(fields), "cite": CITE}]

    return change


def _dictionary(pack, *entries, code="trades", **field):
    """A dictionary of the programme, and a field that names it."""
    listed = [{"value": value, "label": label} for value, label in entries or [("wood", "木作")]]
    pack.programme["dictionaries"] = [{"code": "trades", "name": "门类", "entries": listed, "cite": CITE}]
    own = {"code": "trade", "label": "门类", "type": "choice", "dictionary": code, **field}
    pack.task["form"][0]["fields"].append(own)


def _dictionary_twice(pack):
    _dictionary(pack)
    pack.overlay["dictionaries"] = pack.programme["dictionaries"]


def _targets_twice(pack):
    pack.task["form"][0]["fields"].append({"code": "more", "label": "目标", "type": "targets"})


GRADES = [{"code": "good", "name": "优", "least": 60}, {"code": "bad", "name": "差", "least": 0}]
FOLLOWS = {"code": "c", "text": "整改", "does": "rectify", "cite": CITE}


def _evaluated(*follows, **more):
    def change(pack):
        pack.task["evaluations"] = [
            {
                "code": "yearly",
                "name": "年度考核",
                "kind": "yearly",
                "grades": GRADES,
                "consequences": [FOLLOWS | one for one in follows],
                "cite": CITE,
                **more,
            }
        ]

    return change


def _evaluated_by_text(pack):
    pack.task["indicators"].append({"code": "i2", "name": "说明", "kind": "text", "cite": CITE})
    _evaluated({"indicator": "i2", "below": 1})(pack)


def _same_as(pack):
    pack.task["form"][0]["fields"][3]["same_as"] = ["indicator.i1"]


MORE = {
    "infinite weight": (
        lambda p: p.task.update(
            rubrics=[
                {
                    "code": "r",
                    "name": "评分表",
                    "criteria": [
                        {
                            "code": "a",
                            "group": "甲",
                            "name": "乙",
                            "points": ["丙"],
                            "weight": float("inf"),
                            "cite": CITE,
                        }
                    ],
                    "cite": CITE,
                }
            ]
        ),
        TASK,
        "“weight”应为有限的数",
        "普通数字",
        "criterion-weight",
    ),
    "held against what can't be": (
        _same_as,
        TASK,
        "files 类型的字段不能与别处核对",
        "删去 same_as",
        "fielddef-same_as",
    ),
    "years of an evaluation": (
        _evaluated(years=3),
        TASK,
        "期满考核须写周期几年",
        "核对 kind",
        "evaluation-years",
    ),
    "a grade without its mark": (
        _evaluated(grades=[GRADES[0], {"code": "bad", "name": "差"}]),
        TASK,
        "等级“差”没有写最低分",
        "都不写",
        "grade",
    ),
    "grades upward": (
        _evaluated(grades=[*GRADES, {"code": "worse", "name": "更差", "least": 0}]),
        TASK,
        "不低于前一等级",
        "逐级降低",
        "grade-least",
    ),
    "marks without a grade": (
        _evaluated(grades=[{"code": "best", "name": "特优", "least": 90}, GRADES[0]]),
        TASK,
        "0 至 60 分没有等级",
        "least: 0",
        "grade-least",
    ),
    "shares of 90": (
        _evaluated(shares=[{"level": "city", "weight": 90}]),
        TASK,
        "合计 90",
        "weight",
        "evaluation-shares",
    ),
    "cards over a whole period": (
        _evaluated(kind="period", years=3, late_red=2),
        TASK,
        "红黄牌的界限只写在年度考核",
        "删去 late_red",
        "evaluation-late_red",
    ),
    "red before yellow": (
        _evaluated(met_yellow=60, met_red=60),
        TASK,
        "红牌的界限 60 不低于黄牌的 60",
        "红牌的界限应更低",
        "evaluation-met_red",
    ),
    "consequence of both": (
        _evaluated({"grades": ["bad"], "indicator": "i1", "below": 1}),
        TASK,
        "只看等级或只看一个指标",
        "分成两项",
        "consequence-indicator",
    ),
    "consequence without its bound": (
        _evaluated({"indicator": "i1"}),
        TASK,
        "缺 below",
        "补写 below",
        "consequence",
    ),
    "consequence of no number": (
        _evaluated_by_text,
        TASK,
        "指标“i2”不是数",
        "数值类",
        "consequence-indicator",
    ),
    "consequence in a row of nothing": (
        _evaluated({"grades": ["bad"], "over": "in_a_row"}),
        TASK,
        "须写几年",
        "over 和 years",
        "consequence",
    ),
    "consequence of every nothing": (
        _evaluated({"over": "every_year"}),
        TASK,
        "无从按年计数",
        "补写 grades",
        "consequence-over",
    ),
    "consequence of years that are not": (
        _evaluated({"grades": ["bad"], "over": "every_year"}, kind="spot"),
        TASK,
        "只有年度考核可以按年计数",
        "yearly",
        "consequence-over",
    ),
    "days of no rectification": (
        _evaluated({"grades": ["bad"], "does": "revoke", "days": 5}),
        TASK,
        "只有限期整改",
        "删去 days",
        "consequence-days",
    ),
    "exempt in another round": (_exempt, TASK, "不用于这个批次", "2023", "exemption-rounds"),
    "years without a year": (
        lambda p: _holders(p, tags=["double-high"], tag_years={}),
        TASK,
        "没有写年份",
        "from",
        "years",
    ),
    "years backwards": (
        lambda p: _holders(p, tags=["double-high"], tag_years={"from": 2020, "until": 2010}),
        TASK,
        "from 2020 晚于 until 2010",
        "核对年份",
        "years",
    ),
    "years without a tag": (
        lambda p: _holders(p, tag_years={"from": 2020}),
        TASK,
        "没有标签可依",
        "tags",
        "years",
    ),
    "years of an undated tag": (
        lambda p: _holders(p, tags=["double-high"], tag_years={"from": 2020}),
        TASK,
        "标签“double-high”没有年份",
        "dated: true",
        "years",
    ),
    "declare declines": (
        lambda p: _declined(p, [0], "provincial"),
        TASK,
        "declare 环节不会不予通过",
        "认定",
        "step-on_decline",
    ),
    "signing without deciding": (
        lambda p: p.task["steps"][0].update(countersign=["finance"]),
        TASK,
        "环节不作决定，不写 countersign",
        "推荐、认定环节",
        "step-countersign",
    ),
    "two machines for one point": (
        lambda p: p.task["steps"][1].update(
            formal=[{"code": "area", "text": "面积", "rule": "true", "machine": "checks", "cite": CITE}]
        ),
        TASK,
        "rule 和 machine 只写一个",
        "分成两条",
        "formalitem-machine",
    ),
    "a leader that is no field": (
        lambda p: p.task.update(leader=["nobody"]),
        TASK,
        "nobody",
        "",
        "taskpack-leader",
    ),
    "blind without scoring": (
        lambda p: p.task["steps"][2].update(blind=True),
        TASK,
        "环节不评分，不写 blind",
        "score 环节",
        "step-blind",
    ),
    "a notice without designating": (
        lambda p: p.task["steps"][0].update(notice_days=5),
        TASK,
        "环节不认定，不写 notice_days",
        "designate 环节",
        "step-notice_days",
    ),
    "working days without days": (
        lambda p: p.task["steps"][2].update(notice_working=True),
        TASK,
        "没有写公示几天",
        "notice_days",
        "step-notice_working",
    ),
    "a certificate without its number": (
        lambda p: p.task["steps"][2].update(certificate="{year}-{town}"),
        TASK,
        "证书编号的写法不对",
        "{serial} 写一次",
        "step-certificate",
    ),
    "declined to itself": (
        lambda p: _declined(p, [2], "designate"),
        TASK,
        "不能转到它自己",
        "后面",
        "step-on_decline",
    ),
    "declined to what grants nothing": (
        lambda p: _declined(p, [2], "provincial", kind="recommend", grants=None),
        TASK,
        "而它不授予级别",
        "grants",
        "step-on_decline",
    ),
    "declined upward": (
        lambda p: _declined(p, [2], "provincial", grants="nation", level="nation"),
        TASK,
        "不能再由“provincial”授予 nation",
        "低一级",
        "step-on_decline",
    ),
    "declined from two": (
        lambda p: _declined(p, [1, 2], "provincial"),
        TASK,
        "都转入“provincial”",
        "各写一个",
        "step-on_decline",
    ),
    "dictionary unknown": (
        lambda p: _dictionary(p, code="trade"),
        TASK,
        "字典“trade”不存在",
        "trades",
        "fielddef-dictionary",
    ),
    "dictionary unknown to a column": (
        lambda p: _table(p, "x", type="choice", dictionary="trade"),
        TASK,
        "字典“trade”不存在",
        "",
        "fielddef-dictionary",
    ),
    "dictionary beside choices": (
        lambda p: _dictionary(p, choices=[{"value": "a", "label": "甲"}]),
        TASK,
        "“trade”既写了 choices 又写了 dictionary",
        "只留一样",
        "fielddef-dictionary",
    ),
    "dictionary of a text": (
        lambda p: _dictionary(p, type="text"),
        TASK,
        "text 类型的字段没有“dictionary”",
        "choice、multichoice",
        "fielddef-dictionary",
    ),
    "dictionary's value twice": (
        lambda p: _dictionary(p, ("wood", "木作"), ("wood", "细木")),
        PROGRAMME,
        "条目“wood”重复",
        "换一个",
        "choice-value",
    ),
    "dictionary's label twice": (
        lambda p: _dictionary(p, ("wood", "木作"), ("timber", "木作")),
        PROGRAMME,
        "条目“timber”与“wood”的文字相同：木作",
        "互相区分",
        "choice-label",
    ),
    "dictionary of the pack above": (
        _dictionary_twice,
        "overlays/220000/overlay.yaml",
        "字典“trades”与上级配置包的重复",
        "换一个",
        "dictionary-code",
    ),
    "column without choices": (
        lambda p: _table(p, "x", type="choice"),
        TASK,
        "列“c”没有选项",
        "choices",
        "fielddef",
    ),
    "column's bounds": (
        lambda p: _table(p, "x", type="number", min=2, max=1),
        TASK,
        "min 2 大于 max 1",
        "上下限",
        "fielddef-min",
    ),
    "unique by a number": (
        _unique("area"),
        TASK,
        "“area”是 number，不能用来判断重复",
        "text",
        "uniquedef-fields",
    ),
    "unique in two tables": (
        _unique("one.c", "two.c"),
        TASK,
        "用了几张表：one、two",
        "一张表",
        "uniquedef-fields",
    ),
    "unique by no column": (
        _unique("one.cc"),
        TASK,
        "字段“one”的列“cc”不存在",
        "是否应为“c”",
        "uniquedef-fields",
    ),
    "indicator's bounds": (
        lambda p: p.task["indicators"][0].update(min=2, max=1),
        TASK,
        "min 2 大于 max 1",
        "上下限",
        "indicator-min",
    ),
    "targets twice": (_targets_twice, TASK, "有 2 个 targets 字段", "只留一个", "taskpack-form"),
    "clause with a screen and a reason": (
        lambda p: _clause(p, screens=["unit:home"]),
        PROGRAMME,
        "既有页面落实，又写了不需落实的理由",
        "一样",
        "clause-reason",
    ),
    "clause that is cited has a reason": (
        _clause,
        PROGRAMME,
        "有引用它的内容",
        "删去 reason",
        "clause-reason",
    ),
    "mapping to and drop": (
        _mapping({"from": "old", "to": "area", "drop": "不用了"}),
        PROGRAMME,
        "要么写 to，要么写 drop",
        "drop",
        "mapping",
    ),
    "mapping of what is there": (
        _mapping({"from": "area", "to": "fund"}),
        PROGRAMME,
        "字段“area”还在使用",
        "新编码",
        "mapping-from",
    ),
    "mapping to nothing": (
        _mapping({"from": "old", "to": "aera"}),
        PROGRAMME,
        "字段“aera”不存在",
        "是否应为“area”",
        "mapping-to",
    ),
    "mapping in a circle": (
        _mapping({"from": "old", "to": "older"}, {"from": "older", "to": "old"}),
        PROGRAMME,
        "绕了一圈",
        "现有的编码",
        "mapping-to",
    ),
    "mapping twice": (
        _mapping({"from": "old", "to": "area"}, {"from": "old", "to": "area"}),
        PROGRAMME,
        "写了两遍",
        "一条",
        "mapping-from",
    ),
    "mapping inside nothing": (
        _mapping({"from": "old", "to": "area", "part": "column"}),
        PROGRAMME,
        "in 写得不对",
        "in: 表格编码",
        "mapping-in",
    ),
    "mapping with a factor": (
        _mapping({"from": "old", "drop": "不用了", "factor": 2}),
        PROGRAMME,
        "才写 factor",
        "删去 factor",
        "mapping-factor",
    ),
    "far day": (
        lambda p: p.task["calendar"][0].update(until="9999-12-31"),
        TASK,
        "9999 年，不在",
        "核对年份",
        "calendarentry-until",
    ),
    "variant twice": (
        lambda p: p.task["calendar"][0].update(variants=["school", "school"]),
        TASK,
        "项目类型“school”写了两遍",
        "只写一遍",
        "calendarentry-variants",
    ),
    "overlay of the programme's own place": (
        lambda p: (p.overlay.update(place="140000"), p.programme.update(place="220000")),
        "overlays/220000/overlay.yaml",
        "文件夹名“220000”与地区代码“140000”不一致",
        "地区代码",
        "overlaypack-place",
    ),
    "overlay of the place itself": (
        lambda p: p.programme.update(place="220000"),
        "overlays/220000/overlay.yaml",
        "不在计划所在的“220000”之内",
        "下级地区",
        "overlaypack-place",
    ),
    "goal of another kind of value": (
        lambda p: p.task["indicators"][0].update(goal="graded"),
        TASK,
        "不相配",
        "kind: text",
        "indicator-goal",
    ),
    "goal of a choice": (
        lambda p: p.task["indicators"][0].update(
            kind="choice", goal="range", choices=[{"value": "a", "label": "甲"}]
        ),
        TASK,
        "没有数值目标",
        "删去 goal",
        "indicator-goal",
    ),
    "goal without targets": (
        lambda p: p.task["indicators"][0].update(goal="equal", targeted=False),
        TASK,
        "不定年度目标",
        "targeted: true",
        "indicator-goal",
    ),
    "weight of what is not compared": (
        lambda p: p.task["indicators"][0].update(weight=100, better="none"),
        TASK,
        "无从计分",
        "删去 weight",
        "indicator-weight",
    ),
    "extra without points": (
        lambda p: p.task["indicators"][0].update(extra=True),
        TASK,
        "没有写分值",
        "补写 weight",
        "indicator-extra",
    ),
    "cap without points": (
        lambda p: p.task["indicators"][0].update(cap=120),
        TASK,
        "不会超过 100%",
        "删去 cap",
        "indicator-cap",
    ),
    "weights that do not sum": (
        lambda p: p.task["indicators"][0].update(weight=60),
        TASK,
        "合计 60，不是 100",
        "extra: true",
        "taskpack-indicators",
    ),
}
