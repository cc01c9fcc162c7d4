"""The pack administrators' screens: the structure, the year, the trace, the history, and one version's way."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tests.programmes.uploading import administrator, upload, zipped
from tongchou.core import clock
from tongchou.programmes import releases, trials
from tongchou.programmes.models import Task
from tongchou.programmes.release_models import PackRehearsal, PackRelease, PackUpload
from tongchou.web.packs.calendar import bars_of
from tongchou.web.packs.structure import asked

VERSIONS, UPLOAD = "/packs/versions/", "/packs/versions/new/"


def body(response):
    assert response.status_code in {200, 403, 409, 422}, response.status_code
    return response.content.decode()


def named(content, name="小计划.zip"):
    file = io.BytesIO(content)
    file.name = name
    return file


def changed(pack, version="2"):
    pack.programme["version"] = version
    pack.task["conditions"][0] |= {"text": "面积不少于 2000 平方米", "rule": 'v["area"] >= 2000.0'}
    return pack


def at(upload):
    return reverse("packs:version", args=[upload.pk])


# ---------------------------------------------------------------- who


ADDRESSES = [
    "packs:programme", "packs:calendar", "packs:trace", "packs:versions", "packs:upload", "packs:reference",
]  # fmt: skip


@pytest.mark.parametrize("name", ADDRESSES)
def test_only_pack_administrators_see_them(loaded, seen, name):
    assert seen(administrator(), reverse(name)).status_code == 200
    for person in (f.officer("000000"), f.admin("system_admin"), f.expert("220000")):
        response = seen(person, reverse(name))
        assert response.status_code == 403
        assert "配置包由配置包管理员管理" in body(response)


def test_the_menu_offers_them_to_pack_administrators_alone(loaded, seen):
    assert "版本与发布" in body(seen(administrator(), "/"))
    assert "版本与发布" not in body(seen(f.officer("000000"), "/"))


def test_a_version_is_seen_by_its_own_and_above_and_when_published_below(loaded, seen):
    nation, jilin, shanxi = (administrator(code) for code in ("000000", "220000", "140000"))
    whole = upload(changed(loaded), by=nation)
    own = upload(loaded, by=jilin, only="overlays/220000/")
    assert [seen(who, at(own)).status_code for who in (nation, jilin, shanxi)] == [200, 200, 404]
    assert [seen(who, at(whole)).status_code for who in (nation, jilin, shanxi)] == [200, 404, 404]
    releases.publish(whole, effective=clock.today(), by=nation)
    assert [seen(who, at(whole)).status_code for who in (jilin, shanxi)] == [200, 200]
    zipped_away = reverse("packs:version_zip", args=[own.pk])
    assert [seen(who, zipped_away).status_code for who in (jilin, shanxi)] == [200, 404]
    refused = seen(jilin, at(whole), do="withdraw", reason="不好")
    assert refused.status_code == 403
    assert "由该部门的配置包管理员管理" in body(refused)


# ---------------------------------------------------------------- reading


def test_the_structure_leads_to_tasks_and_places(loaded, seen):
    page = body(seen(administrator(), reverse("packs:programme")))
    task = Task.objects.get()
    assert reverse("packs:task", args=[task.pk]) + "?place=220000" in page
    assert "条件 1" in page
    assert "第 1 版" in page


def test_before_anything_is_loaded_the_pages_say_what_to_do(db, seen):
    from tests.programmes.small_pack import make_places

    make_places()
    mine = administrator()
    for name in ADDRESSES[:4]:
        assert "tc-empty" in body(seen(mine, reverse(name)))


@pytest.mark.parametrize(
    "part, place, words",
    [
        ("overview", "000000", ["实践中心", "中等职业学校", "推荐"]),
        ("overview", "220000", ["市级推荐"]),
        ("conditions", "000000", ["由平台判断", "面积", "v[&quot;area&quot;] &gt;= 1000", "建设方案"]),
        ("form", "000000", ["基本情况", "project_name", "必填", "不超过 50 字"]),
        ("indicators", "000000", ["培训人次", "须承诺"]),
        ("rubrics", "000000", ["没有评分表"]),
        ("quotas", "220000", ["市级推荐限额", "长春市", ">5<"]),
        ("quotas", "000000", ["这里没有推荐限额"]),
        ("calendar", "220000", ["省内申报", "8月21日"]),
    ],
)
def test_a_task_as_it_stands_in_a_place(loaded, seen, part, place, words):
    page = body(
        seen(
            administrator(),
            reverse("packs:task", args=[Task.objects.get().pk]) + f"?part={part}&place={place}",
        )
    )
    for word in words:
        assert word in page


def test_a_cite_leads_to_its_clause_in_the_trace(loaded, seen):
    page = body(seen(administrator(), reverse("packs:task", args=[Task.objects.get().pk])))
    assert "/packs/trace/?document=notice#c-%E4%B8%80%28%E4%B8%80%29" in page
    assert 'id="c-一(一)"' in body(seen(administrator(), reverse("packs:trace")))


def test_a_day_is_looked_at_from_its_noon(loaded, seen):
    address = reverse("packs:task", args=[Task.objects.get().pk]) + "?part=calendar&day="
    mine = administrator()
    assert "未开始" in body(seen(mine, address + "2023-07-29"))
    assert "开放" in body(seen(mine, address + "2023-07-30"))
    assert "开放" in body(seen(mine, address + "2023-08-31"))
    assert "已结束" in body(seen(mine, address + "2023-09-01"))
    assert "tc-table" in body(seen(mine, address + "garbage"))


def test_what_a_rule_reads_is_named_by_its_label(loaded):
    from tongchou.programmes.queries import edition_for

    condition = asked(edition_for(Task.objects.get(), "000000/").pack)[0]
    assert condition.reads == ["面积"]


def test_the_year_draws_each_window_where_it_lies(loaded, seen):
    programme = Task.objects.get().programme
    bars = {(b.window.code, b.window.place_id): b for b in bars_of(programme, 2023)}
    declare = bars["declare", "000000"]
    assert (declare.x, declare.width) == ("57.53", "9.04")  # day 211 to day 243 of 365
    assert not declare.rest
    assert bars["performance", "000000"].window.task is None
    assert bars_of(programme, 2031) == []
    page = body(seen(administrator(), reverse("packs:calendar") + "?year=2023"))
    assert 'x="57.53%"' in page
    assert "style=" not in page
    assert "省内申报" in page


def test_the_year_is_filtered_and_rest_days_are_pointed_out(loaded, seen):
    mine, address = administrator(), reverse("packs:calendar")
    page = body(seen(mine, address + "?year=2024&binds=units"))
    assert "12月15日" in page
    assert "休息日" in page  # a Sunday
    assert "没有符合条件的时间安排" in body(seen(mine, address + "?year=2023&binds=nation"))
    here = body(seen(mine, address + "?year=2023&place=000000"))
    assert "省内申报" not in here


def test_what_waits_for_notice_is_listed_without_days(loaded, seen):
    from tongchou.programmes.actions import load_pack

    loaded.task["calendar"][0] = {
        "code": "declare",
        "name": "另行组织申报",
        "purpose": "declare",
        "binds": "units",
        "waiting": True,
        "cite": ["notice 一(一)"],
    }
    loaded.overlay_task["calendar"] = []
    load_pack(loaded.write())
    page = body(seen(administrator(), reverse("packs:calendar") + "?year=2023"))
    assert page.index("另行通知，尚无日期") < page.index("另行组织申报")


def test_the_trace_marks_what_nothing_serves(loaded, seen):
    from tongchou.programmes.actions import load_pack

    loaded.programme["documents"][0]["clauses"] = [
        {"id": "一(一)", "text": "建设实践中心"},
        {"id": "二", "text": "开展宣传"},
        {"id": "三", "text": "附则", "reason": "不需办理"},
    ]
    load_pack(loaded.write())
    mine, address = administrator(), reverse("packs:trace")
    page = body(seen(mine, address))
    assert "tc-trace-unserved" in page
    assert "不需办理" in page
    assert "开展宣传" not in body(seen(mine, address + "?state=served"))
    assert "建设实践中心" not in body(seen(mine, address + "?state=unserved"))
    assert "tc-empty" in body(seen(mine, address + "?document=jilin&state=explained"))


# ---------------------------------------------------------------- a version's way


def test_a_bad_pack_shows_every_mistake_where_it_stands(loaded, seen):
    loaded.task["steps"][1]["kind"] = "bless"
    loaded.task["conditions"][0]["rule"] = 'v["arae"] >= 1000'
    response = seen(administrator(), UPLOAD, programme="small", file=named(zipped(loaded)))
    kept = PackUpload.objects.get()
    assert response.url == at(kept)
    page = body(seen(kept.uploaded_by, at(kept)))
    assert "2 处错误" in page
    assert "tasks/01-centre/task.yaml" in page
    assert "bless" in page
    assert 'value="publish"' not in page
    reference = body(seen(kept.uploaded_by, reverse("packs:reference")))
    for anchor in ("step-kind", "condition-rule"):
        assert f'href="{reverse("packs:reference")}#{anchor}"' in page
        assert f'id="{anchor}"' in reference
    assert 'id="step"' in reference
    assert "packs.md" not in reference


@pytest.mark.parametrize(
    "post, said",
    [
        ({"programme": "small"}, "没有选择文件"),
        ({"programme": "none", "file": named(b"PK")}, "没有选择计划"),
        ({"programme": "small", "file": named(b"junk")}, "不是压缩包"),
    ],
)
def test_what_cannot_be_uploaded_is_said_at_its_field(loaded, seen, post, said):
    response = seen(administrator(), UPLOAD, **post)
    assert response.status_code == 422
    assert said in body(response)
    assert "tc-field-bad" in body(response)
    assert not PackUpload.objects.exists()


def test_a_changed_pack_shows_what_it_changes_is_published_and_withdrawn(loaded, seen):
    mine = administrator()
    seen(mine, UPLOAD, programme="small", file=named(zipped(changed(loaded))))
    kept = PackUpload.objects.get()
    page = body(seen(mine, at(kept)))
    assert "2000" in page
    assert "影响谁" in page
    assert "建设单位" in page
    early = seen(mine, at(kept), do="publish", effective="2023-05-01")
    assert early.status_code == 422
    assert "不能早于今天" in body(early)
    assert seen(mine, at(kept), do="publish", effective="").status_code == 422
    seen(mine, at(kept), do="publish", effective="2023-06-20")
    assert "待生效" in body(seen(mine, at(kept)))
    assert "将于 2023年6月20日 生效" in body(seen(mine, reverse("packs:programme")))
    assert "请填写理由" in body(seen(mine, at(kept), do="withdraw", reason=""))
    seen(mine, at(kept), do="withdraw", reason="改期发布")
    page = body(seen(mine, at(kept)))
    assert "已撤回" in page
    assert "改期发布" in page
    assert "改期发布" in body(seen(mine, VERSIONS))
    assert seen(mine, at(kept), do="crown").status_code == 404


def test_the_history_tells_what_came_into_force_by_whom_and_why(loaded, seen):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=clock.today(), by=mine)
    releases.withdraw(kept, reason="数字有误", by=mine)
    page = body(seen(mine, VERSIONS + "?part=releases"))
    for words in ("命令行载入", "发布版本 2（全部）", "撤回版本 2 后恢复", "数字有误", mine.name):
        assert words in page
    assert "全国 2 · 吉林省 1" in page
    published = reverse("packs:release", args=[kept.releases.get().pk])
    assert "面积不少于 2000 平方米" in body(seen(mine, published))
    for release in PackRelease.objects.all():
        assert release.programme.name in body(seen(mine, reverse("packs:release", args=[release.pk])))
        got = seen(mine, reverse("packs:release_zip", args=[release.pk]))
        assert got.content == bytes(release.archive.content)
        assert "attachment" in got["Content-Disposition"]
    assert PackRelease.objects.count() == 3


def test_a_rehearsal_is_asked_for_watched_and_stopped(loaded, seen):
    mine = administrator()
    kept = upload(changed(loaded), by=mine)
    assert seen(mine, at(kept), do="rehearse", place="220000", units="2").status_code == 422
    seen(mine, at(kept), do="rehearse", place="220000", units="5", tasks="1")
    asked_for = PackRehearsal.objects.get()
    assert (asked_for.units, asked_for.tasks) == (5, [1])
    watched = reverse("packs:rehearsal", args=[kept.pk, asked_for.pk])
    assert "hx-trigger" in body(seen(mine, watched))
    assert watched in body(seen(mine, at(kept)))
    trials.begin(asked_for.pk)
    trials.note(asked_for, "注册与核验")
    assert "注册与核验" in body(seen(mine, watched))
    seen(mine, at(kept), do="stop", rehearsal=asked_for.pk)
    page = body(seen(mine, watched))
    assert "hx-trigger" not in page
    assert f"由{mine.name}停止" in page


def test_the_result_is_drawn_as_the_command_prints_it(loaded, seen):
    mine = administrator()
    kept = upload(changed(loaded), by=mine)
    asked_for = trials.ask_rehearsal(kept, place=f.place("220000"), units=5, by=mine)
    trials.begin(asked_for.pk)
    trials.finish(
        asked_for.pk,
        tables=[
            {"title": "限额", "head": ["持有者", "已用"], "rows": [["长春市", 3]]},
            {"title": "审计链：完好", "head": [], "rows": []},
        ],
    )
    page = body(seen(mine, at(kept)))
    for words in ("已完成", "长春市", "审计链：完好"):
        assert words in page


# ---------------------------------------------------------------- queries


def test_lists_ask_as_often_for_three_versions_as_for_one(loaded, seen):
    mine = administrator()
    addresses = [VERSIONS, VERSIONS + "?part=releases", reverse("packs:programme")]

    def measured():
        counts = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as caught:
                body(seen(mine, address))
            counts[address] = len(caught)
        return counts

    def grow(version):
        kept = upload(changed(loaded, version), by=mine)
        releases.publish(kept, effective=clock.today(), by=mine)

    grow("2")
    measured()
    one = measured()
    grow("3")
    grow("4")
    assert measured() == one
    assert max(one.values()) <= 22, one
