"""Decides what to do with a message: pure, from written rules first and from evidence then."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assist.domain.decision import (
    Abstain,
    Answer,
    Decision,
    DecisionKind,
    HandOff,
    Reason,
    Smalltalk,
    kind_of,
)
from assist.domain.evidence import Evidence, confidence
from assist.domain.phrases import fold_text
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule, Occasion, Priority, find_rule
from assist.domain.situation import NOTHING_KNOWN, Situation
from assist.domain.smalltalk import find_smalltalk
from assist.domain.turn import Turn
from knowledge_base.models import RankedPassage

_WORD = re.compile(r"\w")


def decide_before_search(
    message: str, rules: Sequence[HandoffRule], situation: Situation = NOTHING_KNOWN
) -> Decision | None:
    """Decide what needs no knowledge: courtesies, and what a person must handle.

    A rule with phrases comes before those without any, which let courtesies pass; else the first
    that applies counts. `None` means: search.
    """
    if not _WORD.search(message):
        return Abstain(Reason.NOT_SUPPORTED)
    said = find_rule(message, (rule for rule in rules if rule.any_of), situation)
    occasion = Occasion(fold_text(message), situation)
    unsaid = [rule for rule in rules if not rule.any_of and rule.applies_to(occasion)]
    if said:
        return _hand_off(said, *unsaid)
    smalltalk = find_smalltalk(message)
    if smalltalk:
        return Smalltalk(smalltalk)
    return _hand_off(*unsaid) if unsaid else None


def hand_off_by_topic(
    decision: Decision,
    message: str,
    passages: Sequence[RankedPassage],
    rules: Sequence[HandoffRule],
    situation: Situation = NOTHING_KNOWN,
) -> HandOff | None:
    """Hand over what is about a chosen article, whether it could be answered or not."""
    chosen = [rule for rule in rules if rule.topics]
    if not chosen or not passages or decision.reason == Reason.OFF_TOPIC:
        return None
    rule = find_rule(message, chosen, situation, passages[0].passage.article.id)
    return replace(_hand_off(rule), confidence=decision.confidence) if rule else None


def hand_off_on_failure(
    decision: Decision,
    message: str,
    rules: Sequence[HandoffRule],
    situation: Situation = NOTHING_KNOWN,
) -> HandOff | None:
    """Hand over instead of abstaining once too often; what is none of our topics is no failure."""
    if not is_failure(kind_of(decision), decision.reason, message):
        return None
    worse = replace(situation, failures=situation.failures + 1)
    rule = find_rule(message, (rule for rule in rules if rule.failures), worse)
    return replace(_hand_off(rule), confidence=decision.confidence) if rule else None


def is_failure(decision: DecisionKind, reason: str, message: str) -> bool:
    """Say whether a decision let the customer down: nothing asked of us is nothing owed."""
    owes = reason != Reason.OFF_TOPIC and bool(_WORD.search(message))
    return decision is DecisionKind.ABSTAIN and owes


def failures_after(turn: Turn, failures: int, *, was_unhelpful: bool = False) -> int:
    """Return how many failures in a row there are with this turn, given those besides it."""
    if turn.decision is DecisionKind.SMALLTALK:
        return failures
    if was_unhelpful or is_failure(turn.decision, turn.reason, turn.messages[-1]):
        return failures + 1
    return 0


def _hand_off(rule: HandoffRule, *others: HandoffRule) -> HandOff:
    """Hand over by a rule, as soon as any other one wants that applies too."""
    order = list(Priority)
    priority = min((each.priority for each in (rule, *others)), key=order.index)
    return HandOff(rule.name, rule.say, rule.queue, priority, skill=rule.skill)


def decide_from_evidence(
    passages: Sequence[RankedPassage], evidence: Evidence, policy: AnswerPolicy
) -> Decision:
    """Answer when the evidence is strong enough; otherwise hand over or abstain."""
    estimate = confidence(evidence)
    is_on_topic = max(evidence.dense, evidence.internal_lead) >= policy.topic_threshold
    if is_on_topic and evidence.internal_lead >= policy.internal_lead:
        return HandOff(Reason.INTERNAL_ONLY, confidence=estimate)
    if not passages:
        return Abstain(Reason.NOT_SUPPORTED)
    if not is_on_topic:
        return Abstain(Reason.OFF_TOPIC, estimate)
    first = passages[0].passage.article
    if first.verbatim:
        if estimate >= policy.verbatim_threshold:
            return Answer(tuple(passages[:1]), estimate, Reason.VERBATIM)
    elif estimate >= policy.answer_threshold:
        return Answer(tuple(passages), estimate)
    return Abstain(Reason.NOT_SUPPORTED, estimate)
