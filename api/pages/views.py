"""The pages: the demo clients, one page to ask each of them, and the list of HTTP routes."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.auth import SESSION_COOKIE, ContainerDep
from api.middleware import content_policy
from api.pages.access import DemoAccess, DemoSecrets, is_local
from api.pages.assets import mount_static, open_templates
from api.pages.demo_site import find_site, read_page
from knowledge_base.models import ClientId

_BRAND_RULE = '[data-client="{client_id}"] {{ --brand: {colour}; }}\n'

_templates = open_templates(Path(__file__).parent)


def add_pages(app: FastAPI, *, with_demo: bool) -> None:
    """Add the pages; those of the demo only where its clients are."""
    mount_static(app)
    app.include_router(_docs_router(home="/demo" if with_demo else "/docs"))
    if with_demo:
        app.include_router(_demo_router)


def _docs_router(home: str) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def open_home(request: Request) -> RedirectResponse:
        return RedirectResponse("/console" if SESSION_COOKIE in request.cookies else home)

    @router.get("/docs")
    def show_docs(request: Request) -> Response:
        document = request.app.openapi()
        return _templates.TemplateResponse(request, "docs.html", {"document": document})

    return router


_demo_router = APIRouter(prefix="/demo", include_in_schema=False)


async def _demo_client(client_id: str, request: Request) -> ClientId:
    """Return a demo client's id; any other client is as unknown as none."""
    demo: DemoAccess = request.app.state.demo
    if client_id not in demo.secrets:
        raise HTTPException(404, f"There is no demo client {client_id!r}.")
    return ClientId(client_id)


DemoClient = Annotated[ClientId, Depends(_demo_client)]


@_demo_router.get("")
def show_clients(request: Request, container: ContainerDep) -> Response:
    """List the demo clients."""
    demo: DemoAccess = request.app.state.demo
    profiles = [(client_id, container.clients.get(client_id)) for client_id in demo.secrets]
    return _templates.TemplateResponse(request, "clients.html", {"clients": profiles})


@_demo_router.get("/brands.css")
def get_brands(request: Request, container: ContainerDep) -> Response:
    """Return the clients' colours as a stylesheet; a strict policy allows no inline style."""
    demo: DemoAccess = request.app.state.demo
    brands = [(client_id, container.clients.get(client_id).brand) for client_id in demo.secrets]
    rules = [_BRAND_RULE.format(client_id=name, colour=brand.colour) for name, brand in brands]
    return Response("".join(rules), media_type="text/css")


@_demo_router.get("/{client_id}")
def show_site(client_id: DemoClient, request: Request, container: ContainerDep) -> Response:
    """Show a client's website with the widget on it, embedded as clients do."""
    profile = container.clients.get(client_id)
    context = {
        "client_id": client_id,
        "profile": profile,
        "page": read_page(client_id, profile),
        "site": find_site(container, client_id, str(request.base_url).rstrip("/")),
    }
    policy = {"Content-Security-Policy": content_policy(embeds="'self'")}
    return _templates.TemplateResponse(request, "site.html", context, headers=policy)


@_demo_router.get("/{client_id}/ask")
def show_client(client_id: DemoClient, request: Request, container: ContainerDep) -> Response:
    """Show the page on which one asks a client's assistant."""
    context = {"client_id": client_id, "profile": container.clients.get(client_id)}
    return _templates.TemplateResponse(request, "client.html", context)


@_demo_router.get("/{client_id}/access")
def get_access(client_id: DemoClient, request: Request) -> JSONResponse:
    """Give the client's keys to its page, on this machine only."""
    if not is_local(request):
        raise HTTPException(
            403, "The demo pages work only in a browser on the machine that runs the demo."
        )
    demo: DemoAccess = request.app.state.demo
    secrets: DemoSecrets = demo.secrets[client_id]
    return JSONResponse({"customer": secrets.customer, "agent": secrets.agent})
