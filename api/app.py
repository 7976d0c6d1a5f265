"""Puts the HTTP application together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI

from api.catalogue import Catalogue
from api.console import views as console
from api.errors import add_problem_handlers
from api.lead import views as lead
from api.lead.reports import ReportShelf
from api.middleware import BodyLimit, RequestFrame
from api.openapi import DESCRIPTION, TAGS, describe
from api.pages.access import DemoAccess, DemoSecrets
from api.pages.views import add_pages
from api.routes import (
    ask,
    canned_responses,
    client_reply,
    clients,
    conversations,
    desk,
    desk_views,
    health,
    inbound,
    ingestions,
    knowledge,
    reports,
    session,
    suggestions,
    users,
    webhooks,
    widget,
)
from api.widget.views import add_widget

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
    app = build_routes(container.settings.upload_bytes, with_demo=demo is not None)
    connect(app, container, demo=demo, wake_worker=wake_worker, check_worker=check_worker)
    return app


def build_routes(upload_bytes: int, *, with_demo: bool) -> FastAPI:
    """Build the application without what it serves; `connect` gives it that."""
    app = FastAPI(
        title="BPO Assist",
        version=API_VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
    )
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI documents
    add_problem_handlers(app)
    app.add_middleware(BodyLimit, limit_of=partial(_body_limit, upload_bytes))
    app.add_middleware(RequestFrame)
    app.include_router(_v1_router())
    app.include_router(health.router)
    app.include_router(client_reply.router)
    app.include_router(console.router)
    app.include_router(lead.router)
    add_widget(app)
    add_pages(app, with_demo=with_demo)
    return app


def connect(
    app: FastAPI,
    container: Container,
    *,
    demo: DemoAccess | None,
    wake_worker: Callable[[], object],
    check_worker: Callable[[], object] = lambda: None,
) -> None:
    """Let the application serve an installation."""
    app.state.container = container
    app.state.catalogue = Catalogue(lambda: container.knowledge_base.passages)
    app.state.lead_reports = ReportShelf()
    app.state.wake_worker = wake_worker
    app.state.check_worker = check_worker
    app.state.demo = demo


def _v1_router() -> APIRouter:
    router = APIRouter(prefix=_V1)
    for routes in (
        ask.router,
        clients.router,
        conversations.router,
        desk.router,
        desk_views.router,
        knowledge.router,
        ingestions.router,
        reports.router,
        session.router,
        users.router,
        inbound.router,
        webhooks.router,
        suggestions.router,
        canned_responses.router,
        widget.router,
    ):
        router.include_router(routes)
    return router


def _body_limit(upload_bytes: int, path: str) -> int:
    return upload_bytes if path == _V1 + ingestions.PATH else JSON_BODY_BYTES
