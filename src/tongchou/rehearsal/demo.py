"""The demo's sample data: a played round, a reported year with its bulletin, and a round under way with cases in every state.

The demo's clock stands at :data:`DEMO_DAY`, so that windows are open; the screens' clock bar moves it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command

from tongchou.applications import actions as applications
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.orgs.uscc import complete
from tongchou.paths import packs_dir
from tongchou.programmes.models import Programme, Round, Task
from tongchou.rehearsal import sample
from tongchou.rehearsal.calendar import days
from tongchou.rehearsal.cast import contact
from tongchou.rehearsal.declaring import declare
from tongchou.rehearsal.demo_bases import play_bases
from tongchou.rehearsal.ledger import Ledger
from tongchou.rehearsal.play import Play
from tongchou.rehearsal.reviewing import waiting
from tongchou.rehearsal.rounds import play_round
from tongchou.rehearsal.years import publish_bulletin, report_year
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMME = "key-tasks-2023"
DEMO_DAY = date(2025, 6, 18)
_UNITS = 36
_SEED = 7
_TASKS = (3, 4, 10)
_SHARE = 0.55
_LAST = "audadmin"  # installed when everything else is there
Role = Membership.Role


class RealData(Exception):  # noqa: N818 - said to people as it is
    """The database holds people or units that no demo made: sample data never go there."""

    def __str__(self) -> str:
        return (
            "The database holds people or units that are not the demo's. Nothing was changed. "
            "Unset DATABASE_URL, or name an empty database."
        )


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account to try, and what to try first with it."""

    who: str
    username: str
    password: str
    try_first: str


@dataclass(frozen=True, slots=True)
class _Admins:
    system: Person
    security: Person


ACCOUNTS = [
    (
        "filler",
        "建设单位填报员 · filler of a school",
        "see what is due; go on with the draft; watch it save as you type",
    ),
    (
        "leader",
        "单位审核人 · leader of the same school",
        "mend the returned case and submit it; see the refusals cite clauses",
    ),
    ("college", "高职学校审核人 · leader of a college", "declare task 4 within the college's own quota"),
    ("city", "长春市教育局 · city bureau", "open the queue, rank, recommend; look at the quota board"),
    (
        "province",
        "吉林省教育厅 · provincial department",
        "assign experts, designate, publish a list; see who is late",
    ),
    ("expert", "评审专家 · expert", "score the waiting case beside its material"),
    ("ministry", "教育部 · ministry", "see the national view; follow a figure down to its page of evidence"),
    (
        "packadmin",
        "配置包管理员 · pack administrator",
        "read the programme as a structure; download the pack, change a quota, upload it, see what it changes",
    ),
    ("sysadmin", "系统管理员 · system administrator", "create an account; it has no rights yet"),
    ("secadmin", "安全管理员 · security administrator", "give that account a role; try to give yourself one"),
    ("audadmin", "审计管理员 · audit administrator", "read the log and verify its chain"),
]


def load(echo: Callable[[str], Any]) -> list[SampleAccount]:
    """Load packs and sample data once; return the accounts to print."""
    password = _password()
    if not Person.objects.filter(username=_LAST).exists():
        _clear(echo)
        _make(echo, password)
    return [SampleAccount(who, username, password, first) for username, who, first in ACCOUNTS]


def _clear(echo: Callable[[str], Any]) -> None:
    """Begin on empty tables: what a demo that was killed half-way left behind goes, anything real stays and refuses."""
    if not Person.objects.exists():
        return
    invented = Person.objects.filter(email__endswith="@example.org")  # a domain that is nobody's
    if Unit.objects.filter(rehearsal=False).exists() or Person.objects.exclude(pk__in=invented).exists():
        raise RealData
    echo("The last start was interrupted while loading; loading anew")
    call_command("flush", interactive=False, verbosity=0)


def _password() -> str:
    """One random password for the sample accounts, made once for this data directory: there is no default one."""
    kept = settings.DATA / "demo-password"
    if not kept.exists():
        settings.DATA.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(f"tongchou-{secrets.token_hex(4)}")
    return kept.read_text().strip()


def _make(echo: Callable[[str], Any], password: str) -> None:
    sample.load_packs(packs_dir(), PROGRAMME, echo)
    programme = Programme.objects.get(code=PROGRAMME)
    jilin = Jurisdiction.objects.get(code="220000")
    changchun = Jurisdiction.objects.get(code="220100")
    admins = _Admins(
        _install("sysadmin", "系演一", Role.SYSTEM_ADMIN, programme.place, password),
        _install("secadmin", "安演一", Role.SECURITY_ADMIN, programme.place, password),
    )
    _install("ministry", "部演一", Role.OFFICER, programme.place, password)
    _install("province", "省演一", Role.OFFICER, jilin, password)
    _install("city", "市演一", Role.OFFICER, changchun, password)
    _install("packadmin", "配演一", Role.PACK_ADMIN, programme.place, password)
    _install("expert", "专演一", Role.EXPERT, jilin, password)
    echo("Playing the round of 2023 and the year 2024 with invented units")
    ledger = Ledger(echo=echo)
    play = Play(programme, jilin, _SEED, ledger, sample.evidence_pdf(), _TASKS, prefix="demo")
    first, *_, last = programme.rounds.order_by("year")
    with ledger.stage("注册与核验"):
        units = [
            *_own_units(changchun, password, play, admins),
            *play.register(_UNITS, date(first.year, 8, 1)),
        ]
    for task in play.tasks():
        with ledger.stage(f"任务 {task.number} {task.name}"):
            play_round(play, task, first, units, share=_SHARE)
    with ledger.stage("2024 年绩效、报告与通报"):
        report_year(play, first.year + 1)
        for authority in (play.province, play.nation):
            publish_bulletin(play, authority, first.year + 1, date(first.year + 2, 1, 20))
    with ledger.stage(f"{last.name}，在办"):
        _under_way(play, last, units)
    with ledger.stage("教师培训基地：遴选、绩效与考核评价"):
        play_bases(play, units[1], units)
    audit.seal_pending()
    _install(_LAST, "审演一", Role.AUDIT_ADMIN, programme.place, password)


def _install(username: str, name: str, role: str, place: Jurisdiction, password: str) -> Person:
    return orgs.install_person(
        username=username,
        name=name,
        email=f"{username}@example.org",
        password=password,
        role=role,
        authority=Authority.objects.get(place=place, department="education"),
    )


def _own_units(place: Jurisdiction, password: str, play: Play, admins: _Admins) -> list[Unit]:
    """The school and the college of the sample accounts, and one school that waits for verification."""
    with clock.at(date(2023, 8, 1)):
        school, leader = _register(
            "leader", "长春青禾职业技术学校（演练）", "secondary_school", "9", place, password
        )
        school = orgs.verify_unit(school, by=play.officer(school.authority))
        filler = orgs.create_person(
            username="filler", email="filler@example.org", password=password, name="填演一", by=admins.system
        )
        orgs.grant_role(filler, Role.FILLER, unit=school, by=admins.security)
        orgs.end_role(leader.memberships.get(role=Role.FILLER), by=admins.security)
        college, _ = _register(
            "college",
            "长春明川职业技术学院（演练）",
            "vocational_college",
            "8",
            place,
            password,
            ["provincial-double-high"],
        )
        college = orgs.verify_unit(
            college, by=play.officer(college.authority), tags_confirmed=["provincial-double-high"]
        )
    with clock.at(DEMO_DAY):
        _register("newschool", "长春北辰职业技术学校（演练）", "secondary_school", "7", place, password)
    play.quality |= {school.pk: 0.9, college.pk: 0.95}
    return [school, college]


def _register(
    username: str,
    name: str,
    kind: str,
    digit: str,
    place: Jurisdiction,
    password: str,
    tags: list[str] | None = None,
) -> tuple[Unit, Person]:
    unit, person = orgs.register_unit(
        uscc=complete(f"12{place.code}{digit * 9}"),
        name=name,
        kind=kind,
        place=place,
        person_name="学演一",
        username=username,
        email=f"{username}@example.org",
        password=password,
        tags=tags or (),
        contact=contact("学演一", username),
        rehearsal=True,
    )
    orgs.upload_contact_form(unit, by=person, upload=sample.evidence_pdf(), name="联系表（演练）.pdf")
    return unit, person


def _under_way(play: Play, round_: Round, units: list[Unit]) -> None:
    """The latest round as it stands on the demo's day: drafts, waiting at the city, returned, with the experts."""
    school, college, *others = units
    tasks = {task.code: task for task in play.tasks()}
    library = tasks["resource-library"]
    when = replace(
        days(library, play.place, round_),
        begin=date(2025, 6, 3),
        submit=date(2025, 6, 12),
        city=date(2025, 6, 16),
    )
    leader = Person.objects.get(username="leader")
    with clock.at(when.begin):
        draft = applications.begin(
            school, task=tasks["practice-centre"], variant="school", round=round_, by=leader
        )
        applications.save_draft(
            draft, by=leader, changes={"project_name": "新能源汽车技术学校实践中心"}, base_version=0
        )
    declare(play, library, round_, [school, *others[:14]], when, share=1)
    declare(play, tasks["practice-centre"], round_, others[14:24], when, share=0.6)
    declare(play, tasks["international"], round_, [college], when, share=0.5)
    officer = play.officer(Authority.objects.get(place__code="220100", department="education"))
    with clock.at(when.city):
        mine = Application.objects.filter(unit=school, task=library, round=round_, state="in_review")
        for case in mine.order_by("pk")[:1]:
            reviews.return_for_changes(
                case,
                by=officer,
                reason="资源更新计划与年度绩效目标不一致，请核对后重新提交。",
                due=date(2025, 6, 25),
                remarks={"project_name": "名称请与专业目录保持一致。"},
            )
    _to_the_experts(play, tasks["international"], round_, when.city)


def _to_the_experts(play: Play, task: Task, round_: Round, on: date) -> None:
    """Cases that stand before the province: assigned to the sample expert, not yet scored."""
    officer = play.officer(play.province)
    expert = Person.objects.get(username="expert")
    with clock.at(on):
        for case in waiting(play, play.province, task, round_)[:3]:
            play.ledger.attempt("分配专家", lambda c=case: duties.assign(c, expert=expert, by=officer))  # type: ignore[misc]
