"""What the parts of a pack are called on screen (Chinese msgids)."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

PARTS = {
    "overview": _("概览"),
    "conditions": _("条件与材料"),
    "form": _("申报表"),
    "indicators": _("绩效指标"),
    "rubrics": _("评分表"),
    "quotas": _("推荐限额"),
    "calendar": _("时间安排"),
}
LEVELS = {
    "unit": _("建设单位"),
    "school": _("校级"),
    "city": _("市级"),
    "province": _("省级"),
    "nation": _("国家级"),
}
FIELD_TYPES = {
    "text": _("文字"),
    "longtext": _("长文字"),
    "integer": _("整数"),
    "number": _("数"),
    "money": _("金额"),
    "percent": _("百分比"),
    "date": _("日期"),
    "choice": _("单选"),
    "multichoice": _("多选"),
    "yesno": _("是否"),
    "table": _("表格"),
    "people": _("人员名单"),
    "partners": _("参与单位"),
    "files": _("附件"),
    "computed": _("平台计算"),
    "targets": _("年度目标"),
}
INDICATOR_KINDS = {
    "integer": _("整数"),
    "number": _("数"),
    "money": _("金额"),
    "percent": _("百分比"),
    "ratio": _("比值"),
    "choice": _("单选"),
    "text": _("文字"),
}
