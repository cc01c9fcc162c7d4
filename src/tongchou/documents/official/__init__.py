"""公文 after GB/T 9704-2012: what an official document holds (``paper``), and the same as PDF (``pdf``) and Word (``word``).

Margins, type area, sizes, numbering, page numbers and annexes follow the standard; a red head and a seal are not drawn:
they belong to the office that issues the document.
"""
