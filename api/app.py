"""Puts the HTTP application together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from api.catalogue import Catalogue
from api.errors import add_problem_handlers
from api.middleware import BodyLimit, RequestFrame
from api.openapi import DESCRIPTION, TAGS, describe
from api.pages.access import DemoAccess, DemoSecrets
from api.pages.views import add_pages
from api.routes import ask, clients, conversations, desk, health, ingestions, knowledge

if TYPE_CHECKING:
    from assist.bootstrap import Container

__all__ = ["DemoAccess", "DemoSecrets", "create_app"]

API_VERSION = "1.0"
JSON_BODY_BYTES = 1_000_000

_V1 = "/v1"


def create_app(
    container: Container,
    *,
    demo: DemoAccess | None = None,
    wake_worker: Callable[[], object] = lambda: None,
    check_worker: Callable[[], object] = lambda: None,
) -> FastAPI:
    """Build the application; the demo pages are there only with `demo`.

    `wake_worker` is called when a job is added; `check_worker` raises when jobs are not worked off.
    """
    app = FastAPI(
        title="BPO Assist",
        version=API_VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
    )
    app.state.container = container
    app.state.catalogue = Catalogue(lambda: container.knowledge_base.passages)
    app.state.wake_worker = wake_worker
    app.state.check_worker = check_worker
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI documents
    add_problem_handlers(app)
    app.add_middleware(BodyLimit, limit_of=partial(_body_limit, container.settings.upload_bytes))
    app.add_middleware(RequestFrame)
    app.include_router(_v1_router())
    app.include_router(health.router)
    add_pages(app, demo)
    return app


def _v1_router() -> APIRouter:
    router = APIRouter(prefix=_V1)
    for routes in (ask, clients, conversations, desk, knowledge, ingestions):
        router.include_router(routes.router)
    return router


def _body_limit(upload_bytes: int, path: str) -> int:
    return upload_bytes if path == _V1 + ingestions.PATH else JSON_BODY_BYTES
