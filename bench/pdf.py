"""PDFs of a declaration form from the database, against bare typst with the same data at hand."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from bench import wide
from bench.house import house, machine, say


def measure(cases: int = 40) -> dict[str, Any]:
    """Every form is made once, half of them on each side: typst remembers what it has laid out before."""
    with house() as home:
        say("Making submitted cases")
        wide.people_and_cases(1, home.home / "pack", each=cases + 2)
        from tongchou.applications.models import Application, Revision
        from tongchou.designations import actions as designations
        from tongchou.documents import forms, pdf, typesetting
        from tongchou.orgs.queries import people_of

        for case in Application.objects.select_related("unit"):
            designations.submit(case, by=people_of(case.unit).first())
        home.ready()
        first, second, *revisions = Revision.objects.order_by("pk")
        for revision in (first, second):  # fonts and template are read
            size = len(pdf.application_form(forms.application_form(revision)))
        full = bare = 0.0
        for one, other in zip(revisions[::2], revisions[1::2], strict=True):
            data = pdf.marked(forms.application_form(other), 20)
            began = time.process_time()
            pdf.application_form(forms.application_form(one))
            middle = time.process_time()
            typesetting.render("application", data, on=date.fromisoformat(data["date"]))
            full += middle - began
            bare += time.process_time() - middle
    made = len(revisions) // 2
    return {
        "settings": {**machine(), "fields": wide.FIELDS, "documents": made, "bytes": size},
        "goal": 0.8,
        "full_per_cpu_second": round(made / full, 2),
        "bare_per_cpu_second": round(made / bare, 2),
        "ratio": round(bare / full, 3),
    }
