"""A unit comes in and its people change, as they do it in browsers: register, print, scan, refused, corrected, verified,
invite, accept, hand over, another name, merged."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.stage import PASSWORD, Seat
from tests.factory import pdf, unit, uscc

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCHOOL, RIGHT = "长春青木职业学校", "长春青木职业技术学校"
RENAMED, OTHER = "长春青木现代职业技术学校", "长春河东职业技术学校"


def test_from_registering_to_handing_over(stage):
    unit(name=OTHER)
    leader = stage.seat()
    registers(leader)
    prints_and_uploads(leader)
    city = stage.seat("city")
    refuses(city)
    corrects(leader)
    verifies(city)
    filler = stage.seat()
    accepts(filler, invites(leader))
    hands_over(leader)
    now_leads(filler)
    asks_for_a_name(filler)
    approves_and_merges(city)
    sees_the_end(filler)
    assert stage.faults == []


def registers(seat: Seat) -> None:
    seat.open("/register/")
    seat.choose("kind", "中等职业学校")
    seat.type(uscc=uscc(), name=SCHOOL, school_code="2101000999", address="长春市朝阳区人民大街 9 号")
    for level, name in enumerate(["吉林省", "长春市", "朝阳区"], start=1):
        expect(seat.page.locator(f"#place-{level}")).to_be_enabled()
        seat.page.locator(f"#place-{level}").select_option(label=name)
    seat.type(contact_name="林演静", contact_duty="教务处长", contact_phone="12345")
    seat.type(contact_email="linjing@example.org")
    seat.type(person_name="林演静", username="linjing", email="linjing@example.org")
    seat.type(password=PASSWORD, password_again=PASSWORD)
    seat.press("提交注册")
    seat.sees("不是有效的电话号码")
    seat.shot("register-phone", phone=True, at="#f-contact_phone")
    seat.type(contact_phone="0431-80000000", password=PASSWORD, password_again=PASSWORD)
    seat.press("提交注册")
    seat.sees("已注册", "长春市教育局")
    seat.log_in("linjing")


def _uploads(seat: Seat, name: str) -> None:
    link = seat.page.locator("main").get_by_role("link", name="打印联系表（PDF）")
    printed = seat.download(link.get_attribute("href"))
    seat.page.locator("#scan").set_input_files(
        {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": printed}
    )
    seat.press("上传扫描件")
    seat.sees("已上传联系表", f"{name}.pdf")


def prints_and_uploads(seat: Seat) -> None:
    seat.menu("单位信息")
    seat.sees("还差盖章的联系表", "0431 8000 0000")
    seat.shot("record-unsealed", phone=True)
    seat.press("上传扫描件")
    seat.sees("还没有选择文件")
    _uploads(seat, "联系表（盖章）")
    seat.shot("record-sealed")


def refuses(city: Seat) -> None:
    city.menu("单位核验")
    city.follow(SCHOOL)
    city.sees("联系表（盖章）.pdf", "林演静", "0431 8000 0000")
    city.page.locator("img.tc-scan").scroll_into_view_if_needed()
    expect(city.page.locator("img.tc-scan")).to_have_js_property("complete", True)
    city.shot("unit-scan", phone=True)
    city.unfold("不通过…")
    city.page.fill("#reason", "单位名称与证书不一致。")
    city.press("不通过，退回更正")
    city.sees("核验未通过")


def corrects(seat: Seat) -> None:
    seat.menu("单位信息")
    seat.sees("单位名称与证书不一致。")
    seat.shot("record-refused", phone=True)
    seat.type(name=RIGHT)
    seat.press("提交核验")
    seat.sees("已更正", "联系表与现在的信息不一致")
    _uploads(seat, "联系表（更正后盖章）")


def verifies(city: Seat) -> None:
    city.menu("单位核验")
    city.follow(RIGHT)
    city.press("核验通过", sure=True)
    city.sees("已核验")


def invites(seat: Seat) -> str:
    seat.menu("单位人员")
    seat.sees("没有等待接受的邀请", "本单位还没有其他人员")
    seat.shot("people-alone", phone=True)
    seat.choose("role", "填报员")
    seat.type(name="周演二", email="zhou@example.org")
    seat.press("发出邀请")
    seat.sees("只显示这一次", "周演二")
    seat.shot("people-invited", phone=True)
    return re.sub(r"^https?://[^/]+", "", seat.page.locator(".tc-address").inner_text().strip())


def accepts(seat: Seat, address: str) -> None:
    seat.open(address)
    seat.sees(RIGHT, "填报员", "zhou@example.org")
    seat.shot("invitation", phone=True)
    seat.type(username="zhou", password=PASSWORD, password_again=PASSWORD)
    seat.press("建立账号并接受")
    seat.sees("账号已建立")
    seat.log_in("zhou")
    seat.menu("单位人员")
    seat.sees("管理人员由单位审核人办理")
    seat.shot("people-filler")
    seat.open(address)
    seat.sees("邀请已失效")
    seat.shot("invitation-void", phone=True)


def hands_over(seat: Seat) -> None:
    seat.menu("单位人员")
    seat.choose("to", "周演二（zhou）")
    seat.choose("stay_as", "留任单位校核人")
    seat.shot("people-hand-over", phone=True)
    seat.press("移交", sure=True)
    seat.sees("周演二现在是审核人", "单位校核人")


def now_leads(seat: Seat) -> None:
    seat.open("/unit/")
    seat.menu("单位人员")
    seat.sees("发出邀请")
    seat.shot("people-new-leader")


def asks_for_a_name(seat: Seat) -> None:
    seat.menu("单位信息")
    seat.unfold("申请更名…")
    seat.page.fill("#new-name", RENAMED)
    seat.page.fill("#rename-reason", "经市政府批准更名。")
    seat.page.locator("#proof").set_input_files(
        {"name": "批复.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    seat.press("提交更名申请")
    seat.sees("更名申请已提交", "待审核")
    seat.shot("record-rename")


def approves_and_merges(city: Seat) -> None:
    city.open("/authority/units/?state=verified")
    city.follow(RIGHT)
    city.sees("更名申请", RENAMED)
    city.shot("unit-rename", phone=True)
    city.press("同意更名", sure=True)
    city.sees("已同意更名", "曾用名", RIGHT)
    city.follow("并入其他单位…")
    city.shot("merge", phone=True)
    city.type(into="123")
    city.press("合并", sure=True)
    city.sees("没有这个统一社会信用代码的单位")
    from tongchou.orgs.models import Unit

    city.type(into=Unit.objects.get(name=OTHER).uscc, on="2023-08-01", reason="市政府批复。")
    city.page.get_by_label("周演二").check()
    city.press("合并", sure=True)
    city.sees("已并入其他单位", OTHER)
    city.shot("unit-merged", phone=True)


def sees_the_end(seat: Seat) -> None:
    seat.open("/unit/")
    seat.menu("单位人员")
    seat.sees(OTHER)
