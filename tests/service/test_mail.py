"""Mail through a real SMTP server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from assist.adapters.mail_sender import SmtpMailer
from assist.domain.errors import SettingsError
from assist.ports.webhooks import Letter

LETTER = Letter(
    "evt_7.c1", "ops@acme.example", "Acme: frage für Sie", "Grüße\n.\nhttps://assist.example/x\n"
)


@dataclass
class Mailbox:
    """What arrived; `refusal` answers instead of taking a mail."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        if self.refusal:
            return self.refusal
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 taken"

    def authenticate(self, *args: Any) -> AuthResult:
        credentials = args[-1]
        assert isinstance(credentials, LoginPassword)
        self.logins.append((credentials.login.decode(), credentials.password.decode()))
        return AuthResult(success=credentials.password == b"p@ss", handled=False)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=_free_port(),
        authenticator=box.authenticate,
        auth_require_tls=False,
    )
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def mailer(mailbox: Mailbox, user: str = "") -> SmtpMailer:
    url = f"smtp://{user}127.0.0.1:{mailbox.port}"
    return SmtpMailer(url, "BPO Assist <assist@bpo.example>")


def test_a_mail_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    assert mailer(mailbox).send(LETTER).is_success

    [mail] = mailbox.mails
    assert mail["From"] == "BPO Assist <assist@bpo.example>"
    assert (mail["To"], mail["Subject"]) == ("ops@acme.example", "Acme: frage für Sie")
    assert mail["Message-ID"] == "<evt_7.c1@bpo.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text
    assert mailbox.recipients == ["ops@acme.example"]
    assert mailbox.logins == []


def test_the_server_is_signed_in_to_with_the_decoded_password(mailbox: Mailbox) -> None:
    assert mailer(mailbox, "bpo:p%40ss@").send(LETTER).is_success
    assert mailbox.logins[-1] == ("bpo", "p@ss")


def test_a_wrong_password_is_a_failure_that_does_not_show_it(mailbox: Mailbox) -> None:
    answer = mailer(mailbox, "bpo:wrong@").send(LETTER)

    assert answer.status == 535
    assert "wrong" not in answer.error
    assert mailbox.mails == []


def test_a_refusal_is_told(mailbox: Mailbox) -> None:
    mailbox.refusal = "554 no thanks"

    answer = mailer(mailbox).send(LETTER)

    assert (answer.status, answer.error) == (554, "the mail server answered 554: no thanks")


def test_a_server_that_is_down_is_a_failure(mailbox: Mailbox) -> None:
    answer = SmtpMailer("smtp://127.0.0.1:9", "a@b.example").send(LETTER)

    assert answer.error.startswith("the mail server cannot be used")
    assert not answer.is_final
    assert mailbox.mails == []


@pytest.mark.parametrize("url", ["127.0.0.1:25", "http://mail.example", "smtp://", "smtp://a:b:c"])
def test_a_wrong_address_of_the_server_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match="ASSIST_SMTP_URL"):
        SmtpMailer(url, "a@b.example")
