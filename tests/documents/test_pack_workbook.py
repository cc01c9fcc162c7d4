from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from tests.documents.pack_parts import packs
from tongchou.cli.pack.from_xlsx import from_xlsx
from tongchou.cli.pack.to_xlsx import to_xlsx
from tongchou.documents.pack_workbook import SAMPLE, layout, names
from tongchou.documents.pack_workbook.checking import check_workbook
from tongchou.documents.pack_workbook.reading import read_workbook
from tongchou.documents.pack_workbook.rows import rows_of
from tongchou.documents.pack_workbook.writing import workbook
from tongchou.orgs import places as jurisdictions
from tongchou.paths import packs_dir
from tongchou.programmes.pack_files import write
from tongchou.programmes.packs import read
from tongchou.programmes.parts import PARTS, item_model, whole_parts

hostile = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a whole pack takes minutes to shrink
)
PACK = packs_dir() / "key-tasks-2023"
PLACES = {code: p.path for code, p in jurisdictions.read(packs_dir() / "jurisdictions-2023").items()}


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def data_of(parts):
    return {part.key: part.data for part in parts}


def in_workbook(parts, path):
    path.write_bytes(workbook(parts, "试"))
    return read_workbook(path)


@pytest.fixture
def sample(tmp_path):
    """The filled sample, opened as an official would open it; ``check`` saves it and tells its mistakes."""

    class Sample:
        path = tmp_path / "样例.xlsx"

        def __init__(self):
            assert run(to_xlsx, "--sample", self.path).exit_code == 0
            self.book = load_workbook(self.path)

        def cell(self, sheet, title, row):
            head = [cell.value for cell in self.book[sheet][1]]
            return self.book[sheet].cell(row, head.index(title) + 1)

        def check(self):
            self.book.save(self.path)
            checked = check_workbook(read_workbook(self.path), None, PLACES)
            return {problem.where: str(problem).partition(" ")[2] for problem in checked.problems}

    return Sample()


# ---------------------------------------------------------------- nothing is lost


@pytest.mark.slow
def test_the_whole_programme_there_and_back(tmp_path):
    parts, problems = whole_parts(read(PACK))
    book = in_workbook(parts, tmp_path / "全部.xlsx")
    back, mistakes = whole_parts(book.pack)
    assert not problems
    assert not mistakes
    assert data_of(back) == data_of(parts)
    assert [source.data["code"] for source in book.pack.tasks] == [
        source.data["code"] for source in read(PACK).tasks
    ]
    written = write(tmp_path / "new", back)
    assert data_of(whole_parts(read(tmp_path / "new"))[0]) == data_of(parts)
    assert not written.changed


@pytest.mark.slow
def test_onto_the_folder_it_came_from_no_file_changes(tmp_path):
    folder = tmp_path / "pack"
    before = {}
    for path in PACK.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(PACK)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            before[copy] = path.read_bytes()
    assert run(to_xlsx, folder, tmp_path / "全部.xlsx").exit_code == 0
    result = run(from_xlsx, tmp_path / "全部.xlsx", folder)
    assert result.exit_code == 0, result.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@hostile
@given(pack=packs())
def test_any_pack_there_and_back(tmp_path_factory, pack):
    folder = tmp_path_factory.mktemp("any")
    parts, problems = whole_parts(pack)
    assert not problems
    book = in_workbook(parts, folder / "x.xlsx")
    assert not book.pack.problems
    back, mistakes = whole_parts(book.pack)
    assert not mistakes
    assert data_of(back) == data_of(parts)


@hostile
@given(pack=packs())
def test_any_pack_as_files_there_and_back(tmp_path_factory, pack):
    folder = tmp_path_factory.mktemp("any") / "pack"
    for task in pack.tasks:  # a file's ends of line are all alike
        if "guide" in task.data:
            task.data["guide"] = task.data["guide"].replace("\r", "")
    parts, _ = whole_parts(pack)
    write(folder, parts)
    assert data_of(whole_parts(read(folder))[0]) == data_of(parts)
    texts = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert not write(folder, parts).changed
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == texts


# ---------------------------------------------------------------- names


def test_every_key_has_a_chinese_name():
    for sheet in layout.sheets().values():
        assert sheet.title in names.PURPOSES
        assert len(set(sheet.titles)) == len(sheet.titles), sheet.title
        for column in sheet.columns:
            assert column.title != column.key, f"{sheet.title}: {column.key}"
            words = column.words()
            assert all(value != word for value, word in words.items()), f"{sheet.title}: {column.key}"
            assert len(set(words.values())) == len(words)
            if column.kind.is_list:
                assert not any(separator in word for word in words.values() for separator in " 、，,;；")


def test_a_row_can_stand_in_one_list_only():
    def lists(model, path=()):
        for branch in layout.branches(model):
            yield (branch.sheet, frozenset(path), branch.recursive)
            if not branch.recursive:
                yield from lists(branch.model, (*path, branch.sheet))

    for part in PARTS:
        found = list(lists(part))
        assert len(set(found)) == len(found)
    assert item_model(list[str]) is None


def test_the_sample_shows_every_list():
    parts, problems = whole_parts(read(SAMPLE))
    assert not problems
    filled = {title for title, rows in rows_of(parts).items() if rows}
    assert set(names.SHEETS.values()) - filled <= {"唯一性", "新旧编码"}


# ---------------------------------------------------------------- edited by an official


def test_the_sample_has_no_mistakes(sample):
    assert sample.check() == {}


def test_what_excel_makes_of_text_is_read_as_meant(sample):
    sample.cell("批次", "编码", 2).value = 2026
    sample.cell("文件", "印发日期", 2).value = date(2026, 3, 2)
    sample.cell("地方细则", "地区", 2).value = 220000
    sample.cell("限额持有者", "上限", 2).value = "6"
    sample.cell("字段", "必填", 2).value = True
    sample.cell("日历", "首日", 4).value = date(2026, 4, 1)
    sample.book["限额"].cell(60, 1).value = ""
    sample.book["限额"].cell(61, 3).value = "  "
    assert sample.check() == {}
    back, _ = whole_parts(read_workbook(sample.path).pack)
    assert data_of(back) == data_of(whole_parts(read(SAMPLE))[0])


def test_moved_columns_and_rows_between(sample):
    page = sample.book["环节"]
    for row in page.iter_rows(min_row=1, max_row=8):
        row[2].value, row[7].value = row[7].value, row[2].value
    sample.book["选项"].insert_rows(3)
    assert sample.check() == {}


# ---------------------------------------------------------------- mistakes


def test_every_mistake_at_its_cell_in_one_pass(sample):
    sample.cell("限额", "所在环节", 2).value = "recomend"
    sample.cell("限额持有者", "限额", 2).value = "by-provinc"
    sample.cell("限额持有者", "上限", 3).value = "四"
    sample.cell("指标", "类别", 2).value = "整数值"
    sample.cell("条件", "编码", 3).value = "area"
    sample.cell("条件", "内容", 4).value = None
    sample.cell("字段", "任务编码", 2).value = "training-bas"
    sample.cell("选项", "字段", 2).value = None
    sample.cell("评分项", "依据", 2).value = "notise 二"
    sample.cell("评分表", "单项满分", 2).value = 1026
    sample.book["标签"].cell(1, 3).value = "名秤"
    sample.book.create_sheet("限额持有人").append(["x"])
    found = sample.check()
    for where, message in {
        "限额!E2": "是否应为“recommend”？",
        "限额持有者!C2": "是否应为“by-province”？",
        "指标!E2": "是否应为“整数”？",
        "条件!C3": "重复",
        "条件!D4": "缺少“内容”",
        "字段!B2": "是否应为“training-base”？",
        "评分项!I2": "是否应为“notice”？",
        "评分表!F2": "“单项满分”的值 1026 超出范围 → 应不大于 100",
        "标签!C1": "是否应为“名称”？",
        "限额持有人!A1": "是否应为“限额持有者”？",
    }.items():
        assert message in found[where], (where, found)
    assert any(where.startswith("限额持有者!") and "“四”不是数" in text for where, text in found.items())
    assert any(where.startswith("选项!") and "属于哪一条" in text for where, text in found.items())


def test_what_could_not_be_placed_is_told_once(sample):
    sample.cell("栏目", "编码", 2).value = "basics"
    found = sample.check()
    about_fields = [text for where, text in found.items() if where.startswith("字段!")]
    assert about_fields
    assert all("栏目“basic”不存在" in text for text in about_fields)
    assert not [where for where in found if where.startswith("选项!")]


def test_rows_of_places_without_overlay(sample):
    sample.book["地方细则"].delete_rows(2)
    found = sample.check()
    assert "在“地方细则”表里给它加一行" in found["地方任务!A2"]


def test_not_a_workbook(tmp_path):
    (tmp_path / "x.xlsx").write_text("x")
    result = run(from_xlsx, tmp_path / "x.xlsx", tmp_path / "new")
    assert result.exit_code == 2
    assert not (tmp_path / "new").exists()


# ---------------------------------------------------------------- onto a folder


@pytest.fixture
def folder(tmp_path, sample):
    """The sample as a folder, with a comment of a person in it."""
    result = run(from_xlsx, sample.path, tmp_path / "样例")
    assert result.exit_code == 0, result.output
    path = tmp_path / "样例/tasks/01-training-base/task.yaml"
    path.write_text(path.read_text().replace("conditions:\n", "conditions:\n  # 三项条件\n"))
    return tmp_path / "样例"


def test_a_change_touches_one_file_and_keeps_its_comments(folder, sample):
    sample.cell("条件", "内容", 2).value = "面积不少于 900 平方米"
    sample.book.save(sample.path)
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    result = run(from_xlsx, sample.path, folder)
    assert "改动 tasks/01-training-base/task.yaml" in result.output
    changed = {path: path.read_text() for path in before if path.read_text() != before[path]}
    assert [path.name for path in changed] == ["task.yaml"]
    text = next(iter(changed.values()))
    assert "  # 三项条件\n" in text
    assert text.replace("面积不少于 900 平方米", "建筑面积不少于 1000 平方米") == next(
        before[path] for path in changed
    )


def test_a_mistake_writes_nothing(folder, sample):
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    sample.cell("条件", "内容", 2).value = "改"
    sample.cell("环节", "类别", 2).value = "认"
    sample.book.save(sample.path)
    result = run(from_xlsx, sample.path, folder)
    assert result.exit_code == 1
    assert "环节!E2" in result.output
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == before


def test_one_task_or_place_is_laid_on_the_rest(folder, tmp_path):
    part = tmp_path / "一省.xlsx"
    assert run(to_xlsx, folder, part, "--place", "220000").exit_code == 0
    book = load_workbook(part)
    assert book["计划"].max_row == 1
    limits = [cell.value for cell in book["限额持有者"][1]].index("上限") + 1
    book["限额持有者"].cell(2, limits).value = 7
    book.save(part)
    assert run(from_xlsx, part, tmp_path / "new").exit_code == 1
    result = run(from_xlsx, part, folder)
    assert result.output.splitlines()[0] == "改动 overlays/220000/tasks/training-base.yaml"
    assert "limit: 7" in (folder / "overlays/220000/tasks/training-base.yaml").read_text()


def test_folders_that_are_not_written_to(folder, sample, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").write_text("x")
    refused = run(from_xlsx, sample.path, tmp_path / "other")
    assert refused.exit_code == 1
    assert "不是空文件夹" in refused.output
    extra = folder / "tasks/02-extra"
    extra.mkdir()
    text = (folder / "tasks/01-training-base/task.yaml").read_text()
    for path in (folder / "tasks/01-training-base").iterdir():
        (extra / path.name).write_text(path.read_text())
    (extra / "task.yaml").write_text(
        text.replace("code: training-base", "code: extra", 1).replace("number: 1", "number: 2")
    )
    refused = run(from_xlsx, sample.path, folder)
    assert refused.exit_code == 1
    assert "extra" in refused.output
    assert extra.exists()


def test_parts_that_are_not_there(tmp_path):
    assert run(to_xlsx, SAMPLE, tmp_path / "x.xlsx", "--task", "training-bas").exit_code == 2
    assert run(to_xlsx, SAMPLE, tmp_path / "x.xlsx", "--place", "140000").exit_code == 2
    assert run(to_xlsx, SAMPLE, tmp_path / "x.csv").exit_code == 2
    assert run(to_xlsx, SAMPLE).exit_code == 2
    assert not list(tmp_path.iterdir())
