"""Keeps the demo's mail to client companies, which are made up, and says where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.demo.load import write_private
from assist.domain.deliveries import Answer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assist.ports.webhooks import Letter

FOLDER = "demo-mail"


class DemoMailbox:
    """A `Mailer` that sends nothing: every mail becomes a file that only its owner may read.

    The mails of the product end with the link with which they are answered.
    """

    def __init__(self, home: Path, tell: Callable[[str], None]) -> None:
        self._folder = home / FOLDER
        self._tell = tell

    def send(self, letter: Letter) -> Answer:
        """Write a mail; the same one again replaces itself."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{letter.id}.txt"
        write_private(path, f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}")
        link = letter.text.rstrip().splitlines()[-1]
        self._tell(f"mail to {letter.to}, not sent but kept in {path}; answer it at {link}")
        return Answer()
