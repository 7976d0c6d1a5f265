"""Stores uploaded articles in a fresh folder; nothing a sender names can leave that folder."""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO

from ingest.document import UnreadableFileError
from ingest.loaders.archive import check_archive
from ingest.sources import Limits

MAX_FILES = 10_000

_MAX_NAME_CHARS = 1000
_MAX_PART_BYTES = 255
_COPY_BYTES = 2**20
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, OSError)
_FORBIDDEN_CHARS = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
# Windows opens a device for these names, with any extension.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


class UploadError(Exception):
    """An upload that is refused; the message names the file and says what is wrong."""


@dataclass(frozen=True)
class UploadedFile:
    """A file as it was sent: its relative POSIX path and its content from the start."""

    name: str
    content: IO[bytes]


@dataclass(frozen=True)
class StoredUpload:
    """A folder on disk with what was uploaded; `digest` identifies names and contents."""

    folder: Path
    digest: str


@contextmanager
def stored_upload(
    uploads: Path, files: Sequence[UploadedFile], *, max_bytes: int
) -> Iterator[StoredUpload]:
    """Store the files (or the one zip's content) durably in a scratch folder below `uploads`.

    The caller renames the folder to keep it; otherwise it is removed. Raises `UploadError`.
    """
    uploads.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".incoming-", dir=uploads))
    try:
        is_zip = len(files) == 1 and files[0].name.lower().endswith(".zip")
        if is_zip:
            digest = _unpack(files[0], folder, max_bytes)
        else:
            digest = _store(((file.name, file.content) for file in files), folder)
        yield StoredUpload(folder, digest)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_name(name: str) -> PurePosixPath:
    """Return a relative path that is safe on every system. Raises `UploadError`."""
    parts = name.split("/")
    if not name or len(name) > _MAX_NAME_CHARS:
        raise UploadError(f"{name[:80]!r} is no usable file name; give 1 to 1,000 characters")
    if any(part in {"", ".", ".."} for part in parts):
        raise UploadError(f"{name!r} must be a relative path without '..' or empty parts")
    if _FORBIDDEN_CHARS.search(name):
        raise UploadError(f"{name!r} has a character that is not allowed in file names")
    for part in parts:
        if _DEVICES.fullmatch(part) or part.endswith((".", " ")):
            raise UploadError(f"{name!r}: {part!r} is a name that some systems reserve; rename it")
        if len(os.fsencode(part)) > _MAX_PART_BYTES:
            raise UploadError(f"{name!r}: {part[:40]!r}... is too long for a file name")
    return PurePosixPath(name)


def _store(files: Iterable[tuple[str, IO[bytes]]], folder: Path) -> str:
    """Write the files and return the digest of their names and contents."""
    digests: dict[str, str] = {}
    taken: set[str] = set()
    for name, content in files:
        path = check_name(name)
        # Two names that differ in case alone are one file on some systems.
        if name.casefold() in taken:
            raise UploadError(f"{name!r} was sent twice; send each file once")
        taken.add(name.casefold())
        digests[name] = _write(content, folder / path, name)
    listing = "\n".join(f"{digest} {name}" for name, digest in sorted(digests.items()))
    return hashlib.sha256(listing.encode()).hexdigest()


def _write(content: IO[bytes], target: Path, name: str) -> str:
    """Write a file so that it survives a power loss, and return its SHA-256."""
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            while block := content.read(_COPY_BYTES):
                digest.update(block)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
    except (FileExistsError, NotADirectoryError) as error:
        raise UploadError(f"{name!r} is both a file and a folder in this upload") from error
    return digest.hexdigest()


def _unpack(upload: UploadedFile, folder: Path, max_bytes: int) -> str:
    """Store the files of a zip. A single folder at its top is taken for the folder itself."""
    packed = folder.with_suffix(".zip")
    try:
        _write(upload.content, packed, upload.name)
        check_archive(packed, Limits(max_unpacked_bytes=max_bytes, max_zip_entries=MAX_FILES))
        with zipfile.ZipFile(packed) as archive:
            return _store(_members(archive, upload.name), folder)
    except UnreadableFileError as error:
        raise UploadError(f"{upload.name!r} {error.reason}") from error
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno:
            raise  # the disk's fault, not the file's
        raise UploadError(f"{upload.name!r} is damaged; pack it again") from error
    finally:
        packed.unlink(missing_ok=True)


def _members(archive: zipfile.ZipFile, zip_name: str) -> Iterator[tuple[str, IO[bytes]]]:
    files = [info for info in archive.infolist() if not info.is_dir()]
    if not files:
        raise UploadError(f"{zip_name!r} holds no files")
    tops = {info.filename.partition("/")[0] for info in files} - {"__MACOSX"}
    is_wrapped = len(tops) == 1 and all("/" in info.filename for info in files)
    for info in files:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG}:
            raise UploadError(f"{info.filename!r} in {zip_name!r} is a link or a device")
        name = info.filename.partition("/")[2] if is_wrapped else info.filename
        with archive.open(info) as content:
            yield name, content
