"""Composes the parts; what is heavy or exclusive is opened at first use."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assist.adapters.home_lock import HomeLock, prepare_home
from assist.adapters.sql.schema import migrate
from assist.bootstrap.desk_parts import DeskParts
from assist.bootstrap.people_parts import PeopleParts
from assist.bootstrap.reporting_parts import ReportingParts
from assist.bootstrap.settings import Settings
from assist.bootstrap.suggestions_parts import SuggestionParts
from assist.bootstrap.webhooks_parts import WebhookParts
from assist.bootstrap.widget_parts import WidgetParts
from assist.bootstrap.writing_parts import language_model_of
from assist.domain.errors import SettingsError
from assist.domain.policy import AnswerPolicy
from assist.ports import Clock
from knowledge_base.adapters.sql.engine import open_engine
from knowledge_base.models import KnowledgeBaseError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from assist.ports.language_model import LanguageModel
    from knowledge_base.ports import Embedder


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Container(WidgetParts, SuggestionParts, WebhookParts, ReportingParts, DeskParts, PeopleParts):
    """The assembled product of one process.

    SQL is open at once. The embedded stores belong to one process: `knowledge_base` takes the
    home's lock at first use and raises `HomeInUseError` when another process has it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        policy: AnswerPolicy,
        clock: Clock,
        embedder: Embedder | None,
        language_model: LanguageModel | None,
        lock_wait_s: float,
    ) -> None:
        self.settings = settings
        self.policy = policy
        self.clock = clock
        self._embedder = embedder
        self._language_model = language_model
        self._lock_wait_s = lock_wait_s
        prepare_home(settings.home)
        self.home_lock = HomeLock(settings.home)
        self._closing = ExitStack()
        self.engine = _open_database(settings)
        self._closing.callback(self.engine.dispose)
        self._closing.callback(self.home_lock.release)
        migrate(self.engine)

    def close(self) -> None:
        """Close the stores, then release the lock and the database."""
        self._closing.close()


def _open_database(settings: Settings) -> Engine:
    try:
        return open_engine(settings.database)
    except KnowledgeBaseError as error:
        raise SettingsError(f"ASSIST_DATABASE_URL: {error}") from error


def build_container(
    settings: Settings,
    *,
    policy: AnswerPolicy | None = None,
    clock: Clock = utc_now,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
    lock_wait_s: float = 0,
) -> Container:
    """Compose the product; tests and evaluations replace parts by argument.

    Raises `SettingsError` for settings that cannot work together.
    """
    if settings.workers > 1:
        raise SettingsError(
            f"ASSIST_WORKERS={settings.workers}, but the embedded vector store belongs to one "
            "process: two silently corrupt it; set ASSIST_WORKERS=1"
        )
    return Container(
        settings,
        policy=policy or AnswerPolicy(),
        clock=clock,
        embedder=embedder,
        language_model=language_model or language_model_of(settings),
        lock_wait_s=lock_wait_s,
    )
