"""Measures answers on a folder of articles with labelled cases, beside the plain pipeline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.bench_table import Row, text_row
from eval.calibrating import fit_map, split
from eval.cases import Case, CaseKind, load_cases
from eval.folders import ingest_folder
from eval.outcomes import Outcome, answer_without_limits, outcome_of
from eval.plain_pipeline import RANKED, THRESHOLDS, TOP_K, Found, PlainPipeline
from eval.ranking import distinct, ndcg, recall_at, reciprocal_rank
from eval.resampling import Figure, Floats, Places, auroc, calibration_error, coverage_at
from eval.running import run_cases
from eval.scoring import CaseResult, Verdict, holds_facts
from knowledge_base.models import Audience, ClientId

if TYPE_CHECKING:
    from assist.bootstrap import Container

CASES = "cases.jsonl"
DEPTH = 10
WRONG_SHARES = (0.01, 0.02, 0.05)
_Measured = tuple[Sequence[Outcome], Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Plain:
    """What the plain pipeline finds for a case and how long that takes."""

    found: Sequence[Found]
    ms: float

    def outcome(self, case: Case) -> Outcome:
        """Return the outcome if the best chunk were always shown."""
        if not self.found:
            return Outcome(case.id, case.kind, None)
        best = self.found[0]
        is_right = case.kind.expects_answer and holds_facts(best.text, case)
        return Outcome(case.id, case.kind, max(0.0, best.score), is_right)


def bench_answers(container: Container, folder: Path, *, today: date) -> Iterator[str]:
    """Yield the rows of one folder: retrieval, answers, confidence, coverage, latency."""
    name, cases = folder.name, load_cases(folder / CASES)
    client_id, _ = ingest_folder(container, folder)
    results = list(run_cases(container.answering, client_id, cases, today=today))
    limitless = list(answer_without_limits(container, client_id, cases, today=today))
    plain = _ask_plain(container, client_id, cases)
    product_outcomes = [outcome_of(result) for result in limitless]
    plain_outcomes = [each.outcome(case) for each, case in zip(plain, cases, strict=True)]
    yield from _retrieval(name, cases, limitless, plain)
    yield from _answers(name, cases, results, plain_outcomes)
    yield from _confidence(name, product_outcomes, plain_outcomes)
    yield from _latency(name, results, plain)


def _ask_plain(container: Container, client_id: ClientId, cases: Sequence[Case]) -> list[Plain]:
    pipeline = PlainPipeline(_public_texts(container, client_id), container.knowledge_base.embedder)
    asked = [
        Plain(pipeline.search(case.turns[-1], RANKED), pipeline.time_ms(case.turns[-1]))
        for case in cases
    ]
    pipeline.close()
    return asked


def _public_texts(container: Container, client_id: ClientId) -> dict[str, list[str]]:
    """Return each public article as one text, as the product read it from its file."""
    base = container.knowledge_base
    version = base.publications.find_published(client_id)
    parts: dict[str, list[str]] = {}
    for passage in base.passages.list_passages(client_id, version.number) if version else ():
        article = passage.article
        if article.audience is Audience.PUBLIC:
            own = parts.setdefault(article.id, [article.title])
            own += [*passage.section[-1:], *([passage.question] if passage.question else [])]
            own.append(passage.text)
    return {article_id: ["\n\n".join(own)] for article_id, own in parts.items()}


def _retrieval(
    name: str, cases: Sequence[Case], results: Sequence[CaseResult], plain: Sequence[Plain]
) -> Iterator[str]:
    """Yield figures over the cases that name the articles which answer them."""
    places = [i for i, case in enumerate(cases) if case.kind.expects_answer and case.gold]
    gold = [cases[i].gold for i in places]
    own = [distinct([each.article_id for each in results[i].turn.candidates]) for i in places]
    other = [distinct([each.article_id for each in plain[i].found]) for i in places]
    figures = {
        "recall@1": partial(recall_at, k=1),
        "recall@5": partial(recall_at, k=5),
        "recall@10": partial(recall_at, k=DEPTH),
        "MRR@10": partial(reciprocal_rank, k=DEPTH),
        "nDCG@10": partial(ndcg, k=DEPTH),
    }
    for label, figure in figures.items():
        both = [
            np.array([figure(ranked, each) for ranked, each in zip(side, gold, strict=True)])
            for side in (own, other)
        ]
        yield str(Row(name, label, len(places), mean_of(both[0]), mean_of(both[1])))


def _answers(
    name: str, cases: Sequence[Case], results: Sequence[CaseResult], plain: Sequence[Outcome]
) -> Iterator[str]:
    """Yield right / wrong / not answered per kind, and the gains in right and wrong ones."""
    own = [result.verdict for result in results]
    others = {
        threshold: [_verdict(outcome, threshold) for outcome in plain] for threshold in THRESHOLDS
    }
    for kind in CaseKind:
        places = [i for i, case in enumerate(cases) if case.kind is kind]
        if places:
            shown = "  ".join(
                f"{_counts([verdicts[i] for i in places])} at {threshold:.2f}"
                for threshold, verdicts in others.items()
            )
            label = f"{kind}: right / wrong / not answered"
            yield text_row(name, label, len(places), _counts([own[i] for i in places]), shown)
    for threshold, verdicts in others.items():
        for verdict in (Verdict.RIGHT, Verdict.WRONG):
            label = f"{verdict}, of all cases; plain at {threshold:.2f}"
            yield str(Row(name, label, len(cases), _share(own, verdict), _share(verdicts, verdict)))


def _verdict(outcome: Outcome, threshold: float) -> Verdict:
    if outcome.is_answered(threshold):
        return Verdict.RIGHT if outcome.is_right else Verdict.WRONG
    return Verdict.NOT_ANSWERED if outcome.kind.expects_answer else Verdict.RIGHT


def _counts(verdicts: Sequence[Verdict]) -> str:
    return " / ".join(str(verdicts.count(verdict)) for verdict in Verdict)


def _share(verdicts: Sequence[Verdict], wanted: Verdict) -> Figure:
    return mean_of(np.array([verdict is wanted for verdict in verdicts], dtype=float))


def mean_of(values: Floats) -> Figure:
    """Return the mean over cases as a figure."""
    return lambda places: float(values[places].mean()) if len(places) else math.nan


@dataclass(frozen=True)
class Scored:
    """One system's outcomes as columns; the score is -1 for what is answered at no threshold."""

    scores: Floats
    is_right: Floats
    expects: Floats
    is_near: Floats

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Scored:
        """Turn outcomes into columns."""
        return cls(
            np.array([-1.0 if each.confidence is None else each.confidence for each in outcomes]),
            np.array([each.is_right for each in outcomes], dtype=float),
            np.array([each.kind.expects_answer for each in outcomes], dtype=float),
            np.array([each.kind is CaseKind.NEAR_MISS for each in outcomes], dtype=float),
        )

    def right_from_wrong(self, places: Places) -> float:
        """Return the AUROC of the score for being right, among answers that can be given."""
        given = places[self.scores[places] >= 0]
        return auroc(self.scores[given], self.is_right[given] > 0)

    def answerable_from_near(self, places: Places) -> float:
        """Return the AUROC of the score for having an answer, against near misses."""
        either = places[(self.expects[places] + self.is_near[places]) > 0]
        return auroc(self.scores[either], self.expects[either] > 0)

    def error(self, places: Places) -> float:
        """Return how far the score is from the share of right answers, among those given."""
        given = places[self.scores[places] >= 0]
        return calibration_error(self.scores[given], self.is_right[given] > 0)

    def coverage(self, places: Places, wrong: float) -> float:
        """Return the share of the answerable answered rightly at so few wrong of all."""
        answerable = int(self.expects[places].sum())
        return coverage_at(self.scores[places], self.is_right[places] > 0, answerable, wrong)


def _confidence(name: str, product: Sequence[Outcome], plain: Sequence[Outcome]) -> Iterator[str]:
    own, other = Scored.of(product), Scored.of(plain)
    total = len(product)
    yield str(Row(name, "AUROC right / wrong", total, own.right_from_wrong, other.right_from_wrong))
    yield str(
        Row(
            name,
            "AUROC answerable / near miss",
            total,
            own.answerable_from_near,
            other.answerable_from_near,
        )
    )
    yield str(Row(name, "ECE of the confidence", total, own.error, other.error))
    fit, rest = split(product)
    mapped = Scored.of(_mapped(rest, fit))
    yield str(Row(name, "ECE after calibration, on other cases", len(rest), mapped.error))
    for wrong in WRONG_SHARES:
        yield str(
            Row(
                name,
                f"answerable answered rightly at {wrong:.0%} wrong",
                total,
                partial(own.coverage, wrong=wrong),
                partial(other.coverage, wrong=wrong),
            )
        )


def _mapped(outcomes: Sequence[Outcome], fit: Sequence[Outcome]) -> list[Outcome]:
    chances = fit_map(fit)
    return [
        each
        if each.confidence is None
        else replace(each, confidence=chances.calibrated(each.confidence))
        for each in outcomes
    ]


def _latency(name: str, results: Sequence[CaseResult], plain: Sequence[Plain]) -> Iterator[str]:
    """Yield the median and 95th percentile of each step."""
    searched: Mapping[str, Sequence[float]] = {"total": [each.ms for each in plain]}
    steps = dict.fromkeys(step for result in results for step in result.turn.latency_ms)
    for step in steps:
        times = [result.turn.latency_ms.get(step, 0.0) for result in results]
        other = f"{_times(searched[step])} (top {TOP_K})" if step in searched else "-"
        yield text_row(name, f"{step}: median, p95 in ms", len(times), _times(times), other)


def _times(times: Sequence[float]) -> str:
    median, late = np.percentile(times, [50, 95])
    return f"{median:.1f}, {late:.1f}"
