"""The parts behind the website widget."""

from __future__ import annotations

from functools import cached_property

from assist.adapters.jwt_identity import JwtIdentityReader
from assist.adapters.sql.widget import SqlCustomerConversations, SqlOpinions, SqlSiteDirectory
from assist.bootstrap.knowledge_parts import KnowledgeParts
from assist.services.customers import CustomerService
from assist.services.handing_over import FindUnhelpful
from assist.services.rating import RatingService
from assist.services.sites import SiteService
from assist.services.statuses import FindRating


class WidgetParts(KnowledgeParts):
    """The parts behind the website widget."""

    @cached_property
    def sites(self) -> SiteService:
        """The websites that show the widget."""
        return SiteService(SqlSiteDirectory(self.engine), JwtIdentityReader(), self.clock)

    @cached_property
    def customers(self) -> CustomerService:
        """What customers do with their conversations besides writing."""
        return CustomerService(
            self.conversations,
            SqlCustomerConversations(self.engine),
            self.clients,
            self.wakeups,
            self.clock,
        )

    @cached_property
    def ratings(self) -> RatingService:
        """What customers think."""
        return RatingService(SqlOpinions(self.engine), self.conversations, self.wakeups, self.clock)

    @cached_property
    def find_rating(self) -> FindRating:
        """What customers said of how their conversations ended."""
        return self.ratings.find

    @cached_property
    def find_unhelpful(self) -> FindUnhelpful:
        """Which replies customers called unhelpful."""
        opinions = SqlOpinions(self.engine)
        return lambda conversation_id: [
            sequence
            for sequence, is_helpful in opinions.list_feedback(conversation_id).items()
            if not is_helpful
        ]
