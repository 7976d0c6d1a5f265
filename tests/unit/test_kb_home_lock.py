"""One process owns a home folder, for as long as it lives."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Timer

import pytest

from assist.adapters.home_lock import HomeLock, HomeOwner, prepare_home
from assist.domain.errors import HomeInUseError, SettingsError

URL = "http://127.0.0.1:8300"
OWN_AND_WAIT = """
import sys
from pathlib import Path
from assist.adapters.home_lock import HomeLock
lock = HomeLock(Path(sys.argv[1]))
lock.acquire()
lock.announce(sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Popen[str]]:
    """Start another process that owns the home."""
    command = [sys.executable, "-c", OWN_AND_WAIT, str(tmp_path), URL]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[HomeLock]:
    lock = HomeLock(tmp_path)
    yield lock
    lock.release()


@pytest.mark.slow
def test_a_second_process_is_refused_and_told_who_has_the_stores(
    server: Popen[str], lock: HomeLock
) -> None:
    with pytest.raises(HomeInUseError, match=rf"process {server.pid} \(assist .*is using"):
        lock.acquire()

    owner = lock.find_owner()
    assert owner is not None
    assert (owner.pid, owner.url) == (server.pid, URL)


@pytest.mark.slow
def test_a_process_that_is_killed_gives_its_lock_back(server: Popen[str], lock: HomeLock) -> None:
    server.kill()
    server.wait()

    assert lock.find_owner() is None
    lock.acquire()

    owner = lock.find_owner()
    assert owner is not None
    assert (owner.pid, owner.url) == (os.getpid(), "")


def test_nobody_owns_a_new_home(lock: HomeLock) -> None:
    assert lock.find_owner() is None


def test_a_released_home_is_free(lock: HomeLock, tmp_path: Path) -> None:
    lock.acquire()
    lock.release()

    other = HomeLock(tmp_path)
    other.acquire()
    other.release()
    assert lock.find_owner() is None


def test_taking_the_lock_twice_keeps_the_announced_address(lock: HomeLock) -> None:
    lock.acquire()
    lock.announce(URL)

    lock.acquire()

    owner = lock.find_owner()
    assert owner is not None
    assert owner.url == URL


def test_one_release_is_enough_for_a_lock_taken_twice(lock: HomeLock) -> None:
    lock.acquire()
    lock.acquire()

    lock.release()

    assert lock.find_owner() is None


def test_releasing_a_lock_that_another_one_holds_changes_nothing(
    lock: HomeLock, tmp_path: Path
) -> None:
    lock.acquire()

    HomeLock(tmp_path).release()

    owner = lock.find_owner()
    assert owner is not None
    assert owner.pid == os.getpid()


def test_a_short_look_by_another_process_is_waited_out(lock: HomeLock, tmp_path: Path) -> None:
    looking = HomeLock(tmp_path)
    looking.acquire()
    timer = Timer(0.02, looking.release)
    timer.start()

    lock.acquire()

    timer.join()
    assert lock.find_owner() is not None


def test_an_owner_whose_note_cannot_be_read_is_still_an_owner(
    lock: HomeLock, tmp_path: Path
) -> None:
    lock.acquire()
    (tmp_path / "stores.owner.json").write_text("{")

    assert lock.find_owner() == HomeOwner(0, "unknown")


def test_a_home_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"

    with pytest.raises(SettingsError, match=rf"'{home}' cannot be used: .*ASSIST_HOME"):
        prepare_home(home)


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written by root")
def test_a_home_that_cannot_be_written_is_named_with_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(SettingsError, match="cannot be written"):
        prepare_home(tmp_path)
