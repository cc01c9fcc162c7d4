"""Composing a YAML 1.2 text into nodes: by libyaml, forty times as fast as in Python, where it can read it.

What libyaml refuses is read by ruamel.yaml, whose errors are told to people; both give nodes of one shape. libyaml knows YAML
1.1, so plain scalars are told apart by the table that ruamel.yaml keeps for 1.2: ``yes`` stays a text, ``010`` is ten.
"""

from __future__ import annotations

from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import implicit_resolvers

_READER = YAML(typ="safe", pure=True)


def compose(text: str) -> Any:
    """The root node, with ``id``, ``tag``, ``value`` and ``start_mark``; ``None`` of an empty text.

    Raises what ruamel.yaml raises: mostly a ``YAMLError``, of some broken texts an error from inside it.
    """
    try:
        return yaml.compose(text, _Composer)
    except (yaml.YAMLError, ValueError, RecursionError):
        reader = YAML(typ="safe", pure=True)
        reader.composer.warn_double_anchors = False
        return reader.compose(text)


def scalar(kind: str, text: str) -> Any:
    """What a plain scalar of a kind (``bool``, ``int``, ``float``, ``timestamp``) means."""
    node = ScalarNode(f"tag:yaml.org,2002:{kind}", text)
    return getattr(_READER.constructor, f"construct_yaml_{kind}")(node)


def _of_yaml_1_2() -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for versions, tag, pattern, first in implicit_resolvers:
        if (1, 2) in versions:
            for character in first:
                found.setdefault(character, []).append((tag, pattern))
    return found


class _Composer(yaml.CSafeLoader):
    yaml_implicit_resolvers = _of_yaml_1_2()
