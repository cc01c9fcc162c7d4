"""The schemes of evaluation that packs describe: which hold where, who concludes them, and who marks whom by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongchou.monitoring import grading
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task, TaskEdition

if TYPE_CHECKING:
    from tongchou.monitoring.evaluation_models import Evaluation
    from tongchou.orgs.models import Authority
    from tongchou.programmes.evaluation_format import Evaluation as Scheme
    from tongchou.programmes.evaluation_format import Grade
    from tongchou.programmes.pack_format import Rubric


@dataclass(frozen=True, slots=True)
class Offered:
    """A scheme that holds where an authority stands: the edition that says so, whose projects, who concludes it."""

    edition: TaskEdition
    scheme: Scheme
    task: Task
    level: str

    @property
    def variants(self) -> list[str]:
        """The variants of project it is about; none: all. Of another task the scheme names its own kinds, not theirs."""
        return [] if self.scheme.of else self.scheme.variants


def offered(authority: Authority) -> list[Offered]:
    """Every scheme that holds where ``authority`` stands, by task (two queries, and packs once a process).

    A scheme is concluded by the highest level among its shares; one without shares by whoever's pack sets it.
    """
    codes = authority.place.path.strip("/").split("/")
    rows = TaskEdition.objects.filter(current=True, place_id__in=codes).select_related("task", "place")
    by_task: dict[int, list[TaskEdition]] = {}
    for edition in sorted(rows, key=lambda e: len(e.place.path)):
        by_task.setdefault(edition.task_id, []).append(edition)
    tasks = {(task.programme_id, task.code): task for task in Task.objects.select_related("programme")}
    found = []
    for editions in by_task.values():
        deepest = editions[-1]
        for scheme in deepest.pack.evaluations:
            home = next(e for e in editions if any(s.code == scheme.code for s in e.pack.evaluations))
            task = tasks[deepest.task.programme_id, scheme.of or deepest.task.code]
            found.append(Offered(deepest, scheme, task, concluding_level(scheme, home.place.level)))
    return sorted(found, key=lambda o: (o.task.number, o.edition.task.number))


def concluding_level(scheme: Scheme, home: str) -> str:
    """The level whose authority concludes; ``home``: the level of the place whose pack sets the scheme."""
    shared = {share.level for share in scheme.shares} - {"unit"}
    return max(shared, key=grading.ORDER.index) if shared else home


def scheme_of(evaluation: Evaluation) -> Scheme:
    """The scheme by which an evaluation is held, as it stood when it was opened."""
    return next(s for s in evaluation.edition.pack.evaluations if s.code == evaluation.code)


def rubric_of(evaluation: Evaluation) -> Rubric | None:
    """The rubric by which every level marks, where the scheme names one."""
    wanted = scheme_of(evaluation).rubric
    return next((r for r in evaluation.edition.pack.rubrics if r.code == wanted), None)


def grade_named(scheme: Scheme, code: str) -> Grade | None:
    return next((grade for grade in scheme.grades if grade.code == code), None)


def levels_above(paths: Iterable[str]) -> dict[str, list[str]]:
    """The levels of the places on each path: a college that answers to its province has no city (one query)."""
    wanted = set(paths)
    codes = {code for path in wanted for code in path.strip("/").split("/")}
    levels = dict(Jurisdiction.objects.filter(code__in=codes).values_list("code", "level"))
    return {path: [levels[code] for code in path.strip("/").split("/") if code in levels] for path in wanted}


def markers(evaluation: Evaluation, above: Mapping[str, list[str]], path: str) -> list[str]:
    """The levels that mark a project under ``path``, lowest first (see ``grading.weights``)."""
    scheme = scheme_of(evaluation)
    return list(grading.weights(scheme, above[path], concludes=evaluation.authority.place.level))


def asks_self(scheme: Scheme) -> bool:
    """Whether units evaluate themselves first: always, but for a spot check in which they have no share."""
    return scheme.kind != "spot" or any(share.level == "unit" for share in scheme.shares)
