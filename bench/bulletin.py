"""The nation's bulletin over generated data: its figures, then Word, PDF and Excel; the goal is 30 seconds for all of it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.house import machine
from bench.rollup import generated

GOAL_SECONDS = 30
YEAR = 2025


def measure(size: str = "small", database: str = "", keep: str = "") -> dict[str, Any]:
    """``size`` and ``database`` as for ``rollup``; the three files are kept in the folder ``keep`` where one is named."""
    with generated(size, database) as nation:
        from tongchou.documents import bulletin_book, bulletins
        from tongchou.documents.official import pdf, word
        from tongchou.insight import bulletin
        from tongchou.orgs.models import Authority
        from tongchou.programmes.models import Programme

        ministry = Authority.objects.select_related("place").get(place_id="000000", department="education")
        programme = Programme.objects.get()
        _forget_peak()
        before, spent = _memory("VmRSS"), {}
        began = time.perf_counter()
        made = bulletin.snapshot(
            authority=ministry, programme=programme, year=YEAR, document_number="示函〔2026〕1号"
        )
        made["changes"] = []
        spent["figures"] = time.perf_counter() - began
        paper = bulletins.paper(made)
        files = {}
        for form, make in (("docx", word.made), ("pdf", pdf.made)):
            started = time.perf_counter()
            files[form] = make(paper)
            spent[form] = time.perf_counter() - started
        started = time.perf_counter()
        files["xlsx"] = bulletin_book.made(made)
        spent["xlsx"] = time.perf_counter() - started
        whole = time.perf_counter() - began
        peak = _memory("VmHWM")
    for form, content in files.items() if keep else ():
        Path(keep).mkdir(parents=True, exist_ok=True)
        (Path(keep) / f"bulletin.{form}").write_bytes(content)
    return {
        "settings": {
            **machine(),
            "size": size,
            "tasks": len(made["tasks"]),
            "places": len(made["places"]),
            **nation,
        },
        "goal_seconds": GOAL_SECONDS,
        "seconds": round(whole, 2),
        "seconds_of": {part: round(taken, 2) for part, taken in spent.items()},
        "peak_mb": peak,
        "held_mb_before": before,
        "bytes": {form: len(content) for form, content in files.items()},
    }


def _forget_peak() -> None:
    """Begin counting memory anew: what made the data does not belong to the bulletin (Linux, proc(5))."""
    Path("/proc/self/clear_refs").write_text("5")


def _memory(what: str) -> int:
    """Memory held now (``VmRSS``) or at most since it was counted anew (``VmHWM``), in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) // 1024
