"""The parts around users and their sessions."""

from __future__ import annotations

from functools import cached_property

from assist.adapters.passwords import Argon2Passwords
from assist.adapters.sql.conversation_clients import SqlConversationClients
from assist.adapters.sql.people import (
    SqlPresenceBoard,
    SqlSessionStore,
    SqlSignInLog,
    SqlUserDirectory,
)
from assist.bootstrap.base_parts import BaseParts
from assist.domain.people import User
from assist.ports.people import ConversationClients, PasswordHasher
from assist.services.people import PeopleService, PresenceService
from assist.services.sessions import SessionService


class PeopleParts(BaseParts):
    """The parts around users and their sessions."""

    @cached_property
    def passwords(self) -> PasswordHasher:
        """How passwords are hashed."""
        return Argon2Passwords()

    @cached_property
    def sessions(self) -> SessionService:
        """Signing in and out."""
        users = SqlUserDirectory(self.engine)
        return SessionService(
            users,
            users,
            SqlSessionStore(self.engine),
            SqlSignInLog(self.engine),
            self.passwords,
            self.clock,
        )

    def on_disabled(self, user: User) -> None:
        """Do what follows when a user is disabled: nothing, until another group does."""

    @cached_property
    def people(self) -> PeopleService:
        """The BPO's people."""
        users = SqlUserDirectory(self.engine)
        return PeopleService(
            users,
            users,
            self.passwords,
            self.sessions,
            self.clock,
            on_disabled=self.on_disabled,
        )

    @cached_property
    def presence(self) -> PresenceService:
        """Who is there now."""
        return PresenceService(SqlPresenceBoard(self.engine), self.clock)

    @cached_property
    def conversation_clients(self) -> ConversationClients:
        """Which client a conversation is of."""
        return SqlConversationClients(self.engine)
