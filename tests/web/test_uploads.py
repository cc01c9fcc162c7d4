"""Uploads in pieces over tus, and how what was stored is sent: only to whom it concerns, in parts, never by a guess."""

import io
from base64 import b64encode
from unittest.mock import Mock

import pytest
from django.core.signing import Signer
from django.urls import reverse

from tests.factory import CITY, draft, filled, leader, officer, pdf, submitted, unit
from tongchou.applications.models import Evidence
from tongchou.core import files
from tongchou.core.files import uploads
from tongchou.core.models import StoredFile, Upload

SLOT = "plan_file"
TUS = {"tus-resumable": "1.0.0", "accept": "application/json"}
PIECE = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.FILES = tmp_path


def told(**about: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in about.items())


def begin(client, case, *, size: int, name: str = "方案.pdf", **about: str):
    return client.post(
        reverse("begin_upload", args=[case.pk]),
        headers=TUS
        | {"upload-length": str(size), "upload-metadata": told(filename=name, field=SLOT, **about)},
    )


def piece(client, address: str, content: bytes, *, at: int, **headers: str):
    return client.patch(
        address, content, content_type=PIECE, headers=TUS | {"upload-offset": str(at)} | headers
    )


@pytest.fixture
def case(school):
    return draft(school)


def test_a_file_comes_in_pieces_and_is_attached(as_leader, case):
    begun = begin(as_leader, case, size=len(pdf(4)), name="../建设 方案.pdf", pages="2-3")
    assert (begun.status_code, begun["Tus-Resumable"]) == (201, "1.0.0")
    address = begun["Location"]
    for at in range(0, len(pdf(4)), 600):
        standing = as_leader.head(address, headers=TUS)
        assert (standing["Upload-Offset"], standing["Upload-Length"]) == (str(at), str(len(pdf(4))))
        assert standing["Cache-Control"] == "no-store"
        answer = piece(as_leader, address, pdf(4)[at : at + 600], at=at)
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(min(at + 600, len(pdf(4)))))
    assert as_leader.get(address).json() == {"state": "done", "offset": len(pdf(4)), "reason": ""}
    assert as_leader.head(address, headers=TUS).status_code == 410
    proof = case.evidence.get()
    assert (proof.name, proof.pages, proof.file.pages, proof.field) == ("建设 方案.pdf", "2-3", 4, SLOT)


def test_a_piece_at_another_offset_or_too_long_or_of_another_type_is_turned_away(as_leader, case):
    address = begin(as_leader, case, size=1000)["Location"]
    assert piece(as_leader, address, b"x" * 10, at=0).status_code == 204
    assert piece(as_leader, address, b"x" * 10, at=0).status_code == 409
    assert piece(as_leader, address, b"x" * 991, at=10).status_code == 413
    answer = as_leader.patch(address, b"x", content_type="text/plain", headers=TUS | {"upload-offset": "10"})
    assert answer.status_code == 415
    assert as_leader.head(address, headers=TUS)["Upload-Offset"] == "10"


def test_the_protocol_is_told_and_asked_for(as_leader, case):
    offered = as_leader.options(reverse("begin_upload", args=[case.pk]))
    assert (offered.status_code, offered["Tus-Version"]) == (204, "1.0.0")
    assert "creation" in offered["Tus-Extension"]
    answer = as_leader.post(reverse("begin_upload", args=[case.pk]), headers={"upload-length": "9"})
    assert answer.status_code == 412
    answer = as_leader.post(
        reverse("begin_upload", args=[case.pk]), headers=TUS | {"upload-metadata": "filename %%%"}
    )
    assert answer.status_code == 422


def test_too_large_a_file_is_refused_before_its_first_byte(as_leader, case):
    answer = begin(as_leader, case, size=900 * 2**20)
    assert answer.status_code == 422
    assert "MB" in answer.json()["refused"]["reason"]
    assert not Upload.objects.exists()


def test_a_bad_file_is_told_at_the_end_and_can_be_put_away(as_leader, case):
    address = begin(as_leader, case, size=300, name="报价.pdf")["Location"]
    assert piece(as_leader, address, b"MZ" + b"\0" * 298, at=0).status_code == 204
    came = as_leader.get(address).json()
    assert came["state"] == "refused"
    assert "实际内容不是PDF" in came["reason"]
    slot = as_leader.get(reverse("unit:files", args=[case.pk, SLOT])).json()
    assert "实际内容不是PDF" in slot["files"]
    assert as_leader.delete(address, headers=TUS).status_code == 204
    assert "报价.pdf" not in as_leader.get(reverse("unit:files", args=[case.pk, SLOT])).json()["files"]
    assert not case.evidence.exists()


def test_a_large_file_waits_for_the_worker_and_keeps_the_case(as_leader, case, monkeypatch):
    from tongchou.applications import tasks

    monkeypatch.setattr(uploads, "SMALL", 100)
    address = begin(as_leader, case, size=len(pdf()))["Location"]
    piece(as_leader, address, pdf(), at=0)
    assert as_leader.get(address).json()["state"] == "finishing"
    slot = as_leader.get(reverse("unit:files", args=[case.pk, SLOT])).json()
    assert "检查中" in slot["files"]
    assert "“方案.pdf”还在检查" in as_leader.get(reverse("unit:submit", args=[case.pk])).content.decode()
    assert as_leader.delete(address, headers=TUS).status_code == 409
    assert tasks.finish_uploads(timestamp=0) == 1
    assert as_leader.get(address).json()["state"] == "done"
    assert case.evidence.get().name == "方案.pdf"


def test_a_whole_upload_that_a_crash_left_unchecked_is_taken_up_when_its_sender_asks(
    as_leader, case, monkeypatch
):
    from tongchou.applications import tasks

    address = begin(as_leader, case, size=len(pdf()))["Location"]
    uploads.append(Upload.objects.get(), io.BytesIO(pdf()), at=0)  # and killed before it was finished
    deferred = []
    monkeypatch.setattr(
        tasks.finish_uploads, "configure", lambda **_: Mock(defer=lambda **_: deferred.append(1))
    )
    assert as_leader.head(address, headers=TUS)["Upload-Offset"] == str(len(pdf()))
    assert deferred == [1]


def test_an_upload_belongs_to_who_began_it(as_leader, case, client):
    address = begin(as_leader, case, size=100)["Location"]
    client.force_login(leader(unit()))
    assert begin(client, case, size=100).status_code == 404
    assert client.head(address, headers=TUS).status_code == 404
    assert piece(client, address, b"x", at=0).status_code == 404
    assert client.delete(address, headers=TUS).status_code == 404
    assert Upload.objects.get().offset == 0


def test_a_file_proves_an_indicator_and_a_year(as_leader, school):
    case = filled(school)
    pack = case.edition.pack
    field = next(f for s in pack.form for f in s.fields if f.type == "targets")
    indicator = next(i for i in pack.indicators if i.targeted and i.kind not in {"choice", "text"})
    about = {"field": field.code, "indicator": indicator.code, "year": str(case.round.year)}
    headers = TUS | {
        "upload-length": str(len(pdf())),
        "upload-metadata": told(filename="a.pdf", **about),
    }
    begun = as_leader.post(reverse("begin_upload", args=[case.pk]), headers=headers)
    piece(as_leader, begun["Location"], pdf(), at=0)
    proof = case.evidence.get(indicator=indicator.code)
    assert (proof.field, proof.year) == (field.code, case.round.year)
    drawn = as_leader.get(reverse("unit:files", args=[case.pk, field.code])).json()["files"]
    assert f"{indicator.name} · {case.round.year}" in drawn
    for wrong in ({"indicator": "none"}, {"year": "1999"}, {"indicator": ""}):
        headers["upload-metadata"] = told(filename="a.pdf", **(about | wrong))
        assert as_leader.post(reverse("begin_upload", args=[case.pk]), headers=headers).status_code == 422


@pytest.mark.parametrize(
    "typed, said", [("9", "没有第 9 页"), ("3-1", "不是页码范围"), ("x", "不是页码范围")]
)
def test_pages_that_are_none_are_refused(as_leader, school, typed, said):
    case = filled(school)
    proof = case.evidence.first()
    address = reverse("unit:fill", args=[case.pk])
    answer = as_leader.post(address, {"set_pages": proof.pk, f"pages-of-{proof.pk}": typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    proof.refresh_from_db()
    assert proof.pages == "1"


# ---------------------------------------------------------------- sending


@pytest.fixture
def proof(school) -> Evidence:
    return submitted(school).evidence.first()


def test_an_address_can_not_be_guessed_and_gives_no_right(as_leader, client, proof):
    address = reverse("evidence", args=[proof.pk])
    assert as_leader.get(address).status_code == 200
    for guess in (
        f"{proof.pk}",
        f"{proof.pk}.x",
        Signer(key="other", salt="tongchou.files", sep=".").sign(proof.pk),
    ):
        assert as_leader.get(f"/files/evidence/{guess}/").status_code == 404
    assert as_leader.get(f"/files/evidence/{proof.file.sha256}/").status_code == 404
    client.force_login(leader(unit()))
    assert client.get(address).status_code == 403
    assert client.get(reverse("evidence_page", args=[proof.pk, 1])).status_code == 403
    client.force_login(officer(CITY))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "wanted, part",
    [("bytes=0-9", slice(0, 10)), ("bytes=5-", slice(5, None)), ("bytes=-7", slice(-7, None))],
)
def test_a_part_of_a_file_is_sent(as_leader, proof, wanted, part):
    whole = files.path_of(proof.file).read_bytes()
    answer = as_leader.get(reverse("evidence", args=[proof.pk]), headers={"range": wanted})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == whole[part]
    first = range(len(whole))[part][0]
    assert answer["Content-Range"] == f"bytes {first}-{first + len(whole[part]) - 1}/{len(whole)}"


def test_a_part_that_is_not_there_is_refused_and_several_are_the_whole(as_leader, proof):
    address = reverse("evidence", args=[proof.pk])
    assert as_leader.get(address, headers={"range": "bytes=999999-"}).status_code == 416
    assert as_leader.get(address, headers={"range": "bytes=0-1,3-4"}).status_code == 200


@pytest.mark.parametrize("state", ["checking", "infected"])
def test_what_is_quarantined_is_opened_by_nobody(as_leader, proof, state):
    StoredFile.objects.update(state=state, virus="Test")
    for address in (reverse("evidence", args=[proof.pk]), reverse("evidence_page", args=[proof.pk, 1])):
        answer = as_leader.get(address)
        assert answer.status_code == 422
        assert not answer.streaming


def test_a_page_is_drawn_once_and_one_that_is_not_there_is_refused(as_leader, proof, settings):
    answer = as_leader.get(reverse("evidence_page", args=[proof.pk, 1]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    drawn = b"".join(answer.streaming_content)
    assert drawn.startswith(b"\xff\xd8")
    kept = list(settings.FILES.glob("preview/**/*.jpg"))
    assert [path.read_bytes() for path in kept] == [drawn]
    assert as_leader.get(reverse("evidence_page", args=[proof.pk, 99])).status_code == 422


def test_when_all_slots_for_bodies_are_taken_pages_go_on_and_bodies_are_told_to_wait(
    as_leader, case, settings
):
    from django.http import HttpResponse
    from django.test import RequestFactory

    from tongchou.guards import SlowBodies

    settings.BODY_SLOTS = 1
    ask, within = RequestFactory(), []

    def view(request):
        if request.method == "PUT":
            within.append(guard(ask.post("/", {"a": "b"})).status_code)
            within.append(guard(ask.get("/")).status_code)
        return HttpResponse()

    guard = SlowBodies(view)
    large = ask.put("/", b"x" * (SlowBodies.SHORT + 1))
    assert guard(large).status_code == 200
    assert within == [503, 200]
    assert guard(ask.post("/", {"a": "b"})).status_code == 200  # the slot was given back
