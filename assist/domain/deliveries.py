"""What is sent to other systems about an event, and what becomes of each attempt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from assist.domain.exchange import Event

DeliveryId = NewType("DeliveryId", int)

BACKOFF_S = (5.0, 30.0, 120.0, 600.0, 3_600.0, 21_600.0)
"""Seconds before each further attempt: a restart, a deployment, an outage of an afternoon."""

MAX_WAIT_S = 86_400.0
"""The longest wait that a receiver's Retry-After gets."""

MAX_ERROR = 500
GONE = 410


class TargetKind(StrEnum):
    """What kind of receiver a delivery has."""

    WEBHOOK = "webhook"
    CONTACT_MAIL = "contact_mail"
    CONTACT_WEBHOOK = "contact_webhook"
    CHATWOOT = "chatwoot"

    @property
    def is_contact(self) -> bool:
        """Say whether it is a client company's contact for escalations."""
        return self in {TargetKind.CONTACT_MAIL, TargetKind.CONTACT_WEBHOOK}


@dataclass(frozen=True)
class Target:
    """A receiver; `part` tells several deliveries of one event to it apart."""

    kind: TargetKind
    id: str
    part: str = ""

    @property
    def name(self) -> str:
        """Name the receiver; its deliveries are sent one at a time."""
        return f"{self.kind}:{self.id}"


class DeliveryState(StrEnum):
    """How far a delivery is; a dead one waits for somebody to retry it."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True)
class Delivery:
    """One event for one receiver; deliveries with the same `lane` are sent in order."""

    id: DeliveryId
    event: Event
    target: Target
    created_at: datetime
    next_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempt: int = 0
    status: int | None = None
    error: str = ""
    finished_at: datetime | None = None

    @property
    def message_id(self) -> str:
        """Name the event for receivers; a repeated delivery has the same name."""
        suffix = f"_{self.target.part}" if self.target.part else ""
        return f"evt_{self.event.id}{suffix}"


@dataclass(frozen=True)
class Answer:
    """What came of an attempt: `status` is the receiver's, `None` when there was no answer."""

    status: int | None = None
    error: str = ""
    retry_after_s: float | None = None
    is_final: bool = False
    """Say that no further attempt can help."""

    @property
    def is_success(self) -> bool:
        """Say whether the receiver has it."""
        return not self.error

    @property
    def is_gone(self) -> bool:
        """Say whether the receiver wants nothing any more."""
        return self.status == GONE


def after_attempt(delivery: Delivery, answer: Answer, now: datetime, jitter: float) -> Delivery:
    """Return the delivery after an attempt; `jitter` in [0, 1) spreads the attempts of many."""
    attempted = replace(
        delivery,
        attempt=delivery.attempt + 1,
        status=answer.status,
        error=answer.error[:MAX_ERROR],
    )
    if answer.is_success:
        return replace(attempted, state=DeliveryState.DELIVERED, finished_at=now)
    if answer.is_gone or answer.is_final or attempted.attempt > len(BACKOFF_S):
        return replace(attempted, state=DeliveryState.DEAD, finished_at=now)
    wait_s = BACKOFF_S[attempted.attempt - 1] * (1 + jitter / 2)
    asked_s = min(answer.retry_after_s or 0.0, MAX_WAIT_S)
    return replace(attempted, next_at=now + timedelta(seconds=max(wait_s, asked_s)))


def revived(delivery: Delivery, now: datetime) -> Delivery:
    """Return a delivery that begins anew."""
    return replace(delivery, state=DeliveryState.WAITING, attempt=0, next_at=now, finished_at=None)
