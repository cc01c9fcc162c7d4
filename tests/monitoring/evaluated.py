"""A world for evaluations: projects of task 3 that Jilin designated, and a scheme of the province's own, all of it invented.

``scheme(…)`` lays evaluations on the province's edition for a block; the pack itself stays as it is.
"""

from contextlib import contextmanager
from datetime import date

from tests import scene
from tongchou.designations.models import Designation
from tongchou.monitoring import concluding, evaluating, opening_evaluations, schemes
from tongchou.monitoring.marking import Given
from tongchou.orgs.models import Authority
from tongchou.programmes import models as programme_models
from tongchou.programmes.evaluation_format import Evaluation as Scheme
from tongchou.programmes.models import Task
from tongchou.programmes.queries import edition_for

JILIN = "000000/220000/"
TASK = "practice-centre"
CITE = ["moe-2023-20 三(二) 第2句"]
FOUR = [
    {"code": "excellent", "name": "优秀", "least": 90},
    {"code": "good", "name": "良好", "least": 75},
    {"code": "pass", "name": "合格", "least": 60},
    {"code": "fail", "name": "不合格", "least": 0},
]
HALVES = [
    {"level": "unit", "weight": 50},
    {"level": "city", "weight": 25},
    {"level": "province", "weight": 25},
]
FOLLOWS = [
    {
        "code": "mend",
        "text": "不合格的限期整改",
        "does": "rectify",
        "grades": ["fail"],
        "days": 60,
        "cite": CITE,
    },
    {"code": "out", "text": "不合格的不得再报", "does": "bar", "grades": ["fail"], "cite": CITE},
    {
        "code": "twice",
        "text": "连续两年不合格的撤销",
        "does": "revoke",
        "grades": ["fail"],
        "over": "in_a_row",
        "years": 2,
        "cite": CITE,
    },
    {"code": "false", "text": "材料虚假的撤销", "does": "revoke", "cite": CITE},
]


def yearly(**given) -> Scheme:
    """A yearly scheme of 50, 25 and 25 with four grades, changed by ``given``."""
    return Scheme.model_validate(
        {
            "code": "yearly",
            "name": "年度考核",
            "kind": "yearly",
            "shares": HALVES,
            "grades": FOUR,
            "consequences": FOLLOWS,
            "cite": CITE,
        }
        | given
    )


@contextmanager
def scheme(*evaluations: Scheme, task: str = TASK, **changes):
    """The province's edition of a task with these evaluations, for a block."""
    edition = edition_for(Task.objects.get(code=task), JILIN)
    pack = edition.pack
    programme_models._PACKS[edition.digest] = pack.model_copy(
        update={"evaluations": list(evaluations), **changes}
    )
    try:
        yield
    finally:
        programme_models._PACKS[edition.digest] = pack


def province() -> Authority:
    return Authority.objects.select_related("place").get(place_id="220000")


def project(of=None, *, name="", since=date(2023, 11, 1)):
    """A project that the province designated; of a school under 长春 unless the unit is given."""
    made = scene.project(of or scene.unit(kind="secondary_school"), name=name, since=since)
    Designation.objects.filter(application=made).update(authority=province())
    return made


def offer(code="yearly") -> schemes.Offered:
    return next(o for o in schemes.offered(province()) if o.scheme.code == code)


def opened(year=2024, *, by, code="yearly", **given):
    return opening_evaluations.open_evaluation(
        authority=province(),
        offer=offer(code),
        year=year,
        self_due=given.pop("self_due", date(2100, 1, 1)),
        by=by,
        **given,
    )


def handed_in(assessment, *, by, mark=80.0):
    """The self-evaluation written and handed in."""
    evaluating.save_self(assessment, by=by, text="对照目标逐项自评。", given=Given(mark))
    return evaluating.submit_self(assessment, by=by)


def marked(assessment, level, mark, *, by):
    return evaluating.score_level(assessment, level=level, by=by, given=Given(mark, comment="核实。"))


def concluded(assessment, marks, people):
    """Marked by unit, city and province with ``marks``, and concluded."""
    unit, city, province_mark = marks
    handed_in(assessment, by=people["leader"], mark=unit)
    marked(assessment, "city", city, by=people["city"])
    marked(assessment, "province", province_mark, by=people["province"])
    return concluding.conclude(assessment, by=people["province"])
