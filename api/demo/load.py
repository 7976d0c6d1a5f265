"""Loads the demo clients: their profiles, their knowledge and keys to try them with."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from api.pages.access import DemoAccess, DemoSecrets
from api.worker import Report, ingest_folder
from assist.domain.errors import ClientNotFoundError
from assist.domain.keys import KeyScope
from knowledge_base.models import ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container

CLIENTS = Path(__file__).parent / "clients"
KEYS_FILE = "demo-keys.json"


def load_demo(container: Container, report: Report) -> DemoAccess:
    """Bring the demo clients up to date; a second call finds nothing to do but check."""
    for folder in sorted(CLIENTS.iterdir()):
        _load_client(container, folder, report)
    return _access(container)


def _load_client(container: Container, folder: Path, report: Report) -> None:
    client_id = ClientId(folder.name)
    profile = yaml.safe_load((folder / "client.yaml").read_text(encoding="utf-8"))
    try:
        container.clients.update(client_id, profile)
    except ClientNotFoundError:
        container.clients.add(client_id, profile)
    payload = {"root": str(folder / "articles"), "mirror": True, "audience": "", "language": ""}
    ingest_folder(
        container,
        client_id,
        payload,
        lambda phase, done, total: report(f"{client_id}: {phase}", done, total),
    )


def _access(container: Container) -> DemoAccess:
    """Reuse the keys of the last start that still open their client."""
    path = container.settings.home / KEYS_FILE
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    secrets = {
        ClientId(folder.name): DemoSecrets(
            customer=_secret(container, known, folder.name, KeyScope.CUSTOMER),
            agent=_secret(container, known, folder.name, KeyScope.AGENT),
        )
        for folder in sorted(CLIENTS.iterdir())
    }
    _write_private(
        path, json.dumps({client_id: asdict(both) for client_id, both in secrets.items()})
    )
    return DemoAccess(secrets)


def _secret(
    container: Container, known: dict[str, dict[str, str]], client: str, scope: KeyScope
) -> str:
    secret = known.get(client, {}).get(scope, "")
    key = container.keys.find_active(secret)
    if key and key.client_id == client and key.scope is scope:
        return secret
    return container.keys.issue(ClientId(client), scope, label="demo")[1]


def _write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    scratch.touch(mode=0o600, exist_ok=False)
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
