"""Invented units and people. Every name says that it is a rehearsal's; none belongs to a real school or person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from tongchou.orgs import uscc
from tongchou.orgs.contacts import Contact
from tongchou.orgs.models import Jurisdiction, Unit

if TYPE_CHECKING:
    from random import Random

K = Unit.Kind
SCHOOLS = (K.SECONDARY_SCHOOL, K.VOCATIONAL_COLLEGE)
FIELDS = [
    "新能源汽车技术", "现代农业装备", "轨道车辆制造", "智能控制技术", "冰雪旅游服务", "中药材生产与加工",
    "数控加工", "工业机器人应用", "食品检验检测", "畜牧兽医", "大数据应用", "护理与康复",
    "电子商务", "建筑工程施工", "学前教育", "光电制造", "航空地面服务", "现代物流管理",
]  # fmt: skip
_WORDS = [
    "青禾",
    "明川",
    "北辰",
    "松涛",
    "云岭",
    "启原",
    "长河",
    "星野",
    "望溪",
    "远山",
    "初阳",
    "映雪",
    "澄江",
    "广陌",
]
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_NUMBERS = "一二三四五六七八九十"
_SHARES = [
    (K.VOCATIONAL_COLLEGE, 16),
    (K.ENTERPRISE, 12),
    (K.GOVERNMENT, 6),
]  # per cent; the rest are secondary schools
_ENDINGS = {
    K.SECONDARY_SCHOOL: "职业技术学校",
    K.VOCATIONAL_COLLEGE: "职业技术学院",
    K.ENTERPRISE: "装备有限公司",
    K.GOVERNMENT: "人力资源与产业发展局",
}
_REGISTRAR = {K.SECONDARY_SCHOOL: "12", K.VOCATIONAL_COLLEGE: "12", K.ENTERPRISE: "91", K.GOVERNMENT: "11"}


@dataclass(frozen=True, slots=True)
class InventedUnit:
    """What an invented unit says when it registers; ``quality`` (0–1) colours its answers and marks."""

    uscc: str
    name: str
    kind: str
    place: Jurisdiction
    person: str
    username: str
    quality: float
    tags: dict[str, int | None] = field(default_factory=dict)
    """Each with the year since which it is held, where that is asked."""

    @property
    def tag_years(self) -> dict[str, int]:
        return {tag: year for tag, year in self.tags.items() if year is not None}


@dataclass(frozen=True, slots=True)
class Standing:
    """Tags that a quota asks for together, and the kinds of unit that may hold them."""

    tags: dict[str, int | None]
    kinds: tuple[str, ...]


def person_name(random: Random) -> str:
    """An invented person; the middle character 演 marks them all."""
    return random.choice(_SURNAMES) + "演" + random.choice(_NUMBERS)


def contact(name: str, username: str) -> Contact:
    """The contact of an invented unit; all of them give the same number, which nobody answers."""
    return Contact(name=name, duty="办公室主任", phone="0431-80000000", email=f"{username}@example.org")


def project_name(random: Random, task_number: int, variant: str) -> str:
    """An invented project's name, fitting its task."""
    about = random.choice(FIELDS)
    endings = {
        "school": "学校实践中心",
        "public": "公共实践中心",
        "enterprise": "企业实践中心",
        "standard": "专业教学标准",
        "resource": "双语教学资源",
        "equipment": "教学实训装备",
    }
    return f"{about}{endings.get(variant, '专业教学资源库' if task_number == 4 else '建设项目')}"


def units(
    count: int,
    cities: list[Jurisdiction],
    random: Random,
    *,
    prefix: str,
    counties: Mapping[str, Sequence[Jurisdiction]] = MappingProxyType({}),
    standings: Sequence[Standing] = (),
) -> list[InventedUnit]:
    """``count`` invented units spread over ``cities`` (earlier ones get more) in a realistic mix of kinds, none left out.

    One in three lies in one of its city's ``counties`` (by the city's code); of every eight, each of the first
    ``standings`` is held by one, if it is of such a kind.
    """
    others = [kind for kind, share in _SHARES for _ in range(max(1, round(count * share / 100)))]
    kinds = [K.SECONDARY_SCHOOL] * (count - len(others)) + others
    weights = [max(1, 3 * len(cities) - 4 * n) for n in range(len(cities))]
    made = []
    for number, kind in enumerate(kinds, 1):
        city = random.choices(cities, weights)[0]
        below = counties.get(city.code) if number % 3 == 2 else None
        held = standings[number % 8] if number % 8 < len(standings) else None
        tags = held.tags if held and kind in held.kinds else {}
        code = f"{_REGISTRAR[K(kind)]}{city.code if city.code.isdigit() else '220000'}{number:09d}"
        word = _WORDS[number % len(_WORDS)]
        suffix = f"第{number}" if kind == K.SECONDARY_SCHOOL else f"{number}号"
        made.append(
            InventedUnit(
                uscc=uscc.complete(code),
                name=f"{city.short_name}{word}{suffix}{_ENDINGS[K(kind)]}（演练）",
                kind=kind,
                place=below[number % len(below)] if below else city,
                person=person_name(random),
                username=f"{prefix}{number:04d}",
                quality=random.betavariate(4, 2),
                tags=dict(tags),
            )
        )
    return made
