"""One process owns the embedded stores of a home folder; this says which, and keeps others out."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assist.domain.errors import HomeInUseError, SettingsError

PROBE_S = 0.2
"""Longer than another process holds the lock only to learn whether it is free."""


@dataclass(frozen=True)
class HomeOwner:
    """The process that holds the lock; `url` is set while it serves."""

    pid: int
    command: str
    url: str = ""


def prepare_home(home: Path) -> None:
    """Make the home folder. Raises `SettingsError` when it cannot be made or written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        reason = "" if os.access(home, os.W_OK | os.X_OK) else "it cannot be written"
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        raise SettingsError(
            f"the home folder {str(home)!r} cannot be used: {reason}; make it a folder that you "
            "may write, or set ASSIST_HOME to another one"
        )


class HomeLock:
    """An exclusive lock that the operating system releases when its process dies."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(home / "stores.lock", thread_local=False)
        self._owner_file = home / "stores.owner.json"

    def acquire(self, *, wait_s: float = 0) -> None:
        """Take the lock, or raise `HomeInUseError` naming the process that holds it.

        Does nothing when this process holds it already.
        """
        if self._lock.is_locked:
            return
        try:
            self._lock.acquire(timeout=max(wait_s, PROBE_S))
        except Timeout as error:
            owner = self.find_owner()
            who = f"process {owner.pid} ({owner.command})" if owner else "another process"
            raise HomeInUseError(
                f"{who} is using the stores in {str(self._owner_file.parent)!r}; wait until it "
                "has finished, or stop it"
            ) from error
        self.announce()

    def announce(self, url: str = "") -> None:
        """Write down who holds the lock, and where it serves."""
        owner = HomeOwner(os.getpid(), " ".join(["assist", *sys.argv[1:]])[:200], url)
        scratch = self._owner_file.with_suffix(".new")
        scratch.write_text(json.dumps(asdict(owner)))
        scratch.rename(self._owner_file)

    def release(self) -> None:
        """Give the lock back."""
        if self._lock.is_locked:
            self._owner_file.unlink(missing_ok=True)
            self._lock.release()

    def find_owner(self) -> HomeOwner | None:
        """Return who holds the lock now, as far as it is written down."""
        probe = FileLock(self._lock.lock_file, thread_local=False)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return self._read_owner()
        probe.release()
        return None

    def _read_owner(self) -> HomeOwner | None:
        try:
            return HomeOwner(**json.loads(self._owner_file.read_text()))
        except (OSError, ValueError, TypeError):
            return HomeOwner(0, "unknown")
