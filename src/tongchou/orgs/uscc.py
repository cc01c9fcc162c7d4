"""统一社会信用代码, the unified social credit code (GB 32100-2015).

python-stdnum 2.2 computes the check digit but refuses codes whose first character is a letter, as those of newer
registering authorities are; the standard allows the whole alphabet there.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from stdnum.cn.uscc import calc_check_digit, compact

ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
REGISTRARS = frozenset("123456789ANY")  # registering authorities: 机构编制, 民政, 工商, … and 农业, 其他


def fault(code: str) -> str:
    """What is wrong with ``code``, in Chinese; empty when it is valid."""
    code = compact(code)
    if len(code) != 18:
        return _("应为 18 位，现为 %(count)s 位") % {"count": len(code)}
    if strange := sorted(set(code) - ALPHABET):
        return _("含有不允许的字符 %(characters)s（代码不使用 I、O、S、V、Z）") % {
            "characters": _("、").join(strange)
        }
    if code[0] not in REGISTRARS:
        return _("第 1 位登记管理部门代码 %(digit)s 不存在") % {"digit": code[0]}
    if not code[2:8].isdigit():
        return _("第 3 至 8 位登记机关行政区划码应为数字")
    if calc_check_digit(code[:17]) != code[17]:
        return _("校验码（第 18 位）不符，请核对是否抄错")
    return ""


def normal(code: str) -> str:
    """The code without spaces and hyphens, in capitals."""
    return compact(code)


def complete(first17: str) -> str:
    """``first17`` with its check digit; for invented codes."""
    return first17 + calc_check_digit(first17)
