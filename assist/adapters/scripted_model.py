"""A language model that follows a script: for tests, demos and trying out without an endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable

from assist.domain.generating import Prompt, Written
from assist.domain.sentences import UnitKind, split_units
from knowledge_base.retrieval.terms import terms


def pick_sentences(prompt: Prompt) -> str:
    """Write the sentence of each passage that shares most words with the question, if any does."""
    asked = set(terms(prompt.question))
    sentences: list[dict[str, object]] = []
    for number, passage in enumerate(prompt.passages, 1):
        units = [unit.text for unit in split_units(passage) if unit.kind is UnitKind.SENTENCE]
        kept = [text for text in units if not text.endswith("?")]
        best = max(kept, key=lambda text: len(asked & set(terms(text))), default="")
        if asked & set(terms(best)):
            sentences.append({"text": best, "source": number})
    return json.dumps({"sentences": sentences})


class ScriptedModel:
    """A `LanguageModel` whose text is a function of the prompt; it counts words as tokens."""

    name = "scripted"

    def __init__(self, script: Callable[[Prompt], str] = pick_sentences) -> None:
        self._script = script

    def open(self) -> None:
        """Do nothing: all is there."""

    def write(self, prompt: Prompt) -> Written:
        """Follow the script, which may raise `ModelFaultError`."""
        text = self._script(prompt)
        read = len(f"{prompt.system} {prompt.user}".split())
        return Written(text, self.name, read, len(text.split()))

    def close(self) -> None:
        """Do nothing: nothing is open."""
