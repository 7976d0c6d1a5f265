"""The widget's files, made small once: pages of other companies wait for them."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rjsmin import jsmin

from api.middleware import STATIC_PREFIX

STATIC = Path(__file__).parent / "static"
LOADER = "loader.js"


@dataclass(frozen=True)
class WidgetFile:
    """A file as it goes out, plain and compressed; the tag names this very content."""

    content: bytes
    compressed: bytes
    media_type: str
    tag: str


@cache
def widget_files() -> Mapping[str, WidgetFile]:
    """Read the files by their paths below the folder."""
    return {
        path.relative_to(STATIC).as_posix(): _read(path)
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    }


@cache
def widget_prefix() -> str:
    """Name the files after their content, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for name, file in widget_files().items():
        digest.update(name.encode() + file.content)
    return f"{STATIC_PREFIX}widget-{digest.hexdigest()[:12]}"


def _read(path: Path) -> WidgetFile:
    content = _without_comments(path) if path.suffix == ".js" else path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    return WidgetFile(content, gzip.compress(content, mtime=0), media_type, tag)


def _without_comments(path: Path) -> bytes:
    minified: str = jsmin(path.read_text(encoding="utf-8"))
    return minified.encode()
