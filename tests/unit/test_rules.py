from __future__ import annotations

import pytest
from pydantic import ValidationError

from assist.domain.client import ClientProfile
from assist.domain.general_rules import general_rules, general_rules_without
from assist.domain.mood import Mood
from assist.domain.rules import HandoffRule, find_rule
from assist.domain.situation import NOTHING_KNOWN, Situation
from knowledge_base.models import ArticleId


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


ANY_QUESTION = "How long does delivery take?"


def applies(situation: Situation = NOTHING_KNOWN, topic: str = "", **conditions: object) -> bool:
    rule = HandoffRule.model_validate({"name": "rule", **conditions})
    found = find_rule(ANY_QUESTION, [rule], situation, ArticleId(topic) if topic else None)
    return found is not None


@pytest.mark.parametrize(
    ("attributes", "is_verified", "holds"),
    [
        ({"vip": True}, True, True),
        ({"vip": True, "plan": "gold"}, True, True),
        ({"vip": True}, False, False),
        ({"vip": False}, True, False),
        ({"vip": 1}, True, False),
        ({"vip": "true"}, True, False),
        ({}, True, False),
    ],
)
def test_only_attributes_that_the_client_vouches_for_hand_over(
    attributes: dict[str, str | int | bool], is_verified: bool, holds: bool
) -> None:
    situation = Situation(attributes=attributes, is_verified=is_verified)
    assert applies(situation, attribute={"vip": True}) is holds


@pytest.mark.parametrize(("failures", "holds"), [(1, False), (2, True), (3, True)])
def test_failures_hand_over_from_the_number_stated(failures: int, holds: bool) -> None:
    assert applies(Situation(failures=failures), failures=2) is holds


@pytest.mark.parametrize(
    ("mood", "stated", "holds"),
    [
        (Mood.NEUTRAL, "unhappy", False),
        (Mood.UNHAPPY, "unhappy", True),
        (Mood.ANGRY, "unhappy", True),
        (Mood.UNHAPPY, "angry", False),
    ],
)
def test_a_mood_hands_over_from_the_one_stated(mood: Mood, stated: str, holds: bool) -> None:
    assert applies(Situation(mood=mood), mood=stated) is holds


@pytest.mark.parametrize(
    ("topic", "holds"),
    [("delivery-today", True), ("returns", True), ("returns-abroad", False), ("", False)],
)
def test_a_topic_is_an_article_or_all_whose_ids_begin_so(topic: str, holds: bool) -> None:
    assert applies(topic=topic, topics=["delivery-*", "returns"]) is holds


def test_all_conditions_that_a_rule_states_must_hold() -> None:
    situation = Situation(Mood.ANGRY, 0, {"vip": True}, is_verified=True)
    assert applies(situation, any_of=["delivery"], mood="angry", attribute={"vip": True})
    assert not applies(situation, any_of=["refund"], mood="angry")
    assert not applies(situation, any_of=["delivery"], failures=1)
    assert not applies(situation, mood="angry", unless=["delivery"])


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        ({}, "it needs one of any_of, attribute, failures, mood, topics"),
        ({"unless": ["fire"]}, "it needs one of"),
        ({"failures": 0}, "failures:"),
        ({"failures": "often"}, "failures:"),
        ({"mood": "neutral"}, "mood:"),
        ({"mood": "angry", "priority": "asap"}, "priority:"),
        ({"topics": ["*"]}, "topics: '*' is no article's id"),
        ({"topics": ["a*b"]}, "topics: 'a*b'"),
        ({"attribute": {"vip": None}}, "attribute.vip"),
        ({"any_of": ["fire ..."]}, "any_of: phrase 'fire ...'"),
        ({"any_off": ["fire"]}, "any_off:"),
    ],
)
def test_a_fault_names_the_rule_and_the_field(stated: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError) as failure:
        HandoffRule.model_validate({"name": "gold-club", **stated})
    assert "rule 'gold-club': " in str(failure.value)
    assert named in str(failure.value)


def test_a_general_rule_can_be_switched_off_by_its_name() -> None:
    profile = ClientProfile(name="Acme", general_rules_off=("unhappy_customer",))
    kept = general_rules_without(frozenset(profile.general_rules_off))
    dropped = {rule.name for rule in general_rules()} - {rule.name for rule in kept}
    assert dropped == {"unhappy_customer"}


def test_switching_off_a_rule_that_is_none_lists_those_there_are() -> None:
    with pytest.raises(ValidationError, match="'unhappy'; there are safety, fraud"):
        ClientProfile(name="Acme", general_rules_off=("unhappy",))
