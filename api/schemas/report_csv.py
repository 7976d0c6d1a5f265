"""Conversations as CSV: one row each, in columns that keep their names and order."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from assist.domain.desk_rows import ConversationRow, HandoffRow

_ROWS_AT_ONCE = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for a formula, in full width too (OWASP, CSV injection)."""

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds, and how to read it at a time `now`."""

    name: str
    description: str
    read: Callable[[ConversationRow, datetime], Cell]


def _first(row: ConversationRow) -> HandoffRow | None:
    return row.handoffs[0] if row.handoffs else None


def _of_first(read: Callable[[HandoffRow], Cell]) -> Callable[[ConversationRow, datetime], Cell]:
    def read_first(row: ConversationRow, _now: datetime) -> Cell:
        first = _first(row)
        return read(first) if first else None

    return read_first


def _ended_at(row: ConversationRow, now: datetime) -> Cell:
    if row.resolution:
        return row.resolution.at
    return row.last_message_at if row.has_ended(now) else None


def _handle_s(row: ConversationRow, _now: datetime) -> Cell:
    times = [each.handle_s for each in row.handoffs if each.handle_s is not None]
    return sum(times) if times else None


def _sla_met(row: ConversationRow, now: datetime) -> Cell:
    first = _first(row)
    return first.met_deadline(now) if first else None


COLUMNS = (
    Column("conversation_id", "the conversation", lambda row, _: row.id),
    Column("client_id", "the client", lambda row, _: row.client_id),
    Column("started_at", "when it started (UTC)", lambda row, _: row.created_at),
    Column("last_message_at", "when the last message was sent", lambda row, _: row.last_message_at),
    Column("ended_at", "when it was resolved, or its last message if it was left", _ended_at),
    Column("channel", "api, widget or chatwoot", lambda row, _: row.channel),
    Column("language", "the customer's language", lambda row, _: row.language),
    Column("state", "who has it now", lambda row, _: str(row.state)),
    Column(
        "outcome",
        "confirmed, assumed, unresolved, with_people or open",
        lambda row, now: str(row.outcome(now)),
    ),
    Column(
        "resolved_by",
        "assistant, agent, customer or idle",
        lambda row, _: row.resolution.by if row.resolution else None,
    ),
    Column(
        "disposition",
        "the agent's outcome code",
        lambda row, _: row.resolution.disposition if row.resolution else None,
    ),
    Column(
        "customer_confirmed",
        "the customer's word at the end: true, false or empty",
        lambda row, _: row.resolution.confirmed if row.resolution else None,
    ),
    Column(
        "last_answer_helpful", "the customer's mark on the last answer", lambda row, _: row.helpful
    ),
    Column("reopened", "how often it was taken up again", lambda row, _: row.reopened),
    Column("handoffs", "how often it was handed to people", lambda row, _: len(row.handoffs)),
    Column("reason", "why it was handed over first", _of_first(lambda each: each.reason)),
    Column("queue", "the queue of the first handoff", _of_first(lambda each: each.queue)),
    Column("priority", "the priority of the first handoff", _of_first(lambda each: each.priority)),
    Column("queued_at", "when it was first handed over", _of_first(lambda each: each.queued_at)),
    Column("deadline_at", "when its first reply was due", _of_first(lambda each: each.deadline_at)),
    Column(
        "after_hours",
        "whether it was first handed over outside opening hours",
        _of_first(lambda each: each.is_after_hours),
    ),
    Column("wait_s", "seconds until an agent took it", _of_first(lambda each: each.wait_s)),
    Column(
        "first_response_s",
        "seconds until a person's first reply",
        _of_first(lambda each: each.first_response_s),
    ),
    Column("sla_met", "whether that was in time: true, false or empty (undecided)", _sla_met),
    Column("handle_s", "seconds for which agents had it, all handoffs together", _handle_s),
    Column(
        "rating", "the customer's rating, 1 to 5", lambda r, _: r.rating.score if r.rating else None
    ),
    Column("rated", "assistant or human", lambda r, _: r.rating.served_by if r.rating else None),
    Column("customer_messages", "messages of the customer", lambda row, _: row.customer_messages),
    Column(
        "assistant_messages", "messages of the assistant", lambda row, _: row.assistant_messages
    ),
    Column(
        "agent_messages", "messages of agents, without notes", lambda row, _: row.agent_messages
    ),
)


def csv_lines(rows: Iterable[ConversationRow], now: datetime) -> Iterator[str]:
    """Write the header and the rows in pieces of some hundred lines."""
    records = chain(
        [[column.name for column in COLUMNS]],
        ([_written(column.read(row, now)) for column in COLUMNS] for row in rows),
    )
    while piece := list(islice(records, _ROWS_AT_ONCE)):
        buffer = io.StringIO()
        csv.writer(buffer).writerows(piece)
        yield buffer.getvalue()


def _written(cell: Cell) -> str:
    """Write a value; a text that a spreadsheet would run as a formula gets an apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(cell, (int, float)):
        return f"{cell:.0f}"
    return "'" + cell if cell.startswith(_FORMULA_STARTS) else cell
