from __future__ import annotations

import pytest
from pydantic import ValidationError

from assist.domain.rules import HandoffRule, find_rule


def matches(phrase: str, message: str) -> bool:
    return find_rule(message, [HandoffRule(name="rule", any_of=(phrase,))]) is not None


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("burning smell", "There is a BURNING smell here"),
        ("burning smell", "burning... smell"),
        ("burning smell", "burning,\nsmell"),
        ("burning smell", "a burning-smell"),
        ("burning-smell", "a burning smell"),
        ("can't breathe", "I can\u2019t breathe"),
        ("can't breathe", "i cant breathe"),
        ("can\u2019t breathe", "I can't breathe"),
        ("creme brulee", "two Crème Brûlées? no, one crème brûlée"),
        ("crème brûlée", "creme brulee"),
        ("straße", "Welche STRASSE?"),
        ("suicid*", "he feels suicidal"),
        ("suicid*", "suicid"),
        ("mother|father died", "my father died"),
        ("look-up|check my order", "please look up my order"),
        ("look-up|check my order", "check my order"),
        ("cancel [all] my order", "cancel my order"),
        ("cancel [all|both-of] my orders", "cancel both of my orders"),
        ("change ... number", "change number"),
        ("change ... number", "change the mobile, that you number"),
        ("^ cancel it", "Cancel it"),
        ("^ cancel it", "I changed my mind: cancel it"),
        ("my balance $", "What's my balance?"),
        ("$25 fee", "a 25 fee"),
    ],
)
def test_a_phrase_matches_what_its_grammar_says(phrase: str, message: str) -> None:
    assert matches(phrase, message)


@pytest.mark.parametrize(
    ("phrase", "message"),
    [
        ("fire", "fireplace"),
        ("fire", "campfire"),
        ("ill", "I'll come"),
        ("fire smoke", "fire and smoke"),
        ("suicid*", "a parasuicid"),
        ("mother|father died", "my brother died"),
        ("change ... number", "change one two three four five number"),
        ("change ... number", "I want a change. My number is 5"),
        ("^ cancel it", "how do I cancel it"),
        ("my balance $", "my balance transfer"),
        ("cancel [all] my order", "cancel some of my order"),
        ("anything", ""),
        ("anything", "?!"),
    ],
)
def test_a_phrase_passes_over_what_its_grammar_leaves_out(phrase: str, message: str) -> None:
    assert not matches(phrase, message)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "   ",
        "...",
        "^ $",
        "... fire",
        "fire ...",
        "[fire]",
        "[a] ... b",
        "a||b",
        "*",
        "fi*re",
        "a [b",
        "a ... b ... c ... d",
    ],
)
def test_a_phrase_that_cannot_be_read_is_named_when_the_rule_is_made(phrase: str) -> None:
    with pytest.raises(ValidationError) as failure:
        HandoffRule(name="broken", any_of=("fire", phrase))
    assert f"phrase {phrase!r}" in str(failure.value)


def test_an_exempting_phrase_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="'smoke \\.\\.\\.'"):
        HandoffRule(name="broken", any_of=("fire",), unless=("smoke ...",))


def test_the_first_rule_that_applies_wins() -> None:
    first = HandoffRule(name="first", any_of=("smoke",))
    second = HandoffRule(name="second", any_of=("smoke", "fire"))
    assert find_rule("smoke and fire", [first, second]) == first
    assert find_rule("fire", [first, second]) == second
    assert find_rule("water", [first, second]) is None


def test_an_exempting_phrase_lets_a_later_rule_apply() -> None:
    first = HandoffRule(name="first", any_of=("smoke",), unless=("smoke free",))
    second = HandoffRule(name="second", any_of=("room",))
    assert find_rule("a smoke-free room", [first, second]) == second
    assert find_rule("a room full of smoke", [first, second]) == first


@pytest.mark.timeout(30)
@pytest.mark.parametrize("word", ["a", "a ", "a, ", "b ", "a b ", "a.", "'", "é"])
def test_a_message_of_20000_characters_that_nearly_matches_ends_the_search(word: str) -> None:
    rule = HandoffRule(name="gaps", any_of=("a|b ... [a|b] a* [a|b] ... [a] [b] [a|b] a* [a] end",))
    message = (word * 20_000)[:20_000]
    assert find_rule(message, [rule]) is None
