"""Asks a language model for an answer in sentences with sources, and reads what it wrote.

Customer's and passages' texts are data here: they stand between markers that nobody can foresee.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assist.domain.redacting import redact
from knowledge_base.models import Passage

MOST_SENTENCES = 8
"""More than an answer needs; a longer list is no answer."""

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "source": {"type": "integer"}},
                "required": ["text", "source"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
"""What the model's JSON must look like."""

_SLOT = re.compile(r"\{(\w+)\}")
_FENCED = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


class Fault(StrEnum):
    """Why a model was no help."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"
    CUT = "cut"
    INVALID = "invalid"
    BUSY = "busy"
    PAUSED = "paused"
    UNSUPPORTED = "unsupported"
    FAILED = "failed"


class ModelFaultError(Exception):
    """A model gave no usable answer; the message holds no text of anybody."""

    def __init__(self, fault: Fault, *, written: Written | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.written = written


@dataclass(frozen=True)
class PromptTemplate:
    """A prompt file: its name with its version, and its two parts with slots."""

    name: str
    system: str
    user: str


@dataclass(frozen=True)
class Prompt:
    """What a model is sent; `question` and `passages` are what it was made of, redacted."""

    name: str
    system: str
    user: str
    question: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What a model wrote; its tokens are unknown where the endpoint does not count them."""

    text: str
    model: str
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in US dollars; unknown when not set."""

    input_usd: float | None = None
    output_usd: float | None = None

    def cost_usd(self, written: Written) -> float | None:
        """Return what an answer cost, if tokens and prices are known."""
        counts = (written.input_tokens, written.output_tokens)
        match (*counts, self.input_usd, self.output_usd):
            case int(read), int(wrote), float(per_read), float(per_wrote):
                return (read * per_read + wrote * per_wrote) / 1_000_000
        return None


class Sentence(BaseModel):
    """A sentence of a model, with the number of the passage that it names as its source."""

    model_config = ConfigDict(frozen=True, strict=True)

    text: str = Field(min_length=1, max_length=1000)
    source: int


class _Sentences(BaseModel):
    model_config = ConfigDict(strict=True)

    sentences: list[Sentence] = Field(max_length=MOST_SENTENCES)


def build_prompt(
    template: PromptTemplate,
    passages: Sequence[Passage],
    question: str,
    *,
    client: str,
    language: str,
    code: str,
) -> Prompt:
    """Fill a template; `code` must be new for each prompt, so that no text can hold it.

    Personal data is taken out of the question. Passages are published text and stay as they are.
    """
    texts = tuple(_source_text(passage) for passage in passages)
    asked = redact(question)
    blocks = [_block(f"PASSAGE {number}", text, code) for number, text in enumerate(texts, 1)]
    values = {
        "client": client,
        "language": language,
        "code": code,
        "passages": "\n\n".join(blocks),
        "question": _block("CUSTOMER", asked, code),
    }
    system, user = (_fill(part, values) for part in (template.system, template.user))
    return Prompt(template.name, system, user, asked, texts)


def _source_text(passage: Passage) -> str:
    """Return a passage under what heads it, as far as it does not say it itself."""
    heads = [passage.article.title, *passage.section, passage.question or ""]
    lines = [head for head in dict.fromkeys(heads) if head and head not in passage.text]
    return "\n".join([*lines, passage.text])


def _block(name: str, text: str, code: str) -> str:
    return f"<<{name} {code}>>\n{text.replace(code, '')}\n<<END {code}>>"


def _fill(template: str, values: dict[str, str]) -> str:
    """Fill the slots in one pass: a slot in a value is text."""
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), template)


def read_sentences(text: str) -> tuple[Sentence, ...]:
    """Read a model's JSON. Raises `ModelFaultError` when it is not what was asked for."""
    fenced = _FENCED.search(text)
    try:
        found = _Sentences.model_validate(json.loads(fenced[1] if fenced else text))
    except (ValueError, RecursionError, ValidationError):
        raise ModelFaultError(Fault.INVALID) from None
    return tuple(found.sentences)
