"""A programme whose one task has a form of 250 fields with rules, a case of it for each unit, and answers of about 10 KB."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

CITE = ["notice 一"]
FIELDS = 250
SECTIONS = 10
CITY = "220100"


def write(folder: Path, *, sections: int = SECTIONS, slot: bool = False, limit: int | None = None) -> Path:
    """The pack as files: JSON is YAML. Returns its folder."""
    beside = folder / "tasks" / "01-wide"
    beside.mkdir(parents=True)
    (folder / "programme.yaml").write_text(json.dumps(_programme()))
    (beside / "task.yaml").write_text(json.dumps(task(sections=sections, slot=slot, limit=limit)))
    return folder


def _programme() -> dict[str, Any]:
    return {
        "code": "wide",
        "version": "1",
        "name": "宽表单",
        "place": "000000",
        "horizon": date.today().year,  # noqa: DTZ011 -- the round of today
        "documents": [{"id": "notice", "title": "通知"}],
        "rounds": [{"code": "now", "name": "本年批次", "year": date.today().year}],  # noqa: DTZ011
    }


def _field(number: int) -> dict[str, Any]:
    """Of every 25 fields: 10 texts, 5 whole numbers, 3 sums of money, 2 percentages, a date, 2 choices, a sum, a table."""
    code, kind = f"f{number}", number % 25
    common: dict[str, Any] = {"code": code, "label": f"第 {number} 项", "required": True, "cite": CITE}
    match kind:
        case 0:
            return common | {"type": "longtext", "max_length": 500}
        case k if k < 10:
            return common | {"type": "text", "max_length": 100}
        case k if k < 15:
            return common | {"type": "integer", "min": 0, "max": 100_000, "unit": "人"}
        case k if k < 18:
            return common | {"type": "money", "min": 0}
        case k if k < 20:
            return common | {"type": "percent"}
        case 20:
            return common | {"type": "date"}
        case 21:
            options = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
            return common | {"type": "choice", "choices": options}
        case 22:
            return common | {"type": "yesno"}
        case 23:
            total = f'v["f{number - 13}"] + v["f{number - 12}"]'
            return {"code": code, "label": f"第 {number} 项", "type": "computed", "compute": total}
        case _:
            columns = [
                {"code": "name", "label": "名称", "type": "text"},
                {"code": "n", "label": "数量", "type": "integer"},
            ]
            return common | {
                "type": "table",
                "columns": columns,
                "min_rows": 1,
                "max_rows": 20,
                "total": ["n"],
            }


def task(*, sections: int = SECTIONS, slot: bool = False, limit: int | None = None) -> dict[str, Any]:
    """``slot`` adds a required place for files (``proof``) in the last section; ``limit`` is the city's quota."""
    each = FIELDS // sections
    fields = [_field(number) for number in range(FIELDS)]
    for number in range(9, FIELDS, 25):
        fields[number] |= {"required": False, "visible_when": f'v["f{number + 13}"] == true'}
    if slot:
        fields.append({"code": "proof", "label": "佐证", "type": "files", "required": True, "cite": CITE})
    conditions = []
    for start in range(0, FIELDS, 25):
        n = start + 10
        conditions += [
            {"code": f"c{start}a", "text": "人数不少于 1", "rule": f'v["f{n}"] >= 1'},
            {"code": f"c{start}b", "text": "合计不超过 20 万", "rule": f'v["f{n + 13}"] <= 200000'},
            {"code": f"c{start}c", "text": "经费不少于 1 万元", "rule": f'v["f{n + 5}"] >= 1000000'},
            {
                "code": f"c{start}d",
                "text": "比例不低于 80 %",
                "rule": f'v["f{n + 8}"] >= 80',
                "severity": "advice",
            },
        ]
    return {
        "code": "wide",
        "number": 1,
        "name": "宽表单",
        "summary": "二百五十项",
        "cite": CITE,
        "variants": [{"code": "main", "name": "项目", "leads": ["secondary_school"], "cite": CITE}],
        "conditions": [{**condition, "cite": CITE} for condition in conditions],
        "form": [
            {
                "code": f"s{n}",
                "title": f"第 {n + 1} 部分",
                "fields": fields[n * each : (n + 1) * each if n + 1 < sections else None],
            }
            for n in range(sections)
        ],
        "steps": [
            {"code": "declare", "name": "申报", "kind": "declare", "level": "unit", "cite": CITE},
            {"code": "city", "name": "推荐", "kind": "recommend", "level": "city", "cite": CITE},
        ],
        "quotas": []
        if limit is None
        else [
            {
                "code": "places",
                "name": "推荐名额",
                "step": "city",
                "holder": "city",
                "rounds": ["now"],
                "holders": [{"name": "各市", "limit": limit}],
                "cite": CITE,
            }
        ],
    }


def answers(seed: int) -> dict[str, Any]:
    """Answers that pass every check; about 10 KB as JSON, no easier to compress than what people write."""
    random = Random(seed)
    given: dict[str, Any] = {}

    def words(length: int) -> str:
        return "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(length))

    for number in range(FIELDS):
        asked = _field(number)
        code = asked["code"]
        match asked["type"]:
            case "longtext":
                given[code] = words(80)
            case "text":
                given[code] = words(12)
            case "integer":
                given[code] = 100 + seed % 50
            case "money":
                given[code] = 500_000_000
            case "percent":
                given[code] = 90
            case "date":
                given[code] = "2024-09-01"
            case "choice":
                given[code] = "a"
            case "yesno":
                given[code] = True
            case "table":
                given[code] = [{"name": words(6), "n": row} for row in range(3)]
    return given


def people_and_cases(
    count: int,
    folder: Path,
    *,
    each: int = 1,
    sections: int = SECTIONS,
    slot: bool = False,
    limit: int | None = None,
) -> list[tuple[int, str]]:
    """Load the pack and give ``count`` verified schools ``each`` filled cases: the first one's id (those of one school
    follow one another), and the cookie of its leader's session.
    """
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tongchou.applications import actions as applications
    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Authority, Unit
    from tongchou.orgs.places import FILE
    from tongchou.orgs.uscc import complete
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import Round, Task
    from tongchou.rehearsal.sample import evidence_pdf

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    places = folder.parent / "places"
    places.mkdir()
    (places / FILE).write_text(
        "code,name,short_name,level,parent,statistical,authority\n"
        "000000,全国,全国,nation,,1,教育部\n"
        "220000,吉林省,吉林,province,000000,1,吉林省教育厅\n"
        f"{CITY},长春市,长春,city,220000,1,长春市教育局\n"
    )
    orgs.load_jurisdictions(places)
    load_pack(write(folder, sections=sections, slot=slot, limit=limit))
    city = Authority.objects.get(place_id=CITY, department="education")
    officer = orgs.install_person(
        username="officer", name="经办", email="o@example.org", password=None, role="officer", authority=city
    )
    task, round_ = Task.objects.get(code="wide"), Round.objects.get(code="now")
    cases = []
    for number in range(count):
        unit, person = orgs.register_unit(
            uscc=complete(f"12{CITY}{number:09d}"),
            name=f"第 {number} 职业学校",
            kind=Unit.Kind.SECONDARY_SCHOOL,
            place=city.place,
            person_name=f"填报员{number}",
            username=f"leader{number}",
            email=f"leader{number}@example.org",
            password="a-long-enough-password-7",
            contact=orgs.Contact(
                f"填报员{number}", "教务处长", "0431-80000000", f"leader{number}@example.org"
            ),
        )
        orgs.upload_contact_form(unit, by=person, upload=evidence_pdf(), name="联系表.pdf")
        orgs.verify_unit(unit, by=officer, tags_confirmed=[])
        for _ in range(each):
            case = applications.begin(unit, task=task, variant="main", round=round_, by=person)
            applications.save_draft(case, by=person, changes=answers(case.pk), base_version=0)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        cases.append((case.pk - each + 1, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    return cases
