"""Questions and the recorded turns that answered them."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.auth import ClientAsker, ClientReader, ContainerDep, JsonBody
from api.dates import today
from api.schemas.answers import AnswerOut, AskIn, http_answer_json
from api.streams import answer_events
from assist.domain.people import Permission
from assist.domain.turn import Question, Turn, TurnId
from knowledge_base.models import Audience

router = APIRouter(tags=["Answers"])


def _question(body: AskIn, caller: ClientAsker, container: ContainerDep) -> Question:
    """Build the question. Raises 403 for internal knowledge with a customer's key."""
    if body.audience is Audience.INTERNAL:
        caller.check(Permission.READ_DESK)
    on = body.as_of or today(container, caller.client_id)
    return Question(caller.client_id, body.all_messages, body.audience, on)


@router.post("/ask", response_model=AnswerOut, dependencies=[JsonBody])
def ask(body: AskIn, caller: ClientAsker, container: ContainerDep) -> JSONResponse:
    """Answer a question from the client's published knowledge.

    Every sentence of an answer is quoted from a cited article. Where the knowledge does not
    support an answer, the decision says what happens instead: `clarify`, `abstain` or `handoff`.
    """
    # Called, not declared: a dependency would cost the fast path another change of threads.
    question = _question(body, caller, container)
    return JSONResponse(http_answer_json(container.answering.converse(question)))


@router.post("/ask/stream", response_class=EventSourceResponse, dependencies=[JsonBody])
def ask_stream(
    question: Annotated[Question, Depends(_question)], container: ContainerDep, request: Request
) -> Iterator[ServerSentEvent]:
    """Answer a question as server-sent events.

    `sources` holds the citations, each `delta` a piece of the text, `done` the whole answer as
    `/v1/ask` returns it. `error` holds a problem and ends the stream.
    """
    yield from answer_events(lambda: container.answering.converse(question), request.url.path)


@router.get("/turns/{turn_id}")
def get_turn(turn_id: str, caller: ClientReader, container: ContainerDep) -> Turn:
    """Return everything that was recorded of a turn: candidates, scores, policy and times."""
    turn = container.turns.find_turn(caller.client_id, TurnId(turn_id))
    if turn is None:
        raise HTTPException(404, f"There is no turn {turn_id!r}.")
    return turn
