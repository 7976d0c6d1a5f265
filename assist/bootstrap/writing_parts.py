"""The parts that let a language model word answers, where one is set."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assist.adapters.prompt_files import ANSWER_PROMPT, read_prompt
from assist.adapters.scripted_model import ScriptedModel
from assist.bootstrap.base_parts import BaseParts
from assist.domain.errors import SettingsError
from assist.domain.generating import Prices
from assist.services.writing import WritingService

if TYPE_CHECKING:
    from contextlib import ExitStack

    from assist.bootstrap.settings import Settings
    from assist.ports.language_model import LanguageModel

SCRIPTED = "scripted"
"""The address of the model that needs no endpoint."""


class WritingParts(BaseParts):
    """Generated answers."""

    _language_model: LanguageModel | None
    _closing: ExitStack

    @cached_property
    def writing(self) -> WritingService | None:
        """Generated answers; `None` when no language model is set."""
        model, settings = self._language_model, self.settings
        if model is None:
            return None
        self._closing.callback(model.close)
        prices = Prices(settings.llm_input_usd, settings.llm_output_usd)
        return WritingService(model, read_prompt(ANSWER_PROMPT), prices)


def language_model_of(settings: Settings) -> LanguageModel | None:
    """Return the model of the settings, if there is one. Raises `SettingsError`."""
    if not settings.llm_url:
        return None
    if settings.llm_url == SCRIPTED:
        return ScriptedModel()
    if urlsplit(settings.llm_url).scheme not in {"http", "https"}:
        raise SettingsError(
            "ASSIST_LLM_URL is no address; give one such as https://llm.example/v1, or 'scripted'"
        )
    if not settings.llm_model:
        raise SettingsError("ASSIST_LLM_URL is set without ASSIST_LLM_MODEL; name the model")
    from assist.adapters.openai_chat import Endpoint
    from assist.adapters.openai_model import OpenAIModel

    temperature = settings.llm_temperature
    return OpenAIModel(
        Endpoint(
            url=settings.llm_url,
            model=settings.llm_model,
            key=settings.llm_key,
            deadline_s=settings.llm_deadline_s,
            concurrency=settings.llm_concurrency,
            temperature=None if temperature == "default" else temperature,
            json_mode=settings.llm_json,
        )
    )
