"""Loads the demo clients: their profiles, their knowledge, and keys and people to try them with."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from api.demo.people import load_people
from api.pages.access import DemoAccess, DemoSecrets
from api.pages.demo_site import load_site
from api.worker import Report, ingest_folder
from assist.domain.errors import ClientNotFoundError
from assist.domain.keys import KeyScope
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container

CLIENTS = Path(__file__).parent / "clients"
KEYS_FILE = "demo-keys.json"
PASSWORD = "password"  # noqa: S105 - the name of a field


def load_demo(container: Container, report: Report, port: int) -> DemoAccess:
    """Bring the demo clients up to date; a second call finds nothing to do but check.

    Their websites are shown on `port` of this machine.
    """
    for folder in sorted(CLIENTS.iterdir()):
        _load_client(container, folder, report)
        load_site(container, ClientId(folder.name), port)
    return _access(container)


def _load_client(container: Container, folder: Path, report: Report) -> None:
    client_id = ClientId(folder.name)
    profile = yaml.safe_load((folder / "client.yaml").read_text(encoding="utf-8"))
    try:
        container.clients.update(client_id, profile)
    except ClientNotFoundError:
        container.clients.add(client_id, profile)
    canned = yaml.safe_load((folder / "canned.yaml").read_text(encoding="utf-8"))
    container.canned_responses.import_all(client_id, canned["responses"])
    payload = {"root": str(folder / "articles"), "mirror": True, "audience": "", "language": ""}
    ingest_folder(
        container,
        client_id,
        payload,
        lambda phase, done, total: report(f"{client_id}: {phase}", done, total),
    )


def _access(container: Container) -> DemoAccess:
    """Reuse the keys of the last start that still open their client, and the password."""
    path = container.settings.home / KEYS_FILE
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    secrets = {
        ClientId(folder.name): DemoSecrets(
            customer=_secret(container, known, folder.name, KeyScope.CUSTOMER),
            agent=_secret(container, known, folder.name, KeyScope.AGENT),
        )
        for folder in sorted(CLIENTS.iterdir())
    }
    password = load_people(container, list(secrets), known.get(PASSWORD, ""))
    kept = {client_id: asdict(both) for client_id, both in secrets.items()}
    write_private(path, json.dumps({**kept, PASSWORD: password}))
    return DemoAccess(secrets, password)


def _secret(container: Container, known: dict[str, Any], client: str, scope: KeyScope) -> str:
    secret: str = known.get(client, {}).get(scope, "")
    key = container.keys.find_active(secret)
    if key and key.client_id == client and key.scope is scope:
        return secret
    return container.keys.issue(ClientId(client), scope, label="demo")[1]


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    scratch.touch(mode=0o600, exist_ok=False)
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
