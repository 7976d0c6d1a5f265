"""Batches of questions: what is read, and how faults are named."""

from __future__ import annotations

from datetime import date

import pytest

from api.cli.batch import BadBatchError, parse_batch, parse_question


def test_lines_become_questions_in_order() -> None:
    content = (
        b'{"id": "a", "turns": ["first", " second "], "as_of": "2026-02-10", "gold": ["x"]}\n'
        b'{"id": 7, "turns": ["only"]}\n'
    )

    first, second = parse_batch(content)

    assert (first.id, first.turns, first.as_of) == ("a", ["first", "second"], date(2026, 2, 10))
    assert (second.id, second.turns, second.as_of) == (7, ["only"], None)


def test_a_byte_order_mark_and_empty_lines_are_passed_over() -> None:
    lines = parse_batch(b'\xef\xbb\xbf\r\n{"id": "a", "turns": ["q"]}\r\n\r\n')

    assert [line.id for line in lines] == ["a"]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b'{"turns": ["q"]}', "id"),
        (b'{"id": "a"}', "turns"),
        (b'{"id": "a", "turns": []}', "turns"),
        (b'{"id": "a", "turns": "q"}', "turns"),
        (b'{"id": "a", "turns": ["q", "  "]}', "turns.1"),
        (b'{"id": "a", "turns": ["q", 3]}', "turns.1"),
        (b'{"id": "a", "turns": ["' + b"x" * 4001 + b'"]}', "turns.0"),
        (b'{"id": "a", "turns": ["q"], "as_of": "10/02/2026"}', "as_of"),
        (b'{"id": "a", "turns": ["\\ud800"]}', "Invalid JSON"),
        (b'{"id": "a", "turns": ["\xff"]}', "Invalid JSON"),
        (b"not json", "Invalid JSON"),
        (b"[]", "object"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_field(line: bytes, named: str) -> None:
    good = b'{"id": "a", "turns": ["q"]}\n'

    with pytest.raises(BadBatchError, match=r"^line 3: ") as caught:
        parse_batch(good + b"\n" + line + b"\n" + good)

    assert named in str(caught.value)


def test_a_single_question_is_stripped() -> None:
    assert parse_question("  how long? ").turns == ["how long?"]


@pytest.mark.parametrize("question", ["", "   ", "x" * 4001, "\udcff"])
def test_a_single_question_follows_the_same_rules(question: str) -> None:
    with pytest.raises(BadBatchError, match="the question"):
        parse_question(question)
