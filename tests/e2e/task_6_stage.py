"""The cast of a round of task 6 in Jilin: what stands in Changchun when the city's desk opens, played by actions.

Six schools' bases count in the city's five places, two more claim an exemption; two of them name the same leader. A college
submitted its one, another began and will be late. Twelve experts are in the province's pool.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.e2e.stage import PASSWORD
from tests.factory import (
    CITY,
    OTHER_CITY,
    PROVINCE,
    authority,
    filled,
    fresh,
    leader,
    pdf,
    refusal,
    submitted,
    unit,
)
from tongchou.applications import evidence
from tongchou.applications.models import Application
from tongchou.designations import actions as designations
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Person, Unit
from tongchou.programmes.step_format import FormalItem
from tongchou.reviews.pool import Profile, save_profile

BASE, COURSE = "virtual-base", "core-course"
PLACES = 5
"""The city's places in the task, by jilin-2023-7 三(六)."""
QUOTA = "虚仿基地市级推荐限额（中职牵头）"
SAME = {"leader_name": "赵演一", "leader_phone": "13900000001"}
FORMAL = [
    FormalItem(code="materials", text="规定的材料齐全", machine="materials", cite=["moe-2023-20 三(一)"]),
    FormalItem(code="seal", text="任务书已由学校盖章，与填报一致", cite=["moe-2023-20 二(一)"]),
]
"""What this round's city step checks formally; Jilin's document lists nothing, so the pack as shipped does not."""

FIELDS = ("护理", "轨道车辆", "汽车", "数控")
NAMES = {
    "轨道": "轨道车辆检修虚拟仿真实训基地",
    "冰雪": "冰雪运动服务虚拟仿真实训基地",
    "农机": "智能农机装备虚拟仿真实训基地",
    "护理": "老年护理虚拟仿真实训基地",
    "数控": "数控加工虚拟仿真实训基地",
    "烹饪": "中餐烹饪虚拟仿真实训基地",
    "汽修": "新能源汽车检修虚拟仿真实训基地",
    "光电": "光电制造虚拟仿真实训基地",
}
COUNTED, NATIONAL, MONITORED = ("轨道", "冰雪", "农机", "护理", "数控", "烹饪"), "汽修", "光电"


@dataclass
class Cast:
    """The cases by their short names, ``college`` and ``late`` besides."""

    cases: dict[str, Application]

    def __getitem__(self, name: str) -> Application:
        return fresh(self.cases[name])

    def name(self, name: str) -> str:
        return self.cases[name].project_name


def gather() -> Cast:
    """Everybody of the round, and what was submitted by 10 August."""
    _install("officer", CITY, "city2", "市经办乙")
    cases: dict[str, Application] = {}
    for number, (short, name) in enumerate(NAMES.items(), 1):
        school = unit(name=f"长春{short}职业技术学校（演练）", **_account(short))
        who = SAME if short in {"轨道", "冰雪"} else _leader(number)
        cases[short] = _declared(school, name, who, short)
    college = unit("vocational_college", name="长春云岭职业技术学院（演练）")
    cases["college"] = submitted(
        college, code=BASE, project_name="航空维修虚拟仿真实训基地", **_leader(20), **_claims()
    )
    late = unit("vocational_college", name="长春澄江职业技术学院（演练）", username="late", password=PASSWORD)
    cases["late"] = filled(
        late, code=BASE, project_name="智慧物流虚拟仿真实训基地", **_leader(21), **_claims()
    )
    elsewhere = unit(name="吉林市松涛职业技术学校（演练）", code=OTHER_CITY)
    cases["elsewhere"] = submitted(
        elsewhere, code=BASE, project_name="化工安全虚拟仿真实训基地", **_leader(22), **_claims()
    )
    cases["course"] = _one_course(cases["轨道"].unit)
    _pool()
    return Cast(cases)


def _one_course(school: Unit) -> Application:
    """The leader of two bases has a course in task 7 as well; a second course is refused: one a leader (guide-07)."""
    first = submitted(school, code=COURSE, variant="offline", project_name="轨道车辆制动系统检修", **SAME)
    other = unit(name="长春光明职业技术学校（演练）")
    second = filled(other, code=COURSE, variant="offline", project_name="轨道车辆电气检修", **SAME)
    refused = refusal(designations.submit, second, by=leader(other))
    assert (refused.code, refused.denied.clause) == ("duplicate", "guide-07 推荐条件 5")
    return first


def _declared(school, name: str, who: dict, short: str) -> Application:
    case = filled(school, code=BASE, project_name=name, **who, **_claims(short))
    if short in {NATIONAL, MONITORED}:
        evidence.attach(case, by=leader(school), field="existing_file", upload=pdf(), name="原立项文件.pdf")
    designations.submit(case, by=leader(school))
    return fresh(case)


def _claims(short: str = "") -> dict:
    claims = {"existing_national": short == NATIONAL, "existing_monitored": short == MONITORED}
    if any(claims.values()):
        claims |= {"existing_name": "虚仿培育项目（演练〔2021〕3号）", "refiled": True}
    return claims


def _leader(number: int) -> dict:
    return {"leader_name": f"钱演{number}", "leader_phone": f"139000001{number:02}"}


def _account(short: str) -> dict:
    """The school whose case is returned has somebody at a browser."""
    return {"username": "school", "password": PASSWORD} if short == "农机" else {}


def _pool() -> None:
    """Ten experts besides the stage's two: of several cities, every other one versed in the task, the last a teacher of a
    school that declares.
    """
    for number in range(3, 13):
        expert = _install("expert", PROVINCE, f"expert{number}", f"专家{number}")
        said = Profile(
            tasks=(BASE,) if number % 2 else (),
            words=(FIELDS[number % len(FIELDS)],),
            employer="长春农机职业技术学校（演练）" if number == 12 else "",
            place=(OTHER_CITY, "220300", "220400")[number % 3],
        )
        save_profile(expert, said=said, by=expert)


def _install(role: str, place: str, username: str, name: str) -> Person:
    return orgs.install_person(
        username=username,
        name=name,
        email=f"{username}@example.org",
        password=PASSWORD,
        role=role,
        authority=authority(place),
    )
