"""One call to an OpenAI-compatible endpoint through `langchain-openai`, read to its end."""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from assist.domain.generating import SCHEMA, Fault, Prompt, Written

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from langchain_core.messages import AIMessageChunk
    from langchain_openai import ChatOpenAI

MOST_TOKENS = 800
MOST_CHARACTERS = 20_000
"""An answer of five sentences needs a tenth of either."""

JsonMode = Literal["schema", "object", "text"]


@dataclass(frozen=True)
class Endpoint:
    """Where a model is and how it is asked; `temperature` is not sent when it is `None`.

    `deadline_s` is for one answer with all its attempts.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    deadline_s: float = 10.0
    concurrency: int = 4
    temperature: float | None = 0.0
    json_mode: JsonMode = "schema"
    retry_wait_s: float = 0.5


class AttemptError(Exception):
    """A call gave no answer; `wait_s` is how long the endpoint asks to be left alone."""

    def __init__(self, fault: Fault, wait_s: float | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.wait_s = wait_s


def open_chat(endpoint: Endpoint) -> ChatOpenAI:
    """Import the library, which takes two seconds, and describe the endpoint to it."""
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient
    from pydantic import SecretStr

    return ChatOpenAI(
        model=endpoint.model,
        base_url=endpoint.url,
        api_key=SecretStr(endpoint.key or "none"),
        temperature=endpoint.temperature,
        timeout=endpoint.deadline_s,
        max_retries=0,
        stream_usage=True,
        stream_chunk_timeout=None,
        http_async_client=DefaultAsyncHttpxClient(timeout=endpoint.deadline_s),
        extra_body=_extras(endpoint),
    )


def _extras(endpoint: Endpoint) -> dict[str, Any]:
    """Return what is sent besides; other services refuse what OpenAI's own knows."""
    host = urlsplit(endpoint.url).hostname or ""
    extras: dict[str, Any] = {"max_tokens": MOST_TOKENS}
    if host.endswith((".openai.com", ".openai.azure.com")):
        extras = {"max_completion_tokens": MOST_TOKENS, "store": False}
    if endpoint.json_mode == "schema":
        schema = {"name": "answer", "schema": SCHEMA, "strict": True}
        extras["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif endpoint.json_mode == "object":
        extras["response_format"] = {"type": "json_object"}
    return extras


async def ask(chat: ChatOpenAI, prompt: Prompt) -> Written:
    """Return an answer that came to its end. Raises `AttemptError`."""
    parts: list[str] = []
    try:
        return await _read(chat, prompt, parts)
    except AttemptError:
        raise
    except Exception as error:  # noqa: BLE001 - no library's error may leave, it may hold texts
        fault = _fault_of(error)
        is_cut = fault is Fault.UNREACHABLE and parts
        raise AttemptError(Fault.CUT if is_cut else fault, _wait_s(error)) from None


async def _read(chat: ChatOpenAI, prompt: Prompt, parts: list[str]) -> Written:
    """Read a stream: one that does not say why it ended was cut.

    Traces are off whatever the environment says: they would send the texts to a third party.
    """
    from langsmith import tracing_context

    reason, model, usage = "", chat.model_name, None
    with tracing_context(enabled=False):
        stream = chat.astream([("system", prompt.system), ("human", prompt.user)])
        async with aclosing(cast("AsyncGenerator[AIMessageChunk]", stream)) as chunks:
            async for chunk in chunks:
                parts.append(chunk.text)
                reason = chunk.response_metadata.get("finish_reason") or reason
                model = chunk.response_metadata.get("model_name") or model
                usage = chunk.usage_metadata or usage
                if len("".join(parts)) > MOST_CHARACTERS:
                    raise AttemptError(Fault.INVALID)
    if reason != "stop":
        raise AttemptError(Fault.CUT)
    text = "".join(parts)
    if usage is None:
        return Written(text, model)
    return Written(text, model, usage["input_tokens"], usage["output_tokens"])


def _fault_of(error: Exception) -> Fault:
    import openai

    faults: tuple[tuple[type[Exception], Fault], ...] = (
        (openai.APITimeoutError, Fault.TIMEOUT),
        (openai.APIConnectionError, Fault.UNREACHABLE),
        (openai.RateLimitError, Fault.RATE_LIMITED),
        (openai.InternalServerError, Fault.SERVER_ERROR),
        (openai.APIStatusError, Fault.REFUSED),
        (openai.APIError, Fault.SERVER_ERROR),
        (json.JSONDecodeError, Fault.INVALID),
        (ValueError, Fault.CUT),  # a stream without anything
    )
    return next((fault for kind, fault in faults if isinstance(error, kind)), Fault.FAILED)


def _wait_s(error: Exception) -> float | None:
    """Read how long to wait, which is given in seconds or as a date."""
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = getattr(response, "headers", {})
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
