"""The one place where the assistant is put together."""

from assist.bootstrap.container import Container, build_container
from assist.bootstrap.settings import Settings

__all__ = ["Container", "Settings", "build_container"]
