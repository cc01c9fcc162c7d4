"""What a new version of a pack changes, told in Chinese: for whom, by which clause, and what it would do to stored data.

``diff(Side.of(old, places), Side.of(new, places), names=…)`` compares two checked packs; ``Side.of_contents`` is a loaded
one. A :class:`Change` that is ``forbidden`` would lose or reinterpret what may be stored, and says in ``remedy`` which
mapping to write.
"""

from tongchou.programmes.diffing.change import BINDS, SEVERITIES, Change, Key, Severity
from tongchou.programmes.diffing.comparing import diff
from tongchou.programmes.diffing.side import OverlaySide, Side

__all__ = ["BINDS", "SEVERITIES", "Change", "Key", "OverlaySide", "Severity", "Side", "diff"]
