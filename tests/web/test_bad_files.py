"""Every kind of bad file, sent by the plain form and in pieces: told by its name, with the rule and what to do; nothing kept."""

import html
from base64 import b64encode
from functools import cache
from itertools import cycle

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.core.test_files import ELF, EXE, SCRIPT, blank, saved
from tests.core.test_files_uploads import BAD
from tests.factory import draft, pdf
from tongchou.applications.models import EvidenceUpload
from tongchou.core.models import StoredFile, Upload

SLOT = "other_files"  # takes PDF, pictures, Office documents and video
MB = 2**20
PIECE = "application/offset+octet-stream"
TUS = {"tus-resumable": "1.0.0", "accept": "application/json"}
FILES = {
    **{what: made for what, (made, _said) in BAD.items()},
    "a Windows program": lambda: EXE,
    "a Linux program": lambda: ELF,
    "a script": lambda: SCRIPT,
    "a web page": lambda: b"<!doctype html><script>alert(1)</script>",
    "a plain archive": lambda: b"PK\x05\x06" + b"\0" * 18,
    "a PDF in name only": lambda: b"%PDF-1.7\nnothing more",
    "a PDF that is locked": lambda: saved(blank(), encryption=pikepdf.Encryption(owner="o", user="u")),
}
SAID = {what: said for what, (_made, said) in BAD.items()} | {
    "a Windows program": "实际内容不是PDF",
    "a Linux program": "实际内容不是PDF",
    "a script": "实际内容不是PDF",
    "a web page": "实际内容不是PDF",
    "a plain archive": "实际内容不是PDF",
    "a PDF in name only": "损坏",
    "a PDF that is locked": "密码",
}
# As sent, and as it is shown: the last part, nothing invisible in it.
NAMES = {
    "报价单.pdf": "报价单.pdf",
    "../../../etc/passwd": "passwd",
    "C:\\Users\\张三\\方案.pdf": "方案.pdf",
    "<img src=x onerror=alert(1)>.pdf": "<img src=x onerror=alert(1)>.pdf",
    'a"onmouseover="alert(1).pdf': 'a"onmouseover="alert(1).pdf',
    "خطة.pdf": "خطة.pdf",
    "मानक—Ünïcode😀.pdf": "मानक—Ünïcode😀.pdf",
    "gnp\u202efdp.exe": "gnpfdp.exe",
    "{{ settings.SECRET_KEY }}{% load x %}.pdf": "{{ settings.SECRET_KEY }}{% load x %}.pdf",
}
content = cache(lambda what: FILES[what]())
CASES = list(zip(FILES, cycle(NAMES)))  # each file under one of the names, each name with some file


@pytest.fixture
def case(school, settings, tmp_path):
    settings.FILES = tmp_path
    return draft(school)


@pytest.fixture
def nothing_kept(case, tmp_path):
    """Neither a stored file nor evidence nor anything on the disk is there that was not there before."""
    before = set(StoredFile.objects.values_list("pk", flat=True))
    yield
    assert set(StoredFile.objects.values_list("pk", flat=True)) == before
    assert not case.evidence.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def told(name: str) -> str:
    about = {"filename": name, "field": SLOT}
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in about.items())


def send_in_pieces(client, case, content: bytes, name: str) -> tuple[str, str]:
    """What the script is told, and what stands in the slot afterwards."""
    headers = TUS | {"upload-length": str(len(content)), "upload-metadata": told(name)}
    begun = client.post(reverse("begin_upload", args=[case.pk]), headers=headers)
    if begun.status_code != 201:
        assert begun.status_code == 422
        refused = begun.json()["refused"]
        return f"{refused['reason']}　{refused['remedy']}", ""
    address = begun["Location"]
    for at in range(0, len(content), MB):
        answer = client.patch(
            address, content[at : at + MB], content_type=PIECE, headers=TUS | {"upload-offset": str(at)}
        )
        assert answer.status_code == 204
    said = client.get(address).json()
    assert said["state"] == "refused"
    slot = client.get(reverse("unit:files", args=[case.pk, SLOT])).json()["files"]
    assert client.delete(address, headers=TUS).status_code == 204
    return said["reason"], slot


@pytest.mark.parametrize("what, name", CASES)
def test_by_the_plain_form(as_leader, case, nothing_kept, what, name):
    sent = SimpleUploadedFile("x.pdf", content(what), content_type="application/pdf")
    sent._name = name  # as a browser may send it; Django's setter would tidy it here already
    answer = as_leader.post(
        reverse("unit:fill", args=[case.pk]), {"attach": SLOT, f"upload-{SLOT}": sent}, follow=True
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert SAID[what] in page
    assert html.escape(f"“{NAMES[name]}”") in page
    assert answer.context["request"].refusal.denied.remedy
    assert "onerror=alert(1)>" not in page
    assert 'onmouseover="alert' not in page


@pytest.mark.parametrize("what, name", CASES)
def test_in_pieces(as_leader, case, nothing_kept, what, name):
    said, slot = send_in_pieces(as_leader, case, content(what), name)
    assert SAID[what] in said
    assert "　" in said  # the remedy follows
    if slot:  # told beside its name; what was refused before its first byte is told with it
        assert html.escape(NAMES[name]) in slot
        assert SAID[what] in slot
        assert "onerror=alert(1)>" not in slot
        assert 'onmouseover="alert' not in slot
    else:
        assert f"“{NAMES[name]}”" in said
    assert not Upload.objects.exists()
    assert not EvidenceUpload.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_under_whatever_name_a_good_file_is_kept_and_shown_plainly(as_leader, case, name):
    headers = TUS | {"upload-length": str(len(pdf())), "upload-metadata": told(name)}
    address = as_leader.post(reverse("begin_upload", args=[case.pk]), headers=headers)["Location"]
    as_leader.patch(address, pdf(), content_type=PIECE, headers=TUS | {"upload-offset": "0"})
    proof = case.evidence.get()
    assert proof.name == NAMES[name]
    slot = as_leader.get(reverse("unit:files", args=[case.pk, SLOT])).json()["files"]
    assert html.escape(NAMES[name]) in slot
    sent = as_leader.get(reverse("evidence", args=[proof.pk]))
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert "\n" not in sent["Content-Disposition"]
