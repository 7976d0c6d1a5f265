"""Sends uploads and looks at what became of them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from starlette.testclient import TestClient

from assist.domain.keys import KeyScope
from tests.api.installation import Installation

TRAINER = KeyScope.TRAINER
PATH = "/v1/ingestions"


def upload(
    http: TestClient,
    installation: Installation,
    *files: tuple[str, bytes],
    fields: dict[str, str] | None = None,
    key: str = "",
) -> tuple[int, Any]:
    headers = installation.headers(TRAINER) | ({"Idempotency-Key": key} if key else {})
    parts = [("files", file) for file in files]
    data = {"mode": "replace"} if fields is None else fields
    response = http.post(PATH, files=parts, data=data, headers=headers)
    return response.status_code, response.json()


def zipped(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def stored(installation: Installation) -> dict[str, bytes]:
    """Return what lies in the folders of accepted uploads and anything left beside them."""
    uploads = installation.container.settings.home / "uploads"
    return {
        path.relative_to(uploads).as_posix().partition("/")[2]: path.read_bytes()
        for path in uploads.rglob("*")
        if path.is_file()
    }
