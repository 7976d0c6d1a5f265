"""Who owns the stores decides where a command does its work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import cast

import pytest

from api.cli.session import find_long_runner, find_server, is_long_runner
from assist.adapters.home_lock import HomeLock, HomeOwner
from assist.bootstrap import Container
from assist.domain.errors import HomeInUseError


@dataclass(frozen=True)
class Locked:
    """As much of a container as knows who owns the stores."""

    home_lock: HomeLock


@pytest.fixture
def container(tmp_path: Path) -> Iterator[Container]:
    lock = HomeLock(tmp_path)
    yield cast("Container", Locked(lock))
    lock.release()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[HomeLock]:
    """Own the stores as another command of a few seconds does."""
    lock = HomeLock(tmp_path)
    lock.acquire()
    yield lock
    lock.release()


def test_free_stores_may_be_taken(container: Container) -> None:
    assert find_server(container, wait_s=0) is None


def test_a_server_is_found_with_its_address(container: Container, other: HomeLock) -> None:
    other.announce("http://127.0.0.1:8300")

    owner = find_server(container, wait_s=0)

    assert owner is not None
    assert owner.url == "http://127.0.0.1:8300"


def test_a_short_command_is_waited_for(
    container: Container, other: HomeLock, capsys: pytest.CaptureFixture[str]
) -> None:
    Timer(0.1, other.release).start()

    assert find_long_runner(container, wait_s=30) is None
    assert "waiting for process" in capsys.readouterr().err


@pytest.mark.usefixtures("other")
def test_a_short_command_that_takes_too_long_is_named(container: Container) -> None:
    with pytest.raises(HomeInUseError, match="is using the stores"):
        find_long_runner(container, wait_s=0)


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (HomeOwner(1, "assist serve", "http://127.0.0.1:8300"), True),
        (HomeOwner(1, "assist worker"), True),
        (HomeOwner(1, "assist ingest worker"), False),
        (HomeOwner(1, "assist serve"), False),
        (HomeOwner(0, "unknown"), False),
    ],
)
def test_servers_and_workers_take_jobs(owner: HomeOwner, expected: bool) -> None:
    assert is_long_runner(owner) is expected
