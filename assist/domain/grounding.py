"""Checks that a quoted reply says nothing that its cited passages do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assist.domain.sentences import split_units
from knowledge_base.models import Passage

_WHITE = re.compile(r"\s+")


def unsupported_units(text: str, passages: Iterable[Passage]) -> Sequence[str]:
    """Return the units of a reply that stand word for word in none of the passages."""
    sources = [_flat(passage.text) for passage in passages]
    units = [unit.text for unit in split_units(text)]
    return [unit for unit in units if not any(_flat(unit) in source for source in sources)]


def _flat(text: str) -> str:
    return _WHITE.sub(" ", text).strip()
