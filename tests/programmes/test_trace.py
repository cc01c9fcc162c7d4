"""What serves each clause: on a small pack, and that ours leaves none of the notices' and guides' clauses unserved."""

from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver
from ruamel.yaml import YAML

from tests.programmes.small_pack import PLACES
from tongchou.orgs import places as jurisdictions
from tongchou.programmes import pack_format
from tongchou.programmes.check import check_pack
from tongchou.programmes.clauses import clause_of
from tongchou.programmes.pack_format import Part
from tongchou.programmes.packs import read
from tongchou.programmes.trace import KINDS, Server, trace

PACKS = Path(__file__).parents[2] / "packs"


@pytest.mark.parametrize(
    "cited, found",
    [
        ("四(一)3", "四(一)3"),
        ("四(一)3 原创", "四(一)3"),
        ("四(一)30", None),
        ("附件2 12", "附件2 12"),
        ("附件2 13", None),
        ("附件2 1", "附件2 1"),
        ("二(三) 第2句", "二(三)"),
        ("二十", None),
        ("二、引言", "二"),
    ],
)
def test_a_cite_speaks_of_the_longest_clause_it_begins_with(cited, found):
    assert clause_of(cited, ["四(一)3", "附件2 1", "附件2 12", "二", "二(三)"]) == found


# ---------------------------------------------------------------- a small pack


def traced(pack):
    checked = check_pack(read(pack.write()), PLACES)
    assert checked.problems == []
    return trace(checked)


def clauses(*rows):
    return [{"id": row[0], "text": row[1], **(row[2] if len(row) > 2 else {})} for row in rows]


def test_a_clause_is_served_by_parts_and_screens_or_has_a_reason(pack):
    pack.programme["documents"][0]["clauses"] = clauses(
        ("首段", "目的", {"reason": "前言"}),
        ("一(一)", "建设实践中心", {"screens": ["unit:begin"]}),
        ("二", "注册登记", {"screens": ["public:register"]}),
        ("三", "总结"),
    )
    found = traced(pack)
    notice, jilin = found.documents
    assert [(one.clause.id, one.state) for one in notice.clauses] == [
        ("首段", "explained"),
        ("一(一)", "served"),
        ("二", "served"),
        ("三", "unserved"),
    ]
    cells = notice.clauses[1].by_kind()
    assert cells["条件"] == [Server("条件", "area", task="centre")]
    assert cells["环节"][-1] == Server("环节", "designate", place="220000", task="centre")
    assert cells["页面"] == [Server("页面", "unit:begin")]
    assert notice.clauses[2].by_kind() == {"页面": [Server("页面", "public:register")]}
    assert (notice.place, notice.listed, jilin.place, jilin.listed) == ("", True, "220000", False)
    assert [one.clause.id for one in jilin.clauses] == ["二", "三"]
    assert found.count() == {"served": 4, "explained": 1, "unserved": 1}
    assert found.kinds[0] == "任务"
    assert found.kinds[-1] == "页面"


def test_each_server_stands_once(pack):
    pack.programme["documents"][0]["clauses"] = clauses(("一", "一切"))
    pack.task["conditions"][0]["cite"] = ["notice 一(一)", "notice 一(二)"]
    (clause,) = traced(pack).documents[0].clauses
    assert len(clause.servers) == len(set(clause.servers))
    assert Server("条件", "area", task="centre") in clause.servers


def test_documents_may_have_files_of_their_own(pack):
    folder = pack.write()
    made = {
        "documents/a.yaml": {"id": "guide", "title": "指南", "clauses": clauses(("一", "基础条件"))},
        "overlays/220000/documents/b.yaml": {"id": "more", "title": "又一份省通知"},
    }
    for name, data in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        YAML().dump(data, folder / name)
    checked = check_pack(read(folder), PLACES)
    assert checked.problems == []
    assert [document.document.id for document in trace(checked).documents] == [
        "notice",
        "guide",
        "jilin",
        "more",
    ]


def test_a_mistake_in_a_file_of_documents_is_shown_there(pack):
    folder = pack.write()
    (folder / "documents").mkdir()
    (folder / "documents/guide.yaml").write_text(
        "id: guide\ntitle: 指南\nclauses:\n"
        "  - {id: 一, text: 基础条件}\n"
        "  - {id: 一, text: 又一次}\n"
        "  - {id: 二, txt: 写错了}\n"
        "  - {id: 三, text: 报告, screens: [unit:begin], reason: 线下}\n"
        "  - {id: 四, text: 页面, screens: [Unit Begin]}\n",
        encoding="utf-8",
    )
    (folder / "documents/list.yaml").write_text("- 一\n", encoding="utf-8")
    found = {
        (problem.file, problem.line, problem.message) for problem in check_pack(read(folder), PLACES).problems
    }
    assert ("documents/guide.yaml", 5, "条款“一”重复") in found
    assert ("documents/guide.yaml", 6, "不认识的键“txt”") in found
    assert ("documents/guide.yaml", 7, "条款“三”既有页面落实，又写了不需落实的理由") in found
    assert any(file == "documents/guide.yaml" and line == 8 for file, line, _ in found)
    assert ("documents/list.yaml", 1, "内容应为“键: 值”") in found


def test_documents_that_are_no_list_are_a_mistake_even_with_files_beside(pack):
    pack.programme["documents"] = "notice"
    folder = pack.write()
    (folder / "documents").mkdir()
    (folder / "documents/guide.yaml").write_text("id: guide\ntitle: 指南\n", encoding="utf-8")
    problems = check_pack(read(folder), PLACES).problems
    assert any(problem.file == "programme.yaml" and "documents" in problem.message for problem in problems)


def test_a_reason_for_a_clause_that_an_overlay_cites_is_a_mistake(pack):
    pack.programme["documents"][0]["clauses"] = clauses(
        ("一(一)", "建设实践中心"), ("八", "另行通知", {"reason": "没有内容"})
    )
    assert traced(pack).count()["explained"] == 1
    pack.overlay_task["quotas"][0]["cite"] = ["notice 八"]
    (problem,) = check_pack(read(pack.write()), PLACES).problems
    assert problem.file == "programme.yaml"
    assert problem.message == "条款“八”写了不需落实的理由，但配置中有引用它的内容"


def test_each_kind_of_part_that_cites_has_a_column():
    citing = {
        name
        for name, model in vars(pack_format).items()
        if isinstance(model, type) and issubclass(model, Part) and "cite" in model.model_fields
    }
    assert citing - {"Cited"} <= KINDS.keys()


# ---------------------------------------------------------------- the pack we ship


@pytest.fixture(scope="module")
def ours():
    known = {code: place.path for code, place in jurisdictions.read(PACKS / "jurisdictions-2023").items()}
    checked = check_pack(read(PACKS / "key-tasks-2023"), known)
    assert checked.problems == []
    return trace(checked)


def test_no_clause_is_unserved(ours):
    gaps = [
        f"{document.document.id} {one.clause.id}"
        for document in ours.documents
        for one in document.clauses
        if one.state == "unserved"
    ]
    assert gaps == []
    assert all(document.listed for document in ours.documents)


def _names(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern, inner)
        elif pattern.name:
            yield namespace + pattern.name


def test_every_screen_named_is_there(ours):
    screens = {name for one in ours.clauses() for name in one.clause.screens}
    assert screens
    assert screens <= set(_names(get_resolver()))


NUMERALS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"]


def brackets(above, count):
    """一(一), 一(二), …"""
    return [f"{above}({number})" for number in NUMERALS[:count]]


def digits(above, count):
    """一1, 一2, …"""
    return [f"{above}{number}" for number in range(1, count + 1)]


def sentences(clause, *parts):
    return [clause, *(f"{clause} {part}" for part in parts)]


JILIN_TASKS = {  # 三(八), 三(十), 三(十一) give no target
    number: ["目标", "推荐范围", "时间安排"]
    if number not in {"八", "十", "十一"}
    else ["推荐范围", "时间安排"]
    for number in NUMERALS
}
TABLE = [  # the three tables of guide-10: numbered points of observation a row; None: one without a number
    ("政治性/服务国家战略", 2, 2, 2),
    ("政治性/体现先进理念", 3, 4, 4),
    ("科学性/结构完整", 2, 2, 2),
    ("科学性/设计合理", 3, 3, 4),
    ("科学性/类型特征鲜明", 3, 3, 3),
    ("实效性/国内应用基础", 2, 2, 2),
    ("实效性/国外应用情况", 1, 2, 0),
    ("实效性/国(境)外应用情况", 0, 0, None),
    ("实效性/社会和经济效益", 1, 3, 2),
    ("创新性/对接产业前沿", 1, None, None),
    ("创新性/技术创新", 2, None, 2),
    ("创新性/接轨国际", 2, 2, 2),
    ("推广性/国外推广", 2, 2, 3),
    ("推广性/社会影响", 1, 2, 2),
    ("示范性/标杆示范", 3, 3, 3),
    ("示范性/引领改革", 2, 3, 2),
    ("负面清单", 4, 4, 5),
]


def rows_of_tables():
    listed = ["附件1"]
    for at, table in enumerate(brackets("附件1", 3), start=1):
        listed.append(table)
        for name, *counts in TABLE:
            count = counts[at - 1]
            listed += [f"{table} {name}"] if count is None else digits(f"{table} {name} ", count)
    return listed


CLAUSES = {
    "moe-2023-20": [
        "首段",
        *brackets("一", 11),
        "二(一)",
        "二(二)",
        *sentences("二(三)", "第2句", "第3句"),
        *sentences("三(一)", "第2句"),
        *sentences("三(二)", "第2句"),
        "附件",
    ],
    "moe-2023-15": ["一", "三1", *sentences("三2", "第2句"), "三3"],
    "handbook/6": ["首段", "三"],
    "shanxi-2023-63": [
        "首段",
        "一",
        *sentences("二", "第2句"),
        "三",
        "四",
        "附件1",
        *digits("附件2 ", 12),
    ],
    "jilin-2023-7": [
        "首段",
        "一",
        "二(一)",
        *sentences("二(二)", "校级项目培育", "市级项目立项", "省级项目认定", "国家级项目推荐"),
        *sentences("二(三)", "第2句"),
        *(f"三({number}) {part}" for number, parts in JILIN_TASKS.items() for part in parts),
        *digits("四(一)", 2),
        *sentences("四(二)", "第2句", "第3句", "第2段"),
        *digits("附件", 3),
    ],
    "guide-01": [
        "条件要求",
        *digits("条件要求", 5),
        "附件",
        *(
            listed
            for group, count in enumerate((4, 4, 5, 5, 4, 3, 0), start=1)
            for listed in (f"附件{group}", *digits(f"附件{group}.", count))
        ),
    ],
    "guide-02": [
        "引言",
        "一",
        *brackets("一", 2),
        "二",
        *brackets("二", 6),
        "三",
        *brackets("三", 6),
        *digits("附件", 3),
    ],
    "guide-03": [
        "一",
        "二",
        *brackets("二", 4),
        "三",
        *brackets("三", 3),
        "四",
        *brackets("四", 2),
        "五",
        *brackets("五", 4),
        *digits("附件", 2),
    ],
    "guide-04": [
        "一",
        *digits("一", 2),
        "二",
        *digits("二", 4),
        "三",
        "四",
        "四(一)",
        *digits("四(一)", 7),
        "四(二)",
        *digits("四(二)", 3),
        "五",
        *digits("五", 5),
    ],
    "guide-05": ["全文"],
    "guide-06": ["一", "二", *digits("二", 4), "三", *digits("三", 5), "四", *digits("四", 3)],
    "guide-07": ["推荐条件", *digits("推荐条件 ", 5)],
    "guide-08": ["全文"],
    "guide-09": ["首段", *brackets("", 6)],
    "guide-10": rows_of_tables(),
    "guide-11": ["条件要求", *digits("条件要求 ", 5)],
}


def test_every_numbered_clause_is_listed(ours):
    """The numbering as read in the documents themselves, not from the pack."""
    listed = {document.document.id: document.document.clause_ids for document in ours.documents}
    assert listed.keys() == CLAUSES.keys()
    for document, expected in CLAUSES.items():
        assert listed[document] == expected, document


def test_unpublished_guides_say_so(ours):
    unpublished = [
        document for document in ours.documents if document.document.id in {"guide-05", "guide-08"}
    ]
    assert [one.state for document in unpublished for one in document.clauses] == ["explained", "explained"]
    assert all("未见公布" in one.clause.reason for document in unpublished for one in document.clauses)
