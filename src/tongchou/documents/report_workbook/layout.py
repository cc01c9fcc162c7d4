"""The columns of the sheet and what each is called."""

from __future__ import annotations

SHEET, GUIDE = "绩效数据", "说明"
NUMBER, PROJECT, YEAR, CODE, INDICATOR, UNIT = "项目编号", "项目", "年度", "指标编码", "指标", "单位"
BEFORE, TARGET, VALUE, NUMERATOR, DENOMINATOR, NOTE, VERSION = (
    "上年",
    "目标",
    "数值",
    "分子",
    "分母",
    "说明",
    "底稿版本",
)
COLUMNS = (
    (NUMBER, 20),
    (PROJECT, 26),
    (YEAR, 7),
    (CODE, 20),
    (INDICATOR, 34),
    (UNIT, 9),
    (BEFORE, 16),
    (TARGET, 16),
    (VALUE, 16),
    (NUMERATOR, 14),
    (DENOMINATOR, 14),
    (NOTE, 36),
    (VERSION, 9),
)
"""Every column with its width, in the order in which they are written."""
NEEDED = (NUMBER, YEAR, CODE)
"""Without these no row can be read; the others may be left out."""
PARTS = {VALUE: "value", NUMERATOR: "numerator", DENOMINATOR: "denominator", NOTE: "note"}
"""The columns that are read, and the parts of an answer they fill."""
RULES = (
    "一行是一个项目的一项指标。只在白底单元格内填写；其余各列供核对，不读回。",
    "空着的单元格不改变平台上已有的内容；要清空已有内容，请填“（清空）”。",
    "比率指标填分子、分母，其他指标填数值；金额以万元为单位，百分数只填数字（85 表示 85%）。",
    "没有数据的、未达目标的，请在“说明”列写明原因。佐证材料在平台上上传。",
    "上传后先试读，逐格列出将改动的内容和错误，确认后才写入；写入后仍由单位审核人报送。",
)
