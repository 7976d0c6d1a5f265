"""Who acts at the desk, and on whom: from a caller's rights and the body of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from assist.domain.desk import queues_of
from assist.domain.desk_moves import Actor, ToAgent, ToQueue, TransferTarget
from assist.domain.draft_checks import FindingKind
from assist.domain.people import Permission, UserId
from assist.services.desk import actor_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.auth import Access
    from api.schemas.desk_actions import TransferIn
    from assist.bootstrap import Container
    from assist.domain.conversation import Conversation


def acting(access: Access) -> Actor:
    """Return the caller as who acts; a key is no person."""
    return actor_of(access.user) if access.user else Actor(None, access.actor_name)


def confirmed_by(access: Access, kinds: Collection[str]) -> frozenset[str]:
    """Return the findings that the caller may confirm: another client's name only as a lead."""
    confirmed = frozenset(kinds)
    if access.user and acting(access).is_lead:
        return confirmed
    return confirmed - {FindingKind.OTHER_CLIENT}


def target_of(container: Container, conversation: Conversation, body: TransferIn) -> TransferTarget:
    """Return where a conversation goes. Raises `HTTPException` with 422."""
    if (body.to_user is None) == (body.to_queue is None):
        raise HTTPException(422, "Name either `to_user` or `to_queue`.")
    if body.to_user is not None:
        return _agent(container, conversation, UserId(body.to_user))
    queues = queues_of(container.clients.get(conversation.client_id))
    if body.to_queue not in queues:
        raise HTTPException(
            422, f"There is no queue {body.to_queue!r}; this client has: {', '.join(queues)}."
        )
    return ToQueue(body.to_queue, body.skill)


def _agent(container: Container, conversation: Conversation, user_id: UserId) -> ToAgent:
    """Find an agent of the client: another one would open what they must not see."""
    for user in container.people.list_serving(conversation.client_id):
        if user.id == user_id and Permission.WORK_DESK in user.role.permissions:
            return ToAgent(user.id, user.name)
    raise HTTPException(422, f"{user_id!r} is no agent of this client.")
