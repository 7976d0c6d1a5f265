"""Finds what a client's knowledge gives an agent for one open point: to quote, or to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assist.domain.deciding import decide_from_evidence
from assist.domain.decision import Answer, Reason
from assist.domain.evidence import gather_evidence
from assist.domain.grounding import unsupported_units
from assist.domain.open_matters import Point
from assist.domain.policy import AnswerPolicy
from assist.domain.quoting import Quote, asks_for_figure, select_quotes
from assist.domain.sentences import Unit, UnitKind, split_units
from knowledge_base.models import Audience, RankedPassage
from knowledge_base.retrieval.retriever import Retrieved
from knowledge_base.retrieval.terms import fold, terms

INTERNAL_SHOWN = 2
"""How many internal passages are shown beside a draft."""

QUOTED = 2
"""Passages in one reply: an agent's message is read on a telephone."""

INTERNAL_NEAR = 0.9
"""Internal knowledge is shown from this share of the best public passage's score on."""

INTERNAL_LEAST = 0.25
"""Internal knowledge that scores less is about something else."""

INTERNAL_AHEAD = 0.04
"""From this lead on internal knowledge is what the question is about, and nothing is quoted: so
for 73 % of 37 internal-only questions, and for none of 340 that public knowledge answers."""

ANOTHER_NEAR = 0.85
"""Another passage is offered from this share of the best one's score on."""

_NEAR_BEST = 0.8
_TELLING = 0.6
_OWN_COVERAGE = 0.3
_BRIEF_TERMS = 2
_FIGURE_FACTOR = 1.5
_EXCEPTION = ("however", "but ", "except", "unless", "only ", "not ", "no ", "this does not")
_LOW = 0.2


@dataclass(frozen=True)
class Support:
    """What stands in the knowledge for a point.

    `quotes` answer it and `another` would do so differently; both are public, as are those that
    are shown `beside` the draft. `is_added` when the quotes come after an answer that did not
    settle it. `internal` is for the agent alone.
    """

    point: Point
    reason: str
    confidence: float
    quotes: tuple[Quote, ...] = ()
    another: tuple[Quote, ...] = ()
    beside: tuple[Quote, ...] = ()
    is_added: bool = False
    internal: tuple[RankedPassage, ...] = ()
    leads_internal: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)


def find_support(
    point: Point, retrieved: Retrieved, said: Sequence[str], policy: AnswerPolicy
) -> Support:
    """Judge what was found for a point; `said` are the replies that the customer has."""
    public = _of(retrieved, Audience.PUBLIC)
    internal = _of(retrieved, Audience.INTERNAL)
    best_internal = internal[0].score if internal else 0.0
    evidence = gather_evidence(replace(retrieved, passages=public), best_internal)
    lead = evidence.internal_lead
    decision = decide_from_evidence(public, replace(evidence, internal_lead=0.0), policy)
    shown = _shown_internal(internal, public, policy)
    support = Support(
        point,
        decision.reason,
        decision.confidence,
        internal=shown,
        leads_internal=bool(shown) and lead >= policy.internal_lead,
        weights=retrieved.term_weights,
    )
    if support.leads_internal and lead >= INTERNAL_AHEAD:
        return without_answer(support, Reason.INTERNAL_ONLY)
    if not isinstance(decision, Answer):
        reason = Reason.INTERNAL_ONLY if support.leads_internal else decision.reason
        return without_answer(support, reason)
    return _quoted(support, retrieved, public, said, policy)


def essential_parts(support: Support) -> tuple[str, ...]:
    """Return what must be said of each quote: its best sentences with their exceptions.

    Steps, tables and verbatim answers stay whole. Empty for a quote that says much less than
    another one.
    """
    parts = [_rated_part(quote, support) for quote in support.quotes]
    best = max((score for _, score in parts), default=0.0)
    return tuple(text if score >= _TELLING * best else "" for text, score in parts)


def essential_part(quote: Quote, support: Support) -> str:
    """Return what must be said of one quote."""
    return _rated_part(quote, support)[0]


def speaks_of(support: Support) -> bool:
    """Say whether the first quote speaks of what was asked, not only of what it leans on."""
    passage = support.quotes[0].ranked.passage
    weights = _own_weights(support, passage.article.language)
    held = set(terms(passage.index_text, passage.article.language))
    covered = sum(weight for term, weight in weights.items() if term in held)
    is_brief = len(weights) <= _BRIEF_TERMS
    return is_brief or covered >= _OWN_COVERAGE * sum(weights.values())


def _own_weights(support: Support, language: str) -> Mapping[str, float]:
    """Return the weights of the point's own terms, without those of earlier messages."""
    own = set(terms(support.point.text, language))
    return {term: weight for term, weight in support.weights.items() if term in own}


def _rated_part(quote: Quote, support: Support) -> tuple[str, float]:
    """Return the essential part and the score of its best sentence."""
    units = split_units(quote.text)
    language = quote.ranked.passage.article.language
    asks_figure = asks_for_figure(support.point.text)
    weights = _own_weights(support, language)
    scores = [_score(unit, weights, language, asks_figure=asks_figure) for unit in units]
    best = max(scores, default=0.0)
    told = [unit.kind is UnitKind.SENTENCE or _is_bullet(unit) for unit in units]
    is_whole = any(
        not is_told and unit.kind is not UnitKind.HEADING
        for unit, is_told in zip(units, told, strict=True)
    )
    if quote.ranked.passage.article.verbatim or is_whole:
        return quote.text, best
    best = max((score for score, is_told in zip(scores, told, strict=True) if is_told), default=0.0)
    kept = {i for i, score in enumerate(scores) if told[i] and score >= _NEAR_BEST * best}
    for i in range(1, len(units)):
        if i - 1 in kept and told[i] and _is_exception(units[i]):
            kept.add(i)
    return _joined([unit for i, unit in enumerate(units) if i in kept]) or quote.text, best


def _joined(units: Sequence[Unit]) -> str:
    """Put units together: sentences run on, and each item has its line unless it is alone."""
    if len(units) == 1:
        return units[0].text.lstrip("-*+\u2022 ")
    text = ""
    for unit in units:
        text += ("\n" if _is_bullet(unit) else " ") + unit.text
    return text.strip()


def _is_bullet(unit: Unit) -> bool:
    """Say whether a unit is an item that stands for itself, unlike a step."""
    return unit.kind is UnitKind.ITEM and unit.text.lstrip().startswith(("-", "*", "+", "\u2022"))


def was_said(text: str, said: Sequence[str]) -> bool:
    """Say whether a reply held all of a text."""
    return any(_flat(text) in _flat(reply) for reply in said)


def _quoted(
    support: Support,
    retrieved: Retrieved,
    public: tuple[RankedPassage, ...],
    said: Sequence[str],
    policy: AnswerPolicy,
) -> Support:
    """Add the quotes, without repeating what the customer has been told."""
    first = _quotes(support.point, public, policy)
    told = [quote for quote in first if quote.in_reply and was_said(quote.text, said)]
    if not support.point.is_repeated:
        first = tuple(_not_again(quote, support, said) for quote in first)
        told = [quote for quote in told if quote in first]
    rest = _others(public, first, ANOTHER_NEAR)
    if not told and not support.point.is_repeated:
        return replace(
            support, quotes=first, another=_answer_of(support, rest, retrieved, policy)[:1]
        )
    fresh = _others(public, first, ANOTHER_NEAR) if told else public
    quotes = _answer_of(support, fresh, retrieved, policy)
    if not quotes:
        return without_answer(support, Reason.NOT_SUPPORTED)
    return replace(support, quotes=quotes[:1], is_added=True)


def _not_again(quote: Quote, support: Support, said: Sequence[str]) -> Quote:
    """Reduce a passage that was quoted before to the sentence that this question is about."""
    is_told = quote.in_reply and was_said(quote.text, said)
    return replace(quote, text=essential_part(quote, support)) if is_told else quote


def _answer_of(
    support: Support,
    passages: tuple[RankedPassage, ...],
    retrieved: Retrieved,
    policy: AnswerPolicy,
) -> tuple[Quote, ...]:
    """Quote passages if they support an answer by themselves."""
    evidence = gather_evidence(replace(retrieved, passages=passages), 0.0)
    decision = decide_from_evidence(passages, evidence, policy)
    if not isinstance(decision, Answer):
        return ()
    return _quotes(support.point, decision.passages, policy)


def _quotes(
    point: Point, passages: Sequence[RankedPassage], policy: AnswerPolicy
) -> tuple[Quote, ...]:
    chosen = select_quotes(point.search_text, passages, limit=policy.max_citations)
    return tuple(
        replace(quote, text=_without_lead(quote.text), in_reply=quote.in_reply and index < QUOTED)
        for index, quote in enumerate(chosen)
        if not unsupported_units(quote.text, [quote.ranked.passage])
    )


def _without_lead(text: str) -> str:
    """Leave out a heading at the top that says nothing which the text below does not."""
    units = split_units(text)
    if len(units) < 2 or units[0].kind is not UnitKind.HEADING:  # noqa: PLR2004
        return text
    rest = text.partition("\n")[2].lstrip("\n")
    return rest if set(terms(units[0].text)) <= set(terms(rest)) else text


def _others(
    public: Sequence[RankedPassage], quotes: Sequence[Quote], near: float
) -> tuple[RankedPassage, ...]:
    """Return the passages that no quote is of and that score nearly as well as the best one."""
    used = {quote.ranked.passage.id for quote in quotes if quote.in_reply}
    return tuple(
        ranked
        for ranked in public
        if ranked.passage.id not in used and ranked.score >= near * public[0].score
    )


def _shown_internal(
    internal: Sequence[RankedPassage], public: Sequence[RankedPassage], policy: AnswerPolicy
) -> tuple[RankedPassage, ...]:
    least = max(INTERNAL_LEAST, INTERNAL_NEAR * public[0].score if public else 0.0)
    near = [each for each in internal if each.score >= least]
    return tuple(each for each in near if each.dense >= policy.topic_threshold)[:INTERNAL_SHOWN]


def without_answer(support: Support, reason: str) -> Support:
    """Return the support of a point that nothing is quoted for."""
    return replace(
        support, quotes=(), another=(), reason=reason, confidence=min(support.confidence, _LOW)
    )


def _of(retrieved: Retrieved, audience: Audience) -> tuple[RankedPassage, ...]:
    return tuple(
        ranked for ranked in retrieved.passages if ranked.passage.article.audience is audience
    )


def _score(unit: Unit, weights: Mapping[str, float], language: str, *, asks_figure: bool) -> float:
    own = set(terms(unit.text, language))
    score = sum(weight for term, weight in weights.items() if term in own)
    has_figure = asks_figure and any(char.isdigit() for char in unit.text)
    return score * _FIGURE_FACTOR if has_figure else score


def _is_exception(unit: Unit) -> bool:
    return fold(unit.text).startswith(_EXCEPTION)


def _flat(text: str) -> str:
    return " ".join(text.split())
