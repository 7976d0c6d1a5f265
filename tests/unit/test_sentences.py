from assist.domain.sentences import UnitKind, split_units


def texts(text: str) -> list[str]:
    return [unit.text for unit in split_units(text)]


def kinds(text: str) -> list[UnitKind]:
    return [unit.kind for unit in split_units(text)]


def test_sentences_of_a_paragraph_are_units() -> None:
    assert texts("It costs $25.00. You can cancel at any time! Why wait?") == [
        "It costs $25.00.",
        "You can cancel at any time!",
        "Why wait?",
    ]


def test_an_abbreviation_or_decimal_ends_no_sentence() -> None:
    text = "Fees, e.g. The $1.5 charge at St. Mary's, apply. They are billed monthly."
    assert texts(text) == [
        "Fees, e.g. The $1.5 charge at St. Mary's, apply.",
        "They are billed monthly.",
    ]


def test_a_short_line_above_text_is_a_heading() -> None:
    assert kinds("Monthly fee\nThe fee is $5.") == [UnitKind.HEADING, UnitKind.SENTENCE]


def test_a_short_line_alone_is_no_heading() -> None:
    assert kinds("Unlimited") == [UnitKind.SENTENCE]


def test_list_items_stay_whole_and_in_one_block() -> None:
    units = split_units("- Bring your card. It must be valid.\n  Keep it.\n- Sign here.")
    assert [unit.text for unit in units] == [
        "- Bring your card. It must be valid.",
        "  Keep it.",
        "- Sign here.",
    ]
    assert {unit.kind for unit in units} == {UnitKind.ITEM}
    assert len({unit.block for unit in units}) == 1


def test_a_table_is_a_head_and_rows_without_its_rule() -> None:
    text = "| Plan | Price |\n|-|-|\n| Bay | $40 |\n| Cove | $25 |"
    assert kinds(text) == [UnitKind.TABLE_HEAD, UnitKind.ROW, UnitKind.ROW]


def test_a_negative_amount_in_a_cell_is_no_rule() -> None:
    assert len(split_units("| A |\n|-|\n| -5 |")) == 2


def test_nothing_gives_no_units() -> None:
    assert split_units(" \n\n") == ()
