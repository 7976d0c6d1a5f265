"""The client of language models, against a server that misbehaves on purpose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, cast

import pytest

from assist.adapters.circuit_breaker import CircuitBreaker
from assist.adapters.openai_chat import MOST_CHARACTERS, Endpoint
from assist.adapters.openai_model import OpenAIModel
from assist.domain.generating import Fault, ModelFaultError, Prompt, Written
from tests.llm_server import (
    Behaviour,
    LlmServer,
    answer_of,
    cuts,
    drips,
    hangs,
    sends,
    serving,
    status,
    writes,
)

PROMPT = Prompt("answer-1", "Be brief.", "PASSAGE customer-words", "customer-words", ("PASSAGE",))
ANSWER = answer_of(("The late fee is $5.", 1))
GOOD = writes(ANSWER)
SOON, LATER = 0.4, 2.0
"""Deadlines for what never ends; the later one lets a slow machine get to the point before it."""

Ask = Callable[..., tuple[LlmServer, OpenAIModel]]


@pytest.fixture(scope="module")
def shared() -> Iterator[Callable[[float], tuple[LlmServer, OpenAIModel]]]:
    """Open one model and its server for each deadline: opening reads all certificates."""
    with ExitStack() as stack:

        @cache
        def open_model(deadline_s: float) -> tuple[LlmServer, OpenAIModel]:
            server = stack.enter_context(serving(GOOD))
            endpoint = Endpoint(server.url, "test-model", "sk-very-secret", deadline_s, 1)
            patient = CircuitBreaker(failures=1000)
            model = OpenAIModel(replace(endpoint, retry_wait_s=0), patient)
            stack.callback(model.close)
            return server, model

        yield open_model


@pytest.fixture
def start(shared: Callable[[float], tuple[LlmServer, OpenAIModel]]) -> Ask:
    def begin(*behaviours: Behaviour, deadline_s: float = 15) -> tuple[LlmServer, OpenAIModel]:
        server, model = shared(deadline_s)
        server.behave(*behaviours)
        return server, model

    return begin


def fault_of(model: OpenAIModel) -> Fault:
    with pytest.raises(ModelFaultError) as caught:
        model.write(PROMPT)
    return caught.value.fault


def test_a_good_answer_comes_with_its_model_and_tokens(start: Ask) -> None:
    server, model = start(GOOD)

    assert model.write(PROMPT) == Written(ANSWER, "test-model-7", 200, 30)
    assert [request.path for request in server.requests] == ["/v1/chat/completions"]


def test_the_endpoint_is_asked_for_a_stream_of_the_schema_and_for_nothing_to_be_kept(
    start: Ask,
) -> None:
    server, model = start(GOOD)
    model.write(PROMPT)

    sent = server.requests[0]
    assert sent.headers["authorization"] == "Bearer sk-very-secret"
    assert sent.body["stream"] is True
    assert sent.body["stream_options"] == {"include_usage": True}
    assert sent.body["response_format"]["json_schema"]["strict"] is True
    assert sent.body["temperature"] == 0
    assert sent.body["max_tokens"] == 800
    assert [message["content"] for message in sent.body["messages"]] == [
        "Be brief.",
        "PASSAGE customer-words",
    ]


def test_tokens_are_unknown_where_the_endpoint_does_not_count(start: Ask) -> None:
    _, model = start(writes(ANSWER, usage=False))

    written = model.write(PROMPT)

    assert (written.input_tokens, written.output_tokens) == (None, None)


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        pytest.param(hangs, Fault.TIMEOUT, id="hang"),
        pytest.param(drips(": still here\n"), Fault.TIMEOUT, id="drip of comments"),
        pytest.param(drips("data: {"), Fault.TIMEOUT, id="drip of one endless line"),
        pytest.param(
            drips('data: {"choices": [{"index": 0, "delta": {"content": " "}}]}\n\n'),
            Fault.TIMEOUT,
            id="drip of good chunks",
        ),
    ],
)
def test_what_never_ends_is_given_up_at_the_deadline(
    start: Ask, behaviour: Behaviour, fault: Fault
) -> None:
    server, model = start(behaviour, deadline_s=SOON)

    assert fault_of(model) is fault
    assert len(server.requests) <= 1


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        pytest.param(status(429), Fault.RATE_LIMITED, id="429"),
        pytest.param(status(500), Fault.SERVER_ERROR, id="500"),
        pytest.param(status(503, "<html>"), Fault.SERVER_ERROR, id="503 in HTML"),
        pytest.param(cuts, Fault.CUT, id="cut"),
        pytest.param(writes(ANSWER, None), Fault.CUT, id="no finish_reason"),
        pytest.param(writes(ANSWER, "length"), Fault.CUT, id="too long"),
        pytest.param(sends(""), Fault.CUT, id="nothing"),
    ],
)
def test_what_may_pass_is_tried_once_more(start: Ask, behaviour: Behaviour, fault: Fault) -> None:
    server, model = start(behaviour, GOOD, behaviour)
    assert model.write(PROMPT).text == ANSWER
    assert len(server.requests) == 2

    assert fault_of(model) is fault
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        pytest.param(status(400), Fault.REFUSED, id="400"),
        pytest.param(status(401), Fault.REFUSED, id="401"),
        pytest.param(sends("data: {not json\n\n"), Fault.INVALID, id="invalid JSON"),
        pytest.param(writes(" " * (MOST_CHARACTERS + 3)), Fault.INVALID, id="endless text"),
    ],
)
def test_what_would_be_the_same_again_is_not_tried_again(
    start: Ask, behaviour: Behaviour, fault: Fault
) -> None:
    server, model = start(behaviour, GOOD)

    assert fault_of(model) is fault
    assert len(server.requests) == 1


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with serving(GOOD) as server:
        url = server.url
    model = OpenAIModel(Endpoint(url, "test-model", retry_wait_s=0))

    assert fault_of(model) is Fault.UNREACHABLE
    model.close()


def test_the_second_attempt_waits_as_long_as_it_is_asked_to(start: Ask) -> None:
    server, model = start(status(429, Retry_After="0.3"), GOOD)
    model.write(PROMPT)

    first, second = server.requests
    assert second.at - first.at >= 0.3


@pytest.mark.parametrize(
    "wait",
    ["60", format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)],
    ids=["seconds", "date"],
)
def test_there_is_no_second_attempt_when_the_wait_outlasts_the_deadline(
    start: Ask, wait: str
) -> None:
    server, model = start(status(429, Retry_After=wait), GOOD)

    assert fault_of(model) is Fault.RATE_LIMITED
    assert len(server.requests) == 1


def test_the_deadline_holds_for_both_attempts_together(start: Ask) -> None:
    server, model = start(status(500), hangs, deadline_s=LATER)

    assert fault_of(model) is Fault.TIMEOUT
    assert len(server.requests) == 2


def test_a_given_up_answer_ends_its_connection(start: Ask) -> None:
    server, model = start(drips(": still here\n"), deadline_s=LATER)
    fault_of(model)

    assert server.left.wait(10)


def test_no_more_calls_run_at_a_time_than_allowed(start: Ask) -> None:
    server, model = start(hangs, GOOD)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(model.write, PROMPT)
        assert server.entered.wait(10)
        busy = fault_of(model)
        server.released.set()
        first.result()

    assert busy is Fault.BUSY
    assert model.write(PROMPT).text == ANSWER


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while(start: Ask) -> None:
    now = 100.0
    breaker = CircuitBreaker(failures=2, pause_s=30, clock=lambda: now)
    server, _ = start(status(400), status(400), status(400), GOOD)
    model = OpenAIModel(Endpoint(server.url, "test-model"), breaker)
    faults = [fault_of(model) for _ in range(3)]
    assert faults == [Fault.REFUSED, Fault.REFUSED, Fault.PAUSED]
    assert len(server.requests) == 2

    now += 31
    assert fault_of(model) is Fault.REFUSED
    assert fault_of(model) is Fault.PAUSED
    now += 31
    assert model.write(PROMPT).text == ANSWER
    assert model.write(PROMPT).text == ANSWER
    model.close()


def test_after_a_pause_one_call_tries_while_the_others_wait_for_it() -> None:
    now = 100.0
    breaker = CircuitBreaker(failures=1, pause_s=30, clock=lambda: now)
    breaker.failed()
    now += 31

    assert [breaker.allows() for _ in range(3)] == [True, False, False]


def test_an_answer_under_way_fails_when_the_model_is_closed(start: Ask) -> None:
    server, _ = start(hangs)
    model = OpenAIModel(Endpoint(server.url, "test-model", deadline_s=15))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(fault_of, model)
        assert server.entered.wait(10)
        model.close()

        assert waiting.result() is Fault.FAILED


def test_no_fault_puts_texts_or_the_key_into_the_log(
    start: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    body = '{"error": {"message": "customer-words sk-very-secret"}}'
    for behaviour in (status(500, body), status(400, body), cuts, sends("data: {customer-words")):
        _, model = start(behaviour)
        fault_of(model)

    assert "a model call is repeated" in caplog.text
    assert "customer-words" not in caplog.text
    assert "sk-very-secret" not in caplog.text + repr(Endpoint("u", "m", "sk-very-secret"))


def test_nothing_is_traced_even_where_the_environment_asks_for_it(
    start: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langsmith import utils

    read_environment = cast("Any", utils.get_env_var)
    server, model = start(GOOD)
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "none")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
    made: list[object] = []
    monkeypatch.setattr(
        "langchain_core.tracers.langchain.LangChainTracer.__init__",
        lambda self, *_, **__: made.append(self),
    )
    read_environment.cache_clear()
    try:
        model.write(PROMPT)
    finally:
        read_environment.cache_clear()

    assert made == []
