"""Checks what an agent is about to send against the knowledge of all clients."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial

from assist.domain.client import ClientProfile
from assist.domain.client_marks import Mark, marks_of, runs_of_profile
from assist.domain.conversation import Conversation
from assist.domain.draft_checks import (
    DraftStoppedError,
    Finding,
    FindingKind,
    OtherClient,
    check_draft,
)
from assist.domain.known_texts import KnownTexts, Run, read_known_texts
from assist.ports import ConversationStore
from assist.services.clients import ClientService
from assist.services.handing_over import newest_messages
from knowledge_base.models import ClientId, KnowledgeVersion, Passage, VersionNumber

CACHED_CLIENTS = 32
CACHED_PROFILES = 256
READ_MESSAGES = 100


class DraftCheckService:
    """Finds another client's marks, internal text, empty slots and secrets in drafts."""

    def __init__(
        self,
        clients: ClientService,
        conversations: ConversationStore,
        find_version: Callable[[ClientId], KnowledgeVersion | None],
        list_passages: Callable[[ClientId, VersionNumber], Iterable[Passage]],
    ) -> None:
        self._clients = clients
        self._conversations = conversations
        self._find_version = find_version
        self._list_passages = list_passages
        self._read = lru_cache(CACHED_CLIENTS)(self._read_texts)

    def check(
        self,
        client_id: ClientId,
        text: str,
        conversation: Conversation | None = None,
        *,
        may_override: bool = False,
        served: Collection[ClientId] = (),
    ) -> tuple[Finding, ...]:
        """Return the findings; who `may_override` may confirm another client's name too.

        Another client is named only to those who serve it.
        """
        profiles = dict(self._clients.list_all())
        own = self._texts_of(client_id, profiles[client_id])
        others = [
            self._other(other_id, profile, is_named=other_id in served)
            for other_id, profile in profiles.items()
            if other_id != client_id
        ]
        said = self._said(conversation) if conversation else ()
        return tuple(
            replace(each, may_confirm=True)
            if may_override and each.kind is FindingKind.OTHER_CLIENT
            else each
            for each in check_draft(text, own, others, said)
        )

    def guard(self, conversation: Conversation, text: str, confirmed: frozenset[str]) -> None:
        """Raise `DraftStoppedError` for a reply with findings that are not confirmed.

        The caller sees to it that only those who may confirm another client's name.
        """
        may_override = FindingKind.OTHER_CLIENT in confirmed
        findings = self.check(conversation.client_id, text, conversation, may_override=may_override)
        left = [each for each in findings if not (each.may_confirm and each.kind in confirmed)]
        if left:
            raise DraftStoppedError(left)

    def _other(self, client_id: ClientId, profile: ClientProfile, *, is_named: bool) -> OtherClient:
        marks, runs = _given_away_by(profile.model_dump_json())
        name = profile.name if is_named else ""
        return OtherClient(name, marks, runs, partial(self._texts_of, client_id, profile))

    def _texts_of(self, client_id: ClientId, profile: ClientProfile) -> KnownTexts:
        version = self._find_version(client_id)
        number = version.number if version else None
        created_at = version.created_at if version else None
        return self._read(client_id, profile.model_dump_json(), number, created_at)

    def _read_texts(
        self,
        client_id: ClientId,
        profile: str,
        number: VersionNumber | None,
        created_at: datetime | None,
    ) -> KnownTexts:
        del created_at  # a part of the cache's key: a deleted version's number can come again
        passages = self._list_passages(client_id, number) if number else ()
        return read_known_texts(ClientProfile.model_validate_json(profile), passages)

    def _said(self, conversation: Conversation) -> Sequence[str]:
        messages = newest_messages(self._conversations, conversation, READ_MESSAGES)
        return [each.text for each in messages]


@lru_cache(CACHED_PROFILES)
def _given_away_by(profile: str) -> tuple[tuple[Mark, ...], frozenset[Run]]:
    parsed = ClientProfile.model_validate_json(profile)
    return marks_of(parsed), runs_of_profile(parsed)
