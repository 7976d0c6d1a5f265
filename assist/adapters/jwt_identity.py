"""Reads identity tokens: JSON Web Tokens that a client's server signs with HMAC SHA-256."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assist.domain.errors import IdentityError

_ALGORITHM = "HS256"
_CHECKED_BY_US = {
    f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
}
"""Our clock and our messages decide on the claims."""


class JwtIdentityReader:
    """An `IdentityReader` that takes no other algorithm, whatever a token's header says."""

    def read(self, token: str, secret: str) -> Mapping[str, Any]:
        """Check the signature and return the claims."""
        import jwt

        options: Any = {"verify_signature": True, **_CHECKED_BY_US}
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token, secret, algorithms=[_ALGORITHM], options=options
            )
        except jwt.InvalidSignatureError as error:
            raise IdentityError(
                "the token's signature is wrong; sign it with the secret of this site"
            ) from error
        except jwt.PyJWTError as error:
            raise IdentityError(
                f"this is no JSON Web Token signed with {_ALGORITHM}: {error}"
            ) from error
        return claims
