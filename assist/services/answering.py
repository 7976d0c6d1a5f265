"""Answers one customer message from the client's knowledge."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from uuid import uuid4

from assist.domain.client import ClientProfile
from assist.domain.composing import compose
from assist.domain.contextualising import searchable_text
from assist.domain.deciding import decide_before_search, decide_from_evidence
from assist.domain.decision import Abstain, Answer, Decision, Reason, handoff_of, kind_of
from assist.domain.evidence import gather_evidence
from assist.domain.general_rules import general_rules
from assist.domain.grounding import unsupported_units
from assist.domain.policy import AnswerPolicy
from assist.domain.turn import Candidate, Question, Reply, Turn, TurnId
from assist.ports import Clock, KnowledgeSearch, TurnLog
from assist.services.clients import ClientService
from knowledge_base.models import Audience
from knowledge_base.retrieval.retriever import Retrieved


class AnsweringService:
    """Turns a question into a recorded turn."""

    def __init__(
        self,
        clients: ClientService,
        search: KnowledgeSearch,
        turns: TurnLog,
        policy: AnswerPolicy,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._search = search
        self._turns = turns
        self._policy = policy
        self._clock = clock

    def converse(self, question: Question) -> Turn:
        """Answer every message in order and return the turn of the last one."""
        for last in range(1, len(question.messages)):
            self.answer(replace(question, messages=question.messages[:last]))
        return self.answer(question)

    def answer(self, question: Question) -> Turn:
        """Answer the last message in the light of the earlier ones, and record the turn."""
        asked_at = self._clock()
        watch = _Stopwatch()
        profile = self._clients.get(question.client_id)
        text = searchable_text(question.messages, profile.language)
        decision, retrieved = self._decide(question, text, profile)
        watch.lap("decide")
        reply = compose(decision, text, profile, retrieved.term_weights, self._policy)
        decision, reply = _grounded(decision, reply, profile)
        watch.lap("compose")
        turn = Turn(
            id=TurnId(uuid4().hex),
            client_id=question.client_id,
            audience=question.audience,
            asked_at=asked_at,
            on=question.on,
            messages=question.messages,
            search_text=text,
            policy=self._policy,
            knowledge_version=retrieved.version.number if retrieved.version else None,
            candidates=tuple(Candidate.of(ranked) for ranked in retrieved.passages),
            decision=kind_of(decision),
            reason=str(decision.reason),
            confidence=round(decision.confidence, 4),
            text=reply.text,
            citations=reply.citations,
            handoff=handoff_of(decision),
            latency_ms=watch.laps_ms(),
        )
        self._turns.add_turn(turn)
        return turn

    def _decide(
        self, question: Question, text: str, profile: ClientProfile
    ) -> tuple[Decision, Retrieved]:
        """Decide with as little work as the message needs."""
        version = self._search.find_version(question.client_id)
        empty = Retrieved(version)
        asks_customer = question.audience is Audience.PUBLIC
        rulebooks = (profile.handoff_rules, general_rules()) if asks_customer else ()
        early = decide_before_search(question.messages[-1], *rulebooks)
        if early:
            return early, empty
        if version is None:
            return Abstain(Reason.NO_KNOWLEDGE), empty
        retrieved = self._search.search(version, question, text, self._policy.passages)
        internal = (
            self._search.best_internal_score(version, question, text) if asks_customer else 0.0
        )
        evidence = gather_evidence(retrieved, internal)
        return decide_from_evidence(retrieved.passages, evidence, self._policy), retrieved


def _grounded(decision: Decision, reply: Reply, profile: ClientProfile) -> tuple[Decision, Reply]:
    """Withdraw an answer of which any part stands in no cited passage."""
    if not isinstance(decision, Answer):
        return decision, reply
    cited = {citation.passage_id for citation in reply.citations}
    passages = [each.passage for each in decision.passages if each.passage.id in cited]
    if not unsupported_units(reply.text, passages):
        return decision, reply
    return Abstain(Reason.NOT_SUPPORTED, decision.confidence), Reply(profile.phrases.abstain)


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
