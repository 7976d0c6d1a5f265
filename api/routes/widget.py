"""What the website widget needs besides messages: how it looks, and the customer's own part."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse

from api.auth import ContainerDep, CustomerKey, JsonBody
from api.conversation_access import CustomersConversation
from api.identities import verify_identity
from api.schemas.conversations import ExchangeOut
from api.schemas.widget import (
    ContactIn,
    CustomerOut,
    EndIn,
    FeedbackIn,
    IdentityIn,
    RatingIn,
    RatingOut,
    WidgetOut,
)

router = APIRouter(tags=["Conversations"])

Sequence = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/widget")
def get_widget(caller: CustomerKey, container: ContainerDep) -> WidgetOut:
    """Return what a widget shows before the conversation begins."""
    return WidgetOut.of(container.clients.get(caller.client_id), container.clock())


@router.post("/conversations/{conversation_id}/contact", dependencies=[JsonBody])
def give_contact(
    body: ContactIn, conversation: CustomersConversation, container: ContainerDep
) -> CustomerOut:
    """Say how the customer can be reached; what the client vouches for stays."""
    exchange = container.customers.note_contact(conversation, body.as_customer())
    return CustomerOut.of(exchange.conversation.customer)


@router.post("/conversations/{conversation_id}/identity", dependencies=[JsonBody])
def give_identity(
    body: IdentityIn,
    conversation: CustomersConversation,
    caller: CustomerKey,
    container: ContainerDep,
) -> CustomerOut:
    """Show who the customer is, by a token that the client's server signed (HS256).

    `sub` is the client's own id of the customer and `exp` at most an hour ahead; `name`, `email`,
    `phone` and `attributes` are taken over. A token that is not valid changes nothing.
    """
    identity = verify_identity(container, caller, body.jwt)
    exchange = container.customers.identify(conversation, identity)
    return CustomerOut.of(exchange.conversation.customer)


@router.post("/conversations/{conversation_id}/end", dependencies=[JsonBody])
def end_conversation(
    body: EndIn, conversation: CustomersConversation, container: ContainerDep
) -> ExchangeOut:
    """End the conversation for its customer, who says whether the question was solved.

    Once it has ended, only the customer's word is noted.
    """
    return ExchangeOut.of(container.customers.end(conversation, is_solved=body.solved))


@router.post("/conversations/{conversation_id}/rating", dependencies=[JsonBody])
def rate_conversation(
    body: RatingIn, conversation: CustomersConversation, container: ContainerDep
) -> RatingOut:
    """Rate how the conversation ended, from 1 to 5; a rating may be changed for 24 hours."""
    return RatingOut.of(container.ratings.rate(conversation, body.score, body.comment))


@router.post(
    "/conversations/{conversation_id}/messages/{sequence}/feedback",
    status_code=204,
    dependencies=[JsonBody],
)
def judge_message(
    body: FeedbackIn,
    sequence: Sequence,
    conversation: CustomersConversation,
    container: ContainerDep,
) -> None:
    """Say whether an answer of the assistant helped; the last word counts."""
    container.ratings.judge(conversation, sequence, is_helpful=body.helpful)


@router.get("/conversations/{conversation_id}/transcript", response_class=PlainTextResponse)
def get_transcript(
    conversation: CustomersConversation, container: ContainerDep
) -> PlainTextResponse:
    """Return all that was said as a text file."""
    name = f"conversation-{conversation.id[:8]}.txt"
    return PlainTextResponse(
        container.customers.write_transcript(conversation),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
