"""Takes the address to serve on, which is quick and fails at once when another one has it."""

from __future__ import annotations

import errno
import socket

from assist.domain.errors import SettingsError


def bind(host: str, port: int) -> socket.socket:
    """Take an address before anything slow happens. Raises `SettingsError` if it cannot be."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(f"cannot serve on {host} port {port}: {_reason(error)}") from error
    return listener


def local_url(listener: socket.socket) -> str:
    """Return the address under which this machine reaches a listener."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "it is in use; choose another one with --port or ASSIST_PORT"
    if error.errno == errno.EACCES:
        return "ports below 1024 need more rights; choose another one with --port or ASSIST_PORT"
    return f"{error.strerror}; correct --host or ASSIST_HOST"
