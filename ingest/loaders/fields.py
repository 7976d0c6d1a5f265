"""The names of the fields that describe an article, wherever they are written."""

from __future__ import annotations

import difflib
import re

METADATA_FIELDS = frozenset(
    {
        "id",
        "title",
        "kind",
        "audience",
        "language",
        "effective_from",
        "effective_until",
        "verbatim",
        "tags",
        "source_url",
    }
)
UNREAD_AUDIENCE = "unread_audience"
"""Where a loader notes the place at which a file speaks of its audience but not as metadata."""

_TYPING_SLIP = 0.8  # "audeince" reaches .88 of "audience"; "source", a common key, .75 of ours


def field_name(label: str) -> str:
    """Bring a key or a column header into the form of a field: `Effective From` is a field."""
    return re.sub(r"[\s-]+", "_", label.strip().lower())


def near_field(name: str) -> str:
    """Name the field that an unknown name was probably meant to be, or return an empty string."""
    close = difflib.get_close_matches(name, sorted(METADATA_FIELDS), n=1, cutoff=_TYPING_SLIP)
    return close[0] if close else ""
