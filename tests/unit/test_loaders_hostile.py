import zipfile
from pathlib import Path

import pytest

from ingest.document import UnreadableFileError
from ingest.loaders import load_file
from ingest.sources import Limits
from tests.unit.hostile_files import (
    BILLION_LAUGHS,
    PNG,
    encrypted_office,
    fifo,
    pdf,
    sparse_file,
    truncated,
    word,
    workbook,
    write,
    zip_of,
)

WORD_PART = {"word/document.xml": b"<w/>"}


def refusal(path: Path, limits: Limits | None = None) -> UnreadableFileError:
    with pytest.raises(UnreadableFileError) as caught:
        load_file(path, limits or Limits())
    return caught.value


class TestNamesAndContent:
    @pytest.mark.parametrize("suffix", [".md", ".html", ".pdf", ".docx", ".xlsx", ".csv", ".txt"])
    def test_an_empty_file_is_called_empty(self, tmp_path: Path, suffix: str) -> None:
        assert refusal(write(tmp_path / f"a{suffix}", b"")).reason.startswith("is empty")

    @pytest.mark.parametrize("suffix", [".md", ".html", ".csv", ".txt"])
    def test_blank_text_is_called_empty(self, tmp_path: Path, suffix: str) -> None:
        assert refusal(write(tmp_path / f"a{suffix}", " \n\n")).reason.startswith("is empty")

    @pytest.mark.parametrize(
        ("suffix", "content", "found"),
        [
            (".pdf", PNG, "a PNG image"),
            (".pdf", b"Just some text.", "plain text"),
            (".pdf", bytes(100), "unknown data"),
            (".pdf", b"\n<!DOCTYPE html><p>Sign in", "a web page"),
            (".docx", b"%PDF-1.7", "a PDF document"),
            (".xlsx", b"a,b\n1,2", "plain text"),
            (".txt", b"%PDF-1.7", "a PDF document"),
            (".txt", b"\xef\xbb\xbf<html><p>x", "a web page"),
            (".md", b"\xff\xd8\xff\xe0", "a JPEG image"),
            (".csv", b"PK\x03\x04", "a zip archive"),
            (".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        ],
    )
    def test_a_wrong_ending_is_named_with_what_the_file_holds(
        self, tmp_path: Path, suffix: str, content: bytes, found: str
    ) -> None:
        reason = refusal(write(tmp_path / f"a{suffix}", content)).reason

        assert reason.startswith(f"is named {suffix} but holds {found};")

    def test_office_files_are_told_apart_by_their_parts(self, tmp_path: Path) -> None:
        assert "holds a Word document" in refusal(zip_of(tmp_path / "a.xlsx", WORD_PART)).reason
        sheets = workbook(tmp_path / "book.docx", {"a": [[1]]})
        assert "holds an Excel workbook" in refusal(sheets).reason
        assert "holds a zip archive" in refusal(zip_of(tmp_path / "b.docx", {"x": b""})).reason

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("a.doc", "save it as .docx"),
            ("a.XLS", "save it as .xlsx"),
            ("a.pptx", "save it as .docx or .pdf"),
            ("a.png", "supported are .md, .html, .pdf"),
            ("LICENSE", "has no file ending"),
        ],
    )
    def test_an_unsupported_type_is_refused_with_advice(
        self, tmp_path: Path, name: str, advice: str
    ) -> None:
        assert advice in refusal(write(tmp_path / name, "text")).reason

    def test_a_text_about_pdf_files_is_text(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.txt", "A PDF begins with %PDF- and a version.")

        assert load_file(path, Limits()).markdown.startswith("A PDF begins")


class TestSizes:
    def test_a_file_over_the_limit_is_refused_by_its_size(self, tmp_path: Path) -> None:
        assert "500.0 MB" in refusal(sparse_file(tmp_path / "a.txt", 500 * 2**20)).reason

    def test_a_pipe_is_refused_without_waiting_for_it(self, tmp_path: Path) -> None:
        assert "not a regular file" in refusal(fifo(tmp_path / "a.txt")).reason

    @pytest.mark.parametrize("suffix", [".md", ".txt", ".html"])
    def test_too_much_text_is_refused(self, tmp_path: Path, suffix: str) -> None:
        path = write(tmp_path / f"a{suffix}", "words to read\n" * 100_000)

        reason = refusal(path, Limits(max_text_chars=1_000_000)).reason
        assert "more than the 1,000,000 characters" in reason

    @pytest.mark.parametrize("suffix", [".md", ".txt"])
    def test_a_line_that_no_one_writes_by_hand_is_refused(
        self, tmp_path: Path, suffix: str
    ) -> None:
        caught = refusal(write(tmp_path / f"a{suffix}", "text\n" + "*<_` " * 10_001))

        assert caught.place == "line 2"
        assert "more than 50,000 characters" in caught.reason

    def test_brackets_without_end_are_refused(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.md", ("[" * 40 + "\n") * 2_501)

        assert "more than 100,000 times '['" in refusal(path).reason

    @pytest.mark.parametrize("suffix", [".md", ".txt"])
    def test_a_long_line_is_read(self, tmp_path: Path, suffix: str) -> None:
        path = write(tmp_path / f"a{suffix}", "*<_` " * 10_000)

        assert len(load_file(path, Limits()).markdown) >= 49_999


class TestArchives:
    @pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
    def test_a_file_with_a_password_is_called_so(self, tmp_path: Path, suffix: str) -> None:
        assert (
            "protected by a password" in refusal(encrypted_office(tmp_path / f"a{suffix}")).reason
        )

    def test_a_truncated_file_is_called_damaged(self, tmp_path: Path) -> None:
        document = truncated(word(tmp_path / "a.docx", ("Normal", "text")))
        sheets = truncated(workbook(tmp_path / "a.xlsx", {"a": [[1]]}))

        assert "damaged or was cut off" in refusal(document).reason
        assert "damaged or was cut off" in refusal(sheets).reason

    def test_a_file_with_damaged_content_is_called_damaged(self, tmp_path: Path) -> None:
        path = word(tmp_path / "a.docx", ("Normal", "text"))
        content = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            start = archive.getinfo("word/document.xml").header_offset + 60
        content[start : start + 40] = bytes(40)

        assert "damaged" in refusal(write(path, bytes(content))).reason

    @pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
    def test_a_part_with_damaged_compression_is_called_damaged(
        self, tmp_path: Path, method: int
    ) -> None:
        path = tmp_path / "a.docx"
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("word/document.xml", b"<w>text</w>" * 500)
        content = bytearray(path.read_bytes())
        start = 30 + len("word/document.xml")  # behind the header of the part
        content[start + 4 : start + 24] = b"\xff" * 20

        assert "damaged or was cut off" in refusal(write(path, bytes(content))).reason

    def test_a_zip_bomb_is_refused_by_its_ratio(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.docx", {**WORD_PART, "word/media/a.bin": bytes(5 * 2**20)})

        assert "as a zip bomb does" in refusal(path).reason

    def test_too_much_content_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.docx", {**WORD_PART, "a.bin": bytes(2000)})

        assert "unpacks to" in refusal(path, Limits(max_unpacked_bytes=1000)).reason

    def test_too_many_parts_are_refused(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.docx", {**WORD_PART, **{str(n): b"" for n in range(10)}})

        assert "11 parts" in refusal(path, Limits(max_zip_entries=10)).reason

    @pytest.mark.parametrize("name", ["../a.xml", "/etc/a", "x/../../a", "C:\\a", "..\\a"])
    def test_a_part_that_leads_out_of_the_file_is_refused(self, tmp_path: Path, name: str) -> None:
        path = zip_of(tmp_path / "a.docx", {**WORD_PART, name: b""})

        assert "leads out of the file" in refusal(path).reason

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_two_parts_of_one_name_are_refused(self, tmp_path: Path) -> None:
        path = zip_of(tmp_path / "a.docx", WORD_PART)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/document.xml", b"<other/>")

        assert "two parts of the same name" in refusal(path).reason

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entity_bombs_are_refused_by_their_declaration(
        self, tmp_path: Path, encoding: str
    ) -> None:
        part = f"{BILLION_LAUGHS}<w>&i;</w>".encode(encoding)
        path = zip_of(tmp_path / "a.docx", {"word/document.xml": part})

        assert "document type declaration" in refusal(path).reason

    def test_a_document_without_its_main_part_is_refused(self, tmp_path: Path) -> None:
        reason = refusal(zip_of(tmp_path / "a.docx", {"word/other.xml": b"<w/>"})).reason

        assert "save it again" in reason


class TestPdf:
    def test_a_pdf_with_a_password_is_called_encrypted(self, tmp_path: Path) -> None:
        assert "is encrypted" in refusal(pdf(tmp_path / "a.pdf", password="secret")).reason

    def test_a_pdf_without_text_is_called_a_scan(self, tmp_path: Path) -> None:
        assert "holds no text (scanned?)" in refusal(pdf(tmp_path / "a.pdf")).reason

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
    def test_a_truncated_pdf_is_refused(self, tmp_path: Path, share: float) -> None:
        reason = refusal(truncated(pdf(tmp_path / "a.pdf"), share)).reason

        assert "damaged" in reason or "holds no text" in reason

    def test_a_pdf_of_rubbish_is_called_damaged(self, tmp_path: Path) -> None:
        assert "damaged" in refusal(write(tmp_path / "a.pdf", b"%PDF-1.7\n" + bytes(500))).reason
