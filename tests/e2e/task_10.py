"""Who plays the provincial round of task 10: a pool of twelve experts, ten colleges with a case each, a blind step.

The pack is the real one; only the province's scoring is made blind. Everything that says who declares is set by hand, so
that a search for it can be whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typst

from tests import factory as f
from tests.e2e.stage import PASSWORD
from tongchou.applications import actions as applications
from tongchou.applications.evidence import attach
from tongchou.applications.models import Application
from tongchou.designations import actions as designations
from tongchou.documents import typesetting
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Person
from tongchou.programmes.queries import edition_for
from tongchou.reviews import pool

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

EXPERTS = ("赵演一", "钱演二", "孙演三", "李演四", "周演五", "吴演六", "郑演七", "王演八", "冯演九", "陈演十", "褚演百", "卫演千")  # fmt: skip
ABOUT = ("轨道车辆制造", "冰雪旅游服务", "现代农业装备", "数控加工", "光电制造", "智能控制技术", "食品检验检测", "学前教育", "工业机器人应用", "护理与康复")  # fmt: skip
_LEADERS = (
    "蒋演甲",
    "沈演乙",
    "韩演丙",
    "杨演丁",
    "朱演戊",
    "秦演己",
    "尤演庚",
    "许演辛",
    "何演壬",
    "吕演癸",
)
_HEADS = ("宋演甲", "唐演乙", "冯演丙", "董演丁", "于演戊", "萧演己", "程演庚", "曹演辛", "袁演壬", "邓演癸")
_MATES = ("施演东", "张演南", "孔演西", "曹演北", "严演上", "华演下", "金演左", "魏演右", "陶演前", "姜演后")
_NAMES = ("明川", "云岭", "启原", "长河", "星野", "望溪", "远山", "初阳", "映雪", "澄江")
_CITIES = ("220100", "220200", "220300", "220500", "222400")
_CITY_NAMES = ("长春", "吉林市", "四平", "通化", "延边")
_ENDINGS = {"standard": "专业教学标准", "resource": "双语教学资源", "equipment": "教学实训装备"}
VARIANTS = ("standard",) * 7 + ("resource",) * 2 + ("equipment",)
FILE = "{name}建设方案（盖章）.pdf"


@dataclass(frozen=True)
class Declared:
    """A case, and everything by which it could be known who declares it."""

    case: Application
    leader: Person
    names: frozenset[str]


def blind() -> AbstractContextManager[None]:
    """For a block, the province scores task 10 blind, as a province's own notice could ask."""
    edition = edition_for(f.task(f.INTERNATIONAL), f.place(f.PROVINCE).path)
    return f.steps_with(Application(edition=edition), "province-score", blind=True)


def officer(place: str, username: str, name: str) -> Person:
    return _installed("officer", place, username, name)


def _installed(role: str, place: str, username: str, name: str) -> Person:
    return orgs.install_person(
        username=username,
        name=name,
        email=f"{username}@example.org",
        password=PASSWORD,
        role=role,
        authority=f.authority(place),
    )


def experts() -> list[Person]:
    """The province's pool: eight know the task, four know something else; two work at a college that declares."""
    made = []
    for number, name in enumerate(EXPERTS):
        person = _installed("expert", f.PROVINCE, f"judge{number + 1}", name)
        said = pool.Profile(
            tasks=(f.INTERNATIONAL,) if number % 3 else (f.CENTRE,),
            words=(ABOUT[number % len(ABOUT)],),
            employer=college(number) if number < 2 else f"演练第{number + 1}研究所",
            place=_CITIES[number % len(_CITIES)],
        )
        pool.save_profile(person, said=said, by=f.officer(f.PROVINCE))
        made.append(person)
    return made


def college(number: int) -> str:
    return f"{_NAMES[number]}职业技术学院（演练）"


def declared() -> list[Declared]:
    """Ten colleges of five cities declare: seven standards, two resources, one equipment."""
    return [_declared(number, variant) for number, variant in enumerate(VARIANTS)]


def _declared(number: int, variant: str) -> Declared:
    name = college(number)
    unit = f.unit(
        "vocational_college",
        _CITIES[number % len(_CITIES)],
        name=name,
        person_name=_LEADERS[number],
        school_code=f"22105{number:05d}",
        username=f"college{number + 1}",
        password=PASSWORD,
    )
    partner, company = f"{_NAMES[number]}装备有限公司（演练）", f.uscc(7000 + number, "91")
    project = f"{ABOUT[number]}{_ENDINGS[variant]}"
    case = f.filled(unit, code=f.INTERNATIONAL, variant=variant)
    answers, leader = case.draft.answers, f.leader(unit)
    given = {
        "project_name": project if number else f"{name}{project}",
        "leader_name": _HEADS[number],
        "leader_phone": f"0431-8000{number:04d}",
        "leader_email": f"leader{number}@example.org",
        "partners": [{**answers["partners"][0], "name": partner, "uscc": company}],
        "team": [
            {**row, "name": _MATES[number] + end, "unit": name}
            for row, end in zip(answers["team"][:3], "仁义礼", strict=True)
        ],
        "intro": f"由{name}与{partner}共同研制，负责人{_HEADS[number]}，服务企业走出去。",
    }
    saved = applications.save_draft(case, by=leader, changes=given, base_version=case.draft.version)
    assert not saved.errors, saved.errors
    if number == 0:
        attach(case, by=leader, field="product_file", upload=_pdf(name), name=FILE.format(name=name))
    designations.submit(f.fresh(case), by=leader)
    case = f.fresh(case)
    names = {
        name,
        unit.uscc,
        unit.school_code,
        case.number,
        partner,
        company,
        _LEADERS[number],
        _MATES[number],
    }
    names |= {given[code] for code in ("leader_name", "leader_phone", "leader_email")}
    return Declared(case, leader, frozenset(names - {""}))


def _pdf(name: str) -> bytes:
    """A PDF that says on its first page, in its title and as its author who made it."""
    words = f'#set document(title: "{name}方案", author: "{name}")\n= {name}建设方案\n由{name}编制。\n#pagebreak()\n第二页。'
    return typst.Compiler(words.encode(), font_paths=typesetting._fonts()).compile(format="pdf")


def designate_early(case: Application) -> None:
    """The ministry would designate while the notice stands."""
    with f.on(2023, 11, 24):
        designations.designate(case, by=f.officer(f.NATION))
