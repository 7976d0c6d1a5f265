"""Webhooks: which addresses are called, what is told, and when it is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

import pytest

from assist.adapters.http_sender import PinnedHttpSender, retry_after_s
from assist.domain.chatwoot import RemoteKind, parse_event
from assist.domain.conversation import (
    Author,
    ConversationState,
    Handoff,
    Message,
    MessageId,
)
from assist.domain.deliveries import (
    BACKOFF_S,
    MAX_WAIT_S,
    Answer,
    Delivery,
    DeliveryId,
    DeliveryState,
    Target,
    TargetKind,
    after_attempt,
    revived,
)
from assist.domain.errors import InvalidTargetError
from assist.domain.exchange import EventKind
from assist.domain.packet import HandoffPacket
from assist.domain.rules import Priority
from assist.domain.targets import Address, check_address, check_target_url
from assist.domain.webhooks import Webhook, WebhookId, event_payload, new_secret
from assist.ports.webhooks import Call
from knowledge_base.models import Audience
from tests.conversation_fakes import conversation
from tests.fakes import ACME, NOON
from tests.webhook_fakes import make_event

WEBHOOK = Webhook(WebhookId("w"), ACME, "https://hooks.example", "whsec_a", NOON)
DELIVERY = Delivery(DeliveryId(1), make_event(), Target(TargetKind.WEBHOOK, "w"), NOON, NOON)


class TestTargets:
    @pytest.mark.parametrize(
        "url",
        [
            "http://hooks.example/",
            "ftp://hooks.example/",
            "https://",
            "https://user:secret@hooks.example/",
            "https://hooks.example/#part",
            "https://hooks.example:99999/",
            "https://hooks.example/a b",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest",
            "https://10.0.0.8/",
            "https://" + "a" * 2000 + ".example/",
            "hooks.example",
        ],
    )
    def test_an_address_that_may_lead_inside_is_refused(self, url: str) -> None:
        with pytest.raises(InvalidTargetError):
            check_target_url(url, allow_private=False)

    def test_a_public_address_is_allowed(self) -> None:
        assert (
            check_target_url("https://hooks.example:8443/a?b=c", allow_private=False).port == 8443
        )

    def test_plain_http_is_for_this_machine_alone(self) -> None:
        check_target_url("http://127.0.0.1:9/", allow_private=True)
        check_target_url("http://localhost:9/", allow_private=True)
        with pytest.raises(InvalidTargetError, match="https"):
            check_target_url("http://10.0.0.8/", allow_private=True)

    @pytest.mark.parametrize(
        "address",
        [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104 - an address to refuse
            "224.0.0.1",
            "240.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
        ],
    )
    def test_addresses_inside_a_network_are_refused(self, address: str) -> None:
        with pytest.raises(InvalidTargetError):
            check_address(ip_address(address), allow_private=False)

    def test_public_addresses_and_with_the_setting_private_ones_are_allowed(self) -> None:
        check_address(ip_address("93.184.216.34"), allow_private=False)
        check_address(ip_address("2606:4700::1111"), allow_private=False)
        check_address(ip_address("10.1.2.3"), allow_private=True)
        with pytest.raises(InvalidTargetError, match="no single machine"):
            check_address(ip_address("224.0.0.1"), allow_private=True)


class TestPinning:
    def send(self, *addresses: str, url: str = "https://hooks.example/a?b=c") -> Answer:
        import httpx

        self.requests: list[httpx.Request] = []
        self.asked: list[tuple[str, int]] = []

        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return httpx.Response(302, headers={"Location": "https://10.0.0.1/"})

        def resolve(host: str, port: int) -> list[Address]:
            self.asked.append((host, port))
            return [ip_address(address) for address in addresses]

        sender = PinnedHttpSender(
            allow_private=False, resolve=resolve, transport=httpx.MockTransport(answer)
        )
        return sender.call(Call(url, b"{}", {"webhook-id": "evt_1"}))

    def test_the_checked_address_is_called_under_the_receivers_name(self) -> None:
        self.send("93.184.216.34")

        [request] = self.requests
        assert request.url.host == "93.184.216.34"
        assert request.url.raw_path == b"/a?b=c"
        assert request.headers["Host"] == "hooks.example"
        assert request.extensions["sni_hostname"] == "hooks.example"
        assert request.headers["webhook-id"] == "evt_1"
        assert self.asked == [("hooks.example", 443)]

    def test_a_port_and_a_version_six_address_are_kept(self) -> None:
        self.send("2606:4700::1111", url="https://hooks.example:8443/")

        [request] = self.requests
        assert (request.url.host, request.url.port) == ("2606:4700::1111", 8443)
        assert request.headers["Host"] == "hooks.example:8443"

    def test_a_name_with_one_private_address_is_not_called(self) -> None:
        answer = self.send("93.184.216.34", "10.0.0.1")

        assert self.requests == []
        assert answer.is_final
        assert "10.0.0.1 is no public address" in answer.error

    def test_a_name_without_an_address_is_tried_again(self) -> None:
        answer = self.send()

        assert answer.error
        assert not answer.is_final

    def test_a_redirect_is_not_followed(self) -> None:
        answer = self.send("93.184.216.34")

        assert len(self.requests) == 1
        assert (answer.status, answer.error) == (302, "the receiver answered 302")


class TestAttempts:
    def attempt(self, *answers: Answer) -> Delivery:
        delivery = DELIVERY
        for answer in answers:
            delivery = after_attempt(delivery, answer, NOON, 0)
        return delivery

    def test_success_ends_it(self) -> None:
        done = self.attempt(Answer(error="boom"), Answer(204))

        assert (done.state, done.attempt, done.status) == (DeliveryState.DELIVERED, 2, 204)
        assert done.finished_at == NOON
        assert done.error == ""

    def test_each_failure_waits_longer_until_the_delivery_is_dead(self) -> None:
        waits = [
            (self.attempt(*[Answer(500, "boom")] * count).next_at - NOON).total_seconds()
            for count in range(1, len(BACKOFF_S) + 1)
        ]
        dead = self.attempt(*[Answer(500, "boom")] * (len(BACKOFF_S) + 1))

        assert waits == list(BACKOFF_S)
        assert (dead.state, dead.status, dead.error) == (DeliveryState.DEAD, 500, "boom")

    def test_jitter_only_lengthens_the_wait(self) -> None:
        later = after_attempt(DELIVERY, Answer(500, "boom"), NOON, 0.99)

        assert BACKOFF_S[0] < (later.next_at - NOON).total_seconds() <= BACKOFF_S[0] * 1.5

    @pytest.mark.parametrize(
        ("asked_s", "waits_s"), [(1, BACKOFF_S[0]), (60, 60), (10**9, MAX_WAIT_S)]
    )
    def test_the_receiver_may_ask_for_a_longer_wait(self, asked_s: int, waits_s: float) -> None:
        later = self.attempt(Answer(429, "busy", retry_after_s=asked_s))

        assert later.next_at == NOON + timedelta(seconds=waits_s)

    @pytest.mark.parametrize("answer", [Answer(410, "gone"), Answer(error="x", is_final=True)])
    def test_what_no_attempt_can_help_is_dead_at_once(self, answer: Answer) -> None:
        assert self.attempt(answer).state is DeliveryState.DEAD

    def test_a_revived_delivery_has_all_its_attempts(self) -> None:
        dead = self.attempt(Answer(410, "gone"))
        later = NOON + timedelta(hours=1)

        assert revived(dead, later) == replace(DELIVERY, status=410, error="gone", next_at=later)

    @pytest.mark.parametrize(
        ("value", "wait_s"),
        [
            ("120", 120),
            ("Fri, 20 Nov 2026 12:01:00 GMT", 60),
            ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
            ("soon", None),
            ("", None),
        ],
    )
    def test_retry_after_is_a_number_or_a_date(self, value: str, wait_s: float | None) -> None:
        assert retry_after_s(value, NOON) == wait_s


class TestWebhooks:
    def test_without_kinds_everything_is_wanted_but_notes(self) -> None:
        assert all(WEBHOOK.wants(kind, is_internal=False) for kind in EventKind)
        assert not WEBHOOK.wants(EventKind.MESSAGE_ADDED, is_internal=True)
        asking = replace(WEBHOOK, include_internal=True)
        assert asking.wants(EventKind.MESSAGE_ADDED, is_internal=True)

    def test_with_kinds_only_those_are_wanted(self) -> None:
        narrow = replace(WEBHOOK, kinds=(EventKind.RESOLVED,))

        assert [kind for kind in EventKind if narrow.wants(kind, is_internal=False)] == [
            EventKind.RESOLVED
        ]

    def test_a_disabled_webhook_wants_nothing(self) -> None:
        off = replace(WEBHOOK, disabled_at=NOON)
        assert not off.wants(EventKind.MESSAGE_ADDED, is_internal=False)

    def test_secrets_are_random_keys_of_32_bytes(self) -> None:
        from base64 import b64decode

        first, second = new_secret(), new_secret()
        assert first != second
        assert first.startswith("whsec_")
        assert len(b64decode(first.removeprefix("whsec_"))) == 32


class TestPayloads:
    def test_a_message_is_told_with_author_text_and_time(self) -> None:
        message = Message(
            conversation().id,
            1,
            MessageId("m"),
            Author.AGENT,
            "Hé",
            NOON,
            author_name="Ana",
            audience=Audience.INTERNAL,
        )

        assert event_payload(make_event(), conversation(), message) == {
            "type": "message.added",
            "timestamp": "2026-11-20T12:00:00Z",
            "data": {
                "client_id": "acme",
                "conversation_id": "conversation-1",
                "state": "assistant",
                "sequence": 1,
                "channel": "api",
                "language": "en",
                "message": {
                    "id": "m",
                    "sequence": 1,
                    "author": "agent",
                    "author_name": "Ana",
                    "is_internal": True,
                    "text": "Hé",
                    "created_at": "2026-11-20T12:00:00Z",
                },
            },
        }

    def test_a_handoff_is_told_with_reason_priority_and_deadline(self) -> None:
        handoff = Handoff(
            "lost_card",
            "fraud",
            Priority.URGENT,
            NOON,
            deadline_at=NOON + timedelta(seconds=60),
            packet=HandoffPacket(reason="lost_card", reason_text="The card is lost."),
            number=1,
        )
        event = make_event(kind=EventKind.HANDED_OFF, state=ConversationState.QUEUED)

        data = event_payload(event, replace(conversation(), handoff=handoff), None)["data"]

        assert data["state"] == "queued"
        told = {name: data["handoff"][name] for name in ("reason", "reason_text", "priority")}
        assert told == {
            "reason": "lost_card",
            "reason_text": "The card is lost.",
            "priority": "urgent",
        }
        assert data["handoff"]["deadline_at"] == "2026-11-20T12:01:00Z"

    def test_a_handoff_that_is_over_is_told_as_none(self) -> None:
        event = make_event(kind=EventKind.HANDED_OFF)
        assert event_payload(event, conversation(), None)["data"]["handoff"] is None


class TestChatwootEvents:
    BODY = {  # noqa: RUF012 - an example, never changed
        "event": "message_created",
        "id": 12,
        "content": " Where is my order? ",
        "message_type": "incoming",
        "private": False,
        "sender": {"id": 3, "name": "Jo"},
        "conversation": {"id": 5, "status": "pending"},
        "account": {"id": 7},
    }

    def test_a_customers_message_is_read(self) -> None:
        event = parse_event(self.BODY)

        assert event is not None
        assert (event.kind, event.account_id, event.conversation_id, event.message_id) == (
            RemoteKind.CUSTOMER_WROTE,
            7,
            5,
            12,
        )
        assert (event.text, event.status) == ("Where is my order?", "pending")

    @pytest.mark.parametrize(
        ("changes", "kind"),
        [
            ({"message_type": 0}, RemoteKind.CUSTOMER_WROTE),
            ({"message_type": "outgoing", "sender": {"type": "user"}}, RemoteKind.AGENT_WROTE),
            ({"message_type": "outgoing", "sender": {"type": "agent_bot"}}, RemoteKind.OTHER),
            (
                {"message_type": "outgoing", "private": True, "sender": {"type": "user"}},
                RemoteKind.OTHER,
            ),
            ({"message_type": "activity"}, RemoteKind.OTHER),
        ],
    )
    def test_authors_are_told_apart(self, changes: dict[str, object], kind: RemoteKind) -> None:
        event = parse_event({**self.BODY, **changes})
        assert event is not None
        assert event.kind is kind

    def test_a_change_of_status_is_read(self) -> None:
        event = parse_event(
            {"event": "conversation_resolved", "id": 5, "account_id": 7, "status": "resolved"}
        )
        assert event is not None
        assert (event.kind, event.status) == (RemoteKind.STATUS, "resolved")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"event": "webwidget_triggered", "id": 5},
            {"event": "message_created", "conversation": None},
            {"event": "message_created", "conversation": {"id": "x"}},
            {"event": "message_created", "conversation": {"id": 10**30}},
            {"event": "conversation_opened", "id": True},
        ],
    )
    def test_what_is_about_no_conversation_is_left_alone(self, body: dict[str, object]) -> None:
        assert parse_event(body) is None
