"""Tongchou 统筹 runs tiered public programmes."""

__version__ = "0.1.0"
