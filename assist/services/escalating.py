"""Asks a client company on behalf of an agent, and takes its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from assist.domain.client import ClientProfile
from assist.domain.contact_mail import mail_subject, mail_text, webhook_facts
from assist.domain.conversation import (
    Author,
    Conversation,
    Escalation,
    Message,
    MessageDraft,
    Move,
    Step,
)
from assist.domain.decision import HandoffTarget
from assist.domain.deliveries import Answer, Delivery, Target, TargetKind
from assist.domain.desk import GENERAL_QUEUE
from assist.domain.desk_moves import client_answers
from assist.domain.errors import ConversationStateError, KeyReusedError
from assist.domain.escalation import LINK_LIFE, ReplyLink, new_reply_token
from assist.domain.exchange import Event, EventKind, RequestKey
from assist.domain.keys import secret_digest
from assist.domain.people import UserId
from assist.domain.rules import Priority
from assist.domain.webhooks import event_payload, new_secret
from assist.ports import Clock, ConversationStore
from assist.ports.webhooks import ContactStore, HttpSender, Letter, Mailer
from assist.services.clients import ClientService
from assist.services.desk import DeskService
from assist.services.handing_over import HandingOverService
from assist.services.notifying import signed_call
from assist.services.unreached import UnreachedService
from knowledge_base.models import Audience, ClientId

MAX_ANSWER = 10_000
EXCERPT = 12
"""How many of the latest messages the contact sees."""

SAME_MOMENT = timedelta(seconds=1)
"""An escalation and its words are one request; notes of later are not meant for the client."""

CLIENT_ANSWERED = "client_answered"
_DELIVERED = Answer()


class ReplyState(StrEnum):
    """What a reply link leads to."""

    OPEN = "open"
    SENT = "sent"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ReplyPage:
    """What the contact sees; the case is there only while its answer is awaited."""

    state: ReplyState
    profile: ClientProfile | None = None
    conversation: Conversation | None = None
    question: str = ""
    messages: Sequence[Message] = ()


class EscalatingService:
    """Questions to client companies: their links, mails and signed webhooks, and the answers.

    It is the `Router` and the `Courier` of the contacts.
    """

    def __init__(
        self,
        conversations: ConversationStore,
        clients: ClientService,
        contacts: ContactStore,
        sender: HttpSender,
        mailer: Mailer | None,
        unreached: UnreachedService,
        desk: DeskService,
        handing_over: HandingOverService,
        clock: Clock,
        *,
        link_base: str,
        is_agent_gone: Callable[[UserId], bool] = lambda _: False,
    ) -> None:
        self._conversations = conversations
        self._clients = clients
        self._contacts = contacts
        self._sender = sender
        self._mailer = mailer
        self._unreached = unreached
        self._desk = desk
        self._handing_over = handing_over
        self._clock = clock
        self._link_base = link_base
        self._is_agent_gone = is_agent_gone

    def targets(self, event: Event) -> Sequence[Target]:
        """Return where the contact is told of an escalation."""
        if event.kind is not EventKind.ESCALATED:
            return []
        contact = self._clients.get(event.client_id).escalation
        mail = Target(TargetKind.CONTACT_MAIL, event.client_id)
        webhook = Target(TargetKind.CONTACT_WEBHOOK, event.client_id)
        reached = [(mail, contact.email), (webhook, contact.webhook_url)]
        return [target for target, address in reached if address]

    def send(self, delivery: Delivery) -> Answer:
        """Tell the contact, unless nobody waits for an answer any more."""
        event = delivery.event
        conversation = self._conversations.find_conversation(event.client_id, event.conversation_id)
        if conversation is None or conversation.escalation is None:
            return _DELIVERED
        if not self._unreached.is_awaited(conversation, event):
            return _DELIVERED
        profile = self._clients.get(event.client_id)
        if delivery.target.kind is TargetKind.CONTACT_MAIL:
            return self._send_mail(delivery, conversation, conversation.escalation, profile)
        return self._call(delivery, conversation, conversation.escalation, profile)

    def give_up(self, delivery: Delivery) -> None:
        """Tell the agents that the contact does not know of the question."""
        self._unreached.give_up(delivery)

    def webhook_secret(self, client_id: ClientId) -> str:
        """Return the key with which a client's contact webhook is signed."""
        return self._contacts.get_secret(client_id, new_secret())

    def open_page(self, token: str) -> ReplyPage:
        """Return what a reply link leads to."""
        link = self._contacts.find_link(secret_digest(token))
        if link is None:
            return ReplyPage(ReplyState.UNKNOWN)
        profile = self._clients.get(link.client_id)
        conversation = self._conversations.find_conversation(link.client_id, link.conversation_id)
        if conversation is None or not link.is_awaited(conversation):
            return ReplyPage(ReplyState.CLOSED, profile)
        if link.is_expired(self._clock()):
            return ReplyPage(ReplyState.EXPIRED, profile)
        return ReplyPage(
            ReplyState.OPEN,
            profile,
            conversation,
            self._question(conversation),
            self._excerpt(conversation),
        )

    def answer(self, token: str, text: str) -> ReplyPage:
        """Give the contact's answer to the agent; the same answer again changes nothing."""
        page = self.open_page(token)
        digest = secret_digest(token)
        link = self._contacts.find_link(digest)
        if link is None or page.state is ReplyState.EXPIRED:
            return page
        conversation = self._conversations.find_conversation(link.client_id, link.conversation_id)
        if conversation is None:
            return page
        move = self._answering(conversation, link, text)
        try:
            self._desk.move(conversation, move, RequestKey.of(Author.CLIENT, digest, text))
        except (ConversationStateError, KeyReusedError):
            return ReplyPage(ReplyState.CLOSED, page.profile)
        return ReplyPage(ReplyState.SENT, page.profile)

    def _answering(self, conversation: Conversation, link: ReplyLink, text: str) -> Move:
        """Return the move that gives the answer to agents, while it is this link's to give."""
        message = MessageDraft(Author.CLIENT, text, self._clock(), audience=Audience.INTERNAL)
        target = HandoffTarget(GENERAL_QUEUE, Priority.HIGH)
        spare = self._handing_over.for_agent(conversation, CLIENT_ANSWERED, target).handoff

        def move(current: Conversation) -> Step:
            if not link.is_awaited(current):
                raise ConversationStateError("the question is no longer open")
            is_gone = current.assignee is not None and self._is_agent_gone(current.assignee)
            return client_answers(current, message, spare, is_agent_gone=is_gone)

        return move

    def _send_mail(
        self,
        delivery: Delivery,
        conversation: Conversation,
        escalation: Escalation,
        profile: ClientProfile,
    ) -> Answer:
        if self._mailer is None:
            return Answer(error="no mail server is set; set ASSIST_SMTP_URL", is_final=True)
        if not profile.escalation.email:
            return Answer(error="the client's profile names no address now", is_final=True)
        question = self._question(conversation)
        link = self._new_link(conversation, escalation)
        return self._mailer.send(
            Letter(
                f"{delivery.message_id}.{conversation.id}",
                profile.escalation.email,
                mail_subject(profile),
                mail_text(profile, conversation, escalation, question, link),
            )
        )

    def _call(
        self,
        delivery: Delivery,
        conversation: Conversation,
        escalation: Escalation,
        profile: ClientProfile,
    ) -> Answer:
        if not profile.escalation.webhook_url:
            return Answer(error="the client's profile names no webhook now", is_final=True)
        payload = event_payload(delivery.event, conversation, None)
        question = self._question(conversation)
        link = self._new_link(conversation, escalation)
        payload["data"]["escalation"] = webhook_facts(
            profile, conversation, escalation, question, link
        )
        secret = self.webhook_secret(conversation.client_id)
        return self._sender.call(
            signed_call(profile.escalation.webhook_url, secret, delivery, payload, self._clock)
        )

    def _new_link(self, conversation: Conversation, escalation: Escalation) -> str:
        """Return the address of a new link; the token is nowhere else."""
        token = new_reply_token()
        now = self._clock()
        self._contacts.add_link(
            ReplyLink(
                secret_digest(token),
                conversation.client_id,
                conversation.id,
                escalation.since,
                now + LINK_LIFE,
            )
        )
        return f"{self._link_base}/client-reply/{token}"

    def _question(self, conversation: Conversation) -> str:
        """Return what the agent wrote for the client company when they escalated."""
        escalation = conversation.escalation
        asked = [
            message.text
            for message in self._latest(conversation)
            if escalation
            and message.author is Author.AGENT
            and message.audience is Audience.INTERNAL
            and timedelta(0) <= message.created_at - escalation.since <= SAME_MOMENT
        ]
        return asked[0] if asked else ""

    def _excerpt(self, conversation: Conversation) -> Sequence[Message]:
        public = [
            message
            for message in self._latest(conversation)
            if message.audience is Audience.PUBLIC and message.author is not Author.SYSTEM
        ]
        return public[-EXCERPT:]

    def _latest(self, conversation: Conversation) -> Sequence[Message]:
        wide = EXCERPT * 4
        after = max(0, conversation.last_sequence - wide)
        return self._conversations.list_messages(conversation.id, after, wide, Audience.INTERNAL)
