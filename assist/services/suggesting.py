"""Drafts replies for agents, and records each draft with what it was based on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

from assist.domain.client import ClientProfile
from assist.domain.client_phrases import phrase_book
from assist.domain.conversation import Author, Conversation, ConversationId, Message
from assist.domain.decision import Reason
from assist.domain.drafting import Briefing, draft_replies
from assist.domain.facts import FactKind, find_facts
from assist.domain.general_rules import general_rules
from assist.domain.glossary import with_own_terms
from assist.domain.open_matters import Point, read_open_matters
from assist.domain.policy import AnswerPolicy
from assist.domain.styling import Style
from assist.domain.suggestion import (
    Drafted,
    Line,
    Suggestion,
    SuggestionId,
)
from assist.domain.summary import recent_mood
from assist.domain.supporting import Support, find_support
from assist.domain.turn import Question
from assist.ports import Clock, ConversationStore, KnowledgeSearch
from assist.ports.suggestions import SuggestionLog
from assist.services.clients import ClientService
from assist.services.handing_over import newest_messages
from knowledge_base.models import Audience, ClientId, KnowledgeVersion

READ_MESSAGES = 100
"""How far back a conversation is read."""

_NAME = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*(?<!.{31})")

_LONG_NUMBER = re.compile(r"(?<![\w+.,/-])\d{6,12}(?![\w.,/-]*\d)")

_SPEAKERS = {Author.CUSTOMER, Author.ASSISTANT, Author.AGENT}


@dataclass(frozen=True)
class SuggestionRequest:
    """What an agent wants a draft for: a transcript, with what is known besides.

    `instead_of` is the draft that a new one replaces; for the same place it is another one.
    """

    client_id: ClientId
    lines: tuple[Line, ...]
    style: Style = Style.PLAIN
    language: str = ""
    customer_name: str = ""
    agent: str = ""
    conversation_id: ConversationId | None = None
    after_sequence: int = 0
    instead_of: Suggestion | None = None


class SuggestingService:
    """Suggestions from public and internal knowledge of the conversation's own client."""

    def __init__(
        self,
        clients: ClientService,
        search: KnowledgeSearch,
        conversations: ConversationStore,
        log: SuggestionLog,
        policy: AnswerPolicy,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._search = search
        self._conversations = conversations
        self._log = log
        self._policy = policy.for_drafts
        self._clock = clock

    def suggest(self, request: SuggestionRequest) -> Suggestion:
        """Draft the agent's next message and record it.

        Instead of a draft for the same place comes the next one there is; in another style, the
        same one in that style. The one before is ignored from then on.
        """
        started = perf_counter()
        version = self._search.find_version(request.client_id)
        drafts = draft_replies(self._brief(request, version))
        drafted = _pick(drafts, request)
        name = SuggestionId(uuid4().hex)
        before = request.instead_of
        suggestion = Suggestion(
            id=name,
            client_id=request.client_id,
            thread=before.thread if before else request.conversation_id or name,
            created_at=self._clock(),
            style=request.style,
            drafted=drafted,
            policy=self._policy,
            knowledge_version=version.number if version else None,
            conversation_id=request.conversation_id,
            after_sequence=request.after_sequence,
            agent=request.agent,
            latency_ms=round((perf_counter() - started) * 1000, 3),
        )
        self._log.add_suggestion(suggestion)
        return suggestion

    def suggest_for(
        self,
        conversation: Conversation,
        style: Style = Style.PLAIN,
        agent: str = "",
        *,
        again: bool = True,
    ) -> Suggestion:
        """Draft the next message of a conversation from all that its customer can see.

        Unless asked for `again`, a draft that is still open and up to date is returned as it is.
        """
        latest = self._log.find_latest(conversation.client_id, conversation.id)
        messages = newest_messages(self._conversations, conversation, READ_MESSAGES)
        newest = messages[-1].sequence if messages else 0
        if latest and not again and self._is_up_to_date(latest, newest):
            return latest
        request = SuggestionRequest(
            client_id=conversation.client_id,
            lines=read_lines(messages),
            style=style,
            language=conversation.language,
            customer_name=conversation.customer.name,
            agent=agent,
            conversation_id=conversation.id,
            after_sequence=newest,
            instead_of=latest,
        )
        return self.suggest(request)

    def _is_up_to_date(self, suggestion: Suggestion, newest: int) -> bool:
        """Say whether nothing was said, published or done about it since."""
        if suggestion.ending is not None or suggestion.after_sequence != newest:
            return False
        version = self._search.find_version(suggestion.client_id)
        return suggestion.knowledge_version == (version.number if version else None)

    def fixed_texts(self, client_id: ClientId) -> frozenset[str]:
        """Return what the assistant says of a client without answering anything."""
        profile = self._clients.get(client_id)
        phrases = (str(phrase) for phrase in vars(profile.phrases).values())
        rules = (rule.say for rule in (*profile.handoff_rules, *general_rules()))
        return frozenset({profile.greeting, *phrases, *rules})

    def _brief(self, request: SuggestionRequest, version: KnowledgeVersion | None) -> Briefing:
        profile = self._clients.get(request.client_id)
        book = phrase_book(profile, request.language or profile.language)
        matters = read_open_matters(request.lines, profile.language, profile.handoff_rules)
        said = [line.text for line in request.lines if line.author is Author.CUSTOMER]
        facts = {fact.kind: fact.value for fact in find_facts(said)}
        return Briefing(
            matters,
            tuple(
                self._support(request.client_id, point, matters.said, version, profile)
                for point in matters.points
            ),
            book,
            request.style,
            recent_mood(said)[0],
            first_name(request.customer_name or facts.get(FactKind.NAME, "")),
            facts.get(FactKind.REFERENCE) or facts.get(FactKind.ENDING) or _bare_number(said),
        )

    def _support(
        self,
        client_id: ClientId,
        point: Point,
        said: Sequence[str],
        version: KnowledgeVersion | None,
        profile: ClientProfile,
    ) -> Support:
        if version is None:
            return Support(point, Reason.NO_KNOWLEDGE, 0.0)
        on = profile.hours.day_of(self._clock())
        question = Question(client_id, (point.search_text,), Audience.INTERNAL, on)
        # Internal passages take places among the best, so more are asked for.
        limit = 2 * self._policy.passages
        text = with_own_terms(point.search_text, profile.glossary)
        retrieved = self._search.search(version, question, text, limit)
        return find_support(point, retrieved, said, self._policy)


def read_lines(messages: Sequence[Message]) -> tuple[Line, ...]:
    """Return what a customer and those who reply have said, from messages that customers see.

    A reply of the assistant without a source answers nothing.
    """
    return tuple(
        Line(each.author, each.text, is_fixed=not each.citations)
        for each in messages
        if each.author in _SPEAKERS
    )


def first_name(name: str) -> str:
    """Return how a customer is addressed; empty for what is no plain name."""
    first = (name.split() or [""])[0]
    if not _NAME.fullmatch(first):
        return ""
    return first if first != first.lower() else first.capitalize()


def _bare_number(said: Sequence[str]) -> str:
    """Return the last long number that was said; as an answer it needs no word beside it."""
    found = [number for text in said for number in _LONG_NUMBER.findall(text)]
    return found[-1] if found else ""


def _pick(drafts: Sequence[Drafted], request: SuggestionRequest) -> Drafted:
    """Choose another draft than the one before for the same place, where there is another."""
    before = request.instead_of
    if before is None or before.after_sequence != request.after_sequence:
        return drafts[0]
    start = before.drafted.choice + (before.style is request.style)
    order = [drafts[(start + i) % len(drafts)] for i in range(len(drafts))]
    return next((each for each in order if each.text != before.drafted.text), order[0])
