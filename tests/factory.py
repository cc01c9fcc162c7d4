"""Everything the tests of the domain rooms need, made through the real actions.

Ask for the fixture ``world`` (places, packs, a clock that stands at 10 August 2023), then say what there is::

    def test_a_city_recommends(world):
        school = unit("secondary_school", "220100")      # registered and verified by its own authority
        case = submitted(school)                         # task 4, filled with answers that pass, submitted
        recommend(case, by=officer("220100"))

``unit`` · ``leader`` · ``filler``: a unit and its people. ``officer`` · ``expert`` · ``admin`` · ``nobody``: people of
authorities, by the place's code. ``draft`` → ``filled`` → ``submitted`` → ``at(unit, step)``: a case as far as wanted.
``score`` has experts score a case; ``copies`` multiplies one; ``designated`` goes all the way. ``on(2023, 9, 1)`` sets
the clock for a block.

Passing answers are found once a process for each form and kind of unit. Evidence is one small PDF, attached by row.
"""

import io
from contextlib import contextmanager
from datetime import date
from functools import cache
from itertools import count
from random import Random

import pikepdf
import pytest

from tongchou.applications import actions as applications
from tongchou.applications.models import Application, Draft, Evidence, Revision
from tongchou.applications.queries import target_years
from tongchou.core import clock, files
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.forms import checks
from tongchou.orgs import actions as orgs
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.orgs.queries import officers, people_of, unit_facts
from tongchou.orgs.uscc import complete
from tongchou.programmes import models as programme_models
from tongchou.programmes.models import Round, Task, TaskEdition
from tongchou.programmes.queries import edition_for
from tongchou.rehearsal.answers import Filler
from tongchou.reviews.duties import assign
from tongchou.reviews.duties import score as give_marks
from tongchou.reviews.models import Assignment
from tongchou.reviews.scoring import rubric_for

CITY, OTHER_CITY, PROVINCE, NATION = "220100", "220200", "220000", "000000"  # 长春市, 吉林市, 吉林省
ELSEWHERE, ELSEWHERE_CITY = "140000", "140100"  # 山西省, 太原市
LIBRARY, CENTRE, INTERNATIONAL = "resource-library", "practice-centre", "international"

_NUMBERS = count(1)
_REGISTRARS = {"enterprise": "91", "government": "11"}


def on(year: int, month: int, day: int):
    """The clock at noon of a day, for a block."""
    return clock.at(date(year, month, day))


# ---------------------------------------------------------------- people


def place(code: str) -> Jurisdiction:
    return Jurisdiction.objects.get(pk=code)


def authority(code: str, department: str = "education") -> Authority:
    return Authority.objects.select_related("place").get(place_id=code, department=department)


def _installed(role: str, code: str) -> Person:
    number = next(_NUMBERS)
    return orgs.install_person(
        username=f"{role}-{number}",  # expert1 sits on the stage of the end-to-end tests
        name=f"经办{number}",
        email=f"{role}-{number}@example.org",
        password=None,
        role=role,
        authority=authority(code),
    )


def officer(code: str = CITY) -> Person:
    """The first officer of a place's education authority, installed when it has none."""
    return officers(authority(code)).order_by("pk").first() or _installed("officer", code)


def department(name: str, code: str = CITY) -> Person:
    """A new officer of a department beside a place's education authority; the department is registered if it was not."""
    made, _ = Authority.objects.get_or_create(place_id=code, department=name, defaults={"name": f"{name}局"})
    number = next(_NUMBERS)
    return orgs.install_person(
        username=f"{name}{number}",
        name=f"会签{number}",
        email=f"{name}{number}@example.org",
        password=None,
        role="officer",
        authority=made,
    )


def expert(code: str = PROVINCE) -> Person:
    """A new expert in the pool of a place's authority."""
    return _installed("expert", code)


def admin(role: str, code: str = NATION) -> Person:
    """A new ``system_admin``, ``security_admin`` or ``audit_admin``."""
    return _installed(role, code)


def nobody() -> Person:
    """A person with an account and no role at all."""
    number = next(_NUMBERS)
    return orgs.create_person(
        username=f"nobody{number}",
        name="某人",
        email=f"nobody{number}@example.org",
        password="a-long-enough-password-7",
        by=admin("system_admin"),
    )


# ---------------------------------------------------------------- units


def uscc(number: int | None = None, registrar: str = "12") -> str:
    """A valid code that nobody else in this process has."""
    return complete(f"{registrar}220100{number if number is not None else next(_NUMBERS):09d}")


def registration(kind: str = "secondary_school", code: str = CITY, **given) -> dict:
    """What ``register_unit`` is called with, all of it right."""
    number = next(_NUMBERS)
    return {
        "uscc": uscc(number, _REGISTRARS.get(kind, "12")),
        "name": f"第{number}单位",
        "kind": kind,
        "place": place(code),
        "person_name": f"填报{number}",
        "username": f"unit{number}",
        "email": f"unit{number}@example.org",
        "password": None,
        "school_code": f"{number:010d}",
        "contact": contact(f"unit{number}@example.org"),
    } | given


def contact(email: str = "lianxi@example.org", **given) -> orgs.Contact:
    """A contact that may be given as it is."""
    return orgs.Contact(
        **{"name": "联演一", "duty": "办公室主任", "phone": "0431-80000000", "email": email} | given
    )


def sealed(of: Unit) -> Unit:
    """The unit with the scan of its contact form as it stands."""
    orgs.upload_contact_form(of, by=leader(of), upload=pdf(), name="联系表.pdf")
    return of


def unit(
    kind: str = "secondary_school", code: str = CITY, *, tags=(), verified: bool = True, **given
) -> Unit:
    """A unit that registered, sealed, and unless told otherwise was verified with all its tags by its own authority."""
    made, _ = orgs.register_unit(**registration(kind, code, tags=tags, **given))
    sealed(made)
    if verified:
        made = orgs.verify_unit(made, by=officer(made.authority.place_id), tags_confirmed=tags)
    return made


def leader(of: Unit) -> Person:
    """The unit's first person, who fills and submits."""
    return people_of(of).order_by("pk").first()


def filler(of: Unit) -> Person:
    """Another person of the unit who may only fill."""
    return _granted(of, Membership.Role.FILLER)


def reviewer(of: Unit) -> Person:
    """Another person of the unit who checks what was filled before its leader submits."""
    return _granted(of, Membership.Role.REVIEWER)


def _granted(of: Unit, role: str) -> Person:
    person = nobody()
    orgs.grant_role(person, role, by=admin("security_admin"), unit=of)
    return person


# ---------------------------------------------------------------- cases


def task(code: str = LIBRARY) -> Task:
    return Task.objects.get(code=code)


def round_of(year: int = 2023) -> Round:
    return Round.objects.select_related("programme").get(year=year)


@contextmanager
def pack_with(case: Application, **changes):
    """The pack of the case changed for a block, such as ``internal=["reviewer", "leader"]``."""
    digest, pack = case.edition.digest, case.edition.pack
    programme_models._PACKS[digest] = pack.model_copy(update=changes)
    try:
        yield
    finally:
        programme_models._PACKS[digest] = pack


def steps_with(case: Application, code: str, **changes):
    """For a block, the step ``code`` of the case's pack changed."""
    steps = [s.model_copy(update=changes) if s.code == code else s for s in case.edition.pack.steps]
    return pack_with(case, steps=steps)


def scanned(case: Application, field: str = "plan_file"):
    """For a block the file slot ``field`` takes the stamped scan of the printed declaration."""
    pack = case.edition.pack
    materials = [m.model_copy(update={"sealed": m.field == field}) for m in pack.materials]
    form = [
        section.model_copy(
            update={
                "fields": [
                    f.model_copy(update={"accept": ["pdf", "image"]}) if f.code == field else f
                    for f in section.fields
                ]
            }
        )
        for section in pack.form
    ]
    return pack_with(case, materials=materials, form=form)


def draft(of: Unit, *, code: str = LIBRARY, variant: str = "", year: int = 2023) -> Application:
    """A declaration just begun; the first variant that the unit may lead unless one is named."""
    asked = task(code)
    pack = edition_for(asked, of.scope_path).pack
    variant = variant or next(v.code for v in pack.variants if of.kind in v.leads)
    return applications.begin(of, task=asked, variant=variant, round=round_of(year), by=leader(of))


@cache
def _passing(digest: str, variant: str, kind: str, tags: tuple[str, ...], years: tuple[int, ...]):
    """Answers that pass, and the file slots without which they don't."""
    pack = TaskEdition.objects.filter(digest=digest).first().pack
    facts = {"kind": kind, "tags": list(tags), "place": CITY}
    answers = Filler(pack, variant, facts, years, Random(7)).fill(project="项目", given={}).answers
    if "existing_national" in answers:
        answers["existing_national"] = False  # the usual case, which is exempt from no quota
    found = checks.run(pack, answers, variant=variant, unit=facts, evidence_fields=set(), years=years)
    return answers, [f.field for f in found if f.severity == "missing"]


def passing(case: Application) -> tuple[dict, list[str]]:
    facts = unit_facts(case.unit)
    years = tuple(target_years(case.round))
    return _passing(case.edition.digest, case.variant, facts["kind"], tuple(facts["tags"]), years)


def filled(of: Unit, *, code: str = LIBRARY, variant: str = "", year: int = 2023, **given) -> Application:
    """A declaration with every answer and file in place, ready to submit; ``given`` answers go over the invented ones."""
    case = draft(of, code=code, variant=variant, year=year)
    answers, slots = passing(case)
    kept = {code: value for code, value in case.draft.answers.items() if value}
    answers = answers | kept | {"project_name": f"项目{case.pk}"} | given
    saved = applications.save_draft(case, by=leader(of), changes=answers, base_version=case.draft.version)
    assert not saved.errors, saved.errors
    proof, now = files.store(pdf()), clock.now()
    Evidence.objects.bulk_create(
        Evidence(
            application=case,
            field=slot,
            file=proof,
            name="佐证.pdf",
            page_from=1,
            page_to=1,
            added_at=now,
            added_by=leader(of),
        )
        for slot in slots
    )
    return fresh(case)


def submitted(of: Unit, *, code: str = LIBRARY, variant: str = "", year: int = 2023, **given) -> Application:
    case = filled(of, code=code, variant=variant, year=year, **given)
    designations.submit(case, by=leader(of))
    return fresh(case)


def copies(case: Application, number: int) -> list[Application]:
    """The same submitted case ``number`` times over, by row, where a test needs many and how they came is no matter."""
    revision, made = case.revisions.get(), []
    for copy in range(number):
        again = fresh(case)
        again.pk = None
        again.number, again.project_name = f"{case.number}-{copy}", f"{case.project_name}-{copy}"
        again._state.adding = True
        made.append(again)
    Application.objects.bulk_create(made)
    now = {"saved_at": case.draft.saved_at, "saved_by": case.draft.saved_by, "version": case.draft.version}
    Draft.objects.bulk_create(Draft(application=a, answers=case.draft.answers, **now) for a in made)
    Revision.objects.bulk_create(
        Revision(
            application=a,
            number=1,
            answers=revision.answers,
            digest=revision.digest,
            submitted_at=revision.submitted_at,
            submitted_by=revision.submitted_by,
        )
        for a in made
    )
    return [fresh(a) for a in made]


def at(of: Unit, step: str, **given) -> Application:
    """A submitted case brought to wait at ``step`` by whoever decides before it."""
    case = submitted(of, **given)
    while case.step != step:
        advance(case)
        case = fresh(case)
        assert case.state == "in_review", f"{case} never reaches {step}"
    return case


def advance(case: Application) -> None:
    """Recommend or designate at the step where the case waits, scored first where that is asked."""
    step = next(s for s in case.edition.pack.steps if s.code == case.step)
    code = case.scope_path.strip("/").split("/")[("nation", "province", "city").index(step.level)]
    with clock.at(decides(case)):
        if step.kind == "recommend":
            designations.recommend(case, by=officer(code))
        else:
            if step.code == "province-designate":
                score(case)
            designations.designate(case, by=officer(code))


def decides(case: Application) -> date:
    """A day on which the step where the case waits may decide: task 10 has its province wait until 13 September."""
    return date(2023, 9, 20) if case.task.code == INTERNATIONAL and "province" in case.step else clock.today()


def designated(of: Unit, **given) -> Application:
    """A case that went the whole way."""
    case = at(of, "nation-designate", **given)
    advance(case)
    return fresh(case)


def marks(case: Application, mark: float = 8) -> dict[str, float]:
    return {criterion.code: mark for criterion in rubric_for(case.edition.pack, case.variant).criteria}


def score(case: Application, *all_marks: float, vetoes=None) -> list[Assignment]:
    """Each of ``all_marks`` (one expert's 8 of 10 when none) is given for every criterion by a new expert."""
    duties = []
    for mark in all_marks or (8,):
        judge = expert()
        duty = assign(case, expert=judge, by=officer(PROVINCE))
        duties.append(
            give_marks(
                duty, by=judge, marks=marks(case, mark), vetoes=vetoes, comment="材料完整。", submit=True
            )
        )
    return duties


def fresh(case: Application) -> Application:
    """The case as it stands now, with what tests look at."""
    return Application.objects.select_related(
        "draft", "edition", "task", "round__programme", "unit__authority", "unit__place"
    ).get(pk=case.pk)


# ---------------------------------------------------------------- refusals, audit, files


def refusal(action, *args, **kwargs) -> Refused:
    """The refusal of an action that must not succeed; it always says why."""
    with pytest.raises(Refused) as caught:
        action(*args, **kwargs)
    assert caught.value.denied.reason.strip()
    return caught.value


def audited(thing, action: str = "") -> list[str]:
    """The actions recorded for ``thing``, oldest first."""
    rows = AuditRecord.objects.filter(thing=thing._meta.model_name, thing_id=thing.pk).order_by("id")
    return list((rows.filter(action=action) if action else rows).values_list("action", flat=True))


@cache
def pdf(pages: int = 2) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()
