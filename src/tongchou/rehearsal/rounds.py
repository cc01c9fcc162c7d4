"""One task's whole round."""

from __future__ import annotations

from tongchou.applications.steps import aside
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Round, Task
from tongchou.programmes.queries import edition_for
from tongchou.rehearsal.calendar import days
from tongchou.rehearsal.declaring import declare
from tongchou.rehearsal.play import Play
from tongchou.rehearsal.reviewing import city_step, designate, recommend_upward, score


def play_round(play: Play, task: Task, round_: Round, units: list[Unit], *, share: float) -> None:
    """One task's whole round, from drafts to the national list."""
    when = days(task, play.place, round_)
    levels = {step.level for step in edition_for(task, play.place.path).pack.steps}
    declare(play, task, round_, units, when, share=share)
    if "city" in levels:
        city_step(play, task, round_, when)
    pack = edition_for(task, play.place.path).pack
    off = aside(pack)
    order = [s for s in pack.steps if s.level in {"province", "nation"}]
    for step in order:
        decider = play.province if step.level == "province" else play.nation
        if step.code in off:  # what the step before it declined
            if step.kind == "recommend":
                recommend_upward(play, decider, task, round_, when.aside, share=0.8)
            else:
                designate(play, decider, task, round_, when.aside, share=0.8)
        elif step.kind == "score":
            score(play, decider, task, round_, when.score if step.level == "province" else when.nation)
        elif step.kind == "recommend":
            on, share = (when.recommend, 0.4) if step.level == "province" else (when.nation, 0.6)
            recommend_upward(play, decider, task, round_, on, share=share)
        elif step.kind == "designate" and step.level == "province":
            designate(play, play.province, task, round_, when.designate, share=0.8)
        elif step.kind == "designate":
            designate(play, play.nation, task, round_, when.nation, share=0.6)
