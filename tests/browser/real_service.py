"""A real server process with real answers, which can be killed and started again on its port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from api.worker import ingest_folder
from assist.bootstrap import Settings, build_container
from assist.domain.people import Role
from assist.services.people import NewUser

ROOT = Path(__file__).parents[2]
CLIENT = "north"
PASSWORD = "correct horse battery"
PROFILE = {"name": "Northern Lamps", "starters": ["How long does standard delivery take?"]}
PEOPLE = {"Ana": Role.AGENT, "Ben": Role.AGENT, "Lee": Role.LEAD}
ARTICLES = {
    "delivery.md": "# Standard delivery\n\nStandard delivery takes 3 to 5 working days.\n",
    "returns.md": (
        "# Returns\n\nYou can return an unused lamp within 30 days of delivery for a full refund.\n"
    ),
    "guarantee.md": "# Guarantee\n\nEvery lamp has a guarantee of 5 years.\n",
}


@dataclass
class RealService:
    """The process; a kill takes it away without a word."""

    home: Path
    site_key: str
    port: int
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until requests are answered."""
        settings = {"ASSIST_HOME": str(self.home), "ASSIST_LOG_LEVEL": "warning"}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == f"serving on {self.url}\n"

    def kill(self) -> None:
        """End the process with SIGKILL."""
        if self._process and self._process.stdout:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
        self._process = None

    def session_of(self, name: str) -> str:
        """Sign a user in and return the session's secret."""
        body = {"email": email_of(name), "password": PASSWORD}
        reply = httpx.post(f"{self.url}/v1/session", json=body).raise_for_status()
        secret: str = reply.json()["token"]
        return secret


def email_of(name: str) -> str:
    return f"{name.lower()}@bpo.example"


@contextmanager
def open_service(folder: Path, origin: str) -> Iterator[RealService]:
    """Make an installation whose widget is allowed on the pages of `origin`, and serve it."""
    service = RealService(folder / "home", _load(folder, origin), _free_port())
    service.start()
    yield service
    service.kill()


def _load(folder: Path, origin: str) -> str:
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        articles.joinpath(name).write_text(text, encoding="utf-8")
    container = build_container(Settings(home=folder / "home", database_url=""))
    client_id = container.clients.add(CLIENT, PROFILE)
    payload = {"root": str(articles), "mirror": True, "audience": "", "language": ""}
    ingest_folder(container, client_id, payload, lambda *_: None)
    for name, role in PEOPLE.items():
        container.people.add(NewUser(email_of(name), name, role, [client_id]), PASSWORD)
    site = container.sites.add(client_id, [origin])
    container.close()
    return site.key


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
