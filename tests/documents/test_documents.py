import io
import json
import time
from datetime import date
from decimal import Decimal

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from tests import factory, scene
from tongchou.applications.queries import latest_revision
from tongchou.core.access import Refused
from tongchou.core.files import path_of
from tongchou.designations import actions as designations
from tongchou.designations.queries import public_lists
from tongchou.documents import (
    access,
    actions,
    bulletin_book,
    bulletins,
    excel,
    forms,
    list_papers,
    lists,
    pdf,
)
from tongchou.documents.official import pdf as official_pdf
from tongchou.documents.official import word as official_word
from tongchou.insight import bulletin
from tongchou.insight.models import Bulletin
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import Task

HOSTILE = '=1+1 #set page(width:1pt) *粗* $x$ <i>斜</i> \\ @x "引" //x'


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def as_pdf(snapshot) -> bytes:
    return official_pdf.made(bulletins.paper(snapshot))


def words(content: bytes) -> str:
    return "".join("".join(pages(content)).split())


@pytest.fixture
def year(programme):
    """A reported year of Jilin; a project's name is as hostile as a name can be."""

    class World:
        pass

    w = World()
    w.programme = programme
    w.officer = scene.officer("220000")
    w.province = Authority.objects.get(place_id="220000")
    unit = scene.unit("220100", name="长春职业技术学院")
    leader = scene.person(unit=unit, role="leader")
    scene.project(
        unit, levels=("province", "nation"), targets={"training_income": {"2024": 100_000_000}}, name=HOSTILE
    )
    for number in range(25):
        scene.project(unit, name=f"第{number}个项目")
    with scene.on(2024, 11, 5):
        monitoring.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=w.officer,
        )
        report = PerformanceReport.objects.get(application__project_name="第0个项目")
        given = scene.answers_for(report, training_income={"value": 123_450_000})
        monitoring.save_report(report, by=leader, changes=given, base_version=0)
        monitoring.submit_report(report, by=leader)
    return w


def publish(w, **more):
    with scene.on(2025, 1, 20):
        return actions.publish_bulletin(
            authority=w.province,
            programme=w.programme,
            year=2024,
            document_number="吉教职成〔2025〕1号",
            by=w.officer,
            **more,
        )


def test_a_bulletin_is_published_with_its_files_and_can_be_made_again_byte_for_byte(year):
    published = publish(year, remarks="各地要按期补报。")
    kept_pdf, kept_docx, kept_xlsx = (
        path_of(f).read_bytes() for f in (published.pdf, published.docx, published.xlsx)
    )
    assert published.pdf.pages == len(pages(kept_pdf)) >= 4
    time.sleep(2.1)  # a ZIP counts in steps of two seconds
    with scene.on(2026, 6, 1):
        stored = Bulletin.objects.get(pk=published.pk)
        assert bulletin.digest(stored.snapshot) == stored.digest
        assert as_pdf(stored.snapshot) == kept_pdf
        assert official_word.made(bulletins.paper(stored.snapshot)) == kept_docx
        assert bulletin_book.made(stored.snapshot) == kept_xlsx


def test_the_bulletin_reads_as_a_document(year):
    snapshot = publish(year, remarks="各地要按期补报。").snapshot
    content = as_pdf(snapshot)
    text = words(content)
    for part in (
        "吉教职成〔2025〕1号",
        "一、总体进展",
        "二、对照建设目标",
        "三、绩效数据",
        "123.45万元",
        "四、报送情况",
        "五、工作要求",
        "附件：1.各项重点任务进展情况表",
        "各地要按期补报。",
        "2025年1月20日",
    ):
        assert part in text, part
    every = pages(content)
    assert all(f"— {number} —" in page for number, page in enumerate(every, 1))
    with_head = [page for page in every if "报送单位" in page and "截止日" in page]
    assert len(with_head) >= 2  # the head of the long table stands on each of its pages


def test_what_people_write_is_text_and_never_markup_or_formula(year):
    snapshot = publish(year).snapshot
    assert "".join(HOSTILE.split()) in words(as_pdf(snapshot))
    sheet = (
        CalamineWorkbook.from_filelike(io.BytesIO(bulletin_book.made(snapshot)))
        .get_sheet_by_name("逾期名单")
        .to_python()
    )
    assert HOSTILE in [row[3] for row in sheet]


def test_the_workbook_states_the_figures_with_their_definition(year):
    snapshot = publish(year).snapshot
    book = CalamineWorkbook.from_filelike(io.BytesIO(bulletin_book.made(snapshot)))
    assert book.sheet_names == [
        "说明",
        "各任务进展",
        "各地进展",
        "建设目标",
        "绩效指标",
        "报送情况",
        "逾期名单",
        "推荐限额",
    ]
    rows = book.get_sheet_by_name("绩效指标").to_python()
    assert "金额单位为万元" in rows[1][0]
    income = next(row for row in rows if row[2] == "培训服务收入")
    assert income[3:10] == ["万元", "各项目填报值之和", 1.0, 123.45, "", "—", ""]
    late = book.get_sheet_by_name("逾期名单").to_python()
    assert late[3][4] == date(2024, 3, 31) or late[3][4] == date(2024, 12, 1)


def test_a_correction_lists_what_changed(year):
    publish(year)
    second = publish(year, reason="补报")
    assert "（第2版）" in words(as_pdf(second.snapshot))
    assert second.snapshot["changes"] == []


def test_files_are_made_once_by_who_may_publish(year):
    published = publish(year)
    with pytest.raises(Refused) as refused:
        actions.render_bulletin(published, by=year.officer)
    assert refused.value.code == "state"
    with pytest.raises(Refused) as refused:
        actions.render_bulletin(published, by=scene.officer("220100"))
    assert refused.value.code == "scope"


def test_a_bulletin_that_cannot_be_rendered_is_not_published(year, monkeypatch):
    def broken(snapshot):
        raise RuntimeError("template")

    monkeypatch.setattr(bulletin_book, "made", broken)
    with pytest.raises(RuntimeError):
        publish(year)
    assert not Bulletin.objects.exists()


# ---------------------------------------------------------------- declaration form


@pytest.mark.parametrize("code", [factory.LIBRARY, factory.CENTRE, factory.INTERNATIONAL])
def test_the_declaration_form_carries_its_version_on_every_page(world, code):
    case = factory.submitted(factory.unit("vocational_college"), code=code, project_name=HOSTILE)
    revision = latest_revision(case)
    made = forms.application_form(revision)
    content = pdf.application_form(made)
    version = forms.version_code(case, revision)
    assert all(version in page.replace("\n", "") for page in pages(content))
    text = words(content)
    assert "".join(HOSTILE.split()) in text
    assert case.unit.name in text
    assert "年度绩效目标" in text
    for name in ("佐证材料清单", "申报单位意见"):
        assert name in text
    assert pdf.application_form(json.loads(json.dumps(made))) == content


def test_the_form_shows_the_evidence_of_its_own_revision(world):
    case = factory.submitted(factory.unit("vocational_college"))
    revision = latest_revision(case)
    before = forms.application_form(revision)
    with factory.on(2023, 8, 20):
        from tongchou.core import clock

        case.evidence.update(removed_at=clock.now())
    assert forms.application_form(revision) == before
    assert before["evidence"]


def test_who_may_download_a_form(world):
    case = factory.submitted(factory.unit("secondary_school", factory.CITY))
    revision = latest_revision(case)
    for person in (factory.leader(case.unit), factory.officer(factory.CITY), factory.officer(factory.NATION)):
        assert access.may_download_form(actor(person), revision)
    for person in (factory.officer(factory.OTHER_CITY), factory.nobody(), factory.expert()):
        denied = access.may_download_form(actor(person), revision)
        assert not denied
        assert denied.code == "scope"


# ---------------------------------------------------------------- designation list


def test_a_designation_list(world, django_assert_num_queries):
    for name in (HOSTILE, "新能源汽车资源库"):
        case = factory.designated(factory.unit("vocational_college"), project_name=name)
    by = factory.officer(factory.NATION)
    designations.publish_list(
        authority=factory.authority(factory.NATION),
        task=case.task,
        round=case.round,
        level="nation",
        title="2023年职业教育专业教学资源库认定名单",
        document_number="教职成函〔2024〕1号",
        by=by,
    )
    published = public_lists().select_related("task__programme", "round", "authority").get()
    lists.designation_list(published)  # definitions are read once a process
    with django_assert_num_queries(5):
        listed = lists.designation_list(published)
    assert listed["count"] == 2
    content = official_pdf.made(list_papers.paper(listed))
    text = words(content)
    assert "".join(HOSTILE.split()) in text
    assert "共2项" in text
    assert "吉林长春" in text
    again = list_papers.paper(json.loads(json.dumps(listed)))
    assert official_pdf.made(again) == content
    held_in_word = docx.Document(io.BytesIO(official_word.made(again)))
    assert HOSTILE in [row.cells[1].text for row in held_in_word.tables[0].rows]
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(excel.designation_list(listed)))
        .get_sheet_by_index(0)
        .to_python()
    )
    assert {row[2] for row in rows[3:]} == {HOSTILE, "新能源汽车资源库"}
    assert excel.designation_list(listed) == excel.designation_list(listed)
    held = case.designations.get(level="nation")
    designations.revoke(held, by=by, reason="检查不合格")
    again = lists.designation_list(published)
    assert (again["count"], again["revoked"]) == (1, 1)


def test_decimals_in_a_workbook_are_exact_enough():
    assert excel._width("中文ab") == 6
    assert bulletin_book._decimal("123.45") == Decimal("123.45")
    assert bulletin_book._decimal(None) is None
