"""What messages are about: a closed list, and how each kind goes by mail unless its reader chose otherwise.

In the app every message is shown, so nothing is silent; what one may choose is the mail.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_noop


class Kind(models.TextChoices):
    """What a message 消息 is about."""

    DUE = "due", gettext_noop("截止日临近")
    LAST_DAY = "last_day", gettext_noop("明天截止")
    CHASED = "chased", gettext_noop("催办")
    RETURNED = "returned", gettext_noop("退回修改")
    DECIDED = "decided", gettext_noop("审核和认定结果")
    EXTENDED = "extended", gettext_noop("个别延期")
    OPENS = "opens", gettext_noop("申报或采集开放")
    LISTED = "listed", gettext_noop("名单公布")
    WAITING = "waiting", gettext_noop("到达您的环节")
    ASSIGNED = "assigned", gettext_noop("评审任务")
    EVALUATED = "evaluated", gettext_noop("考核评价和整改")
    WARNED = "warned", gettext_noop("红黄牌预警")
    INVITED = "invited", gettext_noop("邀请和角色")
    UNIT = "unit", gettext_noop("单位登记")
    FILE_REFUSED = "file_refused", gettext_noop("材料未通过检查")
    PACK = "pack", gettext_noop("配置包发布")
    OTHER = "other", gettext_noop("其他通知")


class Mail(models.TextChoices):
    """How a message goes by mail."""

    AT_ONCE = "at_once", gettext_noop("立即")
    DAILY = "daily", gettext_noop("每日汇总")
    WEEKLY = "weekly", gettext_noop("每周汇总")
    NONE = "none", gettext_noop("不发邮件")


_IN_DIGESTS = frozenset({Kind.DUE, Kind.OPENS, Kind.LISTED, Kind.WAITING, Kind.WARNED, Kind.OTHER})
URGENT = frozenset({Kind.LAST_DAY, Kind.CHASED})


def usual(kind: str) -> Mail:
    """How a kind is mailed to whoever chose nothing."""
    return Mail.DAILY if kind in _IN_DIGESTS else Mail.AT_ONCE


def offered(kind: str) -> tuple[Mail, ...]:
    """What one may choose for a kind. What is urgent can be put together, but neither wait for a week nor be left out."""
    return (Mail.AT_ONCE, Mail.DAILY) if kind in URGENT else tuple(Mail)
