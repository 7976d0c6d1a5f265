"""Suggestions for agents: drafts, what became of them, checks, search, and canned responses."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from api.auth import Access, ContainerDep, DeskReader, DeskWorker, JsonBody
from api.conversation_access import AgentsConversation, ReadersConversation, open_served
from api.dates import today
from api.desk_acting import acting
from api.schemas.answers import MAX_MESSAGE_CHARS
from api.schemas.canned_responses import FilledListOut, FilledOut
from api.schemas.suggestions import (
    CheckIn,
    ConversationSuggestIn,
    FindingOut,
    FindingsOut,
    FoundListOut,
    FoundOut,
    OutcomeIn,
    SuggestIn,
    SuggestionOut,
    SummaryOut,
    line_of,
)
from api.serving import served_client
from api.streams import text_events
from assist.bootstrap import Container
from assist.domain.conversation import Conversation
from assist.domain.suggestion import SuggestionId
from assist.domain.turn import Question
from assist.services.suggesting import SuggestionRequest
from knowledge_base.models import Audience, ClientId

FOUND = 10

router = APIRouter(tags=["Suggestions"])

ClientName = Annotated[
    str, Query(description="id of the client; needed by who serves several", max_length=40)
]


@router.post("/suggestions", dependencies=[JsonBody])
def suggest(body: SuggestIn, access: DeskWorker, container: ContainerDep) -> SuggestionOut:
    """Draft the agent's next message to a customer from a transcript of another desk.

    With `instead_of` it is another draft where there is one. Say what became of a suggestion with
    `POST /v1/suggestions/{id}/outcome`.
    """
    client_id = served_client(access, body.client)
    fixed = container.suggesting.fixed_texts(client_id)
    outcomes, before = container.suggestion_outcomes, SuggestionId(body.instead_of)
    request = SuggestionRequest(
        client_id,
        tuple(line_of(line, fixed) for line in body.conversation),
        body.style,
        body.language,
        body.customer_name,
        access.actor_name,
        after_sequence=len(body.conversation),
        instead_of=outcomes.get(client_id, before) if before else None,
    )
    return SuggestionOut.of(container.suggesting.suggest(request))


@router.get("/suggestions/{suggestion_id}")
def get_suggestion(
    suggestion_id: str, access: DeskReader, container: ContainerDep, client: ClientName = ""
) -> SuggestionOut:
    """Return a suggestion as it was drafted, with what became of it."""
    client_id = served_client(access, client)
    return SuggestionOut.of(
        container.suggestion_outcomes.get(client_id, SuggestionId(suggestion_id))
    )


@router.post("/suggestions/{suggestion_id}/outcome", dependencies=[JsonBody])
def record_outcome(
    suggestion_id: str,
    body: OutcomeIn,
    access: DeskWorker,
    container: ContainerDep,
) -> SuggestionOut:
    """Record what became of a suggestion; a reply with `suggestion_id` records it by itself."""
    known = container.suggestion_outcomes.get_of(access.client_ids(), SuggestionId(suggestion_id))
    return SuggestionOut.of(
        container.suggestion_outcomes.record_outcome(known, body.outcome, body.text, body.reason)
    )


@router.post(
    "/desk/conversations/{conversation_id}/suggestions",
    response_class=EventSourceResponse,
    dependencies=[JsonBody],
)
def suggest_for_conversation(
    body: ConversationSuggestIn,
    conversation: AgentsConversation,
    access: DeskWorker,
    container: ContainerDep,
    request: Request,
) -> Iterator[ServerSentEvent]:
    """Draft the next message of a conversation as server-sent events.

    `sources` holds the citations, each `delta` a piece of the text, `done` the whole suggestion.
    `error` holds a problem and ends the stream.
    """

    def find_draft() -> dict[str, Any]:
        made = container.suggesting.suggest_for(
            conversation, body.style, access.actor_name, again=body.again
        )
        return SuggestionOut.of(made).model_dump(mode="json")

    yield from text_events(find_draft, request.url.path)


@router.get("/desk/conversations/{conversation_id}/summary")
def summarise(conversation: ReadersConversation, container: ContainerDep) -> SummaryOut:
    """Sum a conversation up in a few labelled lines, in the customer's own words."""
    return SummaryOut.of(container.summarising.summarise(conversation))


@router.post("/desk/check", dependencies=[JsonBody])
def check_draft(body: CheckIn, access: DeskWorker, container: ContainerDep) -> FindingsOut:
    """Check a draft before it is sent: other clients' marks, internal text, slots, secrets."""
    conversation = open_served(container, access, body.conversation) if body.conversation else None
    client_id = conversation.client_id if conversation else served_client(access, body.client)
    findings = container.draft_checks.check(
        client_id,
        body.text,
        conversation,
        may_override=acting(access).is_lead,
        served=access.client_ids(),
    )
    return FindingsOut(findings=[FindingOut.of(each) for each in findings])


@router.get("/desk/search")
def search_knowledge(
    access: DeskReader,
    container: ContainerDep,
    q: Annotated[str, Query(min_length=1, max_length=MAX_MESSAGE_CHARS)],
    client: ClientName = "",
) -> FoundListOut:
    """Search public and internal knowledge that holds today; internal passages are marked."""
    client_id = served_client(access, client)
    version = container.search.find_version(client_id)
    if version is None:
        return FoundListOut(items=[])
    question = Question(client_id, (q,), Audience.INTERNAL, today(container, client_id))
    found = container.search.search(version, question, q, FOUND)
    return FoundListOut(items=[FoundOut.of(ranked) for ranked in found.passages])


@router.get("/desk/canned-responses")
def list_filled_responses(
    access: DeskReader,
    container: ContainerDep,
    client: ClientName = "",
    conversation: Annotated[str, Query(description="id of the conversation to fill for")] = "",
    q: Annotated[str, Query(max_length=200, description="words to look for")] = "",
) -> FilledListOut:
    """List canned responses with their slots filled from a conversation."""
    opened = open_served(container, access, conversation) if conversation else None
    client_id = opened.client_id if opened else served_client(access, client)
    return FilledListOut(items=_filled(container, client_id, access, opened, q))


def _filled(
    container: Container,
    client_id: ClientId,
    access: Access,
    conversation: Conversation | None,
    words: str,
) -> list[FilledOut]:
    service = container.canned_responses
    filled = service.fill(
        client_id,
        service.search(client_id, words),
        conversation=conversation,
        agent=access.actor_name,
    )
    return [FilledOut.of_filled(each) for each in filled]
