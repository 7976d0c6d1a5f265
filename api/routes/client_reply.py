"""The page on which the contact of a client company answers an agent's question."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

import api.pages
from api.auth import ContainerDep
from api.pages.assets import open_templates
from assist.domain.contact_mail import ContactPhrases, contact_phrases, due_text
from assist.domain.conversation import Author
from assist.services.escalating import MAX_ANSWER, ReplyPage, ReplyState

_STATUS = {ReplyState.UNKNOWN: 404, ReplyState.CLOSED: 410, ReplyState.EXPIRED: 410}

_templates = open_templates(Path(api.pages.__path__[0]))

router = APIRouter(prefix="/client-reply", include_in_schema=False)


@router.get("/{token}")
def show_question(token: str, request: Request, container: ContainerDep) -> Response:
    """Show the case and a box for the answer, or why there is none."""
    return _show(request, container.escalating.open_page(token))


@router.post("/{token}")
def take_answer(
    token: str,
    request: Request,
    container: ContainerDep,
    answer: Annotated[str, Form()] = "",
) -> Response:
    """Give the answer to the agent; what cannot be taken is shown again with the reason."""
    text = answer.replace("\r\n", "\n").strip()
    if 0 < len(text) <= MAX_ANSWER:
        return _show(request, container.escalating.answer(token, text))
    page = container.escalating.open_page(token)
    return _show(request, page, draft=text, status=422)


def _show(
    request: Request, page: ReplyPage, *, draft: str | None = None, status: int = 200
) -> Response:
    """Render a page in the client company's language."""
    profile = page.profile
    words = contact_phrases(profile.language if profile else "en")
    escalation = page.conversation.escalation if page.conversation else None
    context = {
        "language": profile.language if profile else "en",
        "page": page,
        "words": words,
        "title": _title(page, words),
        "hint": _hint(page, words),
        "authors": {
            Author.CUSTOMER: words.customer,
            Author.ASSISTANT: words.assistant,
            Author.AGENT: words.agent,
        },
        "due": due_text(profile, escalation.since) if profile and escalation else "",
        "limit": MAX_ANSWER,
        "draft": draft or "",
        "is_refused": draft is not None,
    }
    return _templates.TemplateResponse(
        request, "client-reply.html", context, status_code=_STATUS.get(page.state, status)
    )


def _title(page: ReplyPage, words: ContactPhrases) -> str:
    titles = {
        ReplyState.OPEN: words.answer,
        ReplyState.SENT: words.sent,
        ReplyState.CLOSED: words.closed,
        ReplyState.EXPIRED: words.expired,
        ReplyState.UNKNOWN: words.unknown,
    }
    return titles[page.state]


def _hint(page: ReplyPage, words: ContactPhrases) -> str:
    """Say what to do next."""
    hints = {
        ReplyState.OPEN: words.intro,
        ReplyState.SENT: words.sent_hint,
        ReplyState.CLOSED: words.closed_hint,
        ReplyState.EXPIRED: words.expired_hint,
        ReplyState.UNKNOWN: words.unknown_hint,
    }
    return hints[page.state]
