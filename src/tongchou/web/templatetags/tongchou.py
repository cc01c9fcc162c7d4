"""The components of our screens. See the note in ``web/README.md``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.db.models import Model
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tongchou.core import clock
from tongchou.core.access import Denied, Refused
from tongchou.core.files import NAMES
from tongchou.outbox.models import Message
from tongchou.programmes.models import Document
from tongchou.web import markdown as md
from tongchou.web import menu as menu_table
from tongchou.web import show
from tongchou.web.cases import StepMark, step_marks

register = template.Library()

# ------------------------------------------------------------------ filters

register.filter("thousands", show.thousands)
register.filter("wan", show.wan)
register.filter("pct", show.percent)
register.filter("day", show.day)
register.filter("moment", show.moment)
register.filter("left", show.left)
register.filter("size", show.size)
register.filter("markdown", md.render)


@register.filter
def last_day(closes_at: datetime | None) -> str:
    """The last day that counts of a half-open window."""
    return show.day(clock.last_day(closes_at)) if closes_at else ""


@register.filter
def tr(text: object) -> str:
    """Translate a word that comes from a model or the menu (its msgid is Chinese)."""
    return gettext(str(text)) if text else ""


@register.filter
def in_full(place: Any) -> str:
    """A place with the one above it, since many districts share a name: 长春市朝阳区."""
    above = place.parent
    return f"{above.name}{place.name}" if above and above.parent_id else str(place.name)


@register.filter
def named(thing: Any) -> str:
    """The name of a task, programme, tag or variant in the reader's language, as far as it has one."""
    english = getattr(thing, "name_en", None) if show.english() else None
    return str(english or thing.name)


@register.filter
def get(mapping: Mapping[str, Any] | None, key: str) -> Any:
    """The value of ``key``, or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def told(denied: Denied) -> str:
    """Why something may not be done, and what to do, where there is no room for a notice."""
    return "\u3000".join(filter(None, [denied.reason, denied.remedy]))


# ------------------------------------------------------------------ the frame


@register.simple_tag(takes_context=True)
def menu(context: Context) -> list[Any]:
    return menu_table.menu_for(context["request"])


@register.simple_tag(takes_context=True)
def unread(context: Context) -> int:
    """How many messages wait in the inbox."""
    user = context["request"].user
    return Message.objects.filter(to=user, read_at=None).count() if user.is_authenticated else 0


@register.inclusion_tag("tongchou/parts/crumb.html")
def crumb(label: str, url: str = "") -> dict[str, str]:
    """One part of the breadcrumb; the last has no address."""
    return {"label": label, "url": url}


# ------------------------------------------------------------------ small marks

# Colour says only how a state stands; the word says what it is.
TONES = {
    "draft": "quiet", "due": "wait", "registered": "wait", "merged": "quiet", "approved": "good", "in_review": "wait", "submitted": "wait",
    "returned": "warn", "correcting": "warn", "asked": "wait", "dropped": "quiet", "refused": "bad", "declined": "bad", "revoked": "bad",
    "scoring": "wait", "accepted": "good", "matched": "good", "mismatched": "bad", "illegible": "warn", "requested": "wait", "granted": "good", "abandoned": "quiet",
    "faulty": "bad", "checked": "wait", "scheduled": "wait", "in_force": "good", "withdrawn": "warn",
    "waiting": "wait", "running": "wait", "done": "good", "failed": "bad",
    "concluded": "good", "verified": "good", "confirmed": "good",
    "receiving": "wait", "finishing": "wait", "checking": "wait", "infected": "bad",
    "open": "wait", "ended": "good", "taken": "wait", "upheld": "bad", "dismissed": "good", "unverified": "quiet",
}  # fmt: skip


@register.inclusion_tag("tongchou/parts/badge.html")
def badge(thing: Any, label: str = "", tone: str = "") -> dict[str, str]:
    """A state badge: of a model with ``state``, or of a bare word with its label and tone."""
    if isinstance(thing, Model):
        state = str(thing.state)  # type: ignore[attr-defined]
        label = label or gettext(thing.get_state_display())  # type: ignore[attr-defined]
    else:
        state = str(thing)
        label = gettext(label or state)
    return {"label": label, "tone": tone or TONES.get(state, "quiet")}


@register.inclusion_tag("tongchou/parts/badge.html")
def due(last: date | datetime | None) -> dict[str, str]:
    """How long is left until ``last`` (a day that still counts, or the end of a window)."""
    days = show.days_left(last)
    tone = "quiet" if days is None or days > 14 else "wait" if days > 3 else "warn" if days >= 0 else "bad"
    return {"label": show.left(last), "tone": tone}


def _documents(request: HttpRequest | None) -> dict[str, Document]:
    """Every citable document by code, read once a request."""
    if request is None:
        return {d.code: d for d in Document.objects.all()}
    if not hasattr(request, "cited_documents"):
        request.cited_documents = {d.code: d for d in Document.objects.all()}  # type: ignore[attr-defined]
    return request.cited_documents  # type: ignore[attr-defined]


@register.simple_tag(takes_context=True)
def guide(context: Context, text: str) -> SafeString:
    """A guide's text, where it cites a document by its code, names the document and leads to it."""
    documents = _documents(context.get("request"))
    codes = "|".join(re.escape(code) for code in sorted(documents, key=len, reverse=True))

    def named_link(found: re.Match[str]) -> str:
        document = documents[found[1]]
        name = document.number or document.title.partition("：")[0]
        return f"[{name} {found[2]}]({reverse('public:documents')}#{found[1]})"

    return md.render(re.sub(rf"\b({codes}) ([^\s（），。；、|]+)", named_link, text) if codes else text)


@register.inclusion_tag("tongchou/parts/cite.html", takes_context=True)
def cite(context: Context, cites: str | Sequence[str] | None) -> dict[str, Any]:
    """The clause chips of a rule (its clauses, or a text that joins them): document and clause, leading to the document."""
    if not cites:
        return {"chips": []}
    documents = _documents(context.get("request"))
    chips = []
    for one in filter(None, cites.split("；")) if isinstance(cites, str) else cites:
        code, _space, clause = one.partition(" ")
        document = documents.get(code)
        if document is None:
            chips.append({"short": one, "clause": "", "title": one, "code": ""})
            continue
        short = document.number or (
            document.title if len(document.title) <= 18 else document.title[:17] + "…"
        )
        chips.append(
            {"short": short, "clause": clause, "title": f"{document.title} {document.number}", "code": code}
        )
    return {"chips": chips}


@register.inclusion_tag("tongchou/parts/refusal.html", takes_context=True)
def refusal(context: Context, refused: Refused | Denied | None) -> dict[str, Any]:
    """The notice of a refusal: reason, clause, remedy, remarks by field."""
    denied = refused.denied if isinstance(refused, Refused) else refused
    if not isinstance(denied, Denied):  # nothing was refused, or the page is not one of ours
        return {}
    cites = [clause for clause in denied.clause.split("；") if clause]
    fields = refused.fields if isinstance(refused, Refused) else {}
    return {"denied": denied, "fields": fields, "cites": cites, "request": context.get("request")}


# ------------------------------------------------------------------ drawings


@register.inclusion_tag("tongchou/parts/steps.html")
def step_line(of: Any) -> dict[str, Iterable[StepMark]]:
    """The step line of a case (an Application, or StepMarks made elsewhere)."""
    return {"steps": step_marks(of) if isinstance(of, Model) else of}  # type: ignore[arg-type]


@register.inclusion_tag("tongchou/parts/quota.html")
def quota_bar(taken: int, limit: int | None, minimum: int | None = None, exempt: int = 0) -> dict[str, Any]:
    """A quota as used and left, with its minimum marked."""
    whole = max(limit if limit is not None else max(taken, minimum or 0, 1), 1)
    return {
        "taken": taken,
        "limit": limit,
        "minimum": minimum,
        "exempt": exempt,
        "left": None if limit is None else max(limit - taken, 0),
        "short": max((minimum or 0) - taken, 0),
        "used": f"{min(100, 100 * taken / whole):.4g}",
        "mark": f"{min(100, 100 * minimum / whole):.4g}" if minimum else "",
        "full": limit is not None and taken >= limit,
    }


@register.inclusion_tag("tongchou/parts/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, Any]:
    """So much of so much."""
    return {"done": done, "total": total, "label": label, "full": bool(total) and done >= total}


# ------------------------------------------------------------------ blocks


@register.inclusion_tag("tongchou/parts/table.html", takes_context=True)
def table(context: Context, table: Any) -> dict[str, Any]:
    """A ``web.tables.Table`` with its paging."""
    return {"table": table, "request": context.get("request")}


@register.inclusion_tag("tongchou/parts/paging.html", takes_context=True)
def paging(context: Context, page: Any) -> dict[str, Any]:
    return {"page": page}


@register.inclusion_tag("tongchou/parts/filters.html")
def filter_bar(filters: Any) -> dict[str, Any]:
    """A ``web.filters.Filters`` as a form that reads the address."""
    return {"filters": filters}


@register.inclusion_tag("tongchou/parts/saved_views.html")
def saved_views(views: Any) -> dict[str, Any]:
    """The views a person keeps of a list (``web.saved_views.Views``) as chips, with keeping and dropping."""
    return {"views": views}


@register.inclusion_tag("tongchou/parts/empty.html")
def empty(title: str, hint: str = "", url: str = "", action: str = "") -> dict[str, str]:
    """Nothing here, and what to do."""
    return {"title": title, "hint": hint, "url": url, "action": action}


@register.inclusion_tag("tongchou/parts/timeline.html")
def timeline(items: Iterable[Any]) -> dict[str, Any]:
    """``web.parts.Event``s, newest first."""
    return {"items": items}


@register.inclusion_tag("tongchou/parts/kv.html")
def kv(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A key-value list. A value that is a safe string is shown as it is."""
    return {"pairs": [(key, value) for key, value in pairs if value not in {None, ""}]}


@register.inclusion_tag("tongchou/parts/formfield.html")
def formfield(field: Any) -> dict[str, Any]:
    """A field of a Django form: label, required mark, help, error."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "") or type(widget).__name__.lower()
    css = {"checkbox": "form-check-input", "radio": "", "select": "form-select"}.get(kind, "form-control")
    if "multiple" in type(widget).__name__.lower() or type(widget).__name__ == "RadioSelect":
        css = "form-check-input"
    described = " ".join(
        ([f"{field.auto_id}-help"] if field.help_text else [])
        + ([f"{field.auto_id}-error"] if field.errors else [])
    )
    attrs = {"class": css + (" is-invalid" if field.errors else "")}
    if described:
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
    many = type(widget).__name__ in {"CheckboxSelectMultiple", "RadioSelect"}
    if many:
        widget.attrs["class"] = css  # the template draws its options one by one
    return {
        "field": field,
        "widget": SafeString("") if many else field.as_widget(attrs=attrs),
        "many": many,
        "kind": kind,
        "single_box": kind == "checkbox" and not many,
    }


# ------------------------------------------------------------------ forms of a pack


@register.inclusion_tag("tongchou/parts/answers.html", takes_context=True)
def answers(context: Context, sections: Iterable[Any]) -> dict[str, Any]:
    """The answers of a form, to be read: ``web.fields.section_views``."""
    return {"sections": sections, "request": context.get("request")}


@register.filter
def kinds(accepted: Sequence[str]) -> str:
    """The kinds of file that a slot takes, in words."""
    return gettext("、").join(gettext(NAMES[kind]) for kind in accepted)


@register.inclusion_tag("tongchou/parts/pack_field.html", takes_context=True)
def pack_field(context: Context, view: Any) -> dict[str, Any]:
    """One field of a pack's form, to be filled: ``web.fields.FieldView``."""
    return {"f": view, "request": context.get("request"), "application": context.get("application")}
