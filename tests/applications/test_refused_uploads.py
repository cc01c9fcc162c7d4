"""Who sent a large file is told when it is refused after they went."""

import pytest

from tests.factory import draft, leader, unit
from tongchou.applications import evidence
from tongchou.applications.tasks import finish_uploads
from tongchou.core.files import uploads
from tongchou.core.models import Upload
from tongchou.outbox.models import Message

pytestmark = pytest.mark.usefixtures("world")


def test_a_file_refused_by_the_worker_is_told_once():
    case = draft(unit())
    person = leader(case.unit)
    content = b"MZ\x90\x00 this is no document"
    upload = evidence.begin_upload(case, by=person, field="plan_file", name="方案.pdf", size=len(content))
    path = uploads.partial_path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.FINISHING, offset=len(content))
    finish_uploads(0)
    assert Upload.objects.get(pk=upload.pk).state == "refused"
    evidence.tell_refused(Upload.objects.get(pk=upload.pk), link="/", about=case)
    (message,) = Message.objects.filter(to=person, kind="file_refused")
    assert message.subject == "材料未通过检查：方案.pdf"
    assert message.body
    assert message.link == f"/unit/applications/{case.pk}/fill/"
