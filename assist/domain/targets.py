"""Which addresses the product may call: a client's webhook must not open the operator's network."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from assist.domain.errors import InvalidTargetError

MAX_URL = 2000

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")


def check_target_url(url: str, *, allow_private: bool) -> SplitResult:
    """Return the parts of an address that may be called. Raises `InvalidTargetError`.

    A name may still lead to a private address: that is looked at when it is called.
    """
    parts = _split(url)
    host = parts.hostname or ""
    is_own = allow_private and is_loopback_host(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_own):
        raise InvalidTargetError(f"{url!r} does not begin with https://; nothing else is called")
    if not host or parts.username is not None or parts.fragment:
        raise InvalidTargetError(
            f"the address of the host {host!r} must be https://host/path, "
            "without user name, password or #fragment"
        )
    literal = _literal(host)
    if literal:
        check_address(literal, allow_private=allow_private)
    return parts


def check_address(address: Address, *, allow_private: bool) -> None:
    """Refuse addresses inside a network. Raises `InvalidTargetError`."""
    inner = _embedded(address)
    if inner.is_multicast or inner.is_unspecified:
        raise InvalidTargetError(f"{address} cannot be called: it names no single machine")
    if not inner.is_global and not allow_private:
        raise InvalidTargetError(
            f"{address} is no public address; ASSIST_ALLOW_PRIVATE_TARGETS=true allows such ones"
        )


def is_loopback_host(host: str) -> bool:
    """Say whether a host of an address is this machine."""
    literal = _literal(host)
    return literal.is_loopback if literal else host == "localhost"


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidTargetError(f"{url[:MAX_URL]!r} is no address: {error}") from error
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise InvalidTargetError(
            f"an address has at most {MAX_URL} characters, without spaces and control characters"
        )
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
