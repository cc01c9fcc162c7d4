"""The yearly bulletin 通报: what it states (``snapshot``), in which sentences (``wording``), and what an edition corrects.

A snapshot is plain JSON, frozen when it is published. Word, PDF and Excel are made from it alone (``documents.bulletins``),
so they can be made again byte for byte. Counts are integers; other figures stand twice, as text with its unit and as a
decimal in text (money in 万元), so nothing is rounded on the way.
"""

from tongchou.insight.bulletin.editions import changes
from tongchou.insight.bulletin.snapshot import digest, snapshot
from tongchou.insight.bulletin.wording import wording

__all__ = ["changes", "digest", "snapshot", "wording"]
