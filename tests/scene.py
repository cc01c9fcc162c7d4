"""A small world for the tests of monitoring, insight and documents: places, the real pack, people, designated projects.

Places, authorities and the pack come through the real loader; cases are written as rows, because how a case came to be
designated is tested elsewhere.
"""

import io
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pikepdf

from tongchou.applications.models import Application, Draft, Revision
from tongchou.core import clock
from tongchou.designations.models import Designation
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit
from tongchou.programmes import actions as programme_actions
from tongchou.programmes.models import Programme, Round, Task
from tongchou.programmes.queries import edition_for

PACK = Path(__file__).parents[1] / "packs" / "key-tasks-2023"
_NUMBERS = count(1)

PLACES = [
    ("000000", "全国", "nation", None),
    ("220000", "吉林省", "province", "000000"),
    ("140000", "山西省", "province", "000000"),
    ("220100", "长春市", "city", "220000"),
    ("220102", "南关区", "county", "220100"),
    ("220200", "吉林市", "city", "220000"),
    ("220300", "四平市", "city", "220000"),
    ("220400", "辽源市", "city", "220000"),
    ("220500", "通化市", "city", "220000"),
    ("220581", "梅河口市", "city", "220000"),
    ("220600", "白山市", "city", "220000"),
    ("220700", "松原市", "city", "220000"),
    ("220800", "白城市", "city", "220000"),
    ("222400", "延边州", "city", "220000"),
    ("22A001", "长白山", "city", "220000"),
    ("140100", "太原市", "city", "140000"),
]


def load() -> Programme:
    """The places and the real pack."""
    paths: dict[str | None, str] = {None: ""}
    for code, name, level, parent in PLACES:
        paths[code] = f"{paths[parent]}{code}/"
        place = Jurisdiction.objects.create(
            code=code,
            name=name,
            short_name=name,
            level=level,
            parent_id=parent,
            path=paths[code],
            sort_key=code,
        )
        if level != "county":
            Authority.objects.create(
                place=place, name="教育部" if level == "nation" else f"{name}教育厅（局）"
            )
    with patch.object(programme_actions, "read", _read):
        return programme_actions.load_pack(PACK).programme


_read = cache(programme_actions.read)  # reading the folder takes a second, and each test loads it


def person(*, unit=None, authority=None, role="officer", active=True) -> Person:
    number = next(_NUMBERS)
    made = Person.objects.create(username=f"p{number}", name=f"人员{number}", email=f"p{number}@example.cn")
    if unit or authority:
        Membership.objects.create(person=made, role=role, unit=unit, authority=authority, active=active)
    return made


def officer(place: str) -> Person:
    return person(authority=Authority.objects.get(place_id=place))


def unit(place: str = "220100", kind: str = "vocational_college", name: str = "") -> Unit:
    """Colleges answer to the province, others to their city."""
    number = next(_NUMBERS)
    where = Jurisdiction.objects.get(code=place)
    province = where.path.split("/")[1]
    by = province if kind.startswith("vocational") else where.path.split("/")[2]
    authority = Authority.objects.select_related("place").get(place_id=by)
    return Unit.objects.create(
        uscc=f"{number:018d}",
        name=name or f"第{number}职业学院",
        kind=kind,
        place=where,
        place_path=where.path,
        scope_path=authority.place.path if by == province else where.path,
        authority=authority,
        state="verified",
        registered_at=datetime(2023, 8, 1, tzinfo=UTC),
    )


def project(
    of: Unit,
    *,
    task: str = "practice-centre",
    variant: str = "school",
    levels: tuple[str, ...] = ("province",),
    targets: dict | None = None,
    name: str = "",
    since: date = date(2023, 11, 1),
) -> Application:
    """A submitted case whose project holds ``levels``."""
    number = next(_NUMBERS)
    asked = Task.objects.get(code=task)
    application = Application.objects.create(
        round=Round.objects.get(code="2023"),
        task=asked,
        edition=edition_for(asked, of.place_path),
        variant=variant,
        unit=of,
        place_path=of.place_path,
        scope_path=of.scope_path,
        number=f"T{number:05d}",
        project_name=name or f"示范项目{number}",
        state="concluded",
        step="nation-designate",
        begun_at=datetime(2023, 8, 1, tzinfo=UTC),
        submitted_at=datetime(2023, 9, 1, tzinfo=UTC),
    )
    Draft.objects.create(application=application, saved_at=application.begun_at)
    Revision.objects.create(
        application=application,
        number=1,
        answers={"targets": targets or {}},
        digest="0" * 64,
        submitted_at=application.submitted_at,
        submitted_by=person(),
    )
    for level in levels:
        Designation.objects.create(
            application=application,
            level=level,
            unit=of,
            task=asked,
            place_path=of.place_path,
            scope_path=of.scope_path,
            since=since,
        )
    return application


def pdf(pages: int = 3) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    out = io.BytesIO()
    document.save(out, deterministic_id=True)
    return out.getvalue()


def answers_for(report, **given) -> dict:
    """An answer for every indicator of the report: those given, elsewhere a plain number."""
    made = {}
    for indicator in report.edition.pack.indicators:
        if indicator.variants and report.variant not in indicator.variants:
            continue
        if indicator.code in given:
            made[indicator.code] = given[indicator.code]
        elif indicator.kind == "ratio":
            made[indicator.code] = {"numerator": 8, "denominator": 10}
        elif indicator.kind == "choice":
            made[indicator.code] = {"value": indicator.choices[0].value}
        elif indicator.kind == "text":
            made[indicator.code] = {"value": "已开展"}
        else:
            made[indicator.code] = {"value": min(10, int(indicator.max or 10))}
    return {code: {"note": "按实际统计", **answer} for code, answer in made.items()}


def on(year: int, month: int, day: int):
    return clock.at(date(year, month, day))
