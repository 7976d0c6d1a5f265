import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.loaders import load_file
from ingest.loaders.cell_text import number_text
from ingest.sources import Limits
from tests.unit.hostile_files import workbook, write


def csv(path: Path, text: str, limits: Limits | None = None) -> LoadedDocument:
    return load_file(write(path / "rows.csv", text), limits or Limits())


def excel(path: Path, **sheets: list[list[Any]]) -> LoadedDocument:
    return load_file(workbook(path / "book.xlsx", sheets), Limits())


class TestCsv:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("question,answer\nHow long?,2 days\n", "rows.csv"),
            ("Frage;Antwort\nHow long?;2 days\n", "rows.csv"),
            ("ANSWER\tQ\n2 days\tHow long?\n", "rows.tsv"),
            ("sep,Customer question:,Approved answer\n,How long?,2 days\n", "rows.csv"),
            ("How long?,2 days\n", "rows.csv"),
        ],
    )
    def test_columns_of_questions_and_answers_become_pairs(
        self, tmp_path: Path, text: str, name: str
    ) -> None:
        document = load_file(write(tmp_path / name, text), Limits())

        assert [(pair.question, pair.answer) for pair in document.pairs] == [
            ("How long?", "2 days")
        ]
        assert document.markdown == ""

    def test_columns_named_like_fields_become_metadata_of_the_row(self, tmp_path: Path) -> None:
        document = csv(
            tmp_path,
            "ID,Question,Answer,Effective From,audience,notes\n"
            'a1,How long?,"2 days,\nor three",2026-01-01,,secret\n',
        )

        assert document.pairs == (
            QuestionAnswer(
                "How long?",
                "2 days,\nor three",
                {"id": "a1", "effective_from": "2026-01-01"},
                "line 2",
            ),
        )

    def test_incomplete_and_empty_rows_are_left_out(self, tmp_path: Path) -> None:
        document = csv(tmp_path, "question,answer\nNo answer?,\n\n,No question\nGood?,Yes\n")

        assert [(pair.question, pair.place) for pair in document.pairs] == [("Good?", "line 5")]

    def test_questions_without_any_answer_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="no row with both"):
            csv(tmp_path, "question,answer\nWhy?,\n")

    def test_a_misspelt_field_among_the_columns_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="did you mean 'audience'") as caught:
            csv(tmp_path, "question,answer,Audeince\nWhy?,Because,internal\n")

        assert caught.value.place == "line 1"

    def test_any_other_file_is_a_table_without_its_empty_columns(self, tmp_path: Path) -> None:
        document = csv(tmp_path, "Size,,Price\nS|M,,*£5*\nL,,\n")

        assert (
            document.markdown == "| Size | Price |\n| --- | --- |\n| S\\|M | \\*£5\\* |\n| L |  |"
        )

    @pytest.mark.parametrize(
        ("text", "place", "reason"),
        [
            ('a,b\n1,"open\n2,3\n', "line 2", "quotation marks"),
            ("a,b\n1,2\0\n", "line 2", r"U\+0000"),
            ("a,b\n" + "x" * 200_000 + ",2\n", "line 2", "field larger"),
        ],
    )
    def test_a_broken_file_is_refused_by_line(
        self, tmp_path: Path, text: str, place: str, reason: str
    ) -> None:
        with pytest.raises(UnreadableFileError, match=reason) as caught:
            csv(tmp_path, text)

        assert caught.value.place == place

    def test_too_many_rows_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="more than 3 rows"):
            csv(tmp_path, "a,b\n" * 4, Limits(max_rows=3))


class TestExcel:
    def test_question_sheets_give_pairs_and_others_tables_under_their_names(
        self, tmp_path: Path
    ) -> None:
        document = excel(
            tmp_path,
            FAQ=[["Question", "Answer", "id"], ["How long?", "2 days", 17], [None, None, None]],
            Prices=[["Size", "Price"], ["S", 5]],
            Empty=[],
        )

        assert document.pairs == (
            QuestionAnswer("How long?", "2 days", {"id": "17"}, "sheet 'FAQ' row 2"),
        )
        assert document.markdown == "## Prices\n\n| Size | Price |\n| --- | --- |\n| S | 5 |"

    def test_a_sheet_that_the_program_named_has_no_heading(self, tmp_path: Path) -> None:
        assert excel(tmp_path, Sheet1=[["a", "b"], [1, 2]]).markdown.startswith("| a |")

    def test_titles_and_remarks_become_paragraphs_and_labels_headings(self, tmp_path: Path) -> None:
        document = excel(
            tmp_path,
            Prices=[
                ["Prices for 2026"],
                [],
                ["Item", "Size", "Price"],
                ["Sofas"],
                ["Larch", "2 seats", "£300"],
                ["Chairs"],
                ["Elm", "1 seat", "£90"],
                ["All prices include VAT."],
            ],
        )

        assert document.markdown.split("\n\n") == [
            "## Prices",
            "Prices for 2026",
            "### Sofas",
            "| Item | Size | Price |\n| --- | --- | --- |\n| Larch | 2 seats | £300 |",
            "### Chairs",
            "| Item | Size | Price |\n| --- | --- | --- |\n| Elm | 1 seat | £90 |",
            "All prices include VAT.",
        ]

    def test_what_is_hidden_stays_out(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        shown, cellar = book.worksheets[0], book.create_sheet("Cellar")
        for row in (["Item", "Cost", "Price"], ["Larch", "£50", "£99"], ["Draft", "£1", "£2"]):
            shown.append(row)
        shown.column_dimensions["B"].hidden = True
        shown.row_dimensions[3].hidden = True
        cellar.append(["secret", "margin"])
        cellar.sheet_state = "hidden"
        book.save(tmp_path / "book.xlsx")

        markdown = load_file(tmp_path / "book.xlsx", Limits()).markdown

        assert markdown == "| Item | Price |\n| --- | --- |\n| Larch | £99 |"

    def test_a_merged_block_speaks_for_every_row_that_it_covers(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        for row in (["Group", "Item"], ["Sofas", "Larch"], [None, "Elm"], ["Chairs", "Ash"]):
            book.worksheets[0].append(row)
        book.worksheets[0].merge_cells("A2:A3")
        book.save(tmp_path / "book.xlsx")

        markdown = load_file(tmp_path / "book.xlsx", Limits()).markdown

        assert "| Sofas | Larch |\n| Sofas | Elm |\n| Chairs | Ash |" in markdown

    def test_a_stray_cell_far_below_costs_nothing(self, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0].append(["a", "b"])
        book.worksheets[0]["A1048576"] = "c"
        book.save(tmp_path / "book.xlsx")

        markdown = load_file(tmp_path / "book.xlsx", Limits(max_rows=5)).markdown

        assert markdown == "| a | b |\n| --- | --- |\n| c |  |"

    def test_a_formula_that_was_never_calculated_is_refused_by_cell(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="without its result") as caught:
            excel(tmp_path, Prices=[["a", "b"], [1, "=A2*2"]])

        assert caught.value.place == "cell B2"

    def test_too_many_rows_are_refused_by_sheet(self, tmp_path: Path) -> None:
        path = workbook(tmp_path / "book.xlsx", {"Long": [["x", "y"]] * 4})

        with pytest.raises(UnreadableFileError, match="more than 3 rows") as caught:
            load_file(path, Limits(max_rows=3))
        assert caught.value.place == "sheet 'Long'"

    def test_dates_times_truth_values_and_errors_read_as_a_person_sees_them(
        self, tmp_path: Path
    ) -> None:
        document = excel(
            tmp_path,
            Sheet=[
                ["date", "moment", "time", "yes", "error"],
                [
                    dt.date(2026, 3, 1),
                    dt.datetime.fromisoformat("2026-03-01 09:05"),
                    dt.time(9, 5),
                    True,
                    "#N/A",
                ],
            ],
        )

        assert document.markdown.endswith("| 2026-03-01 | 2026-03-01 09:05 | 09:05 | yes |  |")


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (12, "General", "12"),
        (12.0, "General", "12"),
        (0.1 + 0.2, "General", "0.3"),
        (0.15, "0%", "15%"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234.5, '"£"#,##0.00', "£1,234.50"),
        (45, "[$£-809]#,##0", "£45"),
        (45.5, "#,##0.00 [$€-407]", "45.50 €"),
        (19, "$#,##0_);($#,##0)", "$19"),
        (-19, "$#,##0_);($#,##0)", "($19)"),
        (-5, "0.00", "-5.00"),
        (1.5, "0.0#", "1.5"),
        (1.0, "0.##", "1"),
        (7, "000", "007"),
        (3, '0 "days"', "3 days"),
        (0.5, "# ?/?", "0.5"),
        (1500000, "0.00E+00", "1500000"),
        (2.5, "[Red]0.0;[Blue]0.0", "2.5"),
        (5, "@", "5"),
    ],
)
def test_a_number_is_written_in_its_format(value: float, number_format: str, shown: str) -> None:
    assert number_text(value, number_format) == shown
