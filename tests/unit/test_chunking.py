"""Documents are cut into passages that fit, keep their headings and lose nothing."""

from __future__ import annotations

import re
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunking import chunk
from ingest.document import LoadedDocument, QuestionAnswer
from knowledge_base.models import Article, ArticleId, Passage, PassageDraft, PassageId

TITLE = "Savings account"


def _count(text: str) -> int:
    return len(text.split())


def _cut(
    markdown: str = "",
    *,
    pairs: tuple[tuple[str, str], ...] = (),
    title: str = TITLE,
    max_tokens: int = 60,
) -> tuple[PassageDraft, ...]:
    answers = tuple(QuestionAnswer(question, answer) for question, answer in pairs)
    document = LoadedDocument(markdown, pairs=answers)
    return chunk(document, title=title, count_tokens=_count, max_tokens=max_tokens)


def _embedded(draft: PassageDraft, title: str = TITLE) -> str:
    article = Article(ArticleId("a"), title)
    passage = Passage(PassageId(1), article, 0, draft.text, draft.section, draft.question)
    return passage.index_text


def _words(number: int, stem: str = "word") -> str:
    return " ".join(f"{stem}{index}" for index in range(number))


def test_short_document_is_one_passage_without_its_title() -> None:
    assert _cut("# Savings Account\n\nOpen it online.") == (PassageDraft("Open it online."),)


def test_title_repeated_as_first_paragraph_is_dropped() -> None:
    assert _cut("Savings account\n\nOpen it online.") == (PassageDraft("Open it online."),)


def test_section_holds_the_headings_above_outermost_first() -> None:
    (draft,) = _cut("# Guide\n## Fees\n### Monthly\nTwo pounds.")

    assert draft == PassageDraft("Two pounds.", ("Guide", "Fees", "Monthly"))


def test_small_neighbours_share_a_passage_with_their_headings_as_lines() -> None:
    (draft,) = _cut("## Fees\nNone.\n\n## Limits\n- Ten a day\n")

    assert draft == PassageDraft("Fees\nNone.\n\nLimits\n- Ten a day")


def test_sections_under_one_heading_join_before_others() -> None:
    drafts = _cut(
        f"## A\n{_words(20)}\n## B\n### C\n{_words(8)}\n### D\n{_words(8)}", max_tokens=50
    )

    assert [draft.section for draft in drafts] == [("A",), ("B",)]
    assert drafts[1].text == f"C\n{_words(8)}\n\nD\n{_words(8)}"


def test_two_fair_sized_sections_stay_apart() -> None:
    drafts = _cut(f"## A\n{_words(17)}\n## B\n{_words(17)}")

    assert [draft.section for draft in drafts] == [("A",), ("B",)]


def test_list_stays_whole_and_with_its_introduction() -> None:
    markdown = f"{_words(30)}\n\nYou need:\n\n- a passport\n- a letter"

    drafts = _cut(markdown, max_tokens=36)

    assert drafts[-1].text == "You need:\n- a passport\n- a letter"


def test_long_list_is_cut_between_items_and_repeats_its_introduction() -> None:
    items = [f"- item{index} {_words(6)}" for index in range(8)]

    drafts = _cut("You need:\n\n" + "\n".join(items), max_tokens=40)

    assert len(drafts) > 1
    assert all(draft.text.startswith("You need:\n- item") for draft in drafts)
    assert [line for draft in drafts for line in draft.text.splitlines()[1:]] == items


def test_long_introduction_is_said_once() -> None:
    intro = f"{_words(20, 'intro')}:"

    drafts = _cut(f"{intro}\n\n" + "\n".join(f"- {_words(9)}" for _ in range(6)), max_tokens=40)

    assert sum(draft.text.count("intro0") for draft in drafts) == 1


def test_long_table_is_cut_between_rows_and_repeats_its_header() -> None:
    rows = [f"| row{index} | {_words(5)} |" for index in range(9)]

    drafts = _cut("\n".join(["| Plan | Terms |", "|---|---|", *rows]), max_tokens=50)

    assert len(drafts) > 1
    assert all(draft.text.startswith("| Plan | Terms |\n|-|-|\n") for draft in drafts)
    assert [line for draft in drafts for line in draft.text.splitlines()[2:]] == rows


def test_row_too_long_for_a_table_becomes_named_lines() -> None:
    drafts = _cut(f"| Plan | Terms |\n|---|---|\n| Basic | {_words(80)} |", max_tokens=40)

    text = "\n".join(draft.text for draft in drafts)
    assert text.startswith("Plan: Basic\nTerms: word0 ")
    assert "|" not in text


def test_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence {index} has these few words." for index in range(20)]

    drafts = _cut(" ".join(sentences), max_tokens=40)

    assert len(drafts) > 1
    assert all(draft.text.endswith("words.") for draft in drafts)
    assert " ".join(draft.text for draft in drafts) == " ".join(sentences)


def test_endless_word_is_cut_although_it_is_one_token() -> None:
    drafts = _cut("x" * 5000, max_tokens=40)

    assert sum(draft.text.count("x") for draft in drafts) == 5000
    assert max(len(draft.text) for draft in drafts) < 1000


def test_question_heading_has_a_passage_of_its_own() -> None:
    drafts = _cut("## Fees\nNone.\n## How do I pay?\nBy card.\n## Limits\nTen.")

    assert drafts == (
        PassageDraft("None.", ("Fees",)),
        PassageDraft("By card.", (), "How do I pay?"),
        PassageDraft("Ten.", ("Limits",)),
    )


def test_question_stands_under_the_headings_above_it_only() -> None:
    drafts = _cut("# Cards\n## Fees\nNone.\n## How do I pay?\nBy card.")

    assert drafts[-1] == PassageDraft("By card.", ("Cards",), "How do I pay?")


def test_each_part_of_a_long_answer_keeps_the_question() -> None:
    drafts = _cut("## How do I pay?\n" + "It takes a few steps more. " * 20, max_tokens=40)

    assert len(drafts) > 1
    assert {draft.question for draft in drafts} == {"How do I pay?"}


def test_headings_inside_an_answer_are_lines_of_it() -> None:
    (draft,) = _cut("## How do I pay?\nIn two ways.\n### Cards\nAny.\n### Cash\nExact.")

    assert draft.text == "In two ways.\n\nCards\nAny.\n\nCash\nExact."


def test_question_title_is_the_question_of_a_single_passage() -> None:
    (draft,) = _cut("# Why was I charged?\nFor paper.", title="Why was I charged?")

    assert draft == PassageDraft("For paper.", (), "Why was I charged?")


def test_pair_is_a_passage_with_its_answer_letter_by_letter() -> None:
    answer = "**Yes.**\nWrite to:\n  help@example.com"

    assert _cut(pairs=(("Can I?", answer),)) == (PassageDraft(answer, (), "Can I?"),)


def test_pairs_follow_the_body_and_never_join() -> None:
    drafts = _cut("Text.", pairs=(("Can I?", "Yes."), ("May I?", "No.")))

    assert [draft.question for draft in drafts] == [None, "Can I?", "May I?"]


def test_pair_without_an_answer_gives_nothing() -> None:
    assert _cut(pairs=(("Can I?", "  "),)) == ()


def test_question_too_long_to_lead_becomes_text() -> None:
    drafts = _cut(pairs=((_words(50, "asked"), _words(30)),), max_tokens=40)

    assert all(draft.question is None and _count(_embedded(draft)) <= 40 for draft in drafts)
    assert "asked49" in " ".join(draft.text for draft in drafts)


def test_heading_too_long_to_lead_becomes_text() -> None:
    (draft,) = _cut(f"## {_words(40)}\nText.")

    assert draft.section == ()
    assert draft.text.startswith("word0 ")


def test_heading_with_nothing_under_it_is_kept_as_text() -> None:
    (draft,) = _cut("## Fees\nNone.\n## Coming soon")

    assert draft.text == "Fees\nNone.\n\nComing soon"


def test_heading_before_a_question_of_its_level_is_kept_as_text() -> None:
    drafts = _cut("## Coming soon\n## How do I pay?\nBy card.")

    assert [draft.text for draft in drafts] == ["Coming soon", "By card."]


def test_empty_document_has_no_passages() -> None:
    assert _cut("# Savings account\n\n<!-- nothing yet -->") == ()


_LENGTHS = st.integers(1, 70)
_BLOCKS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["#", "##", "###", "####"]), st.integers(1, 6)),
        st.tuples(st.sampled_from(["p", "intro", "item", "quote", "bold?"]), _LENGTHS),
        st.tuples(st.just("table"), st.integers(1, 12)),
    ),
    max_size=14,
)


def _markdown(blocks: list[tuple[str, int]]) -> str:
    """Write blocks of the given sizes in words that are all different."""
    fresh = (f"w{index}" for index in count())

    def words(number: int) -> str:
        text = [next(fresh) + ("." if at % 9 == 8 else "") for at in range(number)]
        return " ".join(word.capitalize() for word in text)

    parts = []
    for kind, size in blocks:
        match kind:
            case "p":
                parts.append(words(size))
            case "intro":
                parts.append(f"{words(size)}:")
            case "item":
                parts.append("\n".join(f"- {words(size)}" for _ in range(4)))
            case "quote":
                parts.append(f"> {words(size)}")
            case "bold?":
                parts.append(f"**{words(size)}?** {words(3)}")
            case "table":
                rows = "\n".join(f"| {words(2)} | {words(size)} |" for _ in range(size))
                parts.append(f"| {words(1)} | {words(2)} |\n|---|---|\n{rows}")
            case _:
                parts.append(f"{kind} {words(size)}")
    return "\n\n".join(parts)


@settings(max_examples=150, deadline=None)
@given(_BLOCKS, st.integers(16, 120))
def test_every_word_is_in_a_passage_and_no_passage_is_too_long(
    blocks: list[tuple[str, int]], max_tokens: int
) -> None:
    markdown = _markdown(blocks)

    drafts = _cut(markdown, max_tokens=max_tokens)

    embedded = [_embedded(draft) for draft in drafts]
    kept = set(re.findall(r"W\d+", " ".join(embedded)))
    assert kept == set(re.findall(r"W\d+", markdown))
    assert all(_count(text) <= max_tokens for text in embedded)
    assert all(draft.text.strip() for draft in drafts)
    assert drafts == _cut(markdown, max_tokens=max_tokens)
