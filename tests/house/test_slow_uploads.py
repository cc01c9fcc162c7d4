"""60 uploads trickle in on the real server; pages stay quick meanwhile, and what has trickled in is not lost."""

import os
import socket
import subprocess
import time
import urllib.request
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection
from django.urls import reverse

from tests.factory import draft, leader, unit
from tongchou.applications import evidence
from tongchou.cli import serve
from tongchou.core.files import uploads
from tongchou.core.models import Upload

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TRICKLES, PAGES = 60, 20
SIZE = 5 * 2**20


@pytest.fixture
def address(tmp_path, monkeypatch):
    """The web processes as `tongchou serve` runs them, on the tests' database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    monkeypatch.setenv("DATABASE_URL", urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}")))
    monkeypatch.setenv("TONGCHOU_DB_POOL", "4")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = serve.web("127.0.0.1", port, workers=2).start()
    try:
        yield _answering(process, port)
    finally:
        process.terminate()
        process.wait(30)


def _answering(process: subprocess.Popen, port: int) -> tuple[str, int]:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return "127.0.0.1", port
    return pytest.fail("the server does not answer")


def open_uploads(number: int) -> list[tuple[Upload, object]]:
    """Uploads of several people, as one person may have no more than some open."""
    opened = []
    while len(opened) < number:
        case = draft(unit())
        person = leader(case.unit)
        opened += [
            (
                evidence.begin_upload(case, by=person, field="plan_file", name=f"{n}.pdf", size=SIZE),
                person,
            )
            for n in range(min(uploads.MOST_OPEN, number - len(opened)))
        ]
    return opened


def trickle(address, upload: Upload, cookie: str) -> socket.socket:
    """Begin to send a piece: the head of the request and its first bytes."""
    sender = socket.create_connection(address, timeout=30)
    head = [
        f"PATCH {reverse('upload', args=[upload.key])} HTTP/1.1",
        "Host: localhost",
        f"Cookie: sessionid={cookie}; csrftoken={'a' * 32}",
        f"X-CSRFToken: {'a' * 32}",
        "Tus-Resumable: 1.0.0",
        "Upload-Offset: 0",
        "Content-Type: application/offset+octet-stream",
        f"Content-Length: {SIZE}",
    ]
    sender.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + b"%PDF-1.7\n")
    return sender


def seconds_for_a_page(address, path: str, cookie: str) -> float:
    asked = urllib.request.Request(
        f"http://{address[0]}:{address[1]}{path}", headers={"Cookie": f"sessionid={cookie}"}
    )
    began = time.monotonic()
    with urllib.request.urlopen(asked, timeout=30) as answer:
        assert answer.status == 200
        answer.read()
    return time.monotonic() - began


def test_60_trickling_uploads_leave_pages_quick(world, address, client):
    cookies = {}
    opened = open_uploads(TRICKLES)
    for _upload, person in opened:
        if person.pk not in cookies:
            client.force_login(person)
            cookies[person.pk] = client.cookies["sessionid"].value
            client.cookies.clear()
    page, cookie = reverse("unit:applications"), cookies[opened[0][1].pk]
    for _ in range(6):  # both processes have made their first page
        seconds_for_a_page(address, page, cookie)
    senders = [trickle(address, upload, cookies[person.pk]) for upload, person in opened]
    try:
        times = []
        for _ in range(PAGES):
            for sender in senders:
                sender.sendall(b"x")
            times.append(seconds_for_a_page(address, page, cookie))
        for sender in senders:  # every one is still being listened to: nobody was turned away
            sender.setblocking(False)
            with pytest.raises(BlockingIOError):
                sender.recv(1)
    finally:
        for sender in senders:
            sender.close()
    assert sorted(times)[int(PAGES * 0.95) - 1] < 0.5, times
    assert max(times) < 2, times

    ends = time.monotonic() + 20  # what came of each is kept, though its sender has gone
    while time.monotonic() < ends and Upload.objects.filter(offset__gt=0).count() < TRICKLES:
        time.sleep(0.2)
    assert set(Upload.objects.values_list("offset", flat=True)) == {len(b"%PDF-1.7\n") + PAGES}
