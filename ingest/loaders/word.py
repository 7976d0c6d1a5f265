"""Reads Word documents, by way of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.archive import check_archive
from ingest.loaders.html import HEADINGS, read_html

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.sources import Limits

_STYLE_MAP = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""
_LONGEST_HEADING_CHARS = 100
_SENTENCE_END = (".", ",", ";", ":", "!")


def load_word(path: Path, limits: Limits) -> LoadedDocument:
    """Read a Word document; pictures, comments, headers and footers stay out."""
    import mammoth

    check_archive(path, limits)
    try:
        with path.open("rb") as stream:
            html = mammoth.convert_to_html(
                stream,
                style_map=_STYLE_MAP,
                convert_image=mammoth.images.img_element(lambda _: {}),
                external_file_access=False,
            ).value
    except (KeyError, OSError, ValueError, AttributeError, ExpatError) as error:
        raise UnreadableFileError(
            "is damaged or was not written by Word; open it in Word and save it again"
        ) from error
    return read_html(_with_headings(html))


def _with_headings(html: str) -> str:
    """Where the author set headings in bold instead of a heading style, make them headings."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    if len(soup.find_all(HEADINGS)) > 1:
        return html
    for tag in soup.find_all("p"):
        text = tag.get_text(strip=True)
        bold = "".join(part.get_text(strip=True) for part in tag.find_all("strong"))
        is_last = tag.find_next_sibling() is None
        is_short = len(text) <= _LONGEST_HEADING_CHARS and not text.endswith(_SENTENCE_END)
        if text and text == bold and is_short and not is_last and not tag.find_parent("table"):
            tag.name = "h2"
    return str(soup)
