"""The command line as processes with the real model: alone, and beside a running server."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
QUESTION = "How long does standard delivery take?"
ANSWER_FIELDS = [
    "decision",
    "reason",
    "text",
    "confidence",
    "citations",
    "knowledge_version",
    "latency_ms",
]


@dataclass(frozen=True)
class Installation:
    """A home folder of its own and the command that works on it."""

    home: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            cwd=ROOT,
            env={**os.environ, "ASSIST_HOME": str(self.home), "ASSIST_PORT": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        with self.start(*arguments) as process:
            stdout, stderr = process.communicate(stdin, timeout=120)
            return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def json(self, *arguments: str) -> dict[str, Any]:
        """Return the one JSON object that a command prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home in which the client acme has published knowledge, and its articles."""
    template = tmp_path_factory.mktemp("template")
    installation = Installation(template / "home")
    folder = template / "articles"
    folder.mkdir()
    folder.joinpath("delivery.md").write_text(
        "# Standard delivery\n\nStandard delivery takes 3 to 5 working days.\n"
    )
    folder.joinpath("returns.md").write_text(
        "# Returns\n\nYou can return an unused item within 30 days for a full refund.\n"
    )
    assert installation.run("client", "add", "acme").returncode == 0
    assert installation.run("ingest", str(folder), "--client", "acme").returncode == 0
    return template


@pytest.fixture
def articles(tmp_path: Path, template: Path) -> Path:
    return shutil.copytree(template / "articles", tmp_path / "articles")


@pytest.fixture
def installation(tmp_path: Path, template: Path) -> Installation:
    return Installation(shutil.copytree(template / "home", tmp_path / "home"))


@pytest.fixture
def server(installation: Installation) -> Iterator[subprocess.Popen[str]]:
    with installation.start("serve") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("serving on http://127.0.0.1:")
        yield process
        process.terminate()


def test_an_ingest_prints_one_json_object_and_changes_nothing_twice(
    installation: Installation, articles: Path
) -> None:
    report = installation.json("ingest", str(articles), "--client", "acme", "--json")

    assert (report["published"], report["knowledge_version"]) == (True, 1)
    assert report["articles"]["unchanged"] == 2
    assert report["embedded"] == 0


def test_strict_fails_on_a_rejected_file_and_publishes_the_others(
    installation: Installation, articles: Path
) -> None:
    articles.joinpath("broken.pdf").write_bytes(b"%PDF-1.4 cut off")
    articles.joinpath("returns.md").write_text("# Returns\n\nReturns are free for 60 days.\n")

    done = installation.run("ingest", str(articles), "--client", "acme", "--json", "--strict")

    report = json.loads(done.stdout)
    assert (done.returncode, report["published"], report["knowledge_version"]) == (1, True, 2)
    assert [rejection["path"] for rejection in report["rejected"]] == ["broken.pdf"]


def test_a_folder_that_is_missing_fails_without_output(installation: Installation) -> None:
    done = installation.run("ingest", "/no/such/folder", "--client", "acme", "--json")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_an_answer_is_printed_with_its_sources(installation: Installation) -> None:
    done = installation.run("ask", QUESTION, "--client", "acme")

    assert done.returncode == 0
    assert "3 to 5 working days" in done.stdout
    assert "[1] Standard delivery" in done.stdout
    assert "knowledge version 1" in done.stdout.splitlines()[-1]


def test_a_batch_prints_one_answer_a_line_in_order(installation: Installation) -> None:
    lines = [{"id": "b", "turns": ["Hello", QUESTION]}, {"id": 1, "turns": ["refund?"]}]

    done = installation.run(
        "ask", "--client", "acme", "--batch", "-", stdin="\n".join(map(json.dumps, lines))
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["b", 1]
    assert [list(answer) for answer in answers] == [["id", *ANSWER_FIELDS]] * 2
    assert "3 to 5 working days" in answers[0]["text"]


def test_a_batch_with_a_bad_line_answers_nothing(installation: Installation) -> None:
    done = installation.run(
        "ask",
        "--client",
        "acme",
        "--batch",
        "-",
        stdin='{"id": 1, "turns": ["refund?"]}\n{"id": 2}',
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2: turns" in done.stderr


@pytest.mark.usefixtures("server")
def test_a_question_beside_the_server_gets_the_same_answer(installation: Installation) -> None:
    ask = ["ask", QUESTION, "--client", "acme", "--json", "--audience", "internal"]
    here = installation.json(*ask)

    assert list(here) == ANSWER_FIELDS
    assert "3 to 5 working days" in here["text"]
    assert here["citations"][0]["title"] == "Standard delivery"
    assert "active" not in installation.run("key", "list", "--client", "acme").stdout


@pytest.mark.usefixtures("server")
def test_an_ingest_beside_the_server_is_done_by_the_server(
    installation: Installation, articles: Path
) -> None:
    articles.joinpath("delivery.md").write_text(
        "# Standard delivery\n\nStandard delivery takes 9 working days.\n"
    )

    report = installation.json("ingest", str(articles), "--client", "acme", "--json")
    assert (report["knowledge_version"], report["articles"]["changed"]) == (2, 1)
    assert (
        "9 working days" in installation.json("ask", QUESTION, "--client", "acme", "--json")["text"]
    )

    failed = installation.run("ingest", "/no/such/folder", "--client", "acme")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "/no/such/folder" in failed.stderr


@pytest.mark.usefixtures("server")
def test_versions_are_switched_beside_the_server_but_not_compacted(
    installation: Installation, articles: Path
) -> None:
    articles.joinpath("returns.md").unlink()
    installation.json("ingest", str(articles), "--client", "acme", "--json")

    back = installation.json("kb", "rollback", "--client", "acme", "--json")
    forth = installation.json("kb", "publish", "2", "--client", "acme", "--json")
    refused = installation.run("kb", "compact", "--client", "acme")

    assert (back["published"], forth["published"]) == (1, 2)
    assert refused.returncode == 1
    assert "is using the stores" in refused.stderr


def test_a_second_server_on_the_same_home_is_refused(
    installation: Installation, server: subprocess.Popen[str]
) -> None:
    for command in ("serve", "worker", "demo"):
        done = installation.run(command)

        assert done.returncode == 1
        assert f"process {server.pid}" in done.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_server_ends_cleanly_and_frees_the_stores(
    installation: Installation, server: subprocess.Popen[str], stop: signal.Signals
) -> None:
    server.send_signal(stop)
    _, stderr = server.communicate(timeout=60)

    assert (server.returncode, stderr) == (0, "")
    assert installation.run("kb", "compact", "--client", "acme").returncode == 0


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_named_before_anything_is_loaded(
    installation: Installation, command: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = installation.run(command, "--port", port)

    assert (done.returncode, done.stdout) == (1, "")
    assert f"port {port}: it is in use" in done.stderr
    assert "larkspur" not in installation.run("client", "list").stdout


@pytest.fixture
def changed_model(installation: Installation) -> None:
    """Leave the knowledge as a change of the embedding model leaves it."""
    with closing(sqlite3.connect(installation.home / "assist.db")) as database, database:
        database.execute("UPDATE knowledge_versions SET embedding_model = 'old@0'")


@pytest.mark.usefixtures("changed_model")
def test_a_question_to_knowledge_of_another_model_is_refused_in_one_line(
    installation: Installation,
) -> None:
    done = installation.run("ask", QUESTION, "--client", "acme")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: version 1 of 'acme' was embedded with 'old@0'")
    assert done.stderr.count("\n") == 1


@pytest.mark.usefixtures("changed_model")
def test_a_server_starts_with_knowledge_of_another_model_and_says_so(
    server: subprocess.Popen[str],
) -> None:
    server.terminate()
    _, stderr = server.communicate(timeout=60)

    assert server.returncode == 0
    assert "WARNING api.warming: client acme gets no answers: version 1" in stderr
    assert "Traceback" not in stderr


def test_the_doctor_finds_and_rebuilds_lost_indexes(installation: Installation) -> None:
    shutil.rmtree(installation.home / "lexical")
    shutil.rmtree(installation.home / "chroma")

    found = installation.run("doctor")
    fixed = installation.run("doctor", "--fix")

    assert found.returncode == 1
    assert "acme: 0 vectors for 2 passages; acme: no lexical index" in found.stdout
    assert fixed.returncode == 0, fixed.stdout
    assert installation.run("doctor").returncode == 0


def test_a_worker_alone_takes_ingests_of_other_commands(
    installation: Installation, articles: Path
) -> None:
    with installation.start("worker") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working off jobs\n"

        report = installation.json("ingest", str(articles), "--client", "acme", "--json")

        worker.terminate()
        assert report["articles"]["unchanged"] == 2
        assert worker.wait(60) == 0


def escalate(url: str, keys: dict[str, str]) -> None:
    """Start a conversation, let a person have it, and ask the client company."""
    started = post(f"{url}/v1/conversations", keys["customer"], {})
    path = f"{url}/v1/conversations/{started['conversation_id']}"
    token = {"X-Conversation-Token": started["token"]}
    post(f"{path}/handoff", keys["customer"], {}, token)
    post(f"{path}/escalate", keys["agent"], {"note": "May we refund it?"})


def post(url: str, key: str, body: object, more: dict[str, str] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = Request(url, json.dumps(body).encode(), headers | (more or {}))  # noqa: S310 - loopback
    with urlopen(request, timeout=60) as response:  # noqa: S310 - the same
        return json.load(response)


def test_the_demo_loads_its_clients_once_and_answers_over_http(tmp_path: Path) -> None:
    demo = Installation(tmp_path / "home")
    assert demo.run("demo", "--no-serve").returncode == 0
    keys = json.loads((demo.home / "demo-keys.json").read_text())

    with demo.start("demo") as process:
        assert process.stdout is not None
        printed = iter(process.stdout.readline, "Stop with Ctrl-C.\n")
        url = next(line.split()[-1] for line in printed if line.startswith("BPO Assist demo:"))
        request = Request(  # noqa: S310 - our own loopback address
            url.removesuffix("/demo") + "/v1/ask",
            json.dumps({"question": "How long does standard delivery take?"}).encode(),
            {
                "Authorization": f"Bearer {keys['larkspur']['customer']}",
                "Content-Type": "application/json",
            },
        )
        with urlopen(request, timeout=60) as response:  # noqa: S310 - the same
            answer = json.load(response)
        escalate(url.removesuffix("/demo"), keys["larkspur"])
        mail = next(
            line for line in iter(process.stdout.readline, "") if line.startswith("mail to")
        )
        with urlopen(mail.split()[-1], timeout=60) as page:  # noqa: S310 - the same
            question = page.read().decode()
        process.terminate()

    assert "May we refund it?" in question
    assert list((demo.home / "demo-mail").iterdir()) == [Path(mail.split()[8].rstrip(";"))]
    assert answer["decision"] == "answer"
    assert answer["knowledge_version"] == 1
    assert (demo.home / "demo-keys.json").stat().st_mode & 0o077 == 0
    assert json.loads((demo.home / "demo-keys.json").read_text()) == keys
