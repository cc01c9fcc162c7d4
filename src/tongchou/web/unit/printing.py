"""The declaration on paper: the draft to be stamped, and either as a Word file."""

from __future__ import annotations

from django.http import HttpResponse

from tongchou.applications.models import Application
from tongchou.applications.queries import latest_revision
from tongchou.documents import pdf
from tongchou.documents import word as word_documents
from tongchou.documents.forms import application_form, draft_form
from tongchou.web.files import WORD, send_made
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads

S = Application.State


def _form(application: Application) -> dict[str, object]:
    """What is with the unit as it stands; what was submitted as it was."""
    revision = latest_revision(application)
    if application.state in {S.DRAFT, S.RETURNED, S.ABANDONED} or revision is None:
        return draft_form(application)
    return application_form(revision)


@screen
def draft_pdf(request: Request, pk: int) -> HttpResponse:
    """The form of exactly what stands there now, with its version code on every page."""
    application = reads.own_application(request, pk)
    form = _form(application)
    return send_made(pdf.application_form(form), f"{form['version_code']}.pdf")


@screen
def word(request: Request, pk: int) -> HttpResponse:
    """The same as Word, to be passed round inside the unit."""
    application = reads.own_application(request, pk)
    form = _form(application)
    return send_made(word_documents.application_form(form), f"{form['version_code']}.docx", WORD)
