"""The language model that may word answers."""

from __future__ import annotations

from typing import Protocol

from assist.domain.generating import Prompt, Written


class LanguageModel(Protocol):
    """Writes a text, or fails within a time that is its own to keep."""

    @property
    def name(self) -> str:
        """The model's name for the record."""

    def open(self) -> None:
        """Load what the first answer needs."""

    def write(self, prompt: Prompt) -> Written:
        """Return what the model wrote, to its end. Raises `ModelFaultError`, and nothing else."""

    def close(self) -> None:
        """Give up connections; answers under way fail."""
