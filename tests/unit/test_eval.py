import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assist.domain.decision import DecisionKind
from assist.domain.policy import AnswerPolicy
from assist.domain.turn import Citation, Turn, TurnId
from eval.cases import Case, CaseKind, SuiteError, load_cases
from eval.metrics import Rate, summarise
from eval.scoring import Verdict, grade
from knowledge_base.models import ArticleId, Audience, PassageId
from tests.fakes import ACME


def case(kind: CaseKind = CaseKind.ANSWERABLE, **fields: object) -> Case:
    given = {
        "id": "c1",
        "kind": kind,
        "turns": ("How much?",),
        "must_include": (("$5", "5 dollars"),),
    }
    return Case.model_validate({**given, **fields})


def turn(decision: DecisionKind, text: str, *, cited: Audience | None = Audience.PUBLIC) -> Turn:
    citation = Citation(
        ArticleId("fees"), "Fees", "", text, 0.5, cited or Audience.PUBLIC, PassageId(1)
    )
    return Turn(
        id=TurnId("t1"),
        client_id=ACME,
        audience=Audience.PUBLIC,
        asked_at=datetime(2026, 11, 20, tzinfo=UTC),
        on=date(2026, 11, 20),
        messages=("How much?",),
        search_text="How much?",
        policy=AnswerPolicy(),
        knowledge_version=1,
        candidates=(),
        decision=decision,
        reason="supported",
        confidence=0.6,
        text=text,
        citations=(citation,) if cited else (),
    )


def test_an_answer_with_every_required_fact_is_right() -> None:
    assert grade(case(), turn(DecisionKind.ANSWER, "It is $5.")).verdict is Verdict.RIGHT


def test_an_answer_that_lacks_a_required_fact_is_wrong() -> None:
    assert grade(case(), turn(DecisionKind.ANSWER, "It is $6.")).verdict is Verdict.WRONG


def test_an_answer_with_a_forbidden_string_is_wrong() -> None:
    graded = grade(case(must_not=("$6",)), turn(DecisionKind.ANSWER, "It is $5 or $6."))
    assert graded.verdict is Verdict.WRONG


def test_an_answerable_case_that_was_not_answered_is_not_wrong() -> None:
    graded = grade(case(), turn(DecisionKind.ABSTAIN, "I don't know.", cited=None))
    assert graded.verdict is Verdict.NOT_ANSWERED


@pytest.mark.parametrize("kind", [CaseKind.NEAR_MISS, CaseKind.HUMAN, CaseKind.OFF_TOPIC])
def test_what_must_not_be_answered_is_right_only_without_an_answer(kind: CaseKind) -> None:
    empty = case(kind, must_include=())
    assert grade(empty, turn(DecisionKind.HANDOFF, "", cited=None)).verdict is Verdict.RIGHT
    assert grade(empty, turn(DecisionKind.ANSWER, "It is $5.")).verdict is Verdict.WRONG


def test_a_public_reply_that_cites_an_internal_article_leaks() -> None:
    graded = grade(case(), turn(DecisionKind.ANSWER, "$5", cited=Audience.INTERNAL))
    assert graded.leaks == ("fees",)


def test_a_secret_in_a_public_reply_leaks() -> None:
    secret = case(CaseKind.INTERNAL_ONLY, must_include=(), must_not=("code 99",))
    assert grade(secret, turn(DecisionKind.ANSWER, "Use Code 99.")).leaks == ("code 99",)


def test_figures_count_wrong_answers_among_given_ones() -> None:
    results = [
        grade(case(), turn(DecisionKind.ANSWER, "$5")),
        grade(case(id="c2"), turn(DecisionKind.ANSWER, "$6")),
        grade(case(id="c3"), turn(DecisionKind.ABSTAIN, "", cited=None)),
    ]
    figures = summarise(results)
    assert (figures.wrong.count, figures.wrong.total) == (1, 2)
    assert (figures.answered.count, figures.answered.total) == (2, 3)
    assert figures.right_by_kind[CaseKind.ANSWERABLE].count == 1


def test_the_interval_of_a_rate_is_wilsons() -> None:
    low, high = Rate(9, 10).interval
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)


def test_a_rate_over_nothing_claims_nothing() -> None:
    assert Rate(0, 0).interval == (0.0, 1.0)
    assert str(Rate(0, 0)) == "no cases"


def test_a_line_that_is_no_case_is_named_with_its_field(tmp_path: Path) -> None:
    good = {"id": "a", "kind": "human", "turns": ["hi"]}
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(good) + "\n" + json.dumps({**good, "kind": "odd"}) + "\n")
    with pytest.raises(SuiteError, match=r"cases\.jsonl line 2: kind"):
        load_cases(path)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "kind": "human", "turns": ["hi"]}) + "\n"
    path = tmp_path / "cases.jsonl"
    path.write_text(line * 2)
    with pytest.raises(SuiteError, match="the ids a stand there more than once"):
        load_cases(path)
