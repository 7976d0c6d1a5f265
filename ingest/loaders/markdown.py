"""Reads Markdown files with their front matter; the body stays as its author wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.document import LoadedDocument
from ingest.loaders.encoding import decode_text, refuse_costly_markup
from ingest.loaders.front_matter import split_front_matter
from ingest.loaders.markup import first_heading

if TYPE_CHECKING:
    from pathlib import Path


def load_markdown(path: Path) -> LoadedDocument:
    """Read a Markdown file; its title is the one in the front matter, else the first heading."""
    text = decode_text(path.read_bytes())
    refuse_costly_markup(text)
    metadata, body = split_front_matter(text)
    title = str(metadata.get("title") or "") or first_heading(body, deepest=1)
    return LoadedDocument(markdown=body, title=title, metadata=metadata)
