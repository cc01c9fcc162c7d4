"""Versions of packs in the browser's way: uploaded, checked, published, in force, withdrawn, and the whole history."""

from datetime import date

import pytest

from tests.programmes.uploading import administrator, upload, zipped
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.outbox.models import Message
from tongchou.programmes import releases
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Programme, Quota, TaskEdition
from tongchou.programmes.release_models import PackRelease, PackUpload

pytestmark = pytest.mark.django_db
TODAY, LATER = date(2023, 6, 1), date(2023, 7, 1)


@pytest.fixture
def loaded(pack, places):
    """The small pack is in force, loaded on the command line; it is 1 June 2023."""
    with clock.at(TODAY):
        load_pack(pack.write())
        yield pack


def changed(pack, minimum=2000, version="2"):
    """The national part asks for more area."""
    pack.programme["version"] = version
    pack.task["conditions"][0] |= {
        "text": f"面积不少于 {minimum} 平方米",
        "rule": f'v["area"] >= {minimum}',
    }
    return pack


def area(place="000000"):
    edition = TaskEdition.objects.get(place=place, current=True)
    return edition.pack.conditions[0].text


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


# ---------------------------------------------------------------- what is kept of a load


def test_loading_on_the_command_line_is_history_too(loaded):
    release = PackRelease.objects.get()
    assert release.by is None
    assert release.upload is None
    assert {place: held["version"] for place, held in release.versions.items()} == {
        "000000": "1",
        "220000": "1",
    }
    load_pack(loaded.write())
    assert PackRelease.objects.count() == 1


def test_going_back_to_an_older_folder_is_a_release_of_its_own(loaded):
    loaded.programme["documents"][0]["title"] = "另一个标题"
    load_pack(loaded.write())
    loaded.programme["documents"][0]["title"] = "通知"
    load_pack(loaded.write())
    first, second, third = PackRelease.objects.order_by("pk")
    assert first.versions == third.versions != second.versions


# ---------------------------------------------------------------- upload, check, diff


def test_a_version_with_mistakes_is_kept_with_all_of_them_and_not_published(loaded):
    loaded.task["steps"][1]["kind"] = "bless"
    loaded.task["conditions"][0]["rule"] = 'v["arae"] >= 1000'
    mine = administrator()
    kept = upload(loaded, by=mine)
    assert kept.state == "faulty"
    problem = kept.problems[0]
    assert problem["file"] == "tasks/01-centre/task.yaml"
    assert problem["line"] > 0
    assert {"message", "remedy", "column"} <= problem.keys()
    assert len(kept.problems) == 2
    with pytest.raises(Refused) as refused:
        releases.publish(kept, effective=TODAY, by=mine)
    assert refused.value.code == "state"
    assert PackRelease.objects.count() == 1


def test_a_changed_version_says_what_it_changes_and_loads_nothing(loaded):
    kept = upload(changed(loaded), by=administrator())
    assert kept.state == "checked"
    assert kept.version == "2"
    sentences = "".join(change["sentence"] for change in kept.changes)
    assert "2000" in sentences
    assert {change["task"] for change in kept.changes} == {"", "centre"}
    assert area() == "面积不少于 1000 平方米"
    assert PackRelease.objects.count() == 1


@pytest.mark.parametrize("programme", ["other", "small"])
def test_whose_programme_it_is_must_fit(loaded, programme):
    loaded.programme["code"] = loaded.overlay["programme"] = programme
    chosen = Programme.objects.get(code="small") if programme == "other" else None
    kept = upload(loaded, by=administrator(), programme=chosen)
    assert kept.state == "faulty"
    assert any("计划" in problem["message"] for problem in kept.problems)


def test_a_new_programme_may_be_uploaded(loaded, places):
    loaded.programme |= {"code": "fresh", "name": "新计划"}
    loaded.overlay["programme"] = "fresh"
    mine = administrator()
    kept = upload(loaded, by=mine, programme=None)
    assert kept.state == "checked", kept.problems
    releases.publish(kept, effective=TODAY, by=mine)
    assert fresh(kept).programme == Programme.objects.get(code="fresh")


def test_what_stored_data_forbid_is_said_before_publishing(loaded, monkeypatch):
    from tongchou.core.access import refuse

    real = releases.load_pack

    def loading(folder, **given):
        real(folder, **given)
        raise refuse("data", "已用名额多于新的限额")

    monkeypatch.setattr("tongchou.programmes.examining.load_pack", loading)
    mine = administrator()
    kept = upload(changed(loaded), by=mine)
    assert "已用名额" in kept.hindrance
    with pytest.raises(Refused, match="已用名额"):
        releases.publish(kept, effective=TODAY, by=mine)


# ---------------------------------------------------------------- an overlay of a province


def test_a_province_uploads_its_own_overlay_on_the_national_pack(loaded):
    mine = administrator("220000")
    loaded.overlay["version"] = "2"
    loaded.overlay_task["quotas"][0]["holders"][0]["limit"] = 9
    kept = upload(loaded, by=mine, only="overlays/220000/")
    assert kept.state == "checked", kept.problems
    assert {change["place"] for change in kept.changes} == {"220000"}
    releases.publish(kept, effective=TODAY, by=mine)
    assert Quota.objects.get(place="220000").lines.first().limit == 9
    assert PackRelease.objects.first().upload == kept


def test_a_province_may_touch_nothing_else(loaded):
    with pytest.raises(Refused) as refused:
        upload(changed(loaded), by=administrator("220000"))
    assert refused.value.code == "scope"
    assert "programme.yaml" in str(refused.value)
    loaded.overlay["place"] = "140000"
    kept = upload(loaded, by=administrator("220000"), only="overlays/220000/")
    assert kept.state == "faulty"


def test_an_overlay_is_no_programme_of_its_own(pack, places):
    kept = upload(pack, by=administrator("220000"), only="overlays/220000/", programme=None)
    assert kept.state == "faulty"
    assert kept.problems[0]["file"] == "programme.yaml"


def test_the_nation_keeps_overlays_that_it_does_not_bring(loaded):
    mine = administrator()
    kept = upload(changed(loaded), by=mine, without="overlays/")
    assert not any(change["place"] == "220000" for change in kept.changes), kept.changes
    releases.publish(kept, effective=TODAY, by=mine)
    assert Quota.objects.get(place="220000").current
    assert area("220000") == "面积不少于 2000 平方米"


def test_the_nation_does_not_undo_what_a_province_renewed_meanwhile(loaded):
    nation, province = administrator(), administrator("220000")
    whole = upload(changed(loaded), by=nation)
    loaded.overlay["version"] = "2"
    loaded.overlay_task["quotas"][0]["holders"][0]["limit"] = 9
    releases.publish(upload(loaded, by=province, only="overlays/220000/"), effective=TODAY, by=province)
    with pytest.raises(Refused) as refused:
        releases.publish(whole, effective=TODAY, by=nation)
    assert refused.value.code == "conflict"
    assert "220000" in str(refused.value)


# ---------------------------------------------------------------- publish


def test_published_for_today_it_is_in_force_at_once(loaded):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=TODAY, by=mine)
    assert fresh(kept).state == "in_force"
    assert area() == "面积不少于 2000 平方米"
    release = PackRelease.objects.first()
    assert (release.upload, release.by) == (kept, mine)
    actions = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"upload_pack", "publish_pack", "programmes.load_pack"} <= actions


def test_published_for_later_the_worker_brings_it_into_force_on_its_day_once(loaded):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=LATER, by=mine)
    assert fresh(kept).state == "scheduled"
    assert releases.take_effect_due() == 0
    with clock.at(date(2023, 7, 20)):  # the worker stood still meanwhile
        assert releases.take_effect_due() == 1
        assert releases.take_effect_due() == 0
    assert fresh(kept).state == "in_force"
    assert area() == "面积不少于 2000 平方米"
    assert Message.objects.get(to=mine).subject.startswith("配置包已生效")


def test_on_its_day_it_is_checked_again_and_a_refusal_is_kept_and_told(loaded):
    nation, province = administrator(), administrator("220000")
    loaded.overlay["version"] = "2"
    loaded.overlay_task["quotas"][0]["step"] = "recommend"
    loaded.overlay_task["quotas"][0]["holder"] = "province"
    loaded.overlay_task["quotas"][0]["holders"] = [{"name": "本省", "limit": 9}]
    later = upload(loaded, by=province, only="overlays/220000/")
    assert later.state == "checked", later.problems
    releases.publish(later, effective=LATER, by=province)
    loaded.task["code"] = loaded.overlay_task["code"] = "another"
    loaded.task["number"] = 2
    loaded.programme["version"] = "3"
    releases.publish(upload(loaded, by=nation), effective=TODAY, by=nation)
    with clock.at(LATER):
        assert releases.take_effect_due() == 0
    later = fresh(later)
    assert later.state == "refused"
    assert "centre" in later.refusal
    assert Message.objects.get(to=province).subject.startswith("配置包未能生效")


@pytest.mark.parametrize("code, effective", [("form", date(2023, 5, 31)), ("same", TODAY)])
def test_what_cannot_be_published(loaded, code, effective):
    mine = administrator()
    with pytest.raises(Refused) as refused:
        releases.publish(upload(loaded, by=mine), effective=effective, by=mine)
    assert refused.value.code == code


def test_one_version_a_day(loaded):
    mine = administrator()
    first, second = upload(changed(loaded), by=mine), upload(changed(loaded, 3000, "3"), by=mine)
    releases.publish(first, effective=LATER, by=mine)
    with pytest.raises(Refused) as refused:
        releases.publish(second, effective=LATER, by=mine)
    assert refused.value.code == "conflict"


def test_a_version_is_checked_again_against_what_is_in_force_by_then(loaded):
    mine = administrator()
    kept = upload(changed(loaded), by=mine)
    assert kept.changes
    load_pack(loaded.write())
    assert releases.check_again(kept, by=mine).changes == []


# ---------------------------------------------------------------- withdraw


def test_withdrawn_before_its_day_it_never_takes_effect(loaded):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=LATER, by=mine)
    releases.withdraw(kept, reason="改为下月发布", by=mine)
    with clock.at(LATER):
        assert releases.take_effect_due() == 0
    assert fresh(kept).state == "withdrawn"
    assert area() == "面积不少于 1000 平方米"


def test_withdrawn_when_in_force_the_version_before_is_put_back(loaded):
    mine = administrator()
    first = releases.publish(upload(changed(loaded), by=mine), effective=TODAY, by=mine)
    second = releases.publish(upload(changed(loaded, 3000, "3"), by=mine), effective=TODAY, by=mine)
    assert fresh(first).state == "superseded"
    releases.withdraw(second, reason="数字有误", by=mine)
    assert area() == "面积不少于 2000 平方米"
    assert (fresh(first).state, fresh(second).state) == ("in_force", "withdrawn")
    assert PackRelease.objects.first().withdraws == second
    releases.withdraw(first, reason="都不要了", by=mine)
    assert area() == "面积不少于 1000 平方米"


def test_withdrawing_leaves_what_others_have_published_since(loaded):
    nation, province = administrator(), administrator("220000")
    whole = releases.publish(upload(changed(loaded), by=nation), effective=TODAY, by=nation)
    loaded.overlay["version"] = "2"
    loaded.overlay_task["quotas"][0]["holders"][0]["limit"] = 9
    releases.publish(upload(loaded, by=province, only="overlays/220000/"), effective=TODAY, by=province)
    releases.withdraw(whole, reason="数字有误", by=nation)
    assert area() == "面积不少于 1000 平方米"
    assert Quota.objects.get(place="220000").lines.first().limit == 9


def test_withdrawing_needs_a_reason_and_something_to_go_back_to(loaded, places):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=TODAY, by=mine)
    with pytest.raises(Refused) as refused:
        releases.withdraw(kept, reason="  ", by=mine)
    assert refused.value.fields == {"reason": "请填写理由"}
    loaded.programme |= {"code": "fresh"}
    loaded.overlay["programme"] = "fresh"
    new = releases.publish(upload(loaded, by=mine, programme=None), effective=TODAY, by=mine)
    with pytest.raises(Refused, match="第一个版本"):
        releases.withdraw(new, reason="不要了", by=mine)
    assert fresh(new).state == "in_force"


def test_going_back_is_refused_with_the_reason_if_stored_data_forbid_it(loaded, monkeypatch):
    from tongchou.core.access import refuse

    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=TODAY, by=mine)

    def forbidden(folder, **given):
        raise refuse("data", "批次已有申报")

    monkeypatch.setattr(releases, "load_pack", forbidden)
    with pytest.raises(Refused, match="批次已有申报"):
        releases.withdraw(kept, reason="不要了", by=mine)
    assert fresh(kept).state == "in_force"


def test_a_load_on_the_command_line_supersedes_what_was_published(loaded):
    mine = administrator()
    kept = releases.publish(upload(changed(loaded), by=mine), effective=TODAY, by=mine)
    load_pack(changed(loaded, 4000, "4").write())
    assert fresh(kept).state == "superseded"


def test_the_zip_is_kept_as_it_was_uploaded(loaded):
    content = zipped(changed(loaded))
    kept = upload(loaded, by=administrator(), content=content)
    assert bytes(PackUpload.objects.get(pk=kept.pk).archive.content) == content
