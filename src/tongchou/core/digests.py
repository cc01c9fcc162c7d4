"""The digest of JSON content: what a frozen revision, edition or bulletin is recognised by."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def digest_of(content: Any) -> str:
    """SHA-256 of the canonical JSON (keys sorted, no spaces, UTF-8), in hexadecimal: equal content, equal digest."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
