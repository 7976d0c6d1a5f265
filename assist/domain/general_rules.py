"""The handoff rules that hold for every client, read from the YAML file beside this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assist.domain.rules import HandoffRule

_PHRASE_FIELDS = ("any_of", "unless")


@lru_cache(maxsize=1)
def general_rules() -> tuple[HandoffRule, ...]:
    """Return the general rules, the most serious first."""
    import yaml

    text = files("assist.domain").joinpath("general_rules.yaml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast as the one in Python
    words = {name: "|".join(group) for name, group in document["words"].items()}
    return tuple(HandoffRule(**_spelled_out(rule, words)) for rule in document["rules"])


def _spelled_out(rule: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """Put the named groups of words into the phrases that mention them as `{name}`."""
    phrases = {field: _filled(rule.get(field, ()), words) for field in _PHRASE_FIELDS}
    return {**rule, **phrases}


def _filled(phrases: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(phrase.format_map(words) for phrase in phrases)
