"""The Excel template of one draft: written for exactly its form, filled offline, read back, returned with faults marked.

:mod:`.layout` says what is asked and what it is called, :mod:`.writing` makes the workbook, :mod:`.reading` finds every
answer by the hidden codes beside it (rows may be moved, inserted, deleted), :mod:`.comparing` says cell by cell what would
change and what is wrong, and :mod:`.marking` colours the faulty cells in the very file that came.
"""
