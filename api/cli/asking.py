"""`assist ask`: answers one question or a file of them, here or through the running server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.output import dim, print_json, printable
from api.cli.session import ClientOption, JsonOption, existing_client, find_server, open_container

if TYPE_CHECKING:
    from api.cli.batch import BatchLine
    from api.cli.server_client import ServerClient
    from assist.bootstrap import Container
    from knowledge_base.models import Audience, ClientId

Asker = Callable[[Sequence[str], date | None], dict[str, Any]]
"""Answers the last of the messages on a day (today when `None`)."""

_HTTP_ONLY = {"turn_id", "choices", "handoff"}
"""What the API adds to an answer."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write it like 2026-11-30") from error


def ask(
    client: ClientOption,
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            help='File of {"id": ..., "turns": [...], "as_of": ...} lines; "-" is standard input.',
        ),
    ] = None,
    audience: Annotated[
        Literal["public", "internal"], typer.Option(help="Who is asking: a customer or an agent.")
    ] = "public",
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="DATE",
            help="Day on which the answer must hold, like 2026-11-30; today by default.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the client's published knowledge.

    A batch is checked as a whole before anything is answered, and prints one JSON object a line.
    """
    lines = _read_questions(question, batch)
    with (
        open_container() as container,
        _open_asker(container, existing_client(container, client), audience) as answer,
    ):
        for line in lines:
            answered = answer(line.turns, line.as_of or as_of)
            if batch:
                print_json({"id": line.id, **answered})
            elif as_json:
                print_json(answered)
            else:
                typer.echo(_answer_text(answered))


def _read_questions(question: str | None, batch: Path | None) -> list[BatchLine]:
    from api.cli.batch import BadBatchError, parse_batch, parse_question

    if (question is None) == (batch is None):
        raise typer.BadParameter("give either a question or --batch FILE")
    try:
        if batch is None:
            return [parse_question(question or "")]
        is_stdin = str(batch) == "-"
        return parse_batch(sys.stdin.buffer.read() if is_stdin else batch.read_bytes())
    except (BadBatchError, OSError) as error:
        raise typer.BadParameter(str(error)) from error


@contextmanager
def _open_asker(container: Container, client_id: ClientId, audience_name: str) -> Iterator[Asker]:
    from knowledge_base.models import Audience

    audience = Audience(audience_name)
    owner = find_server(container)
    if owner is None:
        from api.warming import warm_client

        warm_client(container, client_id)
        yield partial(_ask_here, container, client_id, audience)
        return
    from api.cli.server_client import connect
    from assist.domain.keys import KeyScope

    scope = KeyScope.CUSTOMER if audience is Audience.PUBLIC else KeyScope.AGENT
    with connect(container, owner.url, client_id, scope) as server:
        yield partial(_ask_server, server, audience)


def _ask_here(
    container: Container,
    client_id: ClientId,
    audience: Audience,
    messages: Sequence[str],
    as_of: date | None,
) -> dict[str, Any]:
    from api.dates import today
    from api.schemas.answers import answer_json
    from assist.domain.turn import Question

    on = as_of or today(container, client_id)
    question = Question(client_id, tuple(messages), audience, on)
    return answer_json(container.answering.converse(question))


def _ask_server(
    server: ServerClient, audience: Audience, messages: Sequence[str], as_of: date | None
) -> dict[str, Any]:
    from knowledge_base.models import Audience

    body: dict[str, Any] = {"messages": list(messages), "audience": audience}
    if as_of:
        body["as_of"] = as_of.isoformat()
    answer = server.post("/v1/ask", body)
    for source in answer["citations"]:
        if source["audience"] == Audience.PUBLIC:
            del source["audience"]
    return {name: value for name, value in answer.items() if name not in _HTTP_ONLY}


def _answer_text(answer: Mapping[str, Any]) -> str:
    """Lay out an answer: its text, the numbered sources, a faint line of how it came about."""
    sources = [
        f"[{number}] {_source_line(source)}"
        for number, source in enumerate(answer["citations"], start=1)
    ]
    version = answer["knowledge_version"]
    how = (
        f"{answer['decision']} ({answer['reason']}), confidence {answer['confidence']:.2f}, "
        f"{'no knowledge' if version is None else f'knowledge version {version}'}, "
        f"{answer['latency_ms']:.0f} ms"
    )
    text = "\n".join([answer["text"], "", *sources, *([""] if sources else [])])
    return printable(text) + dim(how)


def _source_line(source: Mapping[str, Any]) -> str:
    section = f" > {source['section']}" if source["section"] else ""
    mark = " (internal)" if source.get("audience") == "internal" else ""
    return f"{source['title']}{section}{mark}"
