"""Mail: at once or together, tried again when refused, and never twice."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import nobody, refusal
from tongchou.core import clock
from tongchou.outbox import actions, delivery, letters, queries
from tongchou.outbox.kinds import Kind, Mail
from tongchou.outbox.models import Letter, Message, Preference
from tongchou.outbox.wording import wrap

pytestmark = pytest.mark.usefixtures("world")
HERE = "tests.outbox.test_delivery"


def at(text: str):
    return clock.at(datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI))


class Picky(EmailBackend):
    """A mail server that takes nothing for the address it does not know."""

    def send_messages(self, messages):
        if "unknown" in messages[0].to[0]:
            raise SMTPRecipientsRefused({messages[0].to[0]: (550, b"no such user")})
        return super().send_messages(messages)


class Gone(EmailBackend):
    """A mail server that can't be reached."""

    def open(self):
        raise ConnectionRefusedError


def other(**given):
    person = nobody()
    for name, value in given.items():
        setattr(person, name, value)
    person.save()
    return person


def test_a_message_goes_at_once_as_text_with_the_way_to_the_thing(settings):
    settings.SITE_URL = "https://tongchou.example.org"
    reader = other()
    actions.notify([reader], kind=Kind.RETURNED, subject="退回：\n甲", body="请补充。", link="/unit/7/")
    assert delivery.deliver() == 1
    assert delivery.deliver() == 0
    (sent,) = mail.outbox
    assert sent.to == [reader.email]
    assert sent.subject == "退回： 甲"
    assert sent.body.startswith("请补充。\n\nhttps://tongchou.example.org/unit/7/\n\n——\n")
    assert Message.objects.get(to=reader).mailed_at == clock.now()


def test_a_refused_address_stops_nobody_else_and_is_tried_again_later_then_given_up(settings):
    settings.EMAIL_BACKEND = f"{HERE}.Picky"
    unknown, known = other(email="unknown@example.org"), other()
    actions.notify([unknown, known], kind=Kind.RETURNED, subject="退回")
    delivery.deliver()
    assert [m.to for m in mail.outbox] == [[known.email]]
    assert delivery.deliver() == 0
    moment = clock.now()
    tries = 1
    for _ in range(10):
        moment += timedelta(days=1)
        with clock.at(moment):
            tries += delivery.deliver()
    kept = Message.objects.get(to=unknown)
    assert (tries, kept.failed, kept.mailed_at, kept.attempts) == (6, True, None, 6)


def test_while_the_mail_server_is_gone_everything_waits_and_nothing_counts(settings):
    settings.EMAIL_BACKEND = f"{HERE}.Gone"
    reader = other()
    actions.notify([reader], kind=Kind.RETURNED, subject="退回")
    actions.notify([reader], kind=Kind.DUE, subject="临近")
    letters.post("a@example.org", subject="邀请", body="…")
    with clock.at(clock.now() + timedelta(days=2)):
        assert (delivery.deliver(), delivery.deliver_digests(), letters.deliver_letters()) == (0, 0, 0)
        assert set(Message.objects.values_list("attempts", "failed")) == {(0, False)}
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert (delivery.deliver(), delivery.deliver_digests(), letters.deliver_letters()) == (1, 1, 1)
    assert len(mail.outbox) == 3


def test_without_an_address_nothing_waits_to_be_mailed():
    reader = other(email="")
    actions.notify([reader], kind=Kind.RETURNED, subject="退回")
    assert delivery.deliver() == 0
    assert queries.unread(reader) == 1


def test_a_daily_digest_is_one_mail_grouped_by_thing_once_said_what_was_said_twice():
    reader = other(name="李某")
    with at("2023-08-10 09:00"):
        actions.notify([reader], kind=Kind.DUE, about="项目甲", subject="还有 7 天", body="旧")
        actions.notify([reader], kind=Kind.OPENS, about="任务四", subject="开放申报")
    with at("2023-08-10 12:00"):
        actions.notify([reader], kind=Kind.DUE, about="项目甲", subject="还有 7 天", body="新")
        assert delivery.deliver() == 0
        assert delivery.deliver_digests() == 0
    with at("2023-08-11 08:01"):
        actions.notify([reader], kind=Kind.DUE, about="项目乙", subject="后来的")
        assert delivery.deliver_digests() == 1
        assert delivery.deliver_digests() == 0
    (sent,) = mail.outbox
    assert sent.subject == "消息汇总：2 条（8月11日）"
    assert sent.body.startswith(
        "李某：\n以下是您还没有读的消息。\n\n【项目甲】\n\n1. 还有 7 天（2023年8月10日）\n新"
    )
    assert sent.body.count("还有 7 天") == 1
    assert "【任务四】" in sent.body
    assert "后来的" not in sent.body
    with at("2023-08-12 20:00"):  # the worker was down at 08:00
        assert delivery.deliver_digests() == 1
    assert len(mail.outbox) == 2
    with at("2023-08-13 08:00"):
        assert delivery.deliver_digests() == 0


def test_a_weekly_digest_goes_on_monday_in_the_same_mail_as_the_daily_one():
    reader = other()
    actions.choose_mail(by=reader, choices={Kind.LISTED: Mail.WEEKLY})
    with at("2023-08-09 09:00"):  # a Wednesday
        actions.notify([reader], kind=Kind.LISTED, subject="名单甲")
    with at("2023-08-13 09:00"):
        assert delivery.deliver_digests() == 0
        actions.notify([reader], kind=Kind.DUE, subject="临近")
    with at("2023-08-14 08:00"):
        assert delivery.deliver_digests() == 1
    (sent,) = mail.outbox
    assert "名单甲" in sent.body
    assert "临近" in sent.body


def test_what_has_been_read_is_in_no_digest():
    reader = other()
    actions.notify([reader], kind=Kind.DUE, subject="临近")
    actions.mark_all_read(by=reader)
    with clock.at(clock.now() + timedelta(days=2)):
        assert delivery.deliver_digests() == 0
    assert mail.outbox == []


def test_one_may_choose_but_not_leave_out_what_is_urgent():
    reader = other()
    actions.choose_mail(by=reader, choices={Kind.RETURNED: Mail.NONE, Kind.CHASED: Mail.DAILY})
    refused = refusal(actions.choose_mail, by=reader, choices={Kind.CHASED: Mail.NONE, "weather": "daily"})
    assert set(refused.fields) == {"chased", "weather"}
    chosen = queries.mail_choices(reader)
    assert (chosen[Kind.RETURNED], chosen[Kind.CHASED], chosen[Kind.DUE]) == ("none", "daily", "daily")
    actions.notify([reader], kind=Kind.RETURNED, subject="退回")
    assert delivery.deliver() == 0
    assert queries.unread(reader) == 1
    assert Preference.objects.count() == 2


def test_a_letter_is_forgotten_when_mailed_and_its_sender_told_when_it_can_t_be(settings):
    settings.EMAIL_BACKEND = f"{HERE}.Picky"
    sender = other()
    letters.post("known@example.org", subject="邀请", body="秘密", sender=sender)
    letters.post("unknown@example.org", subject="邀请", body="秘密", sender=sender)
    moment = clock.now()
    for _ in range(8):
        with clock.at(moment):
            letters.deliver_letters()
        moment += timedelta(days=1)
    assert not Letter.objects.exists()
    assert [m.to for m in mail.outbox] == [["known@example.org"]]
    (told,) = queries.inbox(sender)
    assert told.subject == "邮件没有送达：unknown@example.org"
    assert "秘密" not in told.body


def test_a_reminder_is_told_once_a_person_whatever_happens():
    reader, another = other(), other()

    def reminder(to, once="case:1:7"):
        return actions.Reminder(to.pk, True, once, Kind.DUE, "还有 7 天", "", "/unit/")

    assert actions.remind([reminder(reader), reminder(reader)]) == 1
    assert actions.remind([reminder(reader), reminder(another)]) == 1
    assert actions.remind([reminder(reader, "case:1:3")]) == 1
    assert actions.remind([]) == 0
    assert (queries.unread(reader), queries.unread(another)) == (2, 1)


def test_reminders_ask_as_often_for_many_as_for_one():
    people = [other() for _ in range(3)]

    def asked(*readers):
        with CaptureQueriesContext(connection) as queries_made:
            actions.remind(
                actions.Reminder(p.pk, True, f"{len(readers)}", Kind.DUE, "临近", "", "/") for p in readers
            )
        return len(queries_made)

    assert asked(people[0]) == asked(*people) <= 5


def test_lines_are_broken_between_characters_but_not_in_an_address():
    long = "请于截止日前提交，" * 8 + " https://tongchou.example.org/unit/applications/123456/submit/ 谢谢"
    lines = wrap(long).split("\n")
    assert max(len(line.encode("gb18030")) for line in lines) <= 78
    assert any("https://tongchou.example.org/unit/applications/123456/submit/" in line for line in lines)
    assert not any(line.startswith("，") for line in lines)
    assert "".join(lines).replace(" ", "") == long.replace(" ", "")
