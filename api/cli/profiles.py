"""Reads a client's profile file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from assist.domain.errors import InvalidClientError

if TYPE_CHECKING:
    from pathlib import Path


def read_profile(path: Path) -> dict[str, object]:
    """Return the fields of a client.yaml. Raises `InvalidClientError` when it is no such file."""
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidClientError(f"{str(path)!r} is not valid YAML: {error}") from error
    if not isinstance(values, dict):
        raise InvalidClientError(f"{str(path)!r} holds no fields; begin with `name: ...`")
    return values
