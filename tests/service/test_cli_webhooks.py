"""`assist webhook`, run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import ConversationId, ConversationState
from assist.domain.deliveries import DeliveryState, Target, TargetKind
from assist.domain.desk_moves import Actor
from assist.domain.exchange import Event, EventId, EventKind
from knowledge_base.models import ClientId
from tests.webhook_fakes import drain, finished

Run = Callable[..., Result]
ACME = ClientId("acme")
URL = "https://hooks.example/a"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSIST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ASSIST_PUBLIC_URL", "https://assist.example/")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    assert run("client", "add", "acme").exit_code == 0
    return run


def webhook_id(run: Run) -> str:
    return run("webhook", "list", "--client", "acme").stdout.split()[0]


def kill_delivery(tmp_path: Path, webhook: str) -> None:
    """Store a delivery that was given up."""
    container = build_container(Settings(home=tmp_path / "home"))
    started, _ = container.desk.start(ACME)
    now = datetime.now(UTC)
    event = Event(
        EventId(1),
        ACME,
        ConversationId(started.id),
        EventKind.RESOLVED,
        1,
        ConversationState.RESOLVED,
        now,
    )
    target = Target(TargetKind.WEBHOOK, webhook)
    container.delivery_queue.add_deliveries(event, [target], now)
    taken = container.delivery_queue.claim_delivery(now, now)
    assert taken is not None
    container.delivery_queue.save_delivery(finished(taken, DeliveryState.DEAD, now))
    container.close()


def test_an_added_webhook_prints_its_secret_alone_and_is_listed(run: Run) -> None:
    added = run("webhook", "add", URL, "--client", "acme", "--kind", "message.added")

    assert added.exit_code == 0, added.stderr
    assert added.stdout.startswith("whsec_")
    assert len(added.stdout.splitlines()) == 1
    listed = run("webhook", "list", "--client", "acme").stdout
    assert "active" in listed
    assert URL in listed
    assert "message.added" in listed


def test_a_dead_delivery_is_shown_and_retried(run: Run, tmp_path: Path) -> None:
    run("webhook", "add", URL, "--client", "acme")
    own = ("--client", "acme", "--webhook", webhook_id(run))
    kill_delivery(tmp_path, own[-1])

    dead = run("webhook", "deliveries", *own, "--dead")
    assert "conversation.resolved" in dead.stdout
    assert run("webhook", "retry", *own).stdout == "1 deliveries are sent again\n"
    assert run("webhook", "deliveries", *own, "--dead").stdout == ""
    assert "waiting" in run("webhook", "deliveries", *own).stdout


def test_a_webhook_is_removed(run: Run) -> None:
    run("webhook", "add", URL, "--client", "acme")
    own = ("--client", "acme", "--webhook", webhook_id(run))

    assert run("webhook", "enable", *own).exit_code == 0
    assert run("webhook", "remove", *own).exit_code == 0
    assert run("webhook", "list", "--client", "acme").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("add", "http://hooks.example", "--client", "acme"), "https"),
        (("add", URL, "--client", "acme", "--kind", "all"), "message.added"),
        (("add", URL, "--client", "nobody"), "nobody"),
        (("remove", "--client", "acme", "--webhook", "w1"), "'w1'"),
    ],
)
def test_what_is_wrong_is_named(run: Run, arguments: tuple[str, ...], named: str) -> None:
    done = run("webhook", *arguments)

    assert done.exit_code == 1
    assert named in done.stderr


def test_the_contacts_secret_stays_the_same(run: Run) -> None:
    first = run("webhook", "contact-secret", "--client", "acme").stdout
    assert first.startswith("whsec_")
    assert run("webhook", "contact-secret", "--client", "acme").stdout == first


def test_a_connected_chatwoot_prints_the_address_of_its_webhook(run: Run) -> None:
    options = ("--url", "https://desk.example", "--account", "7", "--token", "api")
    done = run("webhook", "chatwoot", "add", "acme", *options)

    assert done.stdout.startswith("https://assist.example/v1/inbound/chatwoot/cw_")
    assert "?token=cwt_" in done.stdout
    listed = run("webhook", "chatwoot", "list", "--client", "acme").stdout
    assert "https://desk.example  account 7" in listed
    assert "cwt_" not in listed


def test_without_a_public_address_no_port_is_guessed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSIST_PUBLIC_URL")
    options = ("--url", "https://desk.example", "--account", "7", "--token", "api")
    done = run("webhook", "chatwoot", "add", "acme", *options)

    assert done.stdout.startswith("/v1/inbound/chatwoot/cw_")
    assert "the address in front under which Chatwoot reaches this server" in done.stderr


def test_a_dead_escalation_is_shown_and_sent_again(run: Run, tmp_path: Path) -> None:
    lost = lose_escalations(tmp_path, 2)
    own = ("--client", "acme", "--webhook", "contact_mail")

    dead = run("webhook", "deliveries", *own, "--dead").stdout
    assert all(f"conversation {each}" in dead for each in lost)
    assert "ASSIST_SMTP_URL" in dead
    resolve(tmp_path, lost[0])

    done = run("webhook", "retry", *own)

    assert done.stdout == "1 deliveries are sent again\n"
    assert "cannot be escalated" in done.stderr
    assert states(tmp_path, lost) == [
        ConversationState.RESOLVED,
        ConversationState.WAITING_ON_CLIENT,
    ]


@contextmanager
def opened(tmp_path: Path) -> Iterator[Container]:
    container = build_container(Settings(home=tmp_path / "home"))
    yield container
    container.close()


def lose_escalations(tmp_path: Path, count: int) -> list[ConversationId]:
    """Escalate conversations in an installation without a mail server."""
    with opened(tmp_path) as container:
        profile = {"name": "Acme", "escalation": {"email": "ops@acme.example"}}
        container.clients.update(ACME, profile)
        started = [container.desk.start(ACME)[0] for _ in range(count)]
        for each in started:
            queued = container.desk.ask_for_person(each).conversation
            container.desk.escalate(queued, Actor(None, "Ana"), "May we?")
        drain(container.notifying)
        return [each.id for each in started]


def resolve(tmp_path: Path, conversation_id: ConversationId) -> None:
    with opened(tmp_path) as container:
        found = container.conversations.find_conversation(ACME, conversation_id)
        assert found is not None
        container.desk.resolve(found, Actor(None, "Ana"))


def states(tmp_path: Path, ids: list[ConversationId]) -> list[ConversationState]:
    with opened(tmp_path) as container:
        found = [container.conversations.find_conversation(ACME, each) for each in ids]
        return [each.state for each in found if each]
