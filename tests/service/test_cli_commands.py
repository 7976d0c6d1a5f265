"""Commands that need the database alone, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from api.cli.app import app
from knowledge_base.adapters.sql.engine import open_engine
from tests.fakes import Knowledge, draft

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSIST_HOME", str(tmp_path / "home"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "client.yaml"
    path.write_text("name: Acme Ltd.\ngreeting: Hi £\n", encoding="utf-8")
    return path


def test_a_client_is_added_shown_and_listed(run: Run, profile: Path) -> None:
    assert run("client", "add", "acme", "--profile", str(profile)).exit_code == 0

    shown = yaml.safe_load(run("client", "show", "acme").stdout)
    assert (shown["name"], shown["greeting"]) == ("Acme Ltd.", "Hi £")
    listed = run("client", "list").stdout
    assert "Acme Ltd." in listed
    assert "no knowledge yet" in listed


def test_what_client_show_prints_is_a_valid_profile(run: Run, tmp_path: Path) -> None:
    run("client", "add", "acme")
    copy = tmp_path / "copy.yaml"
    copy.write_text(run("client", "show", "acme").stdout, encoding="utf-8")

    assert run("client", "update", "acme", "--profile", str(copy)).exit_code == 0


def test_a_profile_is_replaced(run: Run, profile: Path) -> None:
    run("client", "add", "acme")
    run("client", "update", "acme", "--profile", str(profile))

    assert "Acme Ltd." in run("client", "show", "acme").stdout


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("- a list", "holds no fields"),
        ("name: [", "not valid YAML"),
        ("name: Acme\ncolor: red", "color"),
        ("greeting: Hello", "name"),
    ],
)
def test_a_bad_profile_is_refused_with_its_fault(
    run: Run, tmp_path: Path, content: str, named: str
) -> None:
    path = tmp_path / "client.yaml"
    path.write_text(content, encoding="utf-8")

    result = run("client", "add", "acme", "--profile", str(path))

    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert named in result.stderr
    assert not run("client", "list").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["client", "show", "nobody"],
        ["ingest", ".", "--client", "nobody"],
        ["ask", "how long?", "--client", "nobody"],
        ["kb", "versions", "--client", "nobody"],
        ["key", "add", "--client", "nobody", "--scope", "agent"],
    ],
)
def test_an_unknown_client_is_refused_with_how_to_add_it(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    assert not result.stdout
    assert "nobody" in result.stderr
    assert "assist client add" in result.stderr


def test_adding_a_client_twice_is_refused(run: Run) -> None:
    run("client", "add", "acme")

    assert run("client", "add", "acme").exit_code == 1


def test_a_key_is_printed_once_and_listed_without_its_secret(run: Run) -> None:
    run("client", "add", "acme")
    added = run("key", "add", "--client", "acme", "--scope", "agent", "--label", "desk")
    secret = added.stdout.strip()

    listed = run("key", "list", "--client", "acme").stdout

    assert secret.startswith("bpo_")
    assert "desk" in listed
    assert "active" in listed
    assert secret not in listed


def test_a_key_is_revoked_only_once_and_only_for_its_client(run: Run) -> None:
    run("client", "add", "acme")
    run("client", "add", "other")
    run("key", "add", "--client", "acme", "--scope", "agent")
    key_id = run("key", "list", "--client", "acme").stdout.split()[0]

    assert run("key", "revoke", key_id, "--client", "other").exit_code == 1
    assert run("key", "revoke", key_id, "--client", "acme").exit_code == 0
    assert run("key", "revoke", key_id, "--client", "acme").exit_code == 1
    assert "ended" in run("key", "list", "--client", "acme").stdout


def test_a_client_without_knowledge_has_no_versions(run: Run) -> None:
    run("client", "add", "acme")

    assert json.loads(run("kb", "versions", "--client", "acme", "--json").stdout) == []


def test_wrong_settings_are_named_by_their_variables(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_PORT", "eighty")
    monkeypatch.setenv("ASSIST_THREADS", "0")

    result = run("client", "list")

    assert result.exit_code == 1
    assert "ASSIST_PORT" in result.stderr
    assert "ASSIST_THREADS" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("ASSIST_DATABASE_URL", "nonsense", ["client", "list"]),
        ("ASSIST_MODEL", "no-such-model", ["kb", "compact", "--client", "acme"]),
        ("ASSIST_HOST", "256.0.0.1", ["serve"]),
        ("ASSIST_LOG_FORMAT", "xml", ["client", "list"]),
        ("ASSIST_HOME", "/dev/null/home", ["client", "list"]),
    ],
)
def test_a_setting_that_cannot_work_is_named_by_its_variable(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, command: list[str]
) -> None:
    run("client", "add", "acme")
    monkeypatch.setenv(name, value)

    result = run(*command)

    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert name in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_empty_variable_is_as_good_as_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIST_PORT", "")

    assert run("client", "list").exit_code == 0


def test_several_workers_on_the_embedded_store_are_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_WORKERS", "2")

    result = run("serve")

    assert result.exit_code == 1
    assert "ASSIST_WORKERS=2" in result.stderr


def test_the_doctor_reports_a_new_installation_without_failures(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_PORT", "0")

    result = run("doctor", "--json")

    report = json.loads(result.stdout)
    failed = [check for check in report["checks"] if check["status"] == "fail"]
    assert (result.exit_code, report["ok"], failed) == (0, True, [])
    names = {check["name"] for check in report["checks"]}
    assert {"home", "database", "model", "port", "clients", "stores"} <= names


def test_the_doctor_fails_on_wrong_settings(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIST_PORT", "eighty")

    result = run("doctor")

    assert result.exit_code == 1
    assert "ASSIST_PORT" in result.stdout


def test_the_doctor_fails_on_a_model_that_is_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_MODEL", "no-such-model")

    result = run("doctor")

    assert result.exit_code == 1
    assert "no-such-model" in result.stdout
    assert "modules.json" in result.stdout


def test_the_doctor_fails_on_knowledge_of_another_model(run: Run, tmp_path: Path) -> None:
    run("client", "add", "acme")
    engine = open_engine(f"sqlite:///{tmp_path}/home/assist.db")
    Knowledge(engine).publish(draft("delivery", "Delivery takes 3 days."))
    engine.dispose()

    result = run("doctor", "--json")

    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 1
    assert checks["knowledge"]["status"] == "fail"
    assert "acme" in checks["knowledge"]["detail"]
    assert "assist ingest FOLDER --client acme" in checks["knowledge"]["advice"]
