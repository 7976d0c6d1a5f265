"""Reads one file, whatever its format, into a document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.front_matter import note_unread_audience
from ingest.loaders.kinds import format_of
from ingest.sources import obstacle

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.sources import Limits


_TEXT_FORMATS = {"markdown", "csv", "text"}
_WIDEST_CHAR = 4  # bytes, in each of the usual encodings


def load_file(source: Path, limits: Limits) -> LoadedDocument:
    """Read a file in the format that its content and its name agree on.

    Raises:
        UnreadableFileError: saying what is wrong with the file and what to do.
    """
    reason = obstacle(source, limits)
    if reason:
        raise UnreadableFileError(reason)
    kind = format_of(source)
    if kind in _TEXT_FORMATS and source.stat().st_size > _WIDEST_CHAR * limits.max_text_chars:
        raise UnreadableFileError(_too_long(limits))
    document = _load(source, kind, limits)
    if not document.markdown.strip() and not document.pairs:
        raise UnreadableFileError("is empty: it holds no text")
    chars = len(document.markdown) + sum(len(p.question) + len(p.answer) for p in document.pairs)
    if chars > limits.max_text_chars:
        raise UnreadableFileError(_too_long(limits))
    return replace(document, metadata=note_unread_audience(document.metadata, document.markdown))


def _too_long(limits: Limits) -> str:
    return f"holds more than the {limits.max_text_chars:,} characters of text allowed; split it"


def _load(  # noqa: PLR0911 - one return for each format
    source: Path, kind: str, limits: Limits
) -> LoadedDocument:
    """Call the loader of a format; each brings its own libraries."""
    match kind:
        case "markdown":
            from ingest.loaders.markdown import load_markdown

            return load_markdown(source)
        case "html":
            from ingest.loaders.html import load_html

            return load_html(source)
        case "pdf":
            from ingest.loaders.pdf import load_pdf

            return load_pdf(source)
        case "docx":
            from ingest.loaders.word import load_word

            return load_word(source, limits)
        case "xlsx":
            from ingest.loaders.excel import load_excel

            return load_excel(source, limits)
        case "csv":
            from ingest.loaders.delimited import load_delimited

            return load_delimited(source, limits)
        case _:
            from ingest.loaders.plain import load_plain

            return load_plain(source)
