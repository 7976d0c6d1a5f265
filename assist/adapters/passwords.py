"""Hashes passwords with Argon2id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assist.domain.errors import ThrottledError

MEMORY_KIB = 19 * 1024
ROUNDS = 2
LANES = 1
"""The smallest set of parameters that OWASP's password storage sheet gives for Argon2id."""

AT_ONCE = 8
"""Hashes computed at the same time; each takes its memory and a core."""


class Argon2Passwords:
    """A `PasswordHasher` whose memory use has a bound however many people sign in at once."""

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._places = BoundedSemaphore(at_once)

    def hash(self, password: str) -> str:
        """Hash with a new salt."""
        with self._place():
            return self._hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Compare in constant time."""
        with self._place():
            try:
                return self._hasher.verify(password_hash, password)
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, password_hash: str) -> bool:
        """Compare the hash's parameters with today's."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Refuse at once when all places are taken: who waits keeps a thread from other work."""
        if not self._places.acquire(blocking=False):
            raise ThrottledError("Too many people are signing in; try again in a second.", 1)
        try:
            yield
        finally:
            self._places.release()
