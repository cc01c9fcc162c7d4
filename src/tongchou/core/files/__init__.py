"""Stored files: what a file really is, kept once by its digest, never trusted by its name.

A file lies under ``settings.FILES`` at ``ab/cd/<sha256>``. Who may read it is decided by what refers to it; no address
leads to it by digest alone. ``kinds`` tells what a file is, ``pdfs`` cleans, ``storing`` keeps, ``scan`` asks clamd,
``uploads`` receives large files piece by piece, ``preview`` draws pages.
"""

from tongchou.core.files.kinds import MEDIA, NAMES
from tongchou.core.files.storing import path_of, safe_name, store

__all__ = ["MEDIA", "NAMES", "path_of", "safe_name", "store"]
