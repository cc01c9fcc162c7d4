import json
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tests import scene
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.core.scope import Scope
from tongchou.insight import actions, bulletin, national, queries
from tongchou.insight.models import Bulletin
from tongchou.insight.tiles import TILES
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes import models as programme_models
from tongchou.programmes.models import Task


@pytest.fixture
def year(programme):
    class World:
        pass

    w = World()
    w.programme = programme
    w.province = Authority.objects.select_related("place").get(place_id="220000")
    w.officer = scene.officer("220000")
    w.units = [scene.unit("220100", name="长春职业技术学院"), scene.unit("220200", name="吉林化工学校")]
    w.leaders = [scene.person(unit=u, role="leader") for u in w.units]
    for u in w.units:
        scene.project(u, levels=("province", "nation"), targets={"external_trainees": {"2024": 100}})
    scene.project(w.units[0], levels=())
    with scene.on(2024, 11, 5):
        monitoring.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=w.officer,
        )
        report = PerformanceReport.objects.get(unit=w.units[0])
        given = scene.answers_for(
            report, external_trainees={"value": 120}, training_income={"value": 123_450_000}
        )
        monitoring.save_report(report, by=w.leaders[0], changes=given, base_version=0)
        monitoring.submit_report(report, by=w.leaders[0])
    return w


def publish(w, **words):
    words = {"authority": w.province, "programme": w.programme, "year": 2024, "by": w.officer} | words
    with scene.on(2025, 1, 20):
        return actions.publish_bulletin(**{"document_number": "吉教职成〔2025〕1号"} | words)


def test_a_bulletin_states_the_figures_and_freezes_them(year):
    published = publish(year)
    made = published.snapshot
    task = next(t for t in made["tasks"] if t["key"] == "practice-centre")
    assert (task["applications"], task["held"]) == (3, {"school": 0, "city": 0, "province": 2, "nation": 2})
    assert [p["name"] for p in made["places"]] == ["长春市", "吉林市"]
    rows = {r["code"]: r for t in made["indicators"] for r in t["rows"]}
    trainees = rows["external_trainees"]
    assert (trainees["number"], trainees["text"], trainees["completion"]) == ("120", "120 人", "120%")
    assert (rows["training_income"]["number"], rows["training_income"]["unit"]) == ("123.45", "万元")
    assert made["completeness"]["performance"]["rate"] == "50%"
    missing = [r for r in made["late"] if r["what"] == "年度绩效填报"]
    assert [(r["who"], r["due"], r["text"]) for r in missing] == [("吉林化工学校", "2024-12-01", "未报送")]
    assert len([r for r in made["late"] if "总结报告" in r["what"]]) == 11 + 2 + 1
    goals = {g["text"]: g["held"] for g in made["goals"]}
    assert goals["到2025年不少于100个学校实践中心"] == 2
    assert not any(
        "全国" in text or "1000" in text for text in goals
    )  # the nation's goals measure the nation
    assert any(q["holder"] == "长春市教育厅（局）" and q["minimum"] == 3 for q in made["quotas"])
    assert [d["number"] for d in made["documents"]] == ["教职成厅函〔2023〕20号", "吉教职成〔2023〕7号"]
    assert "截至2025年1月20日，全省累计申报3项" in made["text"]["overall"][0]
    assert published.digest == bulletin.digest(json.loads(json.dumps(made)))
    assert published.edition == 1
    assert AuditRecord.objects.filter(action="publish_bulletin").count() == 1
    published.title = "改"
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        published.save()


def test_projects_of_which_different_figures_are_asked_are_all_counted(year):
    edition = PerformanceReport.objects.first().edition
    first, second, *_rest = edition.pack.indicators
    parted = [
        first.model_copy(update={"variants": ["school"]}),
        second.model_copy(update={"variants": ["public"]}),
    ]
    pack = programme_models._PACKS[edition.digest]
    programme_models._PACKS[edition.digest] = pack.model_copy(update={"indicators": parted})
    try:
        for report, variant in zip(
            PerformanceReport.objects.order_by("pk"), ("school", "public"), strict=True
        ):
            IndicatorValue.objects.filter(report=report).delete()
            report.variant, report.state, report.answers = variant, "due", {}
            report.save()
            leader = scene.person(unit=report.unit, role="leader")
            with scene.on(2024, 11, 6):
                monitoring.save_report(
                    report, by=leader, changes=scene.answers_for(report), base_version=report.version
                )
                monitoring.submit_report(report, by=leader)
        made = publish(year).snapshot
    finally:
        programme_models._PACKS[edition.digest] = pack
    (task,) = made["indicators"]
    assert [row["reports"] for row in task["rows"]] == [1, 1]
    assert made["text"]["indicators"]["practice-centre"].startswith("已有2个项目填报。")


def test_a_correction_is_a_new_edition_that_says_what_changed(year):
    first = publish(year)
    with pytest.raises(Refused) as refused:
        publish(year)
    assert list(refused.value.fields) == ["reason"]
    report = PerformanceReport.objects.get(unit=year.units[0])
    with scene.on(2025, 1, 20):
        monitoring.return_report(report, by=year.officer, reason="人数有误")
        monitoring.save_report(
            report, by=year.leaders[0], changes={"external_trainees": {"value": 90}}, base_version=9
        )
        monitoring.submit_report(report, by=year.leaders[0])
    second = publish(year, reason="长春职业技术学院更正实训人数")
    assert (second.edition, second.reason) == (2, "长春职业技术学院更正实训人数")
    changed = {c["what"]: (c["before"], c["after"]) for c in second.snapshot["changes"]}
    assert changed == {
        "建设开放型区域产教融合实践中心 · 对外开展学生实训总人数": ("120 人", "90 人"),
        "建设开放型区域产教融合实践中心 · 对外开展学生实训总人数 · 达标项目数": ("1/1", "0/1"),
    }
    first.refresh_from_db()
    assert bulletin.digest(first.snapshot) == first.digest


def test_confirmed_only_leaves_out_what_is_not_confirmed(year):
    assert publish(year, confirmed_only=True).snapshot["indicators"] == []
    monitoring.confirm_report(PerformanceReport.objects.get(unit=year.units[0]), by=year.officer)
    made = publish(year, confirmed_only=True, reason="审核确认后重新发布").snapshot
    assert made["indicators"]
    assert "只计已经审核确认的填报" in made["text"]["performance"][0]


@pytest.mark.parametrize(
    "who,code", [("140000", "scope"), ("220100", "scope"), ("000000", "scope"), (None, "role")]
)
def test_only_an_officer_of_that_authority_publishes(year, who, code):
    with pytest.raises(Refused) as refused:
        publish(year, by=scene.officer(who) if who else year.leaders[0])
    assert refused.value.code == code
    assert not Bulletin.objects.exists()


def test_a_city_publishes_none(year):
    with pytest.raises(Refused) as refused:
        publish(year, authority=Authority.objects.get(place_id="220100"), by=scene.officer("220100"))
    assert refused.value.code == "level"


def test_what_is_missing_is_named(year):
    with pytest.raises(Refused) as refused:
        publish(year, document_number="  ")
    assert list(refused.value.fields) == ["document_number"]
    with pytest.raises(Refused, match="没有开启过绩效采集期"):
        publish(year, year=2023)


def test_the_ministry_names_provinces_and_authorities_only(year):
    nation = Authority.objects.select_related("place").get(place_id="000000")
    made = publish(
        year, authority=nation, by=scene.officer("000000"), document_number="教职成厅函〔2025〕9号"
    ).snapshot
    assert [p["name"] for p in made["places"]] == ["吉林省"]
    assert {r["who"] for r in made["late"]} == {"吉林省教育厅（局）"}
    assert made["late_covers"] == "authorities"
    assert "全国累计申报3项" in made["text"]["overall"][0]


def test_the_national_view(year, django_assert_max_num_queries):
    nation = Authority.objects.select_related("place").get(place_id="000000")
    queries.goals(year.programme, place=nation.place)  # definitions are read once a process
    with scene.on(2025, 1, 20), django_assert_max_num_queries(29):
        seen = national.overview(nation, nation.place, programme=year.programme, year=2024)
    goal = next(g for g in seen.goals if g.task == "practice-centre")
    assert (goal.count, goal.held, goal.text) == (300, 2, "到2025年300个左右全国性实践中心")
    tile = next(t for t in seen.tiles if t.code == "220000")
    assert tile.cases.applications == 3
    assert (tile.completeness.expected, tile.completeness.overdue) == (2, 1)
    assert seen.expected.performance.rate == 50


def test_tiles_never_share_a_place():
    assert len(TILES) == 32
    assert len(set(TILES.values())) == 32


@pytest.mark.parametrize("size", [1, 3])
def test_counting_cases_costs_the_same(programme, size, django_assert_num_queries):
    for _ in range(size):
        scene.project(scene.unit(), levels=("province",), since=date(2023, 11, 1))
    with django_assert_num_queries(4):
        rows = queries.cases(Scope(path="000000/"), programme=programme, by="place", path="000000/220000/")
    assert [(r.name, r.applications, r.held["province"]) for r in rows] == [("长春市", size, size)]
    place = Jurisdiction.objects.get(code="220000")
    queries.goals(programme, place=place)  # definitions are read once a process
    with django_assert_num_queries(3):
        queries.goals(programme, place=place)
