"""Questions and their answers are recognised by wording and layout."""

from __future__ import annotations

import pytest

from ingest.blocks import BOLD_LINE_LEVEL, Block, Heading, ListBlock, Paragraph, parse_blocks
from ingest.pairs import Answered, find_questions, is_question


@pytest.mark.parametrize(
    "text",
    [
        "What about my excess?",
        "Delivery?",
        "3. How do I pay?",
        "How to return an item",
        "What happens if I am late",
        "Can I change my address",
        "Which cards do you take",
        "How long does it take",
        "¿Cómo puedo pagar?",
        "¿Tarda mucho",
        "Cómo devolver un pedido",
        "Comment retourner un article",
        "Est-ce que je peux annuler",
        "Wie kann ich kündigen",
        "Was passiert bei Verspätung",
        "Como devolver um pedido",
        "Quanto tempo demora a entrega",
        "返品できますか\uff1f",
    ],
)
def test_question_is_recognised(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Fees",
        "How it works",
        "How to apply",
        "What you earn",
        "What you are charged",
        "Who this account serves",
        "When interest is credited",
        "What to bring:",
        "Can of paint in white",
        "Comment policy for our pages",
        "Was our service good enough.",
        "Why " * 50 + "?",
    ],
)
def test_statement_or_label_is_no_question(text: str) -> None:
    assert not is_question(text)


def _found(markdown: str) -> list[Block | Answered]:
    return list(find_questions(parse_blocks(markdown)))


def test_question_heading_takes_what_follows_up_to_a_heading_of_its_level() -> None:
    found = _found("## How do I pay?\nBy card.\n### Cards\n- Visa\n## Fees\nNone.")

    assert found == [
        Answered(
            "How do I pay?", 2, (Paragraph("By card."), Heading(3, "Cards"), ListBlock(("- Visa",)))
        ),
        Heading(2, "Fees"),
        Paragraph("None."),
    ]


def test_number_before_a_question_is_dropped() -> None:
    (found,) = _found("## 4. How do I pay?\nBy card.")

    assert isinstance(found, Answered)
    assert found.question == "How do I pay?"


def test_question_that_leads_only_to_questions_is_a_heading() -> None:
    found = _found("## Have you any questions?\n### How do I pay?\nBy card.")

    assert found == [
        Heading(2, "Have you any questions?"),
        Answered("How do I pay?", 3, (Paragraph("By card."),)),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "**How long does it take?** Three days.",
        "**How long does it take?**\n\nThree days.",
        "Q: How long does it take?\nA: Three days.",
        "Q: How long does it take?\n\nA: Three days.",
        "Q: How long does it take? A: Three days.",
        "**Q:** How long does it take?\n\n**A:** Three days.",
        "**Q1: How long does it take?**\nA1: Three days.",
        "Frage: How long does it take?\n\nAntwort: Three days.",
        "| Question | Answer |\n|-|-|\n| How long does it take? | Three days. |",
    ],
)
def test_layout_marks_question_and_answer(markdown: str) -> None:
    expected = Answered("How long does it take?", BOLD_LINE_LEVEL, (Paragraph("Three days."),))

    assert _found(markdown) == [expected]


def test_several_labelled_pairs_in_one_paragraph_come_apart() -> None:
    found = _found("Q: One?\nA: First.\nQ: Two?\nA: Second.")

    assert [block.question for block in found if isinstance(block, Answered)] == ["One?", "Two?"]


def test_labelled_question_need_not_be_worded_as_one() -> None:
    (found,) = _found("Q: Delivery times\n\nA: Three days.")

    assert isinstance(found, Answered)
    assert found.question == "Delivery times"


@pytest.mark.parametrize(
    "markdown",
    [
        "A: the first option",
        "Q: a label without an answer",
        "**Note well:** three days.",
        "| Plan | Answer |\n|-|-|\n| Basic | Yes |",
        "| Question | Answer | Team |\n|-|-|-|\n| Why? | So. | A |",
    ],
)
def test_other_blocks_stay_as_they_are(markdown: str) -> None:
    assert find_questions(parse_blocks(markdown)) == parse_blocks(markdown)


def test_text_after_a_question_table_is_not_part_of_the_last_answer() -> None:
    found = _found("| Question | Answer |\n|-|-|\n| Why? | So. |\n\nOther text.")

    assert found[-1] == Paragraph("Other text.")
