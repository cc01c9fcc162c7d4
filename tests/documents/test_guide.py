"""The guide of a task: everything the pack says of it in a place, with clauses, as PDF and as a page."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner

from tests.programmes.doc_examples import steps
from tongchou.cli.pack import pack as command
from tongchou.cli.pack.folder import known_places
from tongchou.documents import guide_dates, guide_folder, guide_loaded, guide_page, pdf
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.calendar import Span
from tongchou.programmes.check import check_pack
from tongchou.programmes.models import Task
from tongchou.programmes.pack_format import CalendarEntry
from tongchou.programmes.packs import read

KEY_TASKS = Path(__file__).parents[2] / "packs/key-tasks-2023"
PLACES = known_places(KEY_TASKS, None)
DAY = date(2026, 3, 20)
HOSTILE = '<script>alert(1)</script> #set page(width:1pt) *粗* $x$ & "引"'


def checked(folder):
    found = check_pack(read(folder), {code: place.path for code, place in PLACES.items()})
    assert found.problems == []
    return found


@pytest.fixture(scope="module")
def studios(tmp_path_factory):
    """The pack that docs/packs.md builds, before anything of it goes away."""
    folder = tmp_path_factory.mktemp("packs") / "skill-studios"
    for _ in steps(folder):
        pass
    (folder / "mappings.yaml").unlink()
    return folder


@pytest.fixture(scope="module")
def made(studios):
    return guide_folder.of_folder(checked(studios), "studio", PLACES["230000"], on=DAY)


def texts(guide):
    """Every text of a guide."""
    found = []
    for section in guide["sections"]:
        found.append(section["title"])
        for block in section["blocks"]:
            found += [block["caption"], block["note"]]
            for item in block.get("items", []):
                found += [item["text"], item["note"], item["cite"]]
            found += [cell for row in block.get("rows", []) for cell in row]
            found += [column["label"] for column in block.get("columns", [])]
    return [text for text in found if text]


class Words(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.found.append(data)

    @property
    def text(self):
        return squeezed("".join(self.found))


def squeezed(text):
    return "".join(text.split())


def section(guide, title):
    return next(s for s in guide["sections"] if s["title"] == title)["blocks"]


def test_each_part_is_there(made):
    titles = [s["title"] for s in made["sections"]]
    assert titles == [
        "任务与目标",
        "谁可以牵头，谁可以参与",
        "时间安排",
        "申报条件",
        "建设任务",
        "申报材料",
        "申报表",
        "绩效指标",
        "专家评审",
        "办理环节",
        "推荐限额",
        "报告",
        "咨询",
        "所依据的文件",
    ]


def test_what_a_school_reads(made):
    told = texts(made)
    for words in (
        "到 2028 年，国家级 300 个技能工作室左右",
        "到 2028 年，省级 不少于 30 个省级技能工作室",
        "学校工作室：由中等职业学校、高职专科学校牵头",
        "建设成效（以下 6 项中至少满足 3 项）",
        "提示，不影响提交",
        "由评审人员确认",
        "学员就业率（半年内就业的学员数 ÷ 结业学员数）",
        "技术服务收入（企业重点考核）",
        "不予通过的转入“省级认定（未入选国家级的）”",
        "传统技艺类工作室",
        "限2026 年批次；到2026年12月31日为止",
        "只计其中一部分项目，见限额名称",
        "同一人只参加一个工作室的团队",
        "示例省教育厅职业教育处",
    ):
        assert any(words in text for text in told), words


def test_dates_are_those_that_bind_in_the_place(studios, made):
    rows = {row[0]: row[2] for row in section(made, "时间安排")[0]["rows"]}
    assert rows["省内申报"] == "2026年6月20日前"
    assert "单位申报" not in rows
    assert rows["国家认定"] == "另行通知"
    assert rows["填报年度绩效"] == "每年11月1日至12月15日（2027 年起）"
    assert rows["单位注册（持续开放）"] == "2026年3月10日起"
    nation = guide_folder.of_folder(checked(studios), "studio", PLACES["000000"], on=DAY)
    assert "单位申报" in {row[0] for row in section(nation, "时间安排")[0]["rows"]}


def test_a_report_says_when_it_is_due(made):
    notes = {item["text"]: item["note"] for item in section(made, "报告")[0]["items"]}
    assert notes["年度建设报告（每个已认定项目）"].startswith("每年11月1日至12月15日")
    assert notes["学校落实方案（高职专科学校）"].startswith("2026年5月31日前")


def test_clauses_are_numbered_by_document(made):
    legend = [item["text"] for item in section(made, "所依据的文件")[0]["items"]]
    assert legend[0] == "① 《关于开展技能工作室建设的通知》（教示函〔2026〕5号）"
    assert len(legend) == 2
    assert section(made, "申报条件")[0]["items"][0]["cite"] == "①三"


def test_the_page_holds_it_all_and_needs_nothing(made):
    page = guide_page.page(made)
    words = Words(page)
    assert [text for text in texts(made) if squeezed(text) not in words.text] == []
    assert not {"script", "link", "img", "iframe"} & set(words.tags)
    assert not re.search(r"https?://|url\(", page)


def test_the_pdf_holds_it_all(made):
    document = pypdfium2.PdfDocument(pdf.guide(made))
    words = squeezed("".join(p.get_textpage().get_text_range() for p in document))
    # An item is one line of text; a cell of a table may be broken over a page's end.
    items = [
        squeezed(item["text"])
        for s in made["sections"]
        for block in s["blocks"]
        for item in block.get("items", [])
    ]
    assert [item for item in items if item[:12] not in words] == []
    assert all(s["title"] in words for s in made["sections"])
    assert pdf.guide(made) == pdf.guide(made)


def test_nothing_written_in_a_pack_is_read_as_markup(studios):
    found = checked(studios)
    task = found.tasks["studio"]
    found.tasks["studio"] = task.model_copy(update={"name": HOSTILE, "summary": HOSTILE})
    made = guide_folder.of_folder(found, "studio", PLACES["000000"], on=DAY)
    words = Words(guide_page.page(made))
    assert "script" not in words.tags
    assert squeezed(HOSTILE) in words.text
    document = pypdfium2.PdfDocument(pdf.guide(made))
    assert squeezed("#set page(width:1pt) *粗* $x$") in squeezed(document[0].get_textpage().get_text_range())


@pytest.mark.parametrize("code", sorted(checked(KEY_TASKS).tasks))
@pytest.mark.parametrize("place", ["000000", "220100", "140000"])
def test_every_task_of_the_programme_makes_a_guide(code, place):
    made = guide_folder.of_folder(checked_key_tasks(), code, PLACES[place], on=DAY)
    assert made["place"] == PLACES[place].name
    assert len(pypdfium2.PdfDocument(pdf.guide(made))) >= 2
    assert guide_page.page(made)


def checked_key_tasks(memo=[]):  # noqa: B006 - read once for all tasks
    memo or memo.append(checked(KEY_TASKS))
    return memo[0]


def test_an_unpublished_guide_is_said_to_be_so():
    missing = [code for code, task in checked_key_tasks().tasks.items() if not task.guide_published]
    assert missing
    made = guide_folder.of_folder(checked_key_tasks(), missing[0], PLACES["220000"], on=DAY)
    assert "建设指南尚未公布" in section(made, "任务与目标")[0]["note"]


def test_what_is_loaded_makes_the_same_guide(programme):
    for place in Jurisdiction.objects.filter(code__in=["000000", "220000", "220100", "140000"]):
        for task in Task.objects.select_related("programme"):
            loaded = guide_loaded.of_loaded(task, place, on=DAY)
            assert loaded == guide_folder.of_folder(
                checked_key_tasks(), task.code, PLACES[place.code], on=DAY
            )


def entry(**more):
    return CalendarEntry.model_validate(
        {"code": "x", "name": "甲", "purpose": "declare", "binds": "units", "cite": ["n 一"], **more}
    )


def test_days_in_words():
    yearly = entry(since=2024, until="02-20")

    def told(*spans):
        dated = guide_dates.lines([guide_dates.of_span(span, (0, True)) for span in spans])
        return [guide_dates.when(d) for d in dated]

    def span(year, first, last, of=yearly):
        return Span(of, year, None, first, last)

    same = [span(year, date(year, 1, 1), date(year, 2, 20)) for year in (2024, 2025)]
    assert told(*same) == ["每年2月20日前（2024 年起）"]
    moved = [span(2024, date(2023, 12, 6), date(2023, 12, 26)), span(2025, None, date(2025, 2, 1))]
    assert told(*moved) == ["2023年12月6日至2023年12月26日；2025年2月1日前"]
    assert told(span(None, None, None, entry())) == ["持续开放"]
    assert told(span(2026, None, None, entry(waiting=True))) == ["另行通知"]


def test_command(studios, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(command, ["doc", str(studios), *map(str, arguments)])

    for name in ("guide.pdf", "guide.html"):
        made = run("studio", "--place", "230000", "--date", "2026-03-20", "--out", tmp_path / name)
        assert made.exit_code == 0, made.output
    assert (tmp_path / "guide.pdf").read_bytes().startswith(b"%PDF")
    assert "2026年3月20日" in (tmp_path / "guide.html").read_text()
    assert run("studio", "--out", tmp_path / "nation.html").exit_code == 0
    assert "全国" in (tmp_path / "nation.html").read_text()
    assert run("studoi", "--out", tmp_path / "x.pdf").exit_code == 2
    assert run("studio", "--out", tmp_path / "x.docx").exit_code == 2
    assert run("studio", "--place", "999999", "--out", tmp_path / "x.pdf").exit_code == 2
    assert not (tmp_path / "x.pdf").exists()
