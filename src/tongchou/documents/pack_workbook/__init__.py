"""A pack as an Excel workbook, both ways without loss.

Every list of parts is a sheet, every part a row, every key a column with a Chinese name. Sheets and columns are found by
walking the models of the pack format (:mod:`.layout`), so a key added there is written and read as soon as
:mod:`.names` gives it a name.
"""

from pathlib import Path

SAMPLE = Path(__file__).parent / "sample"
"""A small pack that shows every kind of list, all invented."""
