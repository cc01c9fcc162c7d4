"""A blind step: nothing an expert can reach says who declares, nothing a unit can reach says who scores."""

import io
import re
from urllib.parse import unquote

import pikepdf
import pypdfium2
import pytest
import typst
from django.urls import reverse

from tests import factory as f
from tongchou.applications.evidence import attach
from tongchou.designations import actions as designations
from tongchou.documents import typesetting
from tongchou.outbox.models import Message
from tongchou.reviews import duties

SCHOOL, PARTNER = "春城示范职业学校", "春城精工有限公司"
JUDGES = ("评委甲某", "评委乙某")


def named_pdf(name: str) -> bytes:
    """A PDF with ``name`` in its text, its properties and its bookmarks."""
    words = f'#set document(title: "{name}方案", author: "{name}")\n= {name}建设方案\n由{name}编制。\n#pagebreak()\n第二页。'
    made = typst.Compiler(words.encode(), font_paths=typesetting._fonts()).compile(format="pdf")
    assert name in pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    return made


def said(response) -> str:
    """Everything a response tells: headers, text, and of a PDF its text, properties, bookmarks and annotations."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    told = unquote(" ".join(f"{key}: {value}" for key, value in response.headers.items()))
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as opened:
            told += " ".join(map(str, opened.docinfo.values())) + str(opened.Root.get("/Outlines", ""))
        with pypdfium2.PdfDocument(content) as pages:
            told += "".join(page.get_textpage().get_text_range() for page in pages)
    return told + content.decode(errors="ignore") + content.decode("utf-16-be", errors="ignore")


def reached(seen, person, start, inside) -> dict[str, str]:
    """What ``person`` gets from every address that ``start`` leads to, of those that begin with ``inside``."""
    waiting, found = list(start), {}
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        response = seen(person, address)
        found[address] = said(response)
        if response.status_code == 200 and "html" in response["Content-Type"]:
            links = re.findall(r'(?:href|src|data-src)="([^"#]+)', found[address])
            waiting += [link.replace("&amp;", "&") for link in links if link.startswith(inside)]
    assert len(found) < 200
    return found


@pytest.fixture
def scored(world):
    """A case whose name, answers and files say who declares, assigned to two experts at a step that is blind."""
    school = f.unit(name=SCHOOL)
    partners = [{"uscc": f.uscc(81, "91"), "name": PARTNER, "kind": "enterprise", "duty": "共建"}]
    case = f.filled(school, project_name=f"{SCHOOL}资源库", partners=partners)
    by = f.leader(school)
    slot = case.evidence.order_by("pk").first().field
    attach(case, by=by, field=slot, upload=named_pdf(SCHOOL), name=f"{SCHOOL}方案.pdf")
    designations.submit(f.fresh(case), by=by)
    case = f.fresh(case)
    while case.step != "province-designate":
        f.advance(case)
        case = f.fresh(case)
    steps = [s.model_copy(update={"blind": s.kind == "score"}) for s in case.edition.pack.steps]
    with f.pack_with(case, steps=steps):
        judges = []
        for name in JUDGES:
            judge = f.expert()
            judge.name = name
            judge.save()
            duties.assign(case, expert=judge, by=f.officer(f.PROVINCE))
            judges.append(judge)
        yield case, judges


def test_nothing_an_expert_can_reach_says_who_declares(seen, scored):
    case, (judge, _other) = scored
    answers = case.revisions.get().answers
    secret = {
        SCHOOL,
        PARTNER,
        case.unit.uscc,
        case.number,
        "长春",
        f"{SCHOOL}方案",
        answers["leader_name"],
        answers["leader_phone"],
    }
    secret |= {row["name"] for row in answers["team"]} | {case.unit.school_code} - {""}
    start = [
        reverse("expert:duties"),
        "/me/messages/",
        *Message.objects.filter(to=judge).values_list("link", flat=True),
    ]
    found = reached(seen, judge, start, ("/expert/", "/files/", "/me/messages/"))
    assert any(address.endswith("form.pdf") for address in found)
    files = [address for address in found if address.startswith("/files/")]
    assert files
    assert any("第二页" in found[address] for address in files)  # the copy keeps the rest
    assert any("■■■资源库" in text for text in found.values())
    for address, text in found.items():
        if address == reverse("expert:me"):
            continue  # its list of places is that of the whole country
        told = {word for word in secret if word in text}
        assert not told, (address, told)
    page = reverse("evidence_page", args=[case.evidence.order_by("pk").last().pk, 1])
    assert seen(judge, page).status_code == 404
    for message in Message.objects.filter(to=judge):
        assert not any(word in message.subject + message.body for word in secret)


def test_nothing_a_unit_or_a_lower_level_can_reach_says_who_scores(seen, scored):
    case, judges = scored
    for judge in judges:
        duties.score(
            case.assignments.get(expert=judge), by=judge, marks=f.marks(case, 8), comment="意见", submit=True
        )
    designations.designate(f.fresh(case), by=f.officer(f.PROVINCE))
    leader = f.leader(case.unit)
    own = reached(
        seen, leader, [reverse("unit:workbench"), reverse("unit:applications"), "/me/messages/"],
        (f"/unit/applications/{case.pk}", "/unit/applications/?", "/files/", "/me/messages/"),
    )  # fmt: skip
    city = reached(
        seen, f.officer(f.CITY), [reverse("authority:all"), reverse("authority:case", args=[case.pk])],
        (f"/authority/cases/{case.pk}", "/authority/cases/all/?file", "/files/"),
    )  # fmt: skip
    assert any(SCHOOL in text for text in own.values()), list(own)
    assert any(SCHOOL in text for text in city.values()), list(city)
    for address, text in (own | city).items():
        assert not any(name in text for name in JUDGES), address
    for message in Message.objects.filter(to=leader):
        assert not any(name in message.subject + message.body for name in JUDGES)
