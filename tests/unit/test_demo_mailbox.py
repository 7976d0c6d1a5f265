"""The demo's mail: kept on this machine, named, and never sent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from api.demo.load import CLIENTS
from api.demo.mailbox import DemoMailbox
from assist.domain.client import ClientProfile
from assist.ports.webhooks import Letter

LINK = "http://127.0.0.1:8300/client-reply/rpl_x"
LETTER = Letter("evt_7.c1", "desk@shop.example.com", "Shop: a question", f"May we?\n\n{LINK}\n")


def test_a_mail_is_kept_for_its_owner_and_named_with_its_link(tmp_path: Path) -> None:
    told: list[str] = []

    assert DemoMailbox(tmp_path, told.append).send(LETTER).is_success

    [path] = (tmp_path / "demo-mail").iterdir()
    assert path.read_text() == f"To: {LETTER.to}\nSubject: {LETTER.subject}\n\n{LETTER.text}"
    assert path.stat().st_mode & 0o077 == 0
    assert told == [f"mail to {LETTER.to}, not sent but kept in {path}; answer it at {LINK}"]


def test_the_same_mail_is_kept_once(tmp_path: Path) -> None:
    mailbox = DemoMailbox(tmp_path, lambda _: None)
    mailbox.send(LETTER)
    mailbox.send(LETTER)

    assert len(list((tmp_path / "demo-mail").iterdir())) == 1


@pytest.mark.parametrize("folder", sorted(CLIENTS.iterdir()), ids=lambda folder: folder.name)
def test_every_demo_client_can_be_asked_at_an_address_that_nobody_has(folder: Path) -> None:
    text = (folder / "client.yaml").read_text(encoding="utf-8")
    contact = ClientProfile.model_validate(yaml.safe_load(text)).escalation

    assert contact.email.endswith(".example.com")
    assert not contact.webhook_url
