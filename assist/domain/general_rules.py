"""The handoff rules that hold for every client, read from the YAML file beside this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import AfterValidator

from assist.domain.rules import HandoffRule

_PHRASE_FIELDS = ("any_of", "unless")


@lru_cache(maxsize=256)
def general_rules_without(names: frozenset[str]) -> tuple[HandoffRule, ...]:
    """Return the general rules that a client has not switched off by their names."""
    return tuple(rule for rule in general_rules() if rule.name not in names)


@lru_cache(maxsize=1)
def general_rules() -> tuple[HandoffRule, ...]:
    """Return the general rules, the most serious first."""
    import yaml

    text = files("assist.domain").joinpath("general_rules.yaml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)  # ten times as fast as the one in Python
    words = {name: "|".join(group) for name, group in document["words"].items()}
    return tuple(HandoffRule(**_spelled_out(rule, words)) for rule in document["rules"])


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    known = dict.fromkeys(rule.name for rule in general_rules())
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no general rule is called {unknown[0]!r}; there are {', '.join(known)}")
    return names


RuleNames = Annotated[tuple[str, ...], AfterValidator(_known)]
"""Names of general rules, in a field of a model."""


def _spelled_out(rule: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """Put the named groups of words into the phrases that mention them as `{name}`."""
    phrases = {field: _filled(rule.get(field, ()), words) for field in _PHRASE_FIELDS}
    return {**rule, **phrases}


def _filled(phrases: Sequence[str], words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(phrase.format_map(words) for phrase in phrases)
