"""Measures whether questions of unknown subjects are told from known ones, and answerable turns.

Knowledge is published as a trainer would write it, and asked over the path that answers. Questions
are asked as an agent does: no rule for customers steps in before the search.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from assist.domain.decision import DecisionKind
from assist.domain.policy import AnswerPolicy
from assist.domain.turn import Question, Turn
from eval.bench_table import Row
from eval.plain_pipeline import PlainPipeline
from eval.resampling import Figure, Flags, Floats, auroc
from ingest.pipeline import ingest
from ingest.reading import IngestRequest
from knowledge_base.models import Article, ArticleDraft, ArticleId, Audience, ClientId, PassageDraft

if TYPE_CHECKING:
    from assist.bootstrap import Container

OUT_OF_SCOPE = "oos"
UNSEEN_OF = 5
"""One of so many intents is left out of the knowledge where a set has nothing out of scope."""

ASKED_OF = 5
"""One of so many known utterances is asked, the others are the knowledge."""

MOST_ASKED = 600
"""How many of each sort are asked at most."""

SEED = 20_261_122
MARGIN_WEIGHT = 0.5
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Asked:
    """A question's turn, its cosine in the plain pipeline, and whether the knowledge has it."""

    turn: Turn
    plain: float
    is_known: bool


def bench_intents(container: Container, path: Path, *, today: date) -> Iterator[str]:
    """Yield the AUROC of known against unknown subjects; one article an intent, titled by it."""
    name = path.parent.name
    rows = [(str(row["text"]), str(row["intent"])) for row in read_lines(path)]
    unknown = _unknown_intents({intent for _, intent in rows})
    known, asked = _split([row for row in rows if row[1] not in unknown])
    client_id = _publish_intents(container, name, known)
    questions = [(text, True) for text, _ in asked]
    questions += [(text, False) for text in _some([t for t, intent in rows if intent in unknown])]
    pipeline = PlainPipeline(known, container.knowledge_base.embedder)
    answers = [
        Asked(_ask(container, client_id, (text,), today), _cosine(pipeline, text), is_known)
        for text, is_known in questions
    ]
    pipeline.close()
    sort = "out of scope" if unknown == {OUT_OF_SCOPE} else "unseen intents"
    yield from _rows(name, sort, answers)


def bench_turns(container: Container, path: Path, *, today: date) -> Iterator[str]:
    """Yield the AUROC of answerable against unanswerable last turns.

    The knowledge of a domain is the passages that answer any of its tasks.
    """
    name = path.parent.name
    answers: list[Asked] = []
    tasks = list(read_lines(path))
    for domain in sorted({str(task["domain"]) for task in tasks}):
        own = [task for task in tasks if task["domain"] == domain]
        answers += _ask_domain(container, f"{name}-{domain}".replace("_", "-"), own, today)
    yield from _rows(name, "unanswerable turns", answers)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON objects, one a line."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _unknown_intents(intents: set[str]) -> set[str]:
    if OUT_OF_SCOPE in intents:
        return {OUT_OF_SCOPE}
    order = sorted(intents)
    Random(SEED).shuffle(order)  # noqa: S311 - a fixed choice, no secret
    return set(order[: len(order) // UNSEEN_OF])


def _split(
    rows: Sequence[tuple[str, str]],
) -> tuple[dict[str, list[str]], Sequence[tuple[str, str]]]:
    """Divide each intent's utterances, by a hash, into knowledge and questions."""
    known: dict[str, list[str]] = {}
    asked = []
    for place, (text, intent) in enumerate(sorted(rows, key=lambda row: (row[1], _hash(row[0])))):
        if place % ASKED_OF:
            known.setdefault(intent, []).append(text)
        else:
            asked.append((text, intent))
    return known, _some(asked)


def _some(items: Sequence[_Item]) -> list[_Item]:
    return sorted(items, key=lambda item: _hash(repr(item)))[:MOST_ASKED]


def _publish_intents(
    container: Container, name: str, known: Mapping[str, Sequence[str]]
) -> ClientId:
    client_id = container.clients.add(name.replace("_", "-"), {"name": name})
    drafts = [
        ArticleDraft(
            Article(ArticleId(intent), title=intent.replace("_", " ")),
            tuple(PassageDraft(text) for text in texts),
            fingerprint=_hash(intent)[:8],
        )
        for intent, texts in known.items()
    ]
    container.knowledge_base.publisher.publish_new(client_id, drafts, (), base=None)
    return client_id


def _ask_domain(
    container: Container, name: str, tasks: Sequence[dict[str, Any]], today: date
) -> Iterator[Asked]:
    texts = {_hash(text)[:16]: text for task in tasks for text in task["gold_text"]}
    client_id = container.clients.add(name, {"name": name})
    with tempfile.TemporaryDirectory() as scratch:
        for text_id, text in texts.items():
            Path(scratch, f"{text_id}.txt").write_text(text.strip() + "\n", encoding="utf-8")
        ingest(IngestRequest(client_id, Path(scratch)), container.knowledge_base)
    each_text = {text_id: [text] for text_id, text in texts.items()}
    pipeline = PlainPipeline(each_text, container.knowledge_base.embedder)
    for task in tasks:
        if task["answerability"] in {"ANSWERABLE", "UNANSWERABLE"}:
            said = tuple(turn["text"] for turn in task["turns"] if turn["speaker"] == "user")
            turn = _ask(container, client_id, said, today)
            is_known = task["answerability"] == "ANSWERABLE"
            yield Asked(turn, _cosine(pipeline, said[-1]), is_known)
    pipeline.close()


def _ask(container: Container, client_id: ClientId, messages: tuple[str, ...], today: date) -> Turn:
    limitless = AnswerPolicy(
        lexical_weight=container.policy.lexical_weight,
        passages=container.policy.passages,
        answer_threshold=0.0,
        verbatim_threshold=0.0,
        topic_threshold=0.0,
    )
    question = Question(client_id, messages, Audience.INTERNAL, today)
    return container.answering_with(limitless).answer(question)


def _cosine(pipeline: PlainPipeline, text: str) -> float:
    found = pipeline.search(text, k=1)
    return found[0].score if found else 0.0


def _rows(name: str, sort: str, asked: Sequence[Asked]) -> Iterator[str]:
    """Yield a row for each score that may tell the two apart."""
    is_known = np.array([each.is_known for each in asked])
    plain = _area(np.array([each.plain for each in asked]), is_known)
    scores = {
        "confidence": [each.turn.confidence for each in asked],
        "cosine": [_best(each.turn) for each in asked],
        "cosine and lead": [_best(each.turn) + MARGIN_WEIGHT * _lead(each.turn) for each in asked],
    }
    for label, values in scores.items():
        figure = _area(np.array(values), is_known)
        yield str(Row(name, f"AUROC {sort}: {label}", len(asked), figure, plain))


def _area(scores: Floats, is_known: Flags) -> Figure:
    return lambda places: auroc(scores[places], is_known[places])


def _best(turn: Turn) -> float:
    """Return the best cosine; a courtesy is known without a search."""
    if turn.decision is DecisionKind.SMALLTALK:
        return 1.0
    return max((each.dense for each in turn.candidates), default=0.0)


def _lead(turn: Turn) -> float:
    """Return how far the best article's cosine is above the next article's.

    Where all candidates are of one article, the worst of them stands for the next: what was not
    found cannot be better.
    """
    ranked = sorted(turn.candidates, key=lambda each: -each.dense)
    if not ranked:
        return 0.0
    others = [each for each in ranked if each.article_id != ranked[0].article_id]
    return ranked[0].dense - (others[0] if others else ranked[-1]).dense


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
