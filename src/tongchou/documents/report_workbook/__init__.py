"""Yearly figures in Excel: one sheet, a row for each indicator of each project, whether of one project or of thousands.

:mod:`.layout` names the columns, :mod:`.writing` makes a sheet of reports with last year's figures and targets beside the
inputs, :mod:`.reading` finds the project and indicator of every row however the columns stand, and :mod:`.importing` looks
at the whole first, cell by cell, and then saves as the screens save.
"""
