"""Signs users in and out; a session is checked again whenever it is used."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from uuid import uuid4

from assist.domain.errors import InvalidUserError, SignInError, ThrottledError
from assist.domain.keys import secret_digest
from assist.domain.people import (
    SEEN_STEP,
    Session,
    SessionId,
    SignedIn,
    User,
    UserId,
    email_digest,
    new_session_secret,
    normal_email,
    normal_password,
    parse_password,
)
from assist.ports import Clock
from assist.ports.people import (
    PasswordHasher,
    PasswordStore,
    SessionStore,
    SignInLog,
    UserDirectory,
)

MAX_ATTEMPTS = 5
ATTEMPT_WINDOW = timedelta(minutes=15)


class SessionService:
    """Sessions of users who gave their password."""

    def __init__(
        self,
        users: UserDirectory,
        passwords: PasswordStore,
        sessions: SessionStore,
        log: SignInLog,
        hasher: PasswordHasher,
        clock: Clock,
    ) -> None:
        self._users = users
        self._passwords = passwords
        self._sessions = sessions
        self._log = log
        self._hasher = hasher
        self._clock = clock
        self._nobodys_hash = ""

    def sign_in(self, email: str, password: str) -> tuple[SignedIn, str]:
        """Start a session and return it with its secret, which is not stored.

        Raises `SignInError`, the same for every reason, and `ThrottledError`.
        """
        found = self._users.find_user_by_email(normal_email(email))
        user = self._check(email, found, password)
        now = self._clock()
        self._forget_ended(user.id)
        secret = new_session_secret()
        session = Session(SessionId(uuid4().hex), user.id, now, now)
        self._sessions.add_session(session, secret_digest(secret))
        return SignedIn(session, user), secret

    def find(self, secret: str) -> SignedIn | None:
        """Return the session that a secret opens now, unless its user is disabled."""
        session = self._sessions.find_session(secret_digest(secret))
        now = self._clock()
        if session is None or not session.is_active(now):
            return None
        user = self._users.find_user(session.user_id)
        if user is None or not user.is_active:
            return None
        if now - session.seen_at >= SEEN_STEP:
            self._sessions.touch_session(session.id, now)
        return SignedIn(session, user)

    def sign_out(self, session: Session) -> None:
        """End a session at once."""
        self._sessions.end_session(session.id)

    def change_password(self, signed_in: SignedIn, current: str, new: str) -> None:
        """Replace the user's own password and end their other sessions.

        Raises `InvalidUserError` for a wrong current one too, and `ThrottledError`.
        """
        password = parse_password(new)
        try:
            self._check(signed_in.user.email, signed_in.user, current)
        except SignInError as error:
            raise InvalidUserError("the current password is wrong") from error
        self._passwords.set_password(signed_in.user.id, self._hasher.hash(password))
        self.end_all(signed_in.user.id, but=signed_in.session.id)

    def end_all(self, user_id: UserId, *, but: SessionId | None = None) -> None:
        """End a user's sessions, except one."""
        for session in self._sessions.list_sessions(user_id):
            if session.id != but:
                self._sessions.end_session(session.id)

    def forgive(self, email: str) -> None:
        """Forget the failed attempts of an e-mail address."""
        self._log.clear_attempts(email_digest(email))

    def _check(self, email: str, user: User | None, password: str) -> User:
        """Return the user whose password it is; an unknown one costs as much time as a known one.

        The attempt is counted before the password is looked at, so that many at the same time
        cannot have more guesses than one after another.
        """
        who = email_digest(email)
        attempt = self._count_attempt(who)
        stored = self._passwords.find_password(user.id) if user else None
        given = normal_password(password)
        try:
            is_right = self._hasher.verify(stored or self._hash_of_nobody(), given)
        except ThrottledError:
            self._log.remove_attempt(attempt)
            raise
        if user is None or stored is None or not is_right or not user.is_active:
            raise SignInError("The e-mail address or the password is wrong.")
        self._log.clear_attempts(who)
        if self._hasher.is_outdated(stored):
            self._passwords.set_password(user.id, self._hasher.hash(given))
        return user

    def _count_attempt(self, who: str) -> int:
        now = self._clock()
        self._log.forget_attempts(now - ATTEMPT_WINDOW)
        attempt = self._log.add_attempt(who, now)
        recent = self._log.list_attempts(who, now - ATTEMPT_WINDOW)
        if len(recent) > MAX_ATTEMPTS:
            self._log.remove_attempt(attempt)
            wait_s = max(1, ceil((recent[0] + ATTEMPT_WINDOW - now).total_seconds()))
            raise ThrottledError(
                f"Too many attempts to sign in; try again in {ceil(wait_s / 60)} minutes.", wait_s
            )
        return attempt

    def _hash_of_nobody(self) -> str:
        if not self._nobodys_hash:
            self._nobodys_hash = self._hasher.hash(new_session_secret())
        return self._nobodys_hash

    def _forget_ended(self, user_id: UserId) -> None:
        now = self._clock()
        for session in self._sessions.list_sessions(user_id):
            if not session.is_active(now):
                self._sessions.end_session(session.id)
