import json
from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from tests.programmes.small_pack import CITE
from tongchou.cli.pack import database
from tongchou.cli.pack import pack as command
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Task


@pytest.fixture
def folder(pack):
    """The pack with a jurisdictions folder beside it, where the command looks by itself."""
    beside = pack.folder.parent / "jurisdictions-2023"
    beside.mkdir(parents=True)
    (beside / "places.csv").write_text(
        "code,name,short_name,level,parent,statistical,authority\n"
        "000000,全国,全国,nation,,1,教育部\n"
        "220000,吉林省,吉林,province,000000,1,吉林省教育厅\n"
        "220100,长春市,长春,city,220000,1,长春市教育局\n"
    )
    return pack.write()


@pytest.fixture
def run(monkeypatch):
    """The command on the tests' own database."""
    monkeypatch.setattr(database, "running", lambda **_: nullcontext())
    monkeypatch.setattr(database, "require_current", lambda: None)
    return lambda *arguments: CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_check(run, folder, pack):
    good = run("check", folder)
    assert good.exit_code == 0
    assert "没有错误" in good.stdout
    pack.task["sumary"] = "x"
    bad = run("check", pack.write())
    assert bad.exit_code == 1
    assert bad.stdout.startswith("tasks/01-centre/task.yaml:")
    assert "是否应为“summary”" in bad.stdout


def test_misuse(run, folder, tmp_path):
    assert run("check", tmp_path / "nowhere").exit_code == 2
    (folder.parent / "jurisdictions-2023/places.csv").write_text("x")
    assert run("check", folder).exit_code == 2
    assert run("check", folder, "--places", folder).exit_code == 2


def test_trace(run, folder, pack):
    shown = run("trace", folder)
    assert shown.exit_code == 0
    assert "centre · 条件 area" in shown.stdout
    assert "220000 centre · 限额 by-city" in shown.stdout
    clauses = [{"id": "一(一)", "text": "建设实践中心"}, {"id": "九", "text": "另行通知"}]
    pack.programme["documents"][0]["clauses"] = clauses
    shown = run("trace", pack.write())
    assert shown.exit_code == 1
    assert "九　另行通知\n    无着落" in shown.stdout
    assert "条款 4 条：已落实 3，说明不需落实 0，无着落 1" in shown.stdout
    assert "一(一)" not in run("trace", folder, "--unserved").stdout
    clauses[1]["reason"] = "没有内容"
    shown = run("trace", pack.write(), "--json")
    assert shown.exit_code == 0
    assert json.loads(shown.stdout)["count"] == {"served": 3, "explained": 1, "unserved": 0}
    pack.task["sumary"] = "x"
    assert run("trace", pack.write()).exit_code == 1


@pytest.mark.usefixtures("places")
def test_load(run, folder, pack):
    first = run("load", folder)
    assert first.exit_code == 0, first.output
    assert "已载入" in first.stdout
    assert "没有改动" in run("load", folder).stdout
    pack.task["sumary"] = "x"
    refused = run("load", pack.write())
    assert refused.exit_code == 1
    assert "不认识的键“sumary”" in refused.stdout
    assert Task.objects.count() == 1


@pytest.mark.django_db
def test_load_the_places_first(run, folder):
    assert "地区“000000”不存在" in run("load", folder).stdout
    assert run("load", folder.parent / "jurisdictions-2023").stdout == "已载入 3 个地区。\n"
    assert run("load", folder).exit_code == 0
    (folder.parent / "jurisdictions-2023/places.csv").write_text("x")
    assert run("load", folder.parent / "jurisdictions-2023").exit_code == 1


@pytest.mark.usefixtures("places")
def test_show(run, pack):
    load_pack(pack.write())
    shown = run("show", "centre", "--place", "220100", "--date", "2023-08-20", "--json")
    assert shown.exit_code == 0, shown.output
    data = json.loads(shown.stdout)
    assert data["edition"]["place"] == "220000"
    declare = next(w for w in data["windows"] if w["purpose"] == "declare")
    assert (declare["place"], declare["last_day"], declare["open"]) == ("220000", "2023-08-21", True)
    changchun = {"name": "长春市", "limit": 5, "minimum": None, "holders": ["长春市教育主管部门"]}
    assert data["quotas"][0]["lines"][0] == changchun
    assert data["quotas"][0]["lines"][1]["holders"] == []
    text = run("show", "centre", "--place", "220100", "--date", "2023-08-22").stdout
    assert "[未开放] 省内申报" in text
    assert "长春市：不超过 5" in text
    assert run("show", "center").exit_code == 2
    assert run("show", "centre", "--place", "999999").exit_code == 2
    assert run("show", "centre", "--date", "soon").exit_code == 2


@pytest.mark.usefixtures("places")
def test_show_tells_everything_that_holds_with_its_clauses(run, pack):
    task, overlay = pack.task, pack.overlay_task
    task["conditions"] += [
        {"code": "plan", "text": "有建设方案", "field": "plan_file", "cite": CITE},
        {"code": "fund", "text": "有投入", "rule": 'v["fund"] > 0.0', "cite": CITE, "severity": "advice"},
    ]
    task["groups"] = [{"code": "g", "text": "建设基础", "need": 1, "of": ["plan", "fund"], "cite": CITE}]
    task["targets"] = [
        {"level": "nation", "by": 2025, "count": 50, "unit": "个实践中心", "cite": CITE},
    ]
    overlay["calendar"].append(
        {
            "code": "annual",
            "name": "上传年度报告",
            "purpose": "report",
            "report": "annual",
            "binds": "designated",
            "since": 2023,
            "until": "12-01",
            "cite": ["jilin 四"],
        }
    )
    overlay["quotas"][0]["exempt"] = [
        {"code": "e", "text": "大额投入", "when": 'v["fund"] > 5.0', "until": "2023-12-31", "cite": CITE}
    ]
    load_pack(pack.write())
    data = json.loads(run("show", "centre", "--place", "220000", "--date", "2024-03-01", "--json").stdout)
    decided = {c["code"]: (c["decided_by"], c["group"]) for c in data["conditions"]}
    assert decided == {"area": ("platform", None), "plan": ("reviewer", "g"), "fund": ("platform", "g")}
    assert data["targets"][0]["count"] == 50
    assert data["indicators"] == {"count": 1, "targeted": 1, "cite": CITE}
    assert [(r["code"], r["due"]) for r in data["reports"]] == [("annual", ["2024-12-01"])]
    holders = [(line["name"], line["holders"]) for line in data["quotas"][0]["lines"]]
    assert holders == [("长春市", ["长春市教育主管部门"]), ("其他市（州）", ["吉林市教育主管部门"])]
    assert data["quotas"][0]["exempt"][0]["lapsed"] is True
    parts = [*data["conditions"], *data["targets"], *data["steps"], *data["windows"], *data["quotas"]]
    assert all(part["cite"] for part in [*parts, *data["reports"], *data["groups"]])
    text = run("show", "centre", "--place", "220000", "--date", "2024-03-01").stdout
    for line in (
        "2025 年 国家级 左右 50 个实践中心　notice 一(一)",
        "面积不少于 1000 平方米（平台判断）",
        "建设基础：2 项中至少 1 项",
        "有投入（平台判断，仅提示）",
        "年度报告（每个已认定项目）　2024-12-01前",
        "不占限额（已过期）：大额投入",
        "其他市（州）：不超过 2　吉林市教育主管部门",
    ):
        assert line in text
