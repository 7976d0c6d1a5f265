"""Suggestions and canned responses in SQL: columns to report by, and the record as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from assist.adapters.sql.suggestion_tables import canned_responses, suggestions
from assist.domain.canned import CannedResponse, CannedResponseId
from assist.domain.errors import CannedTitleTakenError
from assist.domain.suggestion import Ending, Outcome, Suggestion, SuggestionId
from knowledge_base.adapters.sql.engine import writing
from knowledge_base.models import ClientId

_record: TypeAdapter[Suggestion] = TypeAdapter(Suggestion)


class SqlSuggestionLog:
    """A `SuggestionLog` that commits before it returns."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add_suggestion(self, suggestion: Suggestion) -> None:
        """Insert a suggestion and close those before it, in one transaction."""
        client_id, thread = suggestion.client_id, suggestion.thread
        number = select(func.coalesce(func.max(suggestions.c.number), 0) + 1).where(
            (suggestions.c.client_id == client_id) & (suggestions.c.thread == thread)
        )
        with writing(self._engine) as connection:
            _ignore(connection, client_id, thread, suggestion.created_at)
            connection.execute(
                insert(suggestions).values(
                    id=suggestion.id,
                    client_id=client_id,
                    conversation_id=suggestion.conversation_id,
                    thread=thread,
                    created_at=suggestion.created_at,
                    agent=suggestion.agent,
                    reason=suggestion.drafted.reason,
                    record=_record.dump_python(replace(suggestion, ending=None), mode="json"),
                    outcome_reason="",
                    number=number.scalar_subquery(),
                )
            )

    def find_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId
    ) -> Suggestion | None:
        """Look up a client's suggestion."""
        query = select(suggestions).where(_own(client_id, suggestion_id))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _suggestion(row) if row else None

    def find_latest(self, client_id: ClientId, thread: str) -> Suggestion | None:
        """Look up the last suggestion that was added to a thread."""
        own = (suggestions.c.client_id == client_id) & (suggestions.c.thread == thread)
        query = select(suggestions).where(own).order_by(suggestions.c.number.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _suggestion(row) if row else None

    def end_suggestion(
        self, client_id: ClientId, suggestion_id: SuggestionId, ending: Ending
    ) -> None:
        """Write the outcome."""
        with writing(self._engine) as connection:
            connection.execute(
                update(suggestions)
                .where(_own(client_id, suggestion_id))
                .values(
                    outcome=ending.outcome,
                    ended_at=ending.at,
                    edit_distance=ending.edit_distance,
                    outcome_reason=ending.reason,
                )
            )

    def ignore_open(self, client_id: ClientId, thread: str, at: datetime) -> None:
        """Write the outcome of all that have none."""
        with writing(self._engine) as connection:
            _ignore(connection, client_id, thread, at)


class SqlCannedResponses:
    """`CannedResponses` as rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_response(self, response: CannedResponse) -> None:
        """Update the row, or insert it."""
        column = canned_responses.c
        own = (column.client_id == response.client_id) & (column.id == response.id)
        values = vars(response) | {"tags": list(response.tags)}
        try:
            with writing(self._engine) as connection:
                result = connection.execute(update(canned_responses).where(own).values(values))
                if not result.rowcount:
                    connection.execute(insert(canned_responses).values(values))
        except IntegrityError as error:
            raise CannedTitleTakenError(
                f"there is a canned response {response.title!r} already; choose another title"
            ) from error

    def find_response(
        self, client_id: ClientId, response_id: CannedResponseId
    ) -> CannedResponse | None:
        """Look up a client's response."""
        column = canned_responses.c
        query = select(canned_responses).where(
            (column.client_id == client_id) & (column.id == response_id)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _response(row) if row else None

    def list_responses(self, client_id: ClientId) -> Sequence[CannedResponse]:
        """List by title."""
        own = select(canned_responses).where(canned_responses.c.client_id == client_id)
        with self._engine.connect() as connection:
            rows = connection.execute(own).all()
        return sorted((_response(row) for row in rows), key=lambda each: each.title.casefold())

    def delete_response(self, client_id: ClientId, response_id: CannedResponseId) -> bool:
        """Delete the row."""
        column = canned_responses.c
        own = (column.client_id == client_id) & (column.id == response_id)
        with writing(self._engine) as connection:
            return bool(connection.execute(delete(canned_responses).where(own)).rowcount)


def _own(client_id: ClientId, suggestion_id: SuggestionId) -> Any:
    return (suggestions.c.client_id == client_id) & (suggestions.c.id == suggestion_id)


def _ignore(connection: Connection, client_id: ClientId, thread: str, at: datetime) -> None:
    column = suggestions.c
    is_open = (column.client_id == client_id) & (column.thread == thread) & column.outcome.is_(None)
    change = update(suggestions).where(is_open)
    connection.execute(change.values(outcome=Outcome.IGNORED, ended_at=at))


def _suggestion(row: Row[Any]) -> Suggestion:
    suggestion = _record.validate_python(row.record)
    if row.outcome is None:
        return suggestion
    ending = Ending(Outcome(row.outcome), row.ended_at, row.edit_distance, row.outcome_reason)
    return replace(suggestion, ending=ending)


def _response(row: Row[Any]) -> CannedResponse:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    return CannedResponse(**values | {"tags": tuple(values["tags"])})
