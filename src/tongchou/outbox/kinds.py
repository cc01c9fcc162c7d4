"""What messages are about: a closed list, and how each kind goes by mail unless its reader chose otherwise.

In the app every message is shown, so nothing is silent; what one may choose is the mail.
"""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """What a message 消息 is about."""

    DUE = "due", "截止日临近"
    LAST_DAY = "last_day", "明天截止"
    CHASED = "chased", "催办"
    RETURNED = "returned", "退回修改"
    DECIDED = "decided", "审核和认定结果"
    EXTENDED = "extended", "个别延期"
    OPENS = "opens", "申报或采集开放"
    LISTED = "listed", "名单公布"
    WAITING = "waiting", "到达您的环节"
    ASSIGNED = "assigned", "评审任务"
    INVITED = "invited", "邀请和角色"
    UNIT = "unit", "单位登记"
    FILE_REFUSED = "file_refused", "材料未通过检查"
    PACK = "pack", "配置包发布"
    OTHER = "other", "其他通知"


class Mail(models.TextChoices):
    """How a message goes by mail."""

    AT_ONCE = "at_once", "立即"
    DAILY = "daily", "每日汇总"
    WEEKLY = "weekly", "每周汇总"
    NONE = "none", "不发邮件"


_IN_DIGESTS = frozenset({Kind.DUE, Kind.OPENS, Kind.LISTED, Kind.WAITING, Kind.OTHER})
URGENT = frozenset({Kind.LAST_DAY, Kind.CHASED})


def usual(kind: str) -> Mail:
    """How a kind is mailed to whoever chose nothing."""
    return Mail.DAILY if kind in _IN_DIGESTS else Mail.AT_ONCE


def offered(kind: str) -> tuple[Mail, ...]:
    """What one may choose for a kind. What is urgent can be put together, but neither wait for a week nor be left out."""
    return (Mail.AT_ONCE, Mail.DAILY) if kind in URGENT else tuple(Mail)
