"""Reads Markdown files with their front matter; the body stays as its author wrote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.encoding import decode_text
from ingest.loaders.markup import first_heading
from ingest.loaders.yaml_text import read_mapping

if TYPE_CHECKING:
    from pathlib import Path

_FENCE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_OPENING = re.compile(r"---[ \t]*\n(?=(?:[ \t]*(?:#.*)?\n)*(?:[\w\"'][^\n]*?:(?:\s|$)|---|\.\.\.))")
_LONGEST_FRONT_MATTER_CHARS = 65_536


def load_markdown(path: Path) -> LoadedDocument:
    """Read a Markdown file; its title is the one in the front matter, else the first heading."""
    metadata, body = split_front_matter(decode_text(path.read_bytes()))
    title = str(metadata.get("title") or "") or first_heading(body, deepest=1)
    return LoadedDocument(markdown=body, title=title, metadata=metadata)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Split a file into what its front matter says and its body.

    A rule (`---`) at the top that no `name: value` line follows is part of the body.

    Raises:
        UnreadableFileError: for front matter that is broken, too long or never closed: the file
            could otherwise go in without the audience that its author gave it.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return {}, text
    closing = _FENCE.search(text, opening.end())
    if closing is None:
        raise UnreadableFileError("opens front matter but never closes it; add '---'", "line 1")
    content = text[opening.end() : closing.start()]
    if len(content) > _LONGEST_FRONT_MATTER_CHARS:
        raise UnreadableFileError("has front matter of more than 64 kB; shorten it", "line 1")
    return read_mapping(content, first_line=2), text[closing.end() :].lstrip("\n")
