"""The scene of the crash test, in a process of its own: ``make`` it before, ``judge FILE`` what is left of it after.

Both run with the environment of the platform that is killed between them and print one JSON document.
"""

import hashlib
import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from tongchou.cli import db
from tongchou.paths import data_dir

CITE = ["notice 一"]
TEXTS = [f"t{number}" for number in range(12)]
SLOTS = [f"proofs{number}" for number in range(20)]  # each takes 20 files
LIMIT = 5  # of the city's recommendations; there are more cases
FILLERS, SENDERS, DECIDED = 8, 4, 12
_OF_A_DECISION = {"recommend", "designate", "return", "take_back"}


def make() -> dict:
    """A pack, a city with its officers, and units with drafts: ids of cases and cookies of those who act on them."""
    from tongchou.applications import actions as applications
    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Authority
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import Round, Task

    orgs.load_jurisdictions(_places())
    load_pack(_pack())
    officers = {
        name: orgs.install_person(
            username=name,
            name="经办",
            email=f"{name}@example.org",
            password=None,
            role="officer",
            authority=Authority.objects.get(place_id=place, department="education"),
        )
        for name, place in {"city": "220100", "other": "220100", "province": "220000"}.items()
    }
    task, round_ = Task.objects.get(), Round.objects.get()

    def cases(unit, person, number: int) -> list[int]:
        return [
            applications.begin(unit, task=task, variant="main", round=round_, by=person).pk
            for _ in range(number)
        ]

    units = [_unit(number, officers["city"]) for number in range(FILLERS + SENDERS + 1)]
    desks = [(cases(unit, person, 1)[0], _signed_in(person)) for unit, person in units[:-1]]
    return {
        "fillers": desks[:FILLERS],
        "senders": desks[FILLERS:],
        "decided": cases(*units[-1], DECIDED),
        "people": {"unit": _signed_in(units[-1][1])} | {n: _signed_in(p) for n, p in officers.items()},
    }


def _unit(number: int, officer):
    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Unit
    from tongchou.orgs.uscc import complete
    from tongchou.rehearsal.sample import evidence_pdf

    email = f"unit{number}@example.org"
    unit, person = orgs.register_unit(
        uscc=complete(f"12220100{number:09d}"),
        name=f"第{number}职业学校",
        kind=Unit.Kind.SECONDARY_SCHOOL,
        place=officer.memberships.get().authority.place,
        person_name=f"填报员{number}",
        username=f"unit{number}",
        email=email,
        password=None,
        contact=orgs.Contact("填报员", "教务处长", "0431-80000000", email),
    )
    orgs.upload_contact_form(unit, by=person, upload=evidence_pdf(), name="联系表.pdf")
    return orgs.verify_unit(unit, by=officer, tags_confirmed=[]), person


def _signed_in(person) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _places() -> Path:
    from tongchou.orgs.places import FILE

    folder = data_dir() / "places"
    folder.mkdir()
    (folder / FILE).write_text(
        "code,name,short_name,level,parent,statistical,authority\n"
        "000000,全国,全国,nation,,1,教育部\n"
        "220000,吉林省,吉林,province,000000,1,吉林省教育厅\n"
        "220100,长春市,长春,city,220000,1,长春市教育局\n"
    )
    return folder


def _pack() -> Path:
    year = date.today().year  # noqa: DTZ011 -- the round of today
    beside = data_dir() / "pack" / "tasks" / "01-crash"
    beside.mkdir(parents=True)
    programme = {
        "code": "crash",
        "version": "1",
        "name": "断电演练",
        "place": "000000",
        "horizon": year,
        "documents": [{"id": "notice", "title": "通知"}],
        "rounds": [{"code": "now", "name": "本年批次", "year": year}],
    }
    fields = [{"code": code, "label": code, "type": "text", "cite": CITE} for code in TEXTS]
    fields += [{"code": code, "label": code, "type": "files", "cite": CITE} for code in SLOTS]
    quota = {
        "code": "by-city",
        "name": "市级推荐限额",
        "step": "city",
        "holder": "city",
        "rounds": ["now"],
        "holders": [{"name": "长春市", "limit": LIMIT}],
        "cite": CITE,
    }
    task = {
        "code": "crash",
        "number": 1,
        "name": "断电演练",
        "summary": "随时断电",
        "cite": CITE,
        "variants": [{"code": "main", "name": "项目", "leads": ["secondary_school"], "cite": CITE}],
        "form": [{"code": "all", "title": "全部", "fields": fields}],
        "steps": [
            {"code": "declare", "name": "申报", "kind": "declare", "level": "unit", "cite": CITE},
            {"code": "city", "name": "推荐", "kind": "recommend", "level": "city", "cite": CITE},
            {
                "code": "province",
                "name": "认定",
                "kind": "designate",
                "level": "province",
                "grants": "province",
                "cite": CITE,
            },
        ],
        "quotas": [quota],
    }
    (beside.parents[1] / "programme.yaml").write_text(json.dumps(programme))
    (beside / "task.yaml").write_text(json.dumps(task))
    return beside.parents[1]


# ---------------------------------------------------------------- what is left


def judge(told: dict) -> list[str]:
    """What was acknowledged and is not there, and what does not agree with itself; nothing when all is well."""
    from tongchou.core import audit

    audit.seal_pending()
    chain = audit.verify()
    return [
        *([chain.fault] if chain.fault else []),
        *_answers(told["saved"]),
        *_files(told["sent"]),
        *_pieces(told["begun"]),
        *_moves(told["moved"], told["unknown"]),
        *_ledger(),
        *_jobs(),
    ]


def _answers(saved: dict[str, dict[str, str]]) -> list[str]:
    from tongchou.applications.models import Draft

    kept = {str(d.pk): d for d in Draft.objects.all()}
    faults = [
        f"case {case}: {code} is {kept[case].answers.get(code)!r}, acknowledged was {text!r}"
        for case, texts in saved.items()
        for code, text in texts.items()
        if kept[case].answers.get(code) != text
    ]
    recorded = Counter(_records("save_draft").values_list("thing_id", flat=True))
    return faults + [
        f"case {case}: version {draft.version}, but {recorded[draft.pk]} saves are recorded"
        for case, draft in kept.items()
        if draft.version != recorded[draft.pk]
    ]


def _files(sent: dict[str, str]) -> list[str]:
    """Files that were told to be attached, by name: attached once, and the very bytes."""
    from tongchou.applications.models import Evidence
    from tongchou.core import files

    faults = []
    for name, sha256 in sent.items():
        found = list(Evidence.objects.filter(name=name).select_related("file"))
        if [e.file.sha256 for e in found] != [sha256]:
            faults.append(f"{name}: attached as {[e.file.sha256 for e in found]}")
        elif _digest(files.path_of(found[0].file).read_bytes()) != sha256:
            faults.append(f"{name}: its bytes are not those that were sent")
    return faults


def _pieces(begun: dict[str, list]) -> list[str]:
    """Uploads left in the middle, by address: the bytes that were acknowledged lie there."""
    from tongchou.core.files import uploads
    from tongchou.core.models import Upload

    faults = []
    for address, (offset, sha256) in begun.items():
        upload = Upload.objects.get(key=address.strip("/").split("/")[-1])
        there = uploads.partial_path(upload).read_bytes()[:offset] if offset else b""
        if upload.offset < offset or _digest(there) != sha256:
            faults.append(f"{address}: {offset} bytes were acknowledged, {upload.offset} are counted")
    return faults


def _moves(moved: dict[str, int], unknown: dict[str, int]) -> list[str]:
    """Every acknowledged move is recorded, none twice; and each case stands where its records lead."""
    from tongchou.applications.models import Application

    faults = []
    recorded = Counter(f"{r.thing_id} {r.action}" for r in _records("submit", *_OF_A_DECISION))
    for move in {*moved, *unknown, *recorded}:
        least, most = moved.get(move, 0), moved.get(move, 0) + unknown.get(move, 0)
        if not least <= recorded[move] <= most:
            faults.append(f"{move}: recorded {recorded[move]} times, acknowledged {least}, tried {most}")
    for case in Application.objects.all():
        way = list(_records("submit", *_OF_A_DECISION).filter(thing_id=case.pk).order_by("id"))
        led = _replayed([record.action for record in way])
        stands = (case.state, case.step, case.resume_step)
        if stands != led:
            faults.append(f"case {case.pk} stands at {stands}, its records lead to {led}")
        decided = [record.action for record in way if record.action in _OF_A_DECISION]
        if list(case.decisions.values_list("kind", flat=True)) != decided:
            faults.append(f"case {case.pk}: its decisions are not those recorded, {decided}")
        if case.revisions.count() != sum(record.action == "submit" for record in way):
            faults.append(f"case {case.pk}: its revisions are not the submissions recorded")
    return faults


def _replayed(actions: list[str]) -> tuple[str, str, str]:
    """State, step and the step to come back to, by what was done."""
    now, before = ("draft", "declare", ""), []
    for action in actions:
        _state, step, resume = now
        if action == "take_back":
            now = before.pop()
            continue
        if action != "submit":
            before.append(now)
        now = {
            "submit": ("in_review", resume or "city", ""),
            "recommend": ("in_review", "province", ""),
            "designate": ("concluded", step, ""),
            "return": ("returned", "declare", step),
        }[action]
        if action == "submit":
            before.clear()
    return now


def _ledger() -> list[str]:
    from tongchou.applications.models import Application
    from tongchou.designations.models import Designation
    from tongchou.reviews.models import QuotaAccount, QuotaPlace

    accounts = list(QuotaAccount.objects.all())
    holding = set(QuotaPlace.objects.values_list("application_id", flat=True))
    passed = {c.pk for c in Application.objects.all() if "province" in {c.step, c.resume_step}}
    concluded = set(Application.objects.filter(state="concluded").values_list("pk", flat=True))
    held = set(Designation.objects.filter(level="province").values_list("application_id", flat=True))
    faults = []
    if sum(account.taken for account in accounts) != len(holding) or len(holding) > LIMIT:
        faults.append(f"the accounts say {[a.taken for a in accounts]} of {LIMIT}, {holding} hold places")
    if holding != passed:
        faults.append(f"{holding} hold places, {passed} have passed the city")
    if held != concluded:
        faults.append(f"{held} are designated, {concluded} are concluded")
    return faults


def _jobs() -> list[str]:
    """Nothing whole is left unchecked, and no job stays with a worker that is gone."""
    from django.db import connection
    from procrastinate.contrib.django.models import ProcrastinateJob

    from tongchou.core import jobs
    from tongchou.core.models import Upload

    waiting = Upload.objects.filter(state="finishing").count()
    with connection.cursor() as cursor:  # as if the patience with silent workers were over
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'")
    jobs.retry_stalled()
    stalled = ProcrastinateJob.objects.filter(status="doing").count()
    faults = [f"{waiting} whole uploads were not taken up again"] if waiting else []
    return faults + ([f"{stalled} jobs stay with workers that are gone"] if stalled else [])


def _records(*actions: str):
    from tongchou.core.models import AuditRecord

    return AuditRecord.objects.filter(action__in=actions, thing="application")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    with db.running(lambda _: None):
        db.setup_django()
        if sys.argv[1] == "make":
            db.bring_up_to_date()
            said = make()
        else:
            said = judge(json.loads(Path(sys.argv[2]).read_text()))
    json.dump(said, sys.stdout, ensure_ascii=False)
