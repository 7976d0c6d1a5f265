"""The loader that clients' pages fetch, and the frame that it puts there."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from api.auth import ContainerDep
from api.middleware import content_policy
from api.widget.files import LOADER, WidgetFile, widget_files, widget_prefix
from assist.bootstrap import Container
from assist.domain.branding import readable_accent
from assist.domain.site import Site

LOADER_PATH = "/widget/v1.js"
LOADER_MAX_AGE_S = 300
"""Clients' pages name the loader for good, so this is how soon a new one reaches them."""

_FOR_OTHER_SITES = {"Cross-Origin-Resource-Policy": "cross-origin"}

_templates = Jinja2Templates(Path(__file__).parent / "templates")

_router = APIRouter(include_in_schema=False)


def add_widget(app: FastAPI) -> None:
    """Add the widget's loader, frame and files."""
    app.include_router(_router)
    app.add_api_route(widget_prefix() + "/{name:path}", _get_file, include_in_schema=False)


@_router.get(LOADER_PATH)
def get_loader(request: Request) -> Response:
    """Return the script that clients embed."""
    kept = {"Cache-Control": f"public, max-age={LOADER_MAX_AGE_S}"}
    return _response(request, widget_files()[LOADER], kept | _FOR_OTHER_SITES)


@_router.get("/widget/frame")
def show_frame(
    request: Request, container: ContainerDep, site: str = "", origin: str = ""
) -> Response:
    """Show the frame on pages of the site's origins, and nowhere else.

    `origin` is the page's own word, so that it can be told what is wrong; the browser keeps to
    the policy whatever it says. What is told holds nothing that is not public.
    """
    found = container.sites.find(site)
    if found is None:
        fault = f"there is no site {site!r}; check data-site"
        return _fault(request, fault, 404)
    if not found.allows(origin):
        fault = f"{origin!r} is not among the origins of the site {site!r}; have it added"
        return _fault(request, fault, 403)
    return _templates.TemplateResponse(
        request,
        "frame.html",
        _context(container, found, origin),
        headers=_FOR_OTHER_SITES
        | {
            "Content-Security-Policy": content_policy(embedded_by=found.origins),
            "Cross-Origin-Embedder-Policy": "require-corp",
        },
    )


def _get_file(name: str, request: Request) -> Response:
    """Return a file of the frame."""
    file = widget_files().get(name)
    if file is None:
        raise HTTPException(404, f"The widget has no file {name!r}.")
    return _response(request, file, {})


def _context(container: Container, site: Site, origin: str) -> dict[str, object]:
    profile = container.clients.get(site.client_id)
    return {
        "static": widget_prefix(),
        "site": site.key,
        "origin": origin,
        "name": profile.name,
        "colour": readable_accent(profile.brand.colour),
    }


def _fault(request: Request, fault: str, status: int) -> Response:
    """Let the frame tell the page's console why there is no widget."""
    return _templates.TemplateResponse(
        request,
        "fault.html",
        {"static": widget_prefix(), "fault": fault},
        status_code=status,
        headers=_FOR_OTHER_SITES | {"Content-Security-Policy": content_policy(embedded_by=("*",))},
    )


def _response(request: Request, file: WidgetFile, headers: dict[str, str]) -> Response:
    headers = headers | {"ETag": file.tag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers |= {"Content-Encoding": "gzip"}
        return Response(file.compressed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
