"""Calls other systems over HTTP, at an address that was checked and at no other one."""

from __future__ import annotations

import email.utils
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assist.domain.deliveries import Answer
from assist.domain.errors import InvalidTargetError
from assist.domain.targets import Address, check_address, check_target_url

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx

    from assist.ports.webhooks import Call

TIMEOUT_S = 10.0
USER_AGENT = "BPO-Assist-Webhooks/1"

Resolve = Callable[[str, int], Sequence[Address]]
"""Returns the addresses of a host name; raises `OSError` when there are none."""


def resolve(host: str, port: int) -> list[Address]:
    """Ask the machine's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


class PinnedHttpSender:
    """An `HttpSender` that resolves a name once, checks the addresses and connects to the first.

    A name that changes between check and connection therefore gains nothing. Redirects are not
    followed and proxies of the environment not used: both would resolve again.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = resolve,
        transport: httpx.BaseTransport | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._transport = transport
        self._timeout_s = timeout_s

    def call(self, call: Call) -> Answer:
        """Send a request; its answer's body is not read."""
        import httpx

        try:
            address = self._checked_address(call.url)
        except InvalidTargetError as error:
            return Answer(error=str(error), is_final=True)
        except OSError as error:
            return Answer(error=f"the host has no address: {error}")
        try:
            return self._send(call, address)
        except httpx.TimeoutException:
            return Answer(error=f"no answer within {self._timeout_s:g} s")
        except httpx.HTTPError as error:
            return Answer(error=f"{type(error).__name__}: {error}")

    @cached_property
    def _certificates(self) -> SSLContext:
        """Read the known authorities once: that takes some 50 ms."""
        import httpx

        return httpx.create_ssl_context(trust_env=False)

    def _checked_address(self, url: str) -> Address:
        """Return the address to connect to; one wrong address spoils all of a name."""
        parts = check_target_url(url, allow_private=self._allow_private)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        addresses = self._resolve(parts.hostname or "", port)
        for address in addresses:
            check_address(address, allow_private=self._allow_private)
            if parts.scheme == "http" and not address.is_loopback:
                raise InvalidTargetError(f"{address} is not this machine; use https://")
        if not addresses:
            raise OSError("the resolver returned none")
        return addresses[0]

    def _send(self, call: Call, address: Address) -> Answer:
        import httpx

        url = httpx.URL(call.url)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            **call.headers,
            "Host": url.netloc.decode("ascii"),
        }
        with httpx.Client(
            transport=self._transport,
            timeout=self._timeout_s,
            trust_env=False,
            verify=self._certificates if url.scheme == "https" else False,
        ) as client:
            request = client.build_request(
                "POST",
                url.copy_with(host=str(address)),
                content=call.body,
                headers=headers,
                extensions={"sni_hostname": urlsplit(call.url).hostname},
            )
            response = client.send(request, stream=True, follow_redirects=False)
            response.close()
        return _answer(response)


def _answer(response: httpx.Response) -> Answer:
    status = response.status_code
    if response.is_success:
        return Answer(status)
    asked = retry_after_s(response.headers.get("retry-after", ""), datetime.now(UTC))
    return Answer(status, f"the receiver answered {status}", asked)


def retry_after_s(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number or a date."""
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        at = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    wait_s = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return max(wait_s, 0.0)
