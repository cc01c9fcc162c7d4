"""The small pack loaded into a database, so that what a pack says is seen in what the actions do.

``overlay_task`` and its overlay are left out unless a test puts its own there: the national way then holds in Jilin too.
"""

from contextlib import contextmanager
from datetime import date

from tests.factory import filled, fresh, leader, officer, submitted, unit
from tests.programmes.small_pack import CITE
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.programmes.actions import load_pack

DAY = date(2023, 8, 10)
TASK = "tasks/01-centre/task.yaml"
LAID = "overlays/220000/tasks/centre.yaml"
CENTRE = "centre"


@contextmanager
def playing(pack, on: date = DAY):
    """Load the pack and set the clock inside its declaring window."""
    with clock.at(on):
        load_pack(pack.write())
        yield


def national(pack):
    """The pack without the place's own order of steps and quotas."""
    pack.overlay_task = {"code": CENTRE}
    return pack


def step(code: str, kind: str = "recommend", level: str = "province", **more) -> dict:
    return {"code": code, "name": code, "kind": kind, "level": level, "cite": CITE, **more}


def quota(code: str = "q", **more) -> dict:
    """A quota of the province's recommending, one for the province unless told otherwise."""
    return {
        "code": code,
        "name": f"限额 {code}",
        "step": "recommend",
        "holder": "province",
        "rounds": ["2023"],
        "holders": [{"name": "各省", "limit": 1}],
        "cite": CITE,
        **more,
    }


def school(code: str = "220100", kind: str = "secondary_school", **more):
    return unit(kind, code, **more)


def declared(of=None, **given):
    """A submitted case of the small pack."""
    return submitted(of or school(), code=CENTRE, variant="school", **given)


def ready(of=None, **given):
    """A case that only waits to be submitted."""
    return filled(of or school(), code=CENTRE, variant="school", **given)


def send(case):
    designations.submit(case, by=leader(case.unit))
    return fresh(case)


def recommend(case, code: str = "220000"):
    designations.recommend(case, by=officer(code))
    return fresh(case)
