"""Hands mail to an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from assist.domain.deliveries import Answer
from assist.domain.errors import SettingsError
from assist.domain.targets import is_loopback_host

if TYPE_CHECKING:
    from assist.ports.webhooks import Letter

TIMEOUT_S = 10.0
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """A `Mailer` for `smtp://` (with STARTTLS where the server has it) and `smtps://` servers.

    A password goes over an encrypted connection only. Raises `SettingsError` for a wrong address.
    """

    def __init__(self, url: str, sender: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._parts = _server(url)
        self._sender = sender
        self._timeout_s = timeout_s

    def send(self, letter: Letter) -> Answer:
        """Send a mail; the server's refusal is an answer, too."""
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{letter.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        try:
            with self._connect() as server:
                self._sign_in(server)
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            text = error.smtp_error
            said = text.decode(errors="replace") if isinstance(text, bytes) else text
            return Answer(error.smtp_code, f"the mail server answered {error.smtp_code}: {said}")
        except smtplib.SMTPRecipientsRefused as error:
            return Answer(error=f"the mail server refused {letter.to!r}: {error.recipients}")
        except (OSError, smtplib.SMTPException) as error:
            return Answer(error=f"the mail server cannot be used: {error}")
        return Answer(250)

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2].rstrip(">") or "localhost"

    def _connect(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "", self._parts.port or _PORTS[self._parts.scheme]
        if self._parts.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout_s, context=context)
        return smtplib.SMTP(host, port, timeout=self._timeout_s)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """Encrypt where that is possible, and sign in when there is a password."""
        server.ehlo()
        is_encrypted = self._parts.scheme == "smtps"
        if not is_encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_encrypted = True
        if self._parts.username is None:
            return
        if not is_encrypted and not is_loopback_host(self._parts.hostname or ""):
            raise smtplib.SMTPException(
                "it offers no encryption, so the password of ASSIST_SMTP_URL is not sent"
            )
        server.login(unquote(self._parts.username), unquote(self._parts.password or ""))


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        is_valid = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        raise SettingsError(
            "ASSIST_SMTP_URL is no address of a mail server; use smtp://user:password@host:587 "
            "or smtps://user:password@host:465"
        )
    return parts
