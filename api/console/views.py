"""The pages on which agents sign in and work; what they show comes from the HTTP API."""

from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from api.auth import SESSION_COOKIE
from api.pages.assets import open_templates

SIGN_IN = "/sign-in"
CONSOLE = "/console"

_templates = open_templates(Path(__file__).parent)

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
def show_sign_in(request: Request) -> Response:
    """Show the page on which a user signs in."""
    return _templates.TemplateResponse(request, "sign-in.html")


@router.get(CONSOLE)
def show_console(request: Request) -> Response:
    """Show the console; its script checks the session, which may have ended meanwhile."""
    if SESSION_COOKIE not in request.cookies:
        wanted = quote(str(request.url.replace(scheme="", netloc="")), safe="")
        return RedirectResponse(f"{SIGN_IN}?next={wanted}")
    return _templates.TemplateResponse(request, "console.html")
