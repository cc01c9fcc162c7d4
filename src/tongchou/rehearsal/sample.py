"""What a rehearsal and the demo stand on: places, packs, and an evidence file to attach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typst

from tongchou.orgs.actions import load_jurisdictions
from tongchou.programmes.actions import load_pack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tongchou.programmes.models import Programme

PLACES = "jurisdictions-2023"
_EVIDENCE = """
#set document(title: "佐证材料（演练）", date: none)
#set page(paper: "a4", margin: 3cm, numbering: "— 1 —")
#set text(font: ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif SC", "Noto Sans SC"), size: 12pt, lang: "zh")
= 佐证材料（演练）
本文件由演练生成，不含真实单位的材料，也不加盖任何印章。
#pagebreak()
= 数据说明（演练）
#table(columns: (1fr, 1fr), [指标], [数据来源], [演练指标一], [演练台账], [演练指标二], [演练平台导出])
"""


def load_packs(folder: Path, programme: str, echo: Callable[[str], Any]) -> Programme:
    """Load the places and a programme with its overlays; what is loaded already stays as it is.

    ``programme``: the name of its folder in ``folder``, or the path of a folder elsewhere. The table of places beside it
    is taken, where there is one, as `pack check` does.
    """
    echo(f"Loading places and the programme {programme}")
    beside = sorted((folder / programme).parent.glob("jurisdictions-*"), reverse=True)
    load_jurisdictions(beside[0] if beside else folder / PLACES)
    return load_pack(folder / programme).programme


def evidence_pdf() -> bytes:
    """A PDF of two pages that says it is a rehearsal's."""
    return typst.compile(_EVIDENCE.encode(), format="pdf")
