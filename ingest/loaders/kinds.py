"""Tells what a file really is from its first bytes, and whether its name agrees."""

from __future__ import annotations

import codecs
import zipfile
from typing import TYPE_CHECKING

from ingest.document import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
}
_SAVE_AS = {
    ".doc": ".docx",
    ".docm": ".docx",
    ".dot": ".docx",
    ".odt": ".docx",
    ".pages": ".docx",
    ".rtf": ".docx",
    ".xls": ".xlsx",
    ".xlsb": ".xlsx",
    ".xlsm": ".xlsx",
    ".ods": ".xlsx",
    ".numbers": ".xlsx",
    ".ppt": ".docx or .pdf",
    ".pptx": ".docx or .pdf",
    ".odp": ".docx or .pdf",
    ".xhtml": ".html",
    ".mht": ".html",
    ".mhtml": ".html",
}
_SUPPORTED = ".md, .html, .pdf, .docx, .xlsx, .csv, .tsv and .txt"
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "a PowerPoint presentation"}
_TEXT_FORMATS = {"markdown", "html", "csv", "text"}
_ANY_TEXT = {"text", "binary"}  # what is binary in a text file is named by its line later
_LABELS = {
    "text": "plain text",
    "binary": "unknown data",
    "pdf": "a PDF document",
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "html": "a web page",
}
_PDF = b"%PDF-"
_PDF_HEADER_WITHIN = 1024
_HEAD_BYTES = 8192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def format_of(path: Path) -> str:
    """Name the format of a file: markdown, html, pdf, docx, xlsx, csv or text.

    Raises:
        UnreadableFileError: for an unsupported type, and where name and content disagree.
    """
    suffix = path.suffix.lower()
    wanted = _FORMATS.get(suffix)
    if wanted is None:
        raise UnreadableFileError(_unsupported(suffix))
    found = _content(path, wanted)
    if found == wanted or (found in _ANY_TEXT and wanted in _TEXT_FORMATS):
        return wanted
    if found == "empty":
        raise UnreadableFileError("is empty")
    if found == "encrypted":
        raise UnreadableFileError("is protected by a password; save it without one")
    raise UnreadableFileError(
        f"is named {suffix} but holds {_LABELS.get(found, found)}; "
        "give it the right ending or export it again"
    )


def _unsupported(suffix: str) -> str:
    if suffix in _SAVE_AS:
        return f"is a {suffix} file, which cannot be read; save it as {_SAVE_AS[suffix]}"
    named = f"is of the type {suffix}" if suffix else "has no file ending"
    return f"{named}, which cannot be read; supported are {_SUPPORTED}"


def _content(path: Path, wanted: str) -> str:
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head:
        return "empty"
    if head.startswith(_PDF) or (wanted == "pdf" and _PDF in head[:_PDF_HEADER_WITHIN]):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_content(path, wanted)
    if head.startswith(_OLE):
        return "encrypted" if _OLE_ENCRYPTED in path.read_bytes() else "an old Office document"
    named = next((name for mark, name in _SIGNATURES if head.startswith(mark)), "")
    return named or _text_content(head)


def _zip_content(path: Path, wanted: str) -> str:
    """Tell Office files apart by their folders; for a damaged one its name has to do."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return wanted if wanted in _OFFICE_FOLDERS.values() else "a zip archive"
    kinds = (
        kind
        for folder, kind in _OFFICE_FOLDERS.items()
        if any(name.startswith(folder) for name in names)
    )
    return next(kinds, "a zip archive")


def _text_content(head: bytes) -> str:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "binary" if b"\0" in head else "text"
