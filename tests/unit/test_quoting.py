from dataclasses import replace
from itertools import product

from assist.domain.grounding import unsupported_units
from assist.domain.quoting import PASSAGE_WORDS, REPLY_WORDS, Quote, quote_passage, select_quotes
from knowledge_base.models import Article, ArticleId, Passage, PassageId, RankedPassage
from tests.fakes import matches_of

FILLER = "Our team is glad to help with anything else that you would like to know about us."


def ranked(
    text: str,
    question: str = "",
    *,
    article: str = "prices",
    number: int = 1,
    score: float = 0.6,
    verbatim: bool = False,
) -> RankedPassage:
    source = Article(ArticleId(article), title=article.title(), verbatim=verbatim)
    passage = Passage(PassageId(number), source, 0, text)
    return RankedPassage(passage, score, score, score, matches_of(question, passage))


def replace_title(source: RankedPassage, title: str) -> RankedPassage:
    article = replace(source.passage.article, title=title)
    return replace(source, passage=replace(source.passage, article=article))


def quoted(question: str, text: str) -> Quote:
    return quote_passage(question, ranked(text, question))


def test_a_short_passage_is_quoted_whole() -> None:
    text = "Delivery takes two days.\n\nIt costs $5."
    assert quoted("how long is delivery", text).text == text


def test_of_a_long_passage_only_what_answers_is_quoted() -> None:
    text = " ".join([FILLER] * 8 + ["The late fee is $15 a month."] + [FILLER] * 8)
    quote = quoted("how much is the late fee", text)
    assert "The late fee is $15 a month." in quote.text
    assert quote.words <= PASSAGE_WORDS


def test_the_row_that_was_asked_for_is_quoted_with_the_head() -> None:
    table = "| Plan | Price |\n|-|-|\n| Cove | $25 |\n| Bay | $40 |\n| Ocean | $60 |"
    text = quoted("what does Bay cost", table).text
    assert "| Plan | Price |" in text
    assert "| Bay | $40 |" in text
    assert "$25" not in text
    assert "$60" not in text


def test_a_table_in_which_no_row_stands_out_is_quoted_whole() -> None:
    table = "| Plan | Price |\n|-|-|\n| Cove | $25 |\n| Bay | $40 |\n| Ocean | $60 |"
    text = quoted("what do you charge", table).text
    assert all(price in text for price in ("$25", "$40", "$60"))


def test_a_heading_comes_along_with_its_text() -> None:
    text = "\n".join([FILLER] * 8) + "\n\nRoaming\nRoaming in Canada costs $5 a day."
    assert "Roaming\nRoaming in Canada" in quoted("roaming in canada price", text).text


def test_a_list_comes_along_with_the_sentence_that_introduces_it() -> None:
    steps = "\n".join(f"- Step {number} of the change." for number in range(1, 6))
    text = "\n".join([FILLER] * 8) + "\n\nTo change your address:\n" + steps
    quote = quoted("change address", text)
    assert "To change your address:" in quote.text
    assert "- Step 5" in quote.text


def test_left_out_text_is_marked_in_the_evidence() -> None:
    text = " ".join(["The fee is $5 for parcels.", *[FILLER] * 10, "The fee is $9 for pallets."])
    quote = quoted("fee for parcels or pallets", text)
    assert quote.evidence == "The fee is $5 for parcels. [...] The fee is $9 for pallets."


def test_a_verbatim_article_is_quoted_word_for_word_however_long() -> None:
    text = " ".join([FILLER] * 20)
    source = ranked(text, verbatim=True)
    assert quote_passage("help", source).text == text


def test_a_passage_of_another_article_joins_only_when_it_fits_nearly_as_well() -> None:
    question = "fee"
    first = ranked("The fee is $5.", "fee", article="one", score=0.6)
    near = ranked("Paying later costs a fee of $7.", "fee", article="two", number=2, score=0.58)
    far = ranked("No fee applies in March here.", "fee", article="three", number=3, score=0.4)
    quotes = select_quotes(question, [first, near, far], limit=3)
    assert [quote.ranked.passage.article.id for quote in quotes] == ["one", "two"]


def test_a_siblings_page_is_a_source_beside_the_reply() -> None:
    question = "gold saver fee"
    first = replace_title(ranked("The fee is $5.", question, article="one"), "Gold Saver: fees")
    sibling = ranked(
        "Accounts of this kind cost $9 monthly.", question, article="two", number=2, score=0.59
    )
    sibling = replace_title(sibling, "Silver Saver: fees")
    quotes = select_quotes(question, [first, sibling], limit=3)
    assert [(quote.ranked.passage.id, quote.in_reply) for quote in quotes] == [
        (1, True),
        (2, False),
    ]


def test_a_far_passage_of_the_same_article_is_left_out() -> None:
    first = ranked("The fee is $5.", "fee", score=0.6)
    near = ranked("Late payers owe a fee of $7 more.", "fee", number=2, score=0.45)
    far = ranked("Nobody pays any fee in leap years.", "fee", number=3, score=0.3)
    quotes = select_quotes("fee", [first, near, far], limit=3)
    assert [quote.ranked.passage.id for quote in quotes] == [1, 2]


def test_a_reply_stays_within_its_length() -> None:
    words = ["".join(letters) for letters in product("bcdfg", "aeiou", "klmnp", "rstvz")]
    passages = [
        ranked("fee " + " ".join(words[90 * number : 90 * number + 90]), "fee", number=number)
        for number in range(3)
    ]
    quotes = select_quotes("fee", passages, limit=3)
    assert sum(quote.words for quote in quotes if quote.in_reply) <= REPLY_WORDS
    assert len(quotes) == 3


def test_what_repeats_the_reply_is_left_out() -> None:
    first = ranked("The fee is $5 a month.", "fee", article="one")
    again = replace(ranked("The fee is $5 a month.", "fee", article="two"), score=0.59)
    assert len(select_quotes("fee", [first, again], limit=3)) == 1


def test_a_quote_is_grounded_in_its_passage() -> None:
    text = "\n".join([FILLER] * 10) + "\n\n| Plan | Price |\n|-|-|\n| Bay | $40 |"
    source = ranked(text, "price of bay")
    quote = quote_passage("price of bay", source)
    assert unsupported_units(quote.text, [source.passage]) == []


def test_a_changed_figure_is_not_grounded() -> None:
    source = ranked("The fee is $5. It is billed monthly.")
    assert unsupported_units("The fee is $6. It is billed monthly.", [source.passage]) == [
        "The fee is $6."
    ]
