"""What screens of every kind of user show of a case: its step line, its names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext

from tongchou.applications.models import Application
from tongchou.applications.steps import declining, line
from tongchou.programmes.pack_format import TaskPack

Mark = Literal["done", "here", "ahead", "stopped"]


@dataclass(frozen=True)
class StepMark:
    """One step of the line."""

    name: str
    mark: Mark
    note: str = ""


def variant_name(pack: TaskPack, code: str) -> str:
    """The name of a variant; empty for the single variant ``main``."""
    return next((v.name for v in pack.variants if v.code == code and v.code != "main"), "")


def step_name(pack: TaskPack, code: str) -> str:
    return next((s.name for s in pack.steps if s.code == code), code)


def step_marks(application: Application) -> list[StepMark]:
    """The steps of a case, in order, with where it stands. Reads ``edition`` and ``unit``: select them with the case.

    Experts score what waits at the step behind theirs: both are under way.
    """
    pack = application.edition.pack
    steps = line(pack, application.unit.kind, application.step)
    codes = [s.code for s in steps]
    at = codes.index(application.step) if application.step in codes else 0
    concluded = application.state == Application.State.CONCLUDED
    marks = []
    for i, step in enumerate(steps):
        mark: Mark = "done" if i < at or (concluded and i == at) else "here" if i == at else "ahead"
        note = gettext(declining(pack, step.code)) if step.on_decline in codes else ""
        if i == at - 1 and step.kind == "score" and application.state == Application.State.IN_REVIEW:
            mark = "here"
        if i == at and application.state in {Application.State.DECLINED, Application.State.RETURNED}:
            mark = "stopped"
            note = gettext(application.get_state_display())
        marks.append(StepMark(step.name, mark, note))
    return marks
