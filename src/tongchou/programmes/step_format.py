"""What a pack may say of a step besides who acts there: the formal check and who reads its remarks. Part of the pack format."""

from __future__ import annotations

from typing import Literal

from tongchou.forms.definition import Cel, Cited, Code, Text

Department = Literal["finance", "development", "industry"]
Readers = Literal["all", "authorities", "above", "own"]


class FormalItem(Cited):
    """One point of the formal check 形式审查. What the machine can tell it decides; the officer ticks the rest.

    ``machine`` asks for ``materials`` (every required one is there) or ``checks`` (nothing the platform checks is wrong).
    """

    code: Code
    text: Text
    rule: Cel | None = None
    machine: Literal["materials", "checks"] | None = None
    variants: list[Code] = []
