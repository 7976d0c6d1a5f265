"""Checks an Office file's zip container before any library unpacks it."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from ingest.document import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.sources import Limits

_RATIO_FLOOR_BYTES = 2**20  # small parts of XML may well shrink a hundredfold
_PROLOGUE_BYTES = 2**16
_ESCAPING_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\x00")
_ENCRYPTED_FLAG = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse a damaged, encrypted or hostile container.

    The sizes come from the directory of the archive; no library reads more of a part than that.

    Raises:
        UnreadableFileError: saying which of it the archive is.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            reason = _size_obstacle(parts, limits) or _name_obstacle(parts)
            if not reason and any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
                reason = "needs a password; save it without one"
            if not reason and _has_document_type(archive, parts):
                reason = "holds a document type declaration, which no Office program writes"
    except _DAMAGE as error:
        raise UnreadableFileError(
            "is damaged or was cut off; open it in its program and save it again"
        ) from error
    if reason:
        raise UnreadableFileError(reason)


def _size_obstacle(parts: list[zipfile.ZipInfo], limits: Limits) -> str:
    if len(parts) > limits.max_zip_entries:
        return f"holds {len(parts):,} parts, more than the {limits.max_zip_entries:,} allowed"
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.max_unpacked_bytes:
        limit = limits.max_unpacked_bytes / 2**20
        return f"unpacks to {unpacked / 2**20:,.0f} MB, more than the {limit:,.0f} MB allowed"
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > _RATIO_FLOOR_BYTES and ratio > limits.max_zip_ratio:
            return f"holds a part that unpacks {ratio:,.0f}-fold, as a zip bomb does"
    return ""


def _name_obstacle(parts: list[zipfile.ZipInfo]) -> str:
    names = [part.orig_filename for part in parts]
    if any(_ESCAPING_NAME.search(name) for name in names):
        return "holds a part whose name leads out of the file"
    if len(set(names)) < len(names):  # readers differ in which of the two they take
        return "holds two parts of the same name"
    return ""


def _has_document_type(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """Say whether a part declares a document type, the carrier of entity attacks."""
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(_PROLOGUE_BYTES).replace(b"\0", b""):
                    return True
    return False
