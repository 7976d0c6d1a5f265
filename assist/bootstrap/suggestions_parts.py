"""The parts that help agents to reply."""

from __future__ import annotations

from functools import cached_property

from assist.adapters.sql.suggestions import SqlCannedResponses, SqlSuggestionLog
from assist.bootstrap.knowledge_parts import KnowledgeParts
from assist.ports.suggestions import CannedResponses, SuggestionLog
from assist.services.canned_responses import CannedResponseService
from assist.services.checking_drafts import DraftCheckService
from assist.services.desk import DraftGuard, ReplyRecorder
from assist.services.suggesting import SuggestingService
from assist.services.suggestion_outcomes import SuggestionOutcomes
from assist.services.summarising import SummarisingService
from knowledge_base.adapters.sql.passages import SqlPassageStore


class SuggestionParts(KnowledgeParts):
    """The parts that help agents to reply."""

    @cached_property
    def suggestion_log(self) -> SuggestionLog:
        """The log of suggestions."""
        return SqlSuggestionLog(self.engine)

    @cached_property
    def suggesting(self) -> SuggestingService:
        """Drafts for agents."""
        return SuggestingService(
            self.clients,
            self.search,
            self.conversations,
            self.suggestion_log,
            self.policy,
            self.clock,
        )

    @cached_property
    def draft_checks(self) -> DraftCheckService:
        """Checks of agents' texts before they go out."""
        return DraftCheckService(
            self.clients,
            self.conversations,
            self.publications.find_published,
            SqlPassageStore(self.engine).list_passages,
        )

    @cached_property
    def draft_guard(self) -> DraftGuard:
        """What reads agents' texts before they are sent."""
        return self.draft_checks.guard

    @cached_property
    def reply_recorder(self) -> ReplyRecorder:
        """What hears of sent replies; without the embedded stores, which it does not need."""
        return self.suggestion_outcomes.record_reply

    @cached_property
    def suggestion_outcomes(self) -> SuggestionOutcomes:
        """What became of suggestions."""
        return SuggestionOutcomes(self.suggestion_log, self.clock)

    @cached_property
    def summarising(self) -> SummarisingService:
        """Summaries of conversations."""
        return SummarisingService(self.conversations, self.turns)

    @cached_property
    def canned_responses(self) -> CannedResponseService:
        """Approved reusable replies."""
        store: CannedResponses = SqlCannedResponses(self.engine)
        return CannedResponseService(store, self.clients, self.conversations, self.clock)
