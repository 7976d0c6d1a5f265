from __future__ import annotations

import pytest

from assist.domain.mood import Mood, read_mood
from tests.unit.mood_sentences import KNOWN, UNSEEN


@pytest.mark.parametrize(("message", "mood"), [*KNOWN, *UNSEEN])
def test_a_mood_is_heard_as_a_reader_hears_it(message: str, mood: str) -> None:
    assert read_mood([message]).mood == mood


def test_a_mood_comes_with_the_words_that_speak_for_it() -> None:
    reading = read_mood(["I'm STILL WAITING, this is SO annoying!!!"])
    assert reading.mood is Mood.UNHAPPY
    assert reading.signals == ("still waiting", "annoying", "!!!")


def test_the_same_unhappiness_again_and_again_becomes_anger() -> None:
    said = ["I'm still waiting", "nobody called me back", "it's annoying, still no news"]
    assert [read_mood(said[:end]).mood for end in (1, 2, 3)] == ["unhappy", "unhappy", "angry"]
    assert read_mood(said).signals[-1] == "unhappy 3 times"


def test_a_customer_who_has_calmed_down_is_not_held_to_it() -> None:
    assert read_mood(["I am furious!!!", "ok, how long will it take?"]).mood is Mood.NEUTRAL


@pytest.mark.parametrize("nothing", [[], [""], ["?"]])
def test_nothing_said_is_no_mood(nothing: list[str]) -> None:
    assert read_mood(nothing).mood is Mood.NEUTRAL


@pytest.mark.timeout(20)
@pytest.mark.parametrize("word", ["still ", "not ", "my ", "A", "! ", "you are so "])
def test_a_message_of_20000_characters_ends_the_search(word: str) -> None:
    read_mood([(word * 20_000)[:20_000]])
