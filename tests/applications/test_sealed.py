"""The stamped scan: what is accepted, and every way in which it is not the form that is to be submitted."""

import pytest

from tests.applications.scans import as_jpeg, as_pdf, pictures, skewed, worn
from tests.factory import filled, filler, fresh, leader, refusal, reviewer, scanned, submitted, unit
from tongchou.applications import internal, paper, sealed
from tongchou.applications.actions import save_draft
from tongchou.applications.evidence import attach, detach
from tongchou.applications.queries import evidence, latest_revision
from tongchou.applications.scan_judging import judge
from tongchou.applications.sealed_models import SealedScan
from tongchou.core.models import AuditRecord
from tongchou.designations.actions import submit
from tongchou.documents import forms, pdf
from tongchou.reviews.actions import withdraw

FIELD = "plan_file"
CODE = "2023-04-220100-000001-V2-0123456789AB"


# ---------------------------------------------------------------- judging, without a page


def marks(pages: int, code: str = CODE) -> list[list[str]]:
    read = [[paper.mark_text(code, number)] for number in range(1, pages + 1)]
    read[-1].append(paper.mark_text(code, paper.LAST))
    return read


def test_all_pages_of_this_version_in_order_match():
    judged = judge(CODE, marks(4))
    assert (judged.faults, judged.mismatched, judged.illegible, judged.whole) == ([], False, [], 4)


OTHER = "2023-04-220100-000009-V1-0123456789AB"
OLD = "2023-04-220100-000001-V1-AAAAAAAAAAAA"
BEFORE = "2023-04-220100-000001-V2-AAAAAAAAAAAA"


@pytest.mark.parametrize(
    "read, said",
    [
        (marks(4)[:3], "没有打印件的末页"),
        (marks(4)[:1] + marks(4)[2:], "缺打印件的第 2 页"),
        ([*marks(3)[:1], marks(3)[0], *marks(3)[1:]], "都是打印件的第 1 页"),
        ([marks(3)[1], marks(3)[0], marks(3)[2]], "顺序不对"),
        ([marks(3)[0], marks(3, OLD)[1], marks(3)[2]], "第 2 页是第 1 版的打印件，现在是第 2 版"),
        (marks(3, BEFORE), "第 1 页是内容修改以前的打印件"),
        ([*marks(3)[:2], marks(3, OTHER)[2]], "第 3 页不是这份申报的打印件"),
        ([[paper.mark_text(CODE, paper.WORD)]] * 3, "Word 打印件"),
        ([*marks(3), []], "打印件共 3 页，扫描件有 4 页"),
        ([marks(3)[0], [], marks(3, OLD)[2]], "第 2 页的版本码看不清"),
    ],
)
def test_what_does_not_match_is_said(read, said):
    judged = judge(CODE, read)
    assert judged.mismatched
    assert any(said in fault for fault in judged.faults), judged.faults


def test_a_page_that_is_not_read_is_illegible_and_never_guessed_at():
    judged = judge(CODE, [*marks(4)[:2], ["https://example.org"], marks(4)[3]])
    assert (judged.mismatched, judged.illegible, judged.whole) == (False, [3], 4)
    assert judged.faults == ["第 3 页的版本码看不清"]
    assert judge(CODE, [[], [], []]).illegible == [1, 2, 3]


def test_the_same_content_printed_as_an_earlier_version_matches():
    earlier = CODE.replace("-V2-", "-V1-")
    assert not judge(CODE, marks(3, earlier)).faults


# ---------------------------------------------------------------- real pages


@pytest.fixture
def case(world):
    """A complete declaration whose plan is the stamped scan, not attached yet."""
    case = filled(unit())
    with scanned(case, FIELD):
        detach(evidence(case).filter(field=FIELD).first(), by=leader(case.unit))
        yield fresh(case)


def printed(case) -> bytes:
    return pdf.application_form(forms.draft_form(fresh(case)))


def upload(case, *files: bytes, name: str = "盖章.pdf") -> SealedScan:
    for content in files:
        attach(case, by=leader(case.unit), field=FIELD, upload=content, name=name)
    sealed.check_waiting()
    return SealedScan.objects.get(application=case)


def test_a_worn_scan_of_what_is_submitted_is_accepted_and_the_revision_has_its_code(case):
    pages = [
        worn(page, tilt=tilt)
        for page, tilt in zip(pictures(printed(case)), [1.5, -2, 0, 3] * 9, strict=False)
    ]
    pages[1] = skewed(pages[1])
    pages[2] = pages[2].rotate(180)
    scan = upload(case, as_pdf(pages))
    assert (scan.state, scan.faults) == ("matched", [])
    revision = submit(case, by=leader(case.unit))
    assert forms.version_code(fresh(case), revision) == scan.code
    assert AuditRecord.objects.get(action="submit", thing_id=case.pk).data["scans"] == {FIELD: scan.files}


def test_pictures_one_a_page_are_a_scan_too(case):
    assert (
        upload(case, *[as_jpeg(worn(p)) for p in pictures(printed(case))], name="页.jpg").state == "matched"
    )


def test_a_wrong_version_is_refused_with_what_and_what_to_do(case):
    old = printed(case)
    save_draft(case, by=leader(case.unit), changes={"intro": "修改以后的内容。"}, base_version=10**6)
    scan = upload(case, as_pdf(pictures(old)))
    assert scan.state == "mismatched"
    assert scan.faults[0].startswith("第 1 页是内容修改以前的打印件")
    refused = refusal(submit, case, by=leader(case.unit))
    assert (refused.code, refused.fields.keys()) == ("scan", {FIELD})
    assert "重新打印" in refused.denied.remedy


def test_a_page_missing_is_named(case):
    pages = pictures(printed(case))
    scan = upload(case, as_pdf(pages[:2] + pages[3:]))
    assert scan.state == "mismatched"
    assert "缺打印件的第 3 页" in scan.faults


def test_a_page_too_blurred_may_be_vouched_for_by_whoever_checks_in_words(case):
    pages = pictures(printed(case))
    pages[1] = worn(pages[1], blur=14)
    scan = upload(case, as_pdf(pages))
    assert (scan.state, scan.faults) == ("illegible", ["第 2 页的版本码看不清"])
    assert refusal(submit, case, by=leader(case.unit)).code == "scan"
    vouch = {"field": FIELD, "words": "第 2 页已对照原件。"}
    assert refusal(sealed.confirm_scan, case, by=filler(case.unit), **vouch).code == "role"
    assert refusal(sealed.confirm_scan, case, by=leader(case.unit), field=FIELD, words=" ").fields
    sealed.confirm_scan(case, by=reviewer(case.unit), **vouch)
    submit(case, by=leader(case.unit))
    assert fresh(case).state == "in_review"


@pytest.mark.slow
def test_a_scan_without_one_legible_page_cannot_be_vouched_for(case):
    scan = upload(case, as_pdf([worn(page, blur=14) for page in pictures(printed(case))]))
    assert scan.state == "illegible"
    refused = refusal(sealed.confirm_scan, case, by=leader(case.unit), field=FIELD, words="都对过。")
    assert (refused.code, "重新扫描" in refused.denied.remedy) == ("state", True)


def test_what_changes_after_the_check_asks_for_a_new_print(case):
    upload(case, as_pdf(pictures(printed(case))))
    save_draft(case, by=leader(case.unit), changes={"intro": "又改。"}, base_version=10**6)
    refused = refusal(submit, case, by=leader(case.unit))
    assert (refused.code, "又有改动" in refused.denied.reason) == ("scan", True)


def test_an_unread_scan_is_waited_for(case):
    attach(case, by=leader(case.unit), field=FIELD, upload=printed(case), name="a.pdf")
    refused = refusal(submit, case, by=leader(case.unit))
    assert (refused.code, "还在核对" in refused.denied.reason) == ("scan", True)
    assert sealed.check_scan(case, by=leader(case.unit), field=FIELD).state == "matched"


def test_the_scan_comes_while_the_leader_has_the_case_and_nothing_else_does(case):
    internal.hand_on(case, by=filler(case.unit))
    assert upload(case, as_pdf(pictures(printed(case)))).state == "matched"
    refused = refusal(
        attach, case, by=leader(case.unit), field="programme_file", upload=printed(case), name="b"
    )
    assert refused.code == "state"
    submit(case, by=leader(case.unit))


def test_withdrawn_and_submitted_unchanged_needs_no_new_stamp(case):
    upload(case, as_pdf(pictures(printed(case))))
    submit(case, by=leader(case.unit))
    withdraw(case, by=leader(case.unit))
    submit(case, by=leader(case.unit))
    assert latest_revision(case).number == 2


def test_a_draft_and_the_revision_it_becomes_print_the_same_code(world):
    case = filled(unit())
    before = forms.draft_form(case)["version_code"]
    revision = submit(case, by=leader(case.unit))
    assert forms.application_form(revision)["version_code"] == before
    assert submitted(unit()).revisions.get().digest[:12].upper() not in before
