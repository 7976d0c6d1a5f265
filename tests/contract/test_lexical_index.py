"""What every `LexicalIndex` does: the one in memory and bm25s."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import cast

import pytest

from knowledge_base.adapters.bm25_index import Bm25Index
from knowledge_base.models import KnowledgeBaseError, PassageId
from knowledge_base.ports import LexicalIndex
from tests.fakes import MemoryLexicalIndex

TEXTS = [
    "Refunds arrive within 14 days.",
    "A lost card is blocked at once.",
    "Refunds for a lost parcel need the parcel number.",
]
IDS = [PassageId(11), PassageId(12), PassageId(13)]


class LexicalIndexContract(ABC):
    @pytest.fixture
    @abstractmethod
    def index(self) -> LexicalIndex: ...

    @pytest.fixture
    def built(self, index: LexicalIndex) -> LexicalIndex:
        index.build("acme", IDS, TEXTS)
        return index

    def test_the_passage_with_most_of_the_terms_comes_first(self, built: LexicalIndex) -> None:
        hits = built.search("acme", "refund for my lost parcel?", 3)

        assert hits[0].passage_id == 13
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert all(0 < hit.score <= 1 for hit in hits)

    def test_only_as_many_hits_as_asked_for_are_returned(self, built: LexicalIndex) -> None:
        assert len(built.search("acme", "lost refunds", 1)) == 1

    def test_passages_without_any_of_the_terms_are_left_out(self, built: LexicalIndex) -> None:
        assert [hit.passage_id for hit in built.search("acme", "blocked", 3)] == [12]

    @pytest.mark.parametrize("text", ["", "?!", "the of and", "zeppelin"])
    def test_a_text_without_a_known_term_finds_nothing(
        self, built: LexicalIndex, text: str
    ) -> None:
        assert built.search("acme", text, 3) == []

    def test_unknown_terms_lower_the_score(self, built: LexicalIndex) -> None:
        known = built.search("acme", "blocked", 1)[0].score

        assert built.search("acme", "blocked zeppelin", 1)[0].score < known

    def test_a_repeated_term_counts_once(self, built: LexicalIndex) -> None:
        once = built.search("acme", "lost card", 3)

        assert built.search("acme", "lost lost lost card", 3) == once

    def test_equal_passages_come_in_the_order_of_their_ids(self, index: LexicalIndex) -> None:
        index.build("same", [PassageId(9), PassageId(3)], ["blue card", "blue card"])

        assert [hit.passage_id for hit in index.search("same", "blue", 2)] == [3, 9]

    def test_a_passage_without_terms_does_no_harm(self, index: LexicalIndex) -> None:
        index.build("blank", [PassageId(1), PassageId(2)], ["***", "blue card"])

        assert [hit.passage_id for hit in index.search("blank", "card", 2)] == [2]

    def test_an_index_may_consist_of_passages_without_terms(self, index: LexicalIndex) -> None:
        index.build("blank", [PassageId(1)], ["***"])

        assert index.search("blank", "card", 2) == []

    def test_a_rarer_term_weighs_more_and_an_unknown_one_most(self, built: LexicalIndex) -> None:
        weights = built.term_weights("acme", "refund card zeppelin")

        assert weights["refund"] < weights["card"] < weights["zeppelin"]

    def test_questions_are_cut_in_the_language_of_the_index(self, index: LexicalIndex) -> None:
        index.build("akme", IDS[:1], ["Kündigungen nach einem Monat"], language="de")

        assert index.search("akme", "die Kündigung", 1)
        assert list(index.term_weights("akme", "die Kündigung")) == ["kundig"]

    def test_a_new_build_replaces_the_old_one(self, built: LexicalIndex) -> None:
        built.search("acme", "refund", 1)

        built.build("acme", [PassageId(21)], ["Parcels only."])

        assert built.search("acme", "refund", 3) == []
        assert [hit.passage_id for hit in built.search("acme", "parcel", 3)] == [21]

    def test_indexes_do_not_see_each_other(self, built: LexicalIndex) -> None:
        built.build("zenith", [PassageId(31)], ["Refunds take a month."])

        assert 31 not in [hit.passage_id for hit in built.search("acme", "refund", 9)]

    def test_a_missing_index_is_an_error(self, index: LexicalIndex) -> None:
        with pytest.raises(KnowledgeBaseError, match="'nowhere' is missing"):
            index.search("nowhere", "refund", 1)

    def test_retain_deletes_all_other_indexes(self, built: LexicalIndex) -> None:
        built.build("dropped", IDS, TEXTS)
        built.search("dropped", "refund", 1)

        built.retain(["acme"])

        assert built.exists("acme")
        assert not built.exists("dropped")
        with pytest.raises(KnowledgeBaseError):
            built.search("dropped", "refund", 1)


class TestMemoryLexicalIndex(LexicalIndexContract):
    @pytest.fixture
    def index(self) -> LexicalIndex:
        return MemoryLexicalIndex()


class TestBm25Index(LexicalIndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> LexicalIndex:
        return Bm25Index(tmp_path / "lexical")

    @pytest.mark.parametrize(
        ("word", "meant"),
        [
            ("percel", "parcel"),
            ("Blokced", "blocked"),
            ("refund", "refund"),  # a form of a word that is there
            ("arrives", "arrives"),
            ("zeppelin", "zeppelin"),
            ("carpet", "carpet"),
            ("", ""),
        ],
    )
    def test_a_misspelt_word_is_read_as_the_nearest_of_the_passages(
        self, built: LexicalIndex, word: str, meant: str
    ) -> None:
        assert built.respell("acme", word) == meant

    def test_of_words_as_near_the_most_frequent_is_meant(self, index: LexicalIndex) -> None:
        index.build("acme", IDS, ["The plane leaves.", "Each plan costs.", "The plan is paid."])
        assert index.respell("acme", "plann") == "plan"

    def test_indexes_survive_a_restart(self, built: LexicalIndex, tmp_path: Path) -> None:
        reopened = Bm25Index(tmp_path / "lexical")

        assert reopened.search("acme", "lost parcel", 3) == built.search("acme", "lost parcel", 3)

    def test_an_index_keeps_its_language_over_a_restart(self, tmp_path: Path) -> None:
        Bm25Index(tmp_path).build("akme", IDS[:1], ["Kündigungen nach einem Monat"], language="de")

        assert Bm25Index(tmp_path).search("akme", "Kündigung", 1)

    def test_a_build_that_fails_leaves_the_old_index_and_no_trace(
        self, built: LexicalIndex, tmp_path: Path
    ) -> None:
        with pytest.raises(ValueError, match="not-a-number"):
            built.build("acme", [cast("PassageId", "not-a-number")], ["Parcels only."])

        assert [path.name for path in (tmp_path / "lexical").iterdir()] == ["acme"]
        assert built.search("acme", "refund", 1)
