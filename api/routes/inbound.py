"""What other desks tell us: Chatwoot's agent-bot webhooks."""

import asyncio
import json
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.auth import ContainerDep
from api.logs import note_client
from assist.bootstrap import Container
from assist.domain.chatwoot import ChatwootDesk, RemoteEvent, parse_event
from assist.domain.errors import WebhookNotFoundError

ANSWER_S = 3.5
"""Chatwoot takes a bot that does not answer within five seconds for broken."""

router = APIRouter(prefix="/inbound", include_in_schema=False)

_logger = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()


@router.post("/chatwoot/{site_key}", status_code=204, response_class=Response)
async def receive_from_chatwoot(
    site_key: str,
    request: Request,
    container: ContainerDep,
    token: Annotated[str, Query(max_length=200, description="the token of the webhook")] = "",
    x_chatwoot_signature: Annotated[str, Header(max_length=200)] = "",
    x_chatwoot_timestamp: Annotated[str, Header(max_length=20)] = "",
) -> None:
    """Take an event of a Chatwoot agent bot; `assist webhook chatwoot add` prints the address.

    The caller proves itself by the token in the address, or by Chatwoot's signature where its
    secret is known. The reply comes by Chatwoot's API.
    """
    body = await request.body()
    desk = await run_in_threadpool(_find_desk, container, site_key)
    signature = (x_chatwoot_timestamp, x_chatwoot_signature)
    if desk is None or not _is_known(desk, container, body, token, signature):
        raise HTTPException(404, "There is no desk that this address and token open.")
    note_client(desk.client_id)
    event = parse_event(_parse(body))
    if event is not None:
        await _receive(container, desk, event)


async def _receive(container: Container, desk: ChatwootDesk, event: RemoteEvent) -> None:
    """Handle an event; a slow one goes on behind the answer."""
    task = asyncio.create_task(run_in_threadpool(container.chatwoot_inbound.receive, desk, event))
    _running.add(task)
    task.add_done_callback(_running.discard)
    done, _ = await asyncio.wait({task}, timeout=ANSWER_S)
    container.delivery_wake.set()
    if done:
        task.result()
    else:
        task.add_done_callback(lambda ended: _finish(container, ended))


def _finish(container: Container, task: asyncio.Task[None]) -> None:
    container.delivery_wake.set()
    if not task.cancelled() and (error := task.exception()):
        _logger.error("an event of Chatwoot was not handled", exc_info=error)


def _find_desk(container: Container, key: str) -> ChatwootDesk | None:
    try:
        return container.chatwoot_desks.get(key)
    except WebhookNotFoundError:
        return None


def _is_known(
    desk: ChatwootDesk,
    container: Container,
    body: bytes,
    token: str,
    signature: tuple[str, str],
) -> bool:
    """Say whether the caller is Chatwoot; a desk's signature counts without the token."""
    return desk.opens_with(token) or desk.has_signed(body, *signature, container.clock())


def _parse(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(422, "Send the event as a JSON object.") from error
    if not isinstance(parsed, dict):
        raise HTTPException(422, "Send the event as a JSON object.")
    return parsed
