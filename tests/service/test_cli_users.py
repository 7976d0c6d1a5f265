"""`assist user`, run in this process with real password hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from api.demo.people import load_people
from assist.bootstrap import Container, Settings, build_container
from assist.domain.errors import SignInError
from assist.domain.people import Role
from knowledge_base.models import ClientId
from tests.people_fakes import PASSWORD, PlainPasswords

Run = Callable[..., Result]
ANA = ("user", "add", "ana@bpo.example", "--name", "Ana", "--role", "agent", "--client", "acme")
DEMO_CLIENTS = [ClientId("larkspur"), ClientId("tidewell")]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSIST_HOME", str(tmp_path / "home"))

    def run(*arguments: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, arguments, input=stdin)

    assert run("client", "add", "acme").exit_code == 0
    return run


@contextmanager
def opened(tmp_path: Path) -> Iterator[Container]:
    container = build_container(Settings(home=tmp_path / "home"))
    yield container
    container.close()


def test_a_user_is_added_with_a_made_up_password_printed_alone(run: Run, tmp_path: Path) -> None:
    done = run(*ANA, "--skill", "Billing", "--capacity", "2", "--generate")

    assert done.exit_code == 0, done.stderr
    with opened(tmp_path) as container:
        signed_in, _ = container.sessions.sign_in("ana@bpo.example", done.stdout.strip())
    user = signed_in.user
    assert (user.role, user.client_ids, user.skills, user.capacity) == (
        Role.AGENT,
        frozenset({ClientId("acme")}),
        frozenset({"billing"}),
        2,
    )


def test_a_password_is_asked_for_twice_and_not_printed(run: Run, tmp_path: Path) -> None:
    done = run(*ANA, stdin=f"{PASSWORD}\n{PASSWORD}\n")

    assert done.exit_code == 0, done.stderr
    assert PASSWORD not in done.output
    with opened(tmp_path) as container:
        assert container.sessions.sign_in("ana@bpo.example", PASSWORD)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"--client": "nobody"}, "nobody"),
        ({"--role": "admin"}, "every client"),
        ({"--capacity": "0"}, "capacity"),
        ({"ana@bpo.example": "ana"}, "no e-mail address"),
    ],
)
def test_a_user_who_cannot_be_is_refused_with_the_fault(
    run: Run, change: dict[str, str], named: str
) -> None:
    arguments = list(ANA)
    for name, value in change.items():
        if name not in arguments:
            arguments += [name, value]
        elif name.startswith("--"):
            arguments[arguments.index(name) + 1] = value
        else:
            arguments[arguments.index(name)] = value

    done = run(*arguments, "--generate")

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert named in done.stderr
    assert not run("user", "list").stdout


def test_a_short_password_is_refused(run: Run) -> None:
    done = run(*ANA, stdin="short\nshort\n")

    assert done.exit_code == 1
    assert "at least 12 characters" in done.stderr


def test_a_second_user_of_the_same_address_is_refused(run: Run) -> None:
    run(*ANA, "--generate")

    assert "already" in run(*ANA, "--generate").stderr


def test_users_are_listed_and_disabled_and_enabled(run: Run) -> None:
    run(*ANA, "--generate")
    assert "agent    active" in run("user", "list").stdout

    assert run("user", "disable", "ana@bpo.example").exit_code == 0
    assert "agent    disabled" in run("user", "list").stdout

    assert run("user", "enable", "ana@bpo.example").exit_code == 0
    assert "agent    active" in run("user", "list").stdout


def test_a_password_is_replaced(run: Run, tmp_path: Path) -> None:
    first = run(*ANA, "--generate").stdout.strip()
    second = run("user", "password", "ana@bpo.example", "--generate").stdout.strip()

    with opened(tmp_path) as container:
        assert container.sessions.sign_in("ana@bpo.example", second)
        with pytest.raises(SignInError):
            container.sessions.sign_in("ana@bpo.example", first)


@pytest.mark.parametrize("command", ["password", "disable", "enable"])
def test_an_unknown_user_is_named(run: Run, command: str) -> None:
    options = ["--generate"] if command == "password" else []
    done = run("user", command, "nobody@bpo.example", *options)

    assert (done.exit_code, done.stdout) == (1, "")
    assert "'nobody@bpo.example'" in done.stderr


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Container]:
    with opened(tmp_path) as container:
        vars(container)["passwords"] = PlainPasswords()
        for client_id in DEMO_CLIENTS:
            container.clients.add(client_id)
        yield container


def test_the_demo_has_somebody_of_every_role(demo: Container) -> None:
    load_people(demo, DEMO_CLIENTS, "")

    people = {user.email: (user.role, sorted(user.client_ids)) for user in demo.people.list_all()}
    assert people == {
        "ana@demo.example": (Role.AGENT, DEMO_CLIENTS),
        "ben@demo.example": (Role.AGENT, ["larkspur"]),
        "tess@demo.example": (Role.TRAINER, DEMO_CLIENTS),
        "lee@demo.example": (Role.LEAD, DEMO_CLIENTS),
        "admin@demo.example": (Role.ADMIN, []),
    }


def test_the_demo_keeps_its_password_and_what_was_changed(demo: Container) -> None:
    password = load_people(demo, DEMO_CLIENTS, "")
    _, secret = demo.sessions.sign_in("ben@demo.example", password)

    assert load_people(demo, DEMO_CLIENTS, password) == password
    assert demo.sessions.find(secret)


def test_a_demo_whose_password_is_lost_gets_another_one(demo: Container) -> None:
    first = load_people(demo, DEMO_CLIENTS, "")
    second = load_people(demo, DEMO_CLIENTS, "")

    assert first != second
    assert demo.sessions.sign_in("lee@demo.example", second)
