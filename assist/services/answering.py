"""Answers one customer message from the client's knowledge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter
from uuid import uuid4

from assist.domain.calibration import ClientPolicy
from assist.domain.clarifying import ask_back
from assist.domain.client import ClientProfile
from assist.domain.composing import compose
from assist.domain.contextualising import changes_topic, may_change_topic, searchable_text
from assist.domain.deciding import (
    decide_before_search,
    decide_from_evidence,
    failures_after,
    hand_off_by_topic,
    hand_off_on_failure,
)
from assist.domain.decision import (
    Abstain,
    Answer,
    Clarify,
    Decision,
    DecisionKind,
    HandOff,
    Reason,
    Smalltalk,
    handoff_of,
    kind_of,
)
from assist.domain.evidence import gather_evidence
from assist.domain.general_rules import general_rules_without
from assist.domain.glossary import with_own_terms
from assist.domain.grounding import unsupported_units
from assist.domain.mood import read_mood
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule
from assist.domain.turn import Candidate, Question, Reply, Turn, TurnId
from assist.ports import Clock, KnowledgeSearch, TurnLog
from assist.services.clients import ClientService
from assist.services.writing import WritingService
from knowledge_base.models import Audience, ClientId, KnowledgeVersion
from knowledge_base.retrieval.retriever import Retrieved

FindPolicy = Callable[[ClientId], ClientPolicy]
"""Returns the policy that is in force for a client."""


class AnsweringService:
    """Turns a question into a recorded turn."""

    def __init__(
        self,
        clients: ClientService,
        search: KnowledgeSearch,
        turns: TurnLog,
        find_policy: FindPolicy,
        clock: Clock,
        writing: WritingService | None = None,
    ) -> None:
        self._writing = writing
        self._clients = clients
        self._search = search
        self._turns = turns
        self._find_policy = find_policy
        self._clock = clock

    def converse(self, question: Question) -> Turn:
        """Answer every message in order and return the turn of the last one."""
        turn: Turn | None = None
        for last in range(1, len(question.messages)):
            turn = self.answer(_part(question, last, turn), may_generate=False)
        return self.answer(_part(question, len(question.messages), turn))

    def answer(self, question: Question, *, may_generate: bool = True) -> Turn:
        """Answer the last message in the light of the earlier ones, and record the turn."""
        asked_at = self._clock()
        watch = _Stopwatch()
        profile = self._clients.get(question.client_id)
        rules = _rules(question, profile)
        found = self._find_policy(question.client_id)
        decision, retrieved = self._decide(question, rules, profile, found.policy)
        watch.lap("decide")
        reply = compose(decision, retrieved.text, profile, found.policy)
        decision, reply = _grounded(decision, reply, profile)
        decision, reply = _escalated(decision, reply, question, rules, profile)
        watch.lap("compose")
        generation = None
        if self._writing and may_generate:
            reply, generation = self._writing.rewrite(
                question, decision, reply, retrieved.text, profile
            )
            watch.lap("write")
        turn = Turn(
            id=TurnId(uuid4().hex),
            client_id=question.client_id,
            audience=question.audience,
            asked_at=asked_at,
            on=question.on,
            messages=question.messages,
            search_text=retrieved.text,
            policy=found.policy,
            knowledge_version=retrieved.version.number if retrieved.version else None,
            candidates=tuple(Candidate.of(ranked) for ranked in retrieved.passages),
            decision=kind_of(decision),
            reason=str(decision.reason),
            confidence=round(_chance(decision, found), 4),
            text=reply.text,
            citations=reply.citations,
            choices=decision.choices if isinstance(decision, Clarify) else (),
            handoff=handoff_of(decision),
            latency_ms=watch.laps_ms(),
            situation=question.situation,
            generation=generation,
        )
        self._turns.add_turn(turn)
        return turn

    def _decide(
        self,
        question: Question,
        rules: Sequence[HandoffRule],
        profile: ClientProfile,
        policy: AnswerPolicy,
    ) -> tuple[Decision, Retrieved]:
        """Decide with as little work as the message needs."""
        version = self._search.find_version(question.client_id)
        message, situation = question.messages[-1], question.situation
        nothing = Retrieved(version, message)
        early = decide_before_search(message, rules, situation)
        if early:
            return early, nothing
        if version is None:
            return Abstain(Reason.NO_KNOWLEDGE), nothing
        retrieved = self._find(version, question, profile, policy.passages)
        asks_customer = question.audience is Audience.PUBLIC
        internal = (
            self._search.best_internal_score(version, question, retrieved.text)
            if asks_customer
            else 0.0
        )
        evidence = gather_evidence(retrieved, internal)
        decision = decide_from_evidence(retrieved.passages, evidence, policy)
        if asks_customer:
            decision = ask_back(decision, retrieved.passages, situation)
        by_topic = hand_off_by_topic(decision, message, retrieved.passages, rules, situation)
        return by_topic or decision, retrieved

    def _find(
        self, version: KnowledgeVersion, question: Question, profile: ClientProfile, limit: int
    ) -> Retrieved:
        """Search for a message with the earlier ones that it leans on, if it does."""
        message = question.messages[-1]
        in_context = searchable_text(question.messages, profile.language)
        text = with_own_terms(in_context, profile.glossary)
        retrieved = self._search.search(version, question, text, limit)
        if in_context == message or not may_change_topic(message):
            return retrieved
        alone = with_own_terms(message, profile.glossary)
        if not changes_topic(self._search.closeness(version, question, alone), retrieved):
            return retrieved
        return self._search.search(version, question, alone, limit)


def _chance(decision: Decision, found: ClientPolicy) -> float:
    """Return the chance that an answer is right, calibrated where the client has labelled cases."""
    if isinstance(decision, HandOff | Smalltalk):
        return decision.confidence
    calibrated = found.chance(decision.confidence)
    return decision.confidence if calibrated is None else calibrated


def _rules(question: Question, profile: ClientProfile) -> tuple[HandoffRule, ...]:
    """Return the rules for a customer's question, the client's own first; agents have none."""
    if question.audience is not Audience.PUBLIC:
        return ()
    return profile.handoff_rules + general_rules_without(frozenset(profile.general_rules_off))


def _part(question: Question, last: int, before: Turn | None) -> Question:
    """Return the question as it was when so many of its messages had been sent.

    `before` is the turn of the message before the last of them.
    """
    messages = question.messages[:last]
    situation = replace(question.situation, mood=read_mood(messages).mood)
    if before:
        situation = replace(
            situation,
            failures=failures_after(before, before.situation.failures),
            was_asked_back=before.decision is DecisionKind.CLARIFY,
        )
    return replace(question, messages=messages, situation=situation)


def _grounded(decision: Decision, reply: Reply, profile: ClientProfile) -> tuple[Decision, Reply]:
    """Withdraw an answer of which any part stands in no cited passage."""
    if not isinstance(decision, Answer):
        return decision, reply
    cited = {citation.passage_id for citation in reply.citations}
    passages = [each.passage for each in decision.passages if each.passage.id in cited]
    if not unsupported_units(reply.text, passages):
        return decision, reply
    return Abstain(Reason.NOT_SUPPORTED, decision.confidence), Reply(profile.phrases.abstain)


def _escalated(
    decision: Decision,
    reply: Reply,
    question: Question,
    rules: Sequence[HandoffRule],
    profile: ClientProfile,
) -> tuple[Decision, Reply]:
    """Hand over instead of abstaining once too often."""
    handoff = hand_off_on_failure(decision, question.messages[-1], rules, question.situation)
    if handoff is None:
        return decision, reply
    return handoff, Reply(handoff.say or profile.phrases.handoff)


class _Stopwatch:
    """Measures the steps of a turn in milliseconds."""

    def __init__(self) -> None:
        self._started = self._last = perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Record the time since the last lap under a name."""
        now = perf_counter()
        self._laps[name] = round((now - self._last) * 1000, 3)
        self._last = now

    def laps_ms(self) -> dict[str, float]:
        """Return the laps and their total."""
        return self._laps | {"total": round((self._last - self._started) * 1000, 3)}
