"""A hundred thousand cases over the whole country, on the real packs: written as rows, because only reading them is measured."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any

from bench.house import ROOT, say

LIBRARY = "resource-library"
SHARE = 11  # per cent of all cases are the library's, none of them a draft: an export of 11,000 at 100,000
HOME = "220000"  # the province that has a fifth of all cases
CITY = "220100"
STATES = ["draft"] * 8 + ["in_review"] * 52 + ["returned"] * 8 + ["declined"] * 10 + ["concluded"] * 22
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
RANKED = 300
FEW = 9  # the first cases are of one unit of the city, and wait for city, province and nation in turn
ANSWERS = 200
"""Different sets of answers; each case has one of them under a name of its own."""


@dataclass(frozen=True)
class Person:
    """Somebody logged in."""

    pk: int
    cookie: str


def load() -> None:
    """Places and packs, by the real loader."""
    from django.conf import settings

    from tongchou.orgs import actions as orgs
    from tongchou.programmes.actions import load_pack

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    orgs.load_jurisdictions(ROOT / "packs" / "jurisdictions-2023")
    load_pack(ROOT / "packs" / "key-tasks-2023")


def officer(place: str) -> Person:
    """An officer of the place's education authority, logged in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Authority

    made = orgs.install_person(
        username=f"officer{place}",
        name="经办",
        email=f"officer{place}@example.org",
        password=None,
        role="officer",
        authority=Authority.objects.get(place_id=place, department="education"),
    )
    session = SessionStore()
    session[SESSION_KEY] = str(made.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = made.get_session_auth_hash()
    session.create()
    return Person(made.pk, f"{settings.SESSION_COOKIE_NAME}={session.session_key}")


class Nation:
    """Units everywhere, and as many cases as are asked for; see :data:`FEW`."""

    def __init__(self, units: int, submitter: int) -> None:
        from tongchou.orgs.models import Authority, Jurisdiction
        from tongchou.programmes.models import Round, Task

        self.random = Random(7)
        self.submitter = submitter
        self.tasks = {t.code: t for t in Task.objects.order_by("number")}
        self.others = [code for code in self.tasks if code != LIBRARY]
        self.round = Round.objects.order_by("-year").first()
        self.authorities = {a.place_id: a.pk for a in Authority.objects.filter(department="education")}
        cities = [c for c in Jurisdiction.objects.filter(level="city") if c.code in self.authorities]
        self.home = [c.path for c in cities if f"/{HOME}/" in c.path]
        self.home.sort(key=lambda path: f"/{CITY}/" not in path)
        self.elsewhere = [c.path for c in cities if f"/{HOME}/" not in c.path]
        self.units = self._units(units)
        self.cases = 0

    def _units(self, many: int) -> dict[tuple[str, bool], list[tuple[int, str, str]]]:
        """Units by kind and whether they stand in :data:`HOME`: id, where they stand, under whom."""
        from tongchou.orgs.models import Unit
        from tongchou.orgs.uscc import complete

        kinds = ["secondary_school"] * 5 + ["vocational_college"] * 3 + ["enterprise"] + ["government"]
        rows = []
        for number in range(many):
            home = number % 5 == 0
            path = (self.home if home else self.elsewhere)[
                number % len(self.home if home else self.elsewhere)
            ]
            kind = kinds[number // 5 % len(kinds)]
            scope = "/".join(path.split("/")[:2]) + "/" if kind == "vocational_college" else path
            rows.append(
                Unit(
                    uscc=complete(f"12220100{number:09d}"),
                    name=f"第 {number} 职业院校",
                    kind=kind,
                    place_id=path.strip("/").split("/")[-1],
                    place_path=path,
                    scope_path=scope,
                    authority_id=self.authorities[scope.strip("/").split("/")[-1]],
                    state="verified",
                    registered_at=BEGUN,
                )
            )
        found: dict[tuple[str, bool], list[tuple[int, str, str]]] = {}
        for unit in Unit.objects.bulk_create(rows, batch_size=2000):
            key = (unit.kind, f"/{HOME}/" in unit.place_path)
            found.setdefault(key, []).append((unit.pk, unit.place_path, unit.scope_path))
        return found

    def grow(self, to: int) -> None:
        """As many cases as ``to``, each with its draft and its revision."""
        say(f"Making {to - self.cases} cases")
        rows = [self._case(number) for number in range(self.cases, to)]
        self.cases = to
        first = _copy("applications_application", CASE, (r["case"] for r in rows))
        pairs = list(zip(range(first, first + len(rows)), rows, strict=True))
        _copy("applications_draft", DRAFT, ((pk, "{}", 1, "{}", "{}", "{}", BEGUN) for pk, _row in pairs))
        _copy(
            "applications_revision",
            REVISION,
            (
                (pk, 1, row["answers"], row["digest"], row["at"], self.submitter)
                for pk, row in pairs
                if row["at"] is not None
            ),
        )
        _copy("designations_designation", DESIGNATION, (d for pk, row in pairs for d in self._held(pk, row)))

    def _held(self, pk: int, row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        if row["state"] == "concluded":
            unit, place, scope = row["unit"]
            since = BEGUN.date()
            yield (
                pk,
                "province",
                self.authorities[scope.split("/")[1]],
                unit,
                row["task"],
                place,
                scope,
                since,
            )

    def _case(self, number: int) -> dict[str, Any]:
        random = self.random
        code = LIBRARY if number % 100 < SHARE or number < FEW else random.choice(self.others)
        task, home = self.tasks[code], number % 5 == 0 or number < FEW
        edition, variants = _edition(code, HOME if home else "000000")
        if number < FEW:
            variants = [row for row in variants if row[1] == "secondary_school"]
        variant, kind, way, answers = random.choice(variants)
        state = "in_review" if number < FEW else random.choice(STATES[8 if code == LIBRARY else 0 :])
        unit = self.units[kind, home][0] if number < FEW else random.choice(self.units[kind, home])
        step = "declare" if state in {"draft", "returned"} else way[-1]
        if state == "in_review":
            step = (way[0], way[1], way[-1])[number % 3] if number < FEW else random.choice(way)
        at = None if state == "draft" else BEGUN + timedelta(minutes=number % 250_000)
        name = f"第 {number} 个建设项目"
        body = f'{{"project_name": "{name}", {random.choice(answers)}' if at else "{}"
        due = BEGUN.date() + timedelta(days=number % 400) if state == "returned" else None
        return {
            "case": (
                self.round.pk, task.pk, edition, variant, unit[0], unit[1], unit[2],
                f"B-{task.number:02d}-{number:07d}", name, state, step, "filler", "", due, BEGUN, at,
            ),
            "answers": body,
            "digest": sha256(body.encode()).hexdigest(),
            "at": at,
            "state": state,
            "unit": unit,
            "task": task.pk,
        }  # fmt: skip


CASE = (
    "round_id task_id edition_id variant unit_id place_path scope_path number project_name state step desk "
    "resume_step returned_due begun_at submitted_at"
)
DRAFT = "application_id answers version field_versions sources known saved_at"
REVISION = "application_id number answers digest submitted_at submitted_by_id"
DESIGNATION = "application_id level authority_id unit_id task_id place_path scope_path since"


def _copy(table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> int:
    """COPY; the id of the first row where the table gives one. Other columns have to have a default, as rows elsewhere."""
    from django.apps import apps
    from django.db import connection

    meta = next(m._meta for m in apps.get_models() if m._meta.db_table == table)  # noqa: SLF001 - documented
    given = columns.split()
    rest = [f for f in meta.concrete_fields if f.column not in given and not f.primary_key]
    fixed = tuple(json.dumps(v) if isinstance(v := f.get_default(), dict | list) else v for f in rest)
    names = ", ".join([*given, *(f.column for f in rest)])
    with connection.cursor() as cursor:
        has_id = meta.pk.column == "id"
        if has_id:
            cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")
        first = cursor.fetchone()[0] if has_id else 0
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row + fixed)
        return first


@cache
def _edition(code: str, place: str) -> tuple[int, list[tuple[str, str, list[str], list[str]]]]:
    """The edition in force, and for each variant and kind of unit that may lead it: the way of a case, and answers."""
    from tongchou.applications.steps import way
    from tongchou.orgs.models import Jurisdiction
    from tongchou.programmes.models import Task
    from tongchou.programmes.queries import edition_for

    edition = edition_for(Task.objects.get(code=code), Jurisdiction.objects.get(code=place).path)
    pack, found = edition.pack, []
    for variant in pack.variants:
        for kind in {"secondary_school", "vocational_college", "enterprise", "government"} & set(
            variant.leads
        ):
            codes = [s.code for s in way(pack, kind) if s.code != "declare"]
            found.append((variant.code, kind, codes, _answers(pack, variant.code, kind)))
    return edition.pk, sorted(found, key=lambda row: row[:2])


def _answers(pack: Any, variant: str, kind: str) -> list[str]:
    """Invented answers as JSON without the opening brace: every number and text is another, long ones as long as usual."""
    from tongchou.forms.schema import sections_for

    random = Random(f"{pack.name}{variant}{kind}")
    fields = [
        f for section in sections_for(pack.form, variant) for f in section.fields if f.code != "project_name"
    ]
    made = []
    for _ in range(ANSWERS // 10):
        answers = {f.code: VALUES[f.type](f, random) for f in fields if f.type in VALUES}
        made.append(json.dumps(answers, ensure_ascii=False)[1:])
    return made


def _text(most: int) -> Callable[[Any, Random], str]:
    return lambda _field, random: "建设内容与成效" * (random.randint(1, most) // 7 + 1)


VALUES: dict[str, Callable[[Any, Random], Any]] = {
    "text": _text(20),
    "longtext": _text(400),
    "integer": lambda _field, random: random.randint(1, 5000),
    "money": lambda _field, random: random.randint(1, 10**9),
    "percent": lambda _field, random: random.randint(0, 1000) / 10,
    "number": lambda _field, random: random.randint(0, 1000) / 10,
    "yesno": lambda _field, random: random.random() < 0.5,
    "date": lambda _field, random: f"2026-0{random.randint(1, 9)}-15",
    "choice": lambda field, random: random.choice(field.choices).value if field.choices else "",
}


def finish(nation: Nation) -> None:
    """What a round leaves besides: ranks, experts' duties, accounts of quotas."""
    from django.db import connection

    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Quota
    from tongchou.reviews.models import QuotaAccount

    city, province = nation.authorities[CITY], nation.authorities[HOME]
    with connection.cursor() as cursor:
        for authority, path in ((city, f"000000/{HOME}/{CITY}/"), (province, f"000000/{HOME}/")):
            cursor.execute(
                "INSERT INTO reviews_rank (application_id, authority_id, step, number) "
                "SELECT id, %s, step, row_number() OVER (ORDER BY id) FROM applications_application "
                "WHERE state = 'in_review' AND scope_path LIKE %s LIMIT %s",
                [authority, f"{path}%", RANKED],
            )
    holders = list(Authority.objects.filter(department="education").select_related("place"))
    QuotaAccount.objects.bulk_create(
        QuotaAccount(quota=quota, authority=holder, line="全部", limit=10, given=10, taken=3)
        for quota in Quota.objects.filter(current=True).select_related("place")
        for holder in holders
        if holder.place.level == quota.holder and holder.place.path.startswith(quota.place.path)
    )
