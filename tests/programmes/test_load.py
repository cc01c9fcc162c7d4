from datetime import date, datetime

import pytest

from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.orgs.models import Authority, Tag
from tongchou.programmes import queries
from tongchou.programmes.actions import PackRefused, load_pack
from tongchou.programmes.models import PackVersion, Quota, Round, Task, TaskEdition, Window

pytestmark = pytest.mark.usefixtures("places")

CHANGCHUN = "000000/220000/220100/"
TAIYUAN = "000000/140000/"


def counts():
    models = (TaskEdition, Window, Quota, Task, Round, PackVersion, AuditRecord)
    return {model.__name__: model.objects.count() for model in models}


def test_everything_stands_where_the_pack_puts_it(pack):
    report = load_pack(pack.write())
    task = Task.objects.get(code="centre")
    assert report.programme.code == "small"
    assert Tag.objects.get(code="double-high").name == "双高"
    assert set(report.programme.documents.values_list("code", flat=True)) == {"notice", "jilin"}
    assert queries.edition_for(task, TAIYUAN).place_id == "000000"
    jilin = queries.edition_for(task, CHANGCHUN)
    assert jilin.place_id == "220000"
    assert [step.code for step in jilin.pack.steps] == ["declare", "city-recommend", "recommend", "designate"]
    assert [step.code for step in queries.edition_for(task, TAIYUAN).pack.steps] == [
        "declare",
        "recommend",
        "designate",
    ]
    quota = Quota.objects.get()
    assert [(line.name, line.limit) for line in quota.lines.all()] == [("长春市", 5), ("其他市（州）", 2)]
    assert AuditRecord.objects.filter(action="programmes.load_pack").count() == 1


def test_loading_twice_changes_nothing(pack):
    load_pack(pack.write())
    before = counts()
    ids = set(Window.objects.values_list("pk", flat=True))
    assert load_pack(pack.folder).changes == []
    assert counts() == before
    assert set(Window.objects.values_list("pk", flat=True)) == ids


def test_a_changed_task_makes_the_next_edition_there_and_in_its_overlays(pack):
    load_pack(pack.write())
    pack.task["summary"] = "另一种说法"
    load_pack(pack.write())
    numbers = set(TaskEdition.objects.filter(current=True).values_list("place_id", "number"))
    assert numbers == {("000000", 2), ("220000", 2)}
    pack.overlay_task["name"] = "吉林实践中心"
    load_pack(pack.write())
    numbers = set(TaskEdition.objects.filter(current=True).values_list("place_id", "number"))
    assert numbers == {("000000", 2), ("220000", 3)}


def test_a_faulty_pack_loads_nothing(pack):
    pack.task["conditions"][0]["rule"] = 'v["erea"] > 1'
    with pytest.raises(PackRefused) as caught:
        load_pack(pack.write())
    assert len(caught.value.problems) == 1
    assert not Task.objects.exists()


def test_an_unknown_place_is_refused(pack):
    pack.overlay["place"] = "230000"
    pack.write()
    (pack.folder / "overlays/220000").rename(pack.folder / "overlays/230000")
    with pytest.raises(PackRefused, match="230000"):
        load_pack(pack.folder)


def test_derived_and_yearly_windows(pack):
    load_pack(pack.write())
    window = Window.objects.get(place="220000", code="declare")
    assert clock.last_day(window.closes_at) == date(2023, 8, 21)
    years = Window.objects.filter(code="performance").values_list("year", flat=True)
    assert sorted(years) == [2023, 2024, 2025]


def test_an_overlay_taken_away_gives_the_place_back_to_the_nation(pack):
    load_pack(pack.write())
    for path in sorted((pack.folder / "overlays").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    load_pack(pack.folder)
    task = Task.objects.get()
    assert queries.edition_for(task, CHANGCHUN).place_id == "000000"
    assert not Window.objects.filter(place="220000").exists()
    assert not Quota.objects.exists()


def at(*day, hour=12):
    return datetime(*day, hour, tzinfo=clock.SHANGHAI)


def test_window_state(pack):
    load_pack(pack.write())
    task = Task.objects.get()

    def state(path, moment, purpose="declare", binds="units"):
        return queries.window_state(task, path, purpose, binds=binds, at=moment)

    assert state(CHANGCHUN, at(2023, 8, 21, hour=23)).open
    closed = state(CHANGCHUN, at(2023, 8, 22, hour=0))
    assert not closed.open
    assert "已截止（2023年8月21日）" in closed.message
    assert closed.cite == ("jilin 三",)
    assert state(TAIYUAN, at(2023, 8, 22)).open
    early = state(TAIYUAN, at(2023, 7, 29))
    assert not early.open
    assert "2023年7月30日起" in early.message
    unlimited = state(TAIYUAN, at(2023, 7, 29), "recommend", "province")
    assert unlimited.open
    assert unlimited.message == "未限定时间"
    assert state(CHANGCHUN, at(2023, 12, 15), "performance").open
    assert "今天是最后一天" in state(CHANGCHUN, at(2023, 12, 15), "performance").message
    assert not state(CHANGCHUN, at(2023, 12, 16), "performance").open
    assert (
        queries.window_state(task, CHANGCHUN, "performance", binds="units", at=at(2024, 5, 1), year=2023).open
        is False
    )


def test_windows_of_a_place_are_its_own_and_those_above(pack):
    load_pack(pack.write())
    task = Task.objects.get()
    assert {w.place_id for w in queries.windows_for(task, CHANGCHUN, purpose="declare")} == {
        "000000",
        "220000",
    }
    assert {w.place_id for w in queries.windows_for(task, TAIYUAN, purpose="declare")} == {"000000"}
    assert [w.year for w in queries.windows_for(task, TAIYUAN, purpose="performance", year=2024)] == [2024]


def test_quotas_for_a_case(pack):
    load_pack(pack.write())
    task, round_ = Task.objects.get(), Round.objects.get(code="2023")

    def codes(path=CHANGCHUN, step="city-recommend", variant="school"):
        found = queries.quotas_for(task, path, step, variant=variant, kind="secondary_school", round=round_)
        return [quota.code for quota in found]

    assert codes() == ["by-city"]
    assert codes(path=TAIYUAN) == []
    assert codes(step="recommend") == []
    assert codes(variant="public") == []


def use(quota, place, taken):
    authority = Authority.objects.get(place=place)
    line = quota.lines.first()
    return quota.accounts.create(authority=authority, line=line.name, limit=line.limit, taken=taken)


def test_accounts_in_use_follow_a_changed_limit(pack):
    load_pack(pack.write())
    account = use(Quota.objects.get(), "220100", 4)
    row = Quota.objects.get().pk
    pack.overlay_task["quotas"][0]["holders"][0]["limit"] = 4
    load_pack(pack.write())
    account.refresh_from_db()
    assert (account.quota_id, account.limit, account.taken) == (row, 4, 4)


def test_a_limit_below_what_is_taken_is_refused_naming_the_holder(pack):
    load_pack(pack.write())
    use(Quota.objects.get(), "220100", 4)
    before = counts()
    pack.task["summary"] = "一并改动"
    pack.overlay_task["quotas"][0]["holders"][0]["limit"] = 3
    with pytest.raises(Refused, match="长春市教育主管部门（已用 4，拟改为 3）"):
        load_pack(pack.write())
    assert counts() == before
    assert [line.limit for line in Quota.objects.get().lines.all()] == [5, 2]


def test_a_quota_in_use_is_kept_when_the_pack_drops_it(pack):
    load_pack(pack.write())
    use(Quota.objects.get(), "220100", 1)
    del pack.overlay_task["quotas"]
    load_pack(pack.write())
    assert Quota.objects.get().current is False


def college(places, *tags):
    from tongchou.orgs.models import Unit

    unit = Unit.objects.create(
        uscc="12220000412759459X",
        name="某高职",
        kind="vocational_college",
        place=places["220100"],
        place_path=CHANGCHUN,
        scope_path="000000/220000/",
        authority=Authority.objects.get(place="220000"),
        state="verified",
        registered_at=clock.now(),
    )
    for tag in tags:
        unit.tags.create(tag_id=tag, confirmed=True)
    return unit


def begin(unit, task, round_):
    """A draft, as its own room would begin it."""
    return task.applications.create(
        round=round_,
        edition=queries.edition_for(task, unit.scope_path),
        variant="school",
        unit=unit,
        place_path=unit.place_path,
        scope_path=unit.scope_path,
        number="1",
        step="declare",
        begun_at=clock.now(),
    )


def test_an_application_keeps_the_edition_it_was_begun_with(pack, places):
    load_pack(pack.write())
    task = Task.objects.get()
    application = begin(college(places), task, Round.objects.get(code="2023"))
    pack.task["form"][0]["fields"].pop(2)
    load_pack(pack.write())
    application.refresh_from_db()
    assert application.edition.number == 1
    assert "fund" in [f.code for f in application.edition.pack.form[0].fields]
    assert queries.edition_for(task, application.scope_path).number == 2


def test_an_indicator_may_not_change_its_meaning_once_there_are_applications(pack, places):
    load_pack(pack.write())
    task = Task.objects.get()
    pack.task["indicators"][0]["unit"] = "人"
    load_pack(pack.write())
    begin(college(places), task, Round.objects.get(code="2023"))
    pack.task["indicators"][0]["kind"] = "money"
    with pytest.raises(Refused, match=r"培训人次”（i1）由 integer（人）改为 money（人）.*新编码"):
        load_pack(pack.write())
    assert queries.edition_for(task, TAIYUAN).number == 2


def test_a_round_with_applications_stays(pack, places):
    load_pack(pack.write())
    pack.programme["rounds"].pop()
    pack.overlay_task["quotas"][0]["rounds"].pop()
    assert "取消批次“2024 年”" in load_pack(pack.write()).changes
    begin(college(places), Task.objects.get(), Round.objects.get(code="2023"))
    pack.programme["rounds"][0]["code"] = "2025"
    pack.task["calendar"][0]["round"] = "2025"
    pack.overlay_task["calendar"][0]["round"] = "2025"
    pack.overlay_task["quotas"][0]["rounds"] = ["2025"]
    with pytest.raises(Refused, match="已有申报"):
        load_pack(pack.write())
    assert set(Round.objects.values_list("code", flat=True)) == {"2023"}


def by_college(limit):
    return {
        "code": "by-college",
        "name": "高职学校限额",
        "step": "declare",
        "holder": "unit",
        "kinds": ["vocational_college"],
        "rounds": ["2023"],
        "holders": [
            {"name": "双高学校", "match": {"tags": ["double-high"]}, "limit": limit},
            {"name": "其他学校", "limit": 1},
        ],
        "cite": ["jilin 三"],
    }


def test_a_units_account_follows_the_line_of_its_tags(pack, places):
    pack.overlay_task["quotas"].append(by_college(6))
    load_pack(pack.write())
    quota = Quota.objects.get(code="by-college")
    account = quota.accounts.create(unit=college(places, "double-high"), line="双高学校", limit=6, taken=3)
    pack.overlay_task["quotas"][1] = by_college(4)
    load_pack(pack.write())
    account.refresh_from_db()
    assert (account.line, account.limit) == ("双高学校", 4)
    pack.overlay_task["quotas"][1] = by_college(2)
    with pytest.raises(Refused, match="某高职（已用 3，拟改为 2）"):
        load_pack(pack.write())


def test_the_package_is_kept_whole_once_for_each_content(pack):
    load_pack(pack.write())
    load_pack(pack.folder)
    pack.task["summary"] = "改"
    load_pack(pack.write())
    assert sorted(PackVersion.objects.values_list("place_id", flat=True)) == ["000000", "000000", "220000"]
    assert (
        PackVersion.objects.filter(place="000000").latest("pk").content["tasks"]["centre"]["summary"] == "改"
    )
