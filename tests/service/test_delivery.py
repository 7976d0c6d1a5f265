"""Deliveries: from the outbox through the worker to a receiver on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event as Signal

import pytest
from standardwebhooks.webhooks import Webhook as Signer

from api.delivery import Chore, DeliveryWorker
from assist.adapters.http_sender import PinnedHttpSender
from assist.domain.conversation import Author, Conversation, MessageDraft, Step
from assist.domain.deliveries import BACKOFF_S, Answer, Delivery, DeliveryState, Target, TargetKind
from assist.domain.exchange import Event, RequestKey
from assist.domain.webhooks import Webhook, WebhookId, new_secret
from assist.ports.webhooks import Call
from assist.services.notifying import EVENT_LEASE, KEPT, NotifyingService, WebhookCourier
from knowledge_base.models import Audience
from tests.conversation_fakes import MemoryConversations, conversation
from tests.fakes import ACME, NOON, FakeClock
from tests.service.receiving import Receiver, receiving
from tests.webhook_fakes import MemoryWebhooks, ScriptedReceiver, drain

HOOK = Webhook(WebhookId("w"), ACME, "https://hooks.example", new_secret(), NOON)
TARGET = Target(TargetKind.WEBHOOK, "w")


@dataclass
class Office:
    """The notifying service on memory, with a clock to turn."""

    clock: FakeClock = field(default_factory=FakeClock)
    conversations: MemoryConversations = field(default_factory=MemoryConversations)
    webhooks: MemoryWebhooks = field(default_factory=MemoryWebhooks)
    sender: ScriptedReceiver = field(default_factory=ScriptedReceiver)

    def __post_init__(self) -> None:
        self.conversations.add_conversation(conversation())

    def courier(self) -> WebhookCourier:
        return WebhookCourier(self.webhooks, self.conversations, self.sender, self.clock)

    def notifying(self, courier: WebhookCourier | None = None) -> NotifyingService:
        courier = courier or self.courier()
        return NotifyingService(
            self.conversations,
            self.webhooks,
            self.webhooks,
            [courier],
            {TargetKind.WEBHOOK: courier},
            self.clock,
            lambda: 0.0,
        )

    def write(
        self, text: str, audience: Audience = Audience.PUBLIC, name: str = "conversation-1"
    ) -> None:
        def move(current: Conversation) -> Step:
            draft = MessageDraft(Author.CUSTOMER, text, NOON, audience=audience)
            return Step(current, (draft,))

        key = RequestKey.of("customer", text, text)
        self.conversations.accept(conversation(name).id, key, move)

    def states(self) -> list[tuple[DeliveryState, int]]:
        found = self.webhooks.list_deliveries(ACME, TARGET, None, 50)
        return [(each.state, each.attempt) for each in reversed(found)]


@pytest.fixture
def office() -> Office:
    return Office()


def test_without_webhooks_the_outbox_is_emptied_all_the_same(office: Office) -> None:
    office.write("one")

    assert office.notifying().dispatch() == 1
    office.clock.advance(EVENT_LEASE.total_seconds() + 1)
    assert office.notifying().dispatch() == 0
    assert office.states() == []


def test_a_crash_before_the_outbox_forgets_loses_nothing_and_doubles_nothing(
    office: Office,
) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")

    def crash(event_ids: Sequence[object]) -> None:
        raise OSError(f"the process died before it forgot {len(event_ids)}")

    acknowledge = office.conversations.acknowledge
    office.conversations.acknowledge = crash  # type: ignore[method-assign]
    with pytest.raises(OSError, match="died"):
        office.notifying().dispatch()
    office.conversations.acknowledge = acknowledge  # type: ignore[method-assign]

    assert office.notifying().dispatch() == 0
    office.clock.advance(EVENT_LEASE.total_seconds() + 1)
    assert office.notifying().dispatch() == 1
    assert len(office.states()) == 1


def test_a_failed_delivery_is_tried_again_in_order(office: Office) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")
    office.write("two")
    answers = [Answer(503, "boom"), Answer(204), Answer(204)]
    office.sender.answer = lambda _: answers.pop(0)

    drain(office.notifying())
    assert office.states() == [(DeliveryState.WAITING, 1), (DeliveryState.WAITING, 0)]
    office.clock.advance(BACKOFF_S[0])
    drain(office.notifying())

    assert office.states() == [(DeliveryState.DELIVERED, 2), (DeliveryState.DELIVERED, 1)]
    ids = [call.headers["webhook-id"] for call in office.sender.calls]
    assert ids[0] == ids[1] != ids[2]


def test_a_delivery_dies_after_its_attempts_and_lets_the_next_one_pass(office: Office) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")
    office.write("two")
    office.sender.answer = lambda _: Answer(500, "boom")

    for wait_s in (0.0, *BACKOFF_S):
        office.clock.advance(wait_s)
        drain(office.notifying())

    assert office.states() == [
        (DeliveryState.DEAD, len(BACKOFF_S) + 1),
        (DeliveryState.WAITING, 1),
    ]


def test_a_webhook_that_was_disabled_meanwhile_gets_nothing(office: Office) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")
    office.notifying().dispatch()
    office.webhooks.update_webhook(replace(HOOK, disabled_at=NOON))

    [dead] = drain(office.notifying())

    assert (dead.state, dead.error) == (DeliveryState.DEAD, "the webhook is disabled")
    assert office.sender.calls == []


def test_a_webhook_that_no_longer_wants_notes_does_not_get_a_waiting_one(office: Office) -> None:
    office.webhooks.add_webhook(replace(HOOK, include_internal=True))
    office.write("a secret", Audience.INTERNAL)
    office.notifying().dispatch()
    office.webhooks.update_webhook(HOOK)

    [delivery] = drain(office.notifying())

    assert delivery.state is DeliveryState.DELIVERED
    assert office.sender.calls == []


def test_an_event_that_cannot_be_routed_holds_up_only_its_own_conversation(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.webhooks.add_webhook(HOOK)
    office.conversations.add_conversation(conversation("conversation-2"))
    for text in ("one", "two"):
        office.write(text)
    office.write("three", name="conversation-2")
    faults = [LookupError("no profile")]

    class Faulty(WebhookCourier):
        def targets(self, event: Event) -> Sequence[Target]:
            if faults:
                raise faults.pop()
            return super().targets(event)

    courier = Faulty(office.webhooks, office.conversations, office.sender, office.clock)
    notifying = office.notifying(courier)
    notifying.dispatch()
    first = [each.event.conversation_id for each in drain(notifying)]
    office.clock.advance(EVENT_LEASE.total_seconds() + 1)
    second = [each.event.sequence for each in drain(notifying)]

    assert (first, second) == (["conversation-2"], [1, 2])
    assert "no profile" in caplog.text


def test_an_unexpected_error_is_tried_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")

    class Broken(WebhookCourier):
        def send(self, delivery: Delivery) -> Answer:
            raise RuntimeError(f"no luck with {delivery.id}")

    courier = Broken(office.webhooks, office.conversations, office.sender, office.clock)
    [failed] = drain(office.notifying(courier))

    assert failed.state is DeliveryState.WAITING
    assert "unexpected RuntimeError" in failed.error
    assert "no luck" in caplog.text


def test_old_deliveries_are_forgotten(office: Office) -> None:
    office.webhooks.add_webhook(HOOK)
    office.write("one")
    drain(office.notifying())

    office.clock.advance(KEPT.total_seconds() + 1)

    assert office.notifying().prune() == 1


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as served:
        yield served


class TestSending:
    def call(self, receiver: Receiver, timeout_s: float = 10) -> Answer:
        sender = PinnedHttpSender(allow_private=True, timeout_s=timeout_s)
        return sender.call(Call(f"{receiver.url}/hook?a=b", b"{}", {"webhook-id": "evt_1"}))

    def test_a_receiver_on_this_machine_is_called_when_allowed(self, receiver: Receiver) -> None:
        assert self.call(receiver) == Answer(204)

        [got] = receiver.received
        assert (got.path, got.body, got.headers["webhook-id"]) == ("/hook?a=b", b"{}", "evt_1")
        assert got.headers["Host"] == receiver.url.removeprefix("http://")
        assert got.headers["Content-Type"] == "application/json"

    def test_it_is_not_called_otherwise(self, receiver: Receiver) -> None:
        answer = PinnedHttpSender(allow_private=False).call(Call(receiver.url, b"{}"))

        assert answer.is_final
        assert receiver.received == []

    def test_a_redirect_is_a_failure(self, receiver: Receiver) -> None:
        receiver.statuses, receiver.headers = [307], {"Location": f"{receiver.url}/other"}

        assert self.call(receiver).status == 307
        assert len(receiver.received) == 1

    def test_the_receivers_wish_for_a_pause_is_heard(self, receiver: Receiver) -> None:
        receiver.statuses, receiver.headers = [429], {"Retry-After": "90"}

        answer = self.call(receiver)

        assert (answer.status, answer.retry_after_s) == (429, 90)

    def test_a_receiver_that_does_not_answer_is_left(self, receiver: Receiver) -> None:
        receiver.gate.clear()

        assert self.call(receiver, timeout_s=0.2).error == "no answer within 0.2 s"

    def test_a_port_where_nobody_listens_is_a_failure(self) -> None:
        answer = PinnedHttpSender(allow_private=True).call(Call("http://127.0.0.1:9/", b"{}"))

        assert answer.status is None
        assert "ConnectError" in answer.error


class TestWorker:
    def run(self, office: Office, until: Callable[[], bool], senders: int = 2) -> DeliveryWorker:
        worker = DeliveryWorker(office.notifying(), Signal(), poll_s=0.01, senders=senders)
        with worker:
            _wait_for(until)
        return worker

    def open(self, receiver: Receiver, office: Office) -> Office:
        office.webhooks.add_webhook(replace(HOOK, url=receiver.url))
        office.clock.now = datetime.now(UTC)  # receivers refuse old signatures
        real = PinnedHttpSender(allow_private=True)
        office.sender.answer = lambda _: real.call(office.sender.calls[-1])
        return office

    def test_events_arrive_signed_and_in_order(self, receiver: Receiver, office: Office) -> None:
        self.open(receiver, office)
        for number in range(5):
            office.write(f"message {number}")

        self.run(office, lambda: len(receiver.received) == 5)

        signer = Signer(HOOK.secret)
        told = [signer.verify(got.body, got.headers) for got in receiver.received]
        texts = [body["data"]["message"]["text"] for body in told]
        assert texts == [f"message {number}" for number in range(5)]
        assert office.states() == [(DeliveryState.DELIVERED, 1)] * 5

    def test_a_slow_receiver_does_not_hold_up_another_one(
        self, receiver: Receiver, office: Office
    ) -> None:
        receiver.gate.clear()
        with receiving() as quick:
            urls = {"slow": receiver.url, "quick": quick.url}
            for name, url in urls.items():
                office.webhooks.add_webhook(replace(HOOK, id=WebhookId(name), url=url))
            real = PinnedHttpSender(allow_private=True)

            class Direct(ScriptedReceiver):
                def call(self, call: Call) -> Answer:
                    return real.call(call)

            office.sender = Direct()
            for number in range(3):
                office.write(f"message {number}")

            def is_done() -> bool:
                has_quick = len(quick.received) == 3
                if has_quick:
                    receiver.gate.set()
                return has_quick

            self.run(office, is_done)
            assert len(receiver.received) <= 1

    def test_a_stop_waits_for_what_is_on_its_way(self, receiver: Receiver, office: Office) -> None:
        self.open(receiver, office)
        receiver.gate.clear()
        office.write("one")

        worker = DeliveryWorker(office.notifying(), Signal(), poll_s=0.01)
        with worker:
            _wait_for(lambda: bool(office.sender.calls))
            receiver.gate.set()

        assert office.states() == [(DeliveryState.DELIVERED, 1)]

    def test_chores_are_done_again_and_again_and_a_failing_one_stops_nothing(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        done: list[str] = []

        def fail() -> None:
            done.append("failed")
            raise OSError("down")

        chores = [Chore(fail, 0.0), Chore(lambda: done.append("rare"), 3600.0)]
        worker = DeliveryWorker(office.notifying(), Signal(), poll_s=0.01, chores=chores)
        with worker:
            _wait_for(lambda: len(done) >= 3)

        assert set(done) == {"failed"}
        assert "trying again" in caplog.text

    def test_a_failing_database_is_tried_again(
        self, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        office.webhooks.add_webhook(HOOK)
        office.write("one")
        claim, failures = office.conversations.claim_events, [OSError("down")]

        def claim_events(now: datetime, until: datetime, limit: int) -> Sequence[Event]:
            if failures:
                raise failures.pop()
            return claim(now, until, limit)

        office.conversations.claim_events = claim_events  # type: ignore[method-assign]
        self.run(office, lambda: bool(office.sender.calls))

        assert "the deliveries cannot be used" in caplog.text


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + timedelta(seconds=20).total_seconds()
    while not condition():
        assert time.monotonic() < deadline, "nothing happened within 20 s"
        time.sleep(0.01)
