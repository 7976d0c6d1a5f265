"""Decides who may read an article where nothing but its kind, path or title may tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from knowledge_base.models import ArticleKind, Audience

AGENTS_ONLY = frozenset({ArticleKind.SCRIPT, ArticleKind.PROCEDURE})
_AGENTS_PATH_PART = re.compile(
    r"[\W\d_]*(?:internal|agents|staff|private)(?![^\W_])", re.IGNORECASE
)
_AGENTS_TITLE = re.compile(r"internal\b", re.IGNORECASE)


def decide_audience(
    stated: Audience | None,
    default: Audience | None,
    *,
    path: str,
    title: str,
    kind: ArticleKind,
) -> Audience:
    """Take what is stated of this very article; else what it looks like; else the default.

    A default never publishes what looks internal.
    """
    if stated:
        return stated
    if kind in AGENTS_ONLY or _speaks_of_agents(path) or _AGENTS_TITLE.match(title):
        return Audience.INTERNAL
    return default or Audience.PUBLIC


def _speaks_of_agents(path: str) -> bool:
    """Look for a folder, or a file, whose name begins with a word such as "Staff"."""
    file = PurePosixPath(path)
    return any(_AGENTS_PATH_PART.match(part) for part in (*file.parent.parts, file.stem))
