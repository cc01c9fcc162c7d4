"""Fills a declaration as a person does: each input of each field by hand, section by section, kept by the page's autosave.

What is typed are answers that pass the task's checks, invented from the form's definition. So one walk serves every task.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.factory import fresh
from tongchou.applications.queries import target_years
from tongchou.orgs.queries import unit_facts
from tongchou.rehearsal.answers import Filler
from tongchou.rehearsal.sample import evidence_pdf
from tongchou.web.fields import FieldView, Input, section_views
from tongchou.web.unit.reads import Look, look, sections_for

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.e2e.stage import Seat
    from tongchou.applications.models import Application

PROOF = "佐证材料（演练）.pdf"


def passing(case: Application, project: str) -> tuple[dict[str, Any], list[str]]:
    """Answers that pass the task's checks, and the slots that want a file."""
    pack, years = case.edition.pack, list(target_years(case.round))
    filler = Filler(pack, case.variant, unit_facts(case.unit), years, Random(7))
    filled = filler.fill(project=project, given=case.draft.answers)
    required = {f.code for s in pack.form for f in s.fields if f.type == "files" and f.required}
    answers = filled.answers
    if "existing_national" in answers:
        answers["existing_national"] = False  # the usual case, which is exempt from no quota
    return answers, [slot for slot in filled.slots if slot in required]


def views_of(case: Application, answers: dict[str, Any]) -> list[Any]:
    """The sections of the form as they are drawn with ``answers``."""
    pack = case.edition.pack
    return section_views(
        sections_for(pack.form, case.variant),
        answers,
        variant=case.variant,
        indicators=pack.indicators,
        years=target_years(case.round),
    )


def inputs_of(view: FieldView) -> list[Input]:
    cells = [i for row in view.rows for i in row] + [i for _, row in view.grid for i in row]
    return [view.input, *cells] if view.input else cells


def texts_of(section: Any) -> dict[str, list[str]]:
    """What is typed into each input of a section."""
    return {i.name: list(i.picked) or [i.text] for view in section.fields for i in inputs_of(view)}


def fill(seat: Seat, case: Application, project: str, *, shots: bool = False) -> dict[str, Any]:
    """Fill the case that is open at its first section, and stop at the check page; what was asked for and so answered.

    On its way it holds that each section asks exactly the fields of the case's variant, that conditional fields show and
    hide, that computed ones come back from the server, and that the draft is what was typed before the page is left.
    """
    answers, slots = passing(case, project)
    given, views, proof = dict(case.draft.answers), views_of(case, answers), evidence_pdf()
    done = look(case, answers)
    for number, section in enumerate(views):
        seat.sees(section.section.title, within=".tc-fill h2")
        codes = seat.page.locator("form[data-autosave] [data-field]").evaluate_all(
            "fields => fields.map((field) => field.dataset.field)"
        )
        assert codes == [view.code for view in section.fields]
        for view in section.fields:
            box = seat.page.locator(f"[data-field={view.code}]")
            if view.code in done.seen.hidden:
                expect(box).to_be_hidden()
            elif view.field.prefill and given.get(view.code):
                expect(box.locator("input")).to_have_value(view.input.text)
            else:
                expect(box).to_be_visible()
                types(box, view)
            if view.code in slots:
                seat.upload(view.code, proof, PROOF)
        seat.saved()
        holds(case, section, done)
        for view in section.fields:
            if view.kind == "computed":
                expect(seat.page.locator(f"[data-computed={view.code}]")).to_have_text(
                    done.computed_texts()[view.code]
                )
        if shots:
            seat.shot(f"centre-{section.section.code}", phone=True)
        if number + 1 < len(views):
            seat._go(seat.page.locator(".tc-sections a").nth(number + 1))
    seat.press("保存并检查")
    return {code: value for code, value in answers.items() if code not in done.seen.hidden}


def types(box: Locator, view: FieldView) -> None:
    """One field: rows come by their button, each input is typed, chosen or ticked."""
    rows = box.locator("[data-rows] > tr")
    while view.rows and rows.count() < len(view.rows):
        box.locator("[data-add-row]").click()
    for i in inputs_of(view):
        put(box.locator(f"[name='{i.name}']:not([type=hidden])"), i)


def put(place: Locator, i: Input) -> None:
    if i.field.type == "multichoice":
        for tick in place.all():
            tick.set_checked(tick.get_attribute("value") in i.picked)
    elif i.field.type == "choice" or (i.field.type == "yesno" and i.label):
        place.select_option(i.text)
    elif i.field.type == "yesno":
        place.and_(place.page.locator(f"[value='{i.text}']")).check()
    else:
        place.fill(i.text)


def holds(case: Application, section: Any, done: Look) -> None:
    """The draft holds what was typed into the section."""
    kept = fresh(case).draft.answers
    for view in section.fields:
        if view.kind not in {"files", "computed"} and view.code not in done.seen.hidden:
            assert kept.get(view.code) == done.answers[view.code], view.code
