"""Reads what a web page says of itself in its `<meta>` elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.document import UnreadableFileError
from ingest.loaders.fields import UNREAD_AUDIENCE, field_name
from ingest.loaders.front_matter import speaks_of_audience

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bs4 import BeautifulSoup


READ_FIELDS = frozenset({"id", "kind", "audience", "effective_from", "effective_until", "verbatim"})
"""What no page gives by chance; the title, language and tags of a saved page mean other things."""


def read_page_metadata(soup: BeautifulSoup) -> dict[str, object]:
    """Read our fields; an audience given in a comment or elsewhere in the head is noted.

    Raises:
        UnreadableFileError: for a field that is given two values.
    """
    metadata: dict[str, object] = {}
    for name, value in _fields(soup):
        if metadata.setdefault(name, value) != value:
            raise UnreadableFileError(f"gives {name!r} two values; keep one of the two", "<meta>")
    if "audience" not in metadata:
        for place, text in _unseen_texts(soup):
            if any(map(speaks_of_audience, text.split("\n"))):
                metadata[UNREAD_AUDIENCE] = place
    return metadata


def _fields(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for tag in soup.find_all("meta"):
        name = field_name(str(tag.get("name") or tag.get("property") or ""))
        value = str(tag.get("content") or "").strip()
        if name in READ_FIELDS and value:
            yield name, value


def _unseen_texts(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Give the texts that a reader does not see, with their place."""
    from bs4 import Comment

    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        yield "a comment", str(comment)
    if soup.head is not None:
        for tag in soup.head.find_all(True):
            yield "<head>", " ".join([tag.get_text(), *_pairs(tag.attrs)])


def _pairs(attributes: Mapping[str, object]) -> Iterator[str]:
    for name, value in attributes.items():
        yield f"\n{name}={value}"
        yield f"\n{value}: {attributes.get('content', '')}"
