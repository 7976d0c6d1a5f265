"""The parts around conversations and the people who handle them."""

from __future__ import annotations

from functools import cached_property

from assist.adapters.sql.desk_lists import SqlDeskLists
from assist.adapters.sql.queue_figures import SqlQueueFigures
from assist.bootstrap.knowledge_parts import KnowledgeParts
from assist.bootstrap.people_parts import PeopleParts
from assist.domain.people import User
from assist.ports.desk import DeskLists, QueueFigures
from assist.services.capacity import CapacityService
from assist.services.conversing import ConversingService
from assist.services.desk import DeskService, DraftGuard, ReplyRecorder, forget, let_pass
from assist.services.desk_stream import DeskStream
from assist.services.desk_views import DeskViews
from assist.services.following import FollowingService
from assist.services.handing_over import FindUnhelpful, HandingOverService
from assist.services.idling import IdlingService
from assist.services.releasing import ReleasingService
from assist.services.statuses import FindRating, StatusService
from assist.services.typing_board import TypingBoard


class DeskParts(PeopleParts, KnowledgeParts):
    """The parts around conversations and the people who handle them."""

    @cached_property
    def desk_lists(self) -> DeskLists:
        """The views of the desk."""
        return SqlDeskLists(self.engine)

    @cached_property
    def queue_figures(self) -> QueueFigures:
        """How long the queues are."""
        return SqlQueueFigures(self.engine)

    @cached_property
    def draft_guard(self) -> DraftGuard:
        """What reads agents' texts before they are sent; nothing, until another group does."""
        return let_pass

    @cached_property
    def reply_recorder(self) -> ReplyRecorder:
        """What hears of sent replies; nothing, until another group does."""
        return forget

    @cached_property
    def find_rating(self) -> FindRating:
        """What customers said; nothing, until another group knows."""
        return lambda _: None

    @cached_property
    def find_unhelpful(self) -> FindUnhelpful:
        """Which replies customers called unhelpful; none, until another group knows."""
        return lambda _: ()

    @cached_property
    def handing_over(self) -> HandingOverService:
        """What a handoff is made of."""
        return HandingOverService(
            self.conversations,
            self.turns,
            self.queue_figures,
            self.clients,
            self.clock,
            find_unhelpful=self.find_unhelpful,
        )

    @cached_property
    def conversing(self) -> ConversingService:
        """Customers' messages and the assistant's replies."""
        return ConversingService(
            self.conversations,
            self.conversation_lists,
            self.answering,
            self.handing_over,
            self.clients,
            self.wakeups,
            self.clock,
            detect=self.languages.detect,
        )

    @cached_property
    def desk(self) -> DeskService:
        """What customers and agents do with conversations."""
        return DeskService(
            self.conversations,
            self.clients,
            self.handing_over,
            CapacityService(self.desk_lists),
            self.wakeups,
            self.clock,
            guard=self.draft_guard,
            record_reply=self.reply_recorder,
        )

    def on_disabled(self, user: User) -> None:
        """Give back what the user has."""
        releasing = ReleasingService(
            self.desk_lists, self.clients, self.desk, self.handing_over, self.clock
        )
        releasing.release_all(user)

    @cached_property
    def idling(self) -> IdlingService:
        """What ends conversations that customers have left."""
        return IdlingService(self.conversation_lists, self.clients, self.desk, self.clock)

    @cached_property
    def typing(self) -> TypingBoard:
        """Who is typing."""
        return TypingBoard(self.wakeups, self.clock)

    @cached_property
    def statuses(self) -> StatusService:
        """How conversations stand for their customers."""
        return StatusService(
            self.clients, self.handing_over, self.typing, self.find_rating, self.clock
        )

    @cached_property
    def following(self) -> FollowingService:
        """Live streams of single conversations."""
        return FollowingService(self.conversations, self.statuses, self.wakeups)

    @cached_property
    def desk_views(self) -> DeskViews:
        """What agents look at."""
        return DeskViews(self.desk_lists, self.people, self.presence)

    @cached_property
    def desk_stream(self) -> DeskStream:
        """Live streams of all conversations of some clients."""
        return DeskStream(self.desk_lists, self.typing, self.wakeups, self.clock)
