"""An evaluation in Chinese words, for guides and for `tongchou pack show`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.programmes.evaluation_format import Consequence, Evaluation, Grade, Share

_LEVELS = {"unit": "单位自评", "city": "市级", "province": "省级", "nation": "国家级"}
_DOES = {
    "renew": "延续资格",
    "candidate": "列为下一周期备选",
    "support": "加大支持",
    "guide": "加强建设指导",
    "rectify": "限期整改",
    "bar": "不得参加下一周期遴选",
    "revoke": "撤销资格和支持",
}


def when_held(evaluation: Evaluation) -> str:
    """每年一次 · 每 3 年一个周期，期满进行 · 不定期抽检."""
    return {
        "yearly": "每年一次",
        "period": f"每 {evaluation.years} 年一个周期，期满进行",
        "spot": "不定期抽检",
    }[evaluation.kind]


def grades_text(grades: Sequence[Grade]) -> str:
    """优秀（90 分及以上）、良好（75 至不满 90 分）… or only the names where no marks were published."""
    told = []
    for number, grade in enumerate(grades):
        above = grades[number - 1].least if number else None
        if grade.least is None:
            told.append(grade.name)
        elif above is None:
            told.append(f"{grade.name}（{grade.least:g} 分及以上）")
        elif number == len(grades) - 1:
            told.append(f"{grade.name}（不满 {above:g} 分）")
        else:
            told.append(f"{grade.name}（{grade.least:g} 至不满 {above:g} 分）")
    return "、".join(told)


def shares_text(shares: Sequence[Share]) -> str:
    """单位自评 50%、省级 25%、国家级 25%; empty where none was published."""
    return "、".join(f"{_LEVELS[share.level]} {share.weight:g}%" for share in shares)


def consequence_note(consequence: Consequence) -> str:
    """What follows, as a note beside the words of the document: 限期整改（30 天）."""
    days = f"（{consequence.days} 天）" if consequence.days else ""
    return f"{_DOES[consequence.does]}{days}"
