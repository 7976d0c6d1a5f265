"""Finds the article files under a folder, and refuses what must not even be opened."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MANIFEST_NAME = "manifest.yaml"
SIDECAR_SUFFIXES = (".meta.yaml", ".meta.yml")
_MEBIBYTE = 2**20
_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}
_SYSTEM_FOLDERS = {"__macosx"}


class IngestError(Exception):
    """A folder or a manifest that cannot be read at all; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost before it is refused."""

    max_file_bytes: int = 50 * _MEBIBYTE
    max_unpacked_bytes: int = 200 * _MEBIBYTE
    max_zip_ratio: int = 100
    max_zip_entries: int = 10_000
    max_text_chars: int = 5_000_000
    max_rows: int = 100_000
    timeout_s: float = 60.0
    memory_bytes: int = 2048 * _MEBIBYTE


@dataclass(frozen=True)
class SourceFile:
    """An article file; `name` is its POSIX path below the root, `digest` the SHA-256 of it."""

    path: Path
    name: str
    size_bytes: int
    digest: str


@dataclass(frozen=True)
class Rejection:
    """A file that did not go in; `reason` and `place` as in `UnreadableFileError`."""

    path: str
    reason: str
    place: str = ""


@dataclass(frozen=True)
class Sources:
    """What a folder holds, both parts in the order of their names."""

    files: tuple[SourceFile, ...]
    rejected: tuple[Rejection, ...]


def list_sources(root: Path, limits: Limits) -> Sources:
    """List the article files under a folder, or the one file that `root` names.

    Hidden files, sidecars, the manifest and the leavings of office programs and systems are
    passed over. A link to a file inside the root is read as that file; no other link is followed.
    """
    if not root.exists():
        raise IngestError(f"{str(root)!r} does not exist; name a folder of articles or one file")
    unlisted: list[OSError] = []
    target = root.resolve()
    home = target if target.is_dir() else target.parent
    paths = _walk(home, unlisted) if target.is_dir() else [target]
    found = [_inspect(path, home, limits) for path in paths]
    rejected = [item for item in found if isinstance(item, Rejection)]
    rejected.extend(_unlisted_folder(error, home) for error in unlisted)
    if not (found or rejected):
        raise IngestError(f"{str(root)!r} holds no articles; add files or name another folder")
    files = (item for item in found if isinstance(item, SourceFile))
    return Sources(
        files=tuple(sorted(files, key=lambda file: file.name)),
        rejected=tuple(sorted(rejected, key=lambda item: item.path)),
    )


def obstacle(path: Path, limits: Limits) -> str:
    """Say why a file must not be opened, judged without opening it; empty when it may be."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file; replace it by the document itself"
    if status.st_size > limits.max_file_bytes:
        size, limit = status.st_size / _MEBIBYTE, limits.max_file_bytes / _MEBIBYTE
        return f"is too large ({size:,.1f} MB, the limit is {limit:,.1f} MB); split it"
    return ""


def _walk(home: Path, unlisted: list[OSError]) -> Iterator[Path]:
    """Walk over the files that could be articles, and over links to folders to refuse them.

    A sidecar without its file comes along to be refused: passing over a misspelt one could make
    an internal article public.
    """
    for folder, folders, files in os.walk(home, onerror=unlisted.append):
        here = Path(folder)
        folders[:] = [name for name in folders if not _is_passed_over(name)]
        yield from (here / name for name in folders if (here / name).is_symlink())
        for name in files:
            is_manifest = here == home and name == MANIFEST_NAME
            is_paired = _described_by(name) in files
            if not (_is_passed_over(name) or is_manifest or is_paired):
                yield here / name


def _unlisted_folder(error: OSError, home: Path) -> Rejection:
    name = Path(error.filename).relative_to(home).as_posix()
    return Rejection(_printable(name), f"cannot be listed ({error.strerror}); check permissions")


def _described_by(name: str) -> str:
    """Name the file that a sidecar speaks of; empty when the name is not that of a sidecar."""
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    return stem.removesuffix(".meta") if name.endswith(SIDECAR_SUFFIXES) else ""


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_FILES | _SYSTEM_FOLDERS


def _inspect(path: Path, home: Path, limits: Limits) -> SourceFile | Rejection:
    """Describe one file, or say why it stays out."""
    name = path.relative_to(home).as_posix()
    reason = _name_obstacle(name) or _link_obstacle(path, home)
    if reason:
        return Rejection(_printable(name), reason)
    try:
        reason = obstacle(path, limits)
        if reason:
            return Rejection(name, reason)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return SourceFile(path, name, path.stat().st_size, digest)
    except OSError as error:
        return Rejection(name, f"cannot be opened ({error.strerror}); check its permissions")


def _name_obstacle(name: str) -> str:
    if _printable(name) != name:  # it could be neither stored nor shown
        return "has a name that is not valid UTF-8; rename it"
    described = _described_by(PurePosixPath(name).name)
    if described:
        return f"describes {described!r}, but no such file is beside it; rename or remove it"
    return ""


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _link_obstacle(path: Path, home: Path) -> str:
    """Links are followed to files inside the root alone: others could expose any file at hand."""
    if not path.is_symlink():
        return ""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "is a link that leads nowhere; replace it by the document itself"
    if not target.is_relative_to(home):
        return "is a link that leaves the folder; replace it by the document itself"
    if target.is_dir():
        return "is a link to a folder; only links to files are followed"
    return ""
