"""The static files of all pages under one name, and the templates that refer to them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from api.middleware import STATIC_PREFIX

_API = Path(__file__).parent.parent
_SHARED = _API / "pages"
_OWN = ("console", "lead")
"""The packages of `api` whose pages bring static files; theirs lie in a folder of that name."""


@cache
def static_prefix() -> str:
    """Name the static files after their content, so that browsers may keep them for good."""
    digest = hashlib.sha256()
    for folder in (_static(_SHARED), *(_static(_API / name) for name in _OWN)):
        for path in sorted(folder.iterdir()):
            digest.update(path.read_bytes())
    return STATIC_PREFIX + digest.hexdigest()[:12]


def mount_static(app: FastAPI) -> None:
    """Serve the static files; modules reach the shared ones as `../dom.js`."""
    for name in _OWN:
        app.mount(f"{static_prefix()}/{name}", StaticFiles(directory=_static(_API / name)))
    app.mount(static_prefix(), StaticFiles(directory=_static(_SHARED)), name="static")


def open_templates(package: Path) -> Jinja2Templates:
    """Open a package's templates, which may extend the shared ones."""
    folders = [package / "templates", _SHARED / "templates"]
    return Jinja2Templates(folders, context_processors=[lambda _: {"static": static_prefix()}])


def _static(package: Path) -> Path:
    return package / "static"
