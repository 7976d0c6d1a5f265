"""Decides what to do with a message: pure, from written rules first and from evidence then."""

from __future__ import annotations

from collections.abc import Sequence

from assist.domain.decision import Abstain, Answer, Decision, HandOff, Reason, Smalltalk
from assist.domain.evidence import Evidence, confidence
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule, find_rule
from assist.domain.smalltalk import find_smalltalk
from knowledge_base.models import RankedPassage


def decide_before_search(
    message: str, client_rules: Sequence[HandoffRule], general: Sequence[HandoffRule]
) -> Decision | None:
    """Decide what needs no knowledge: courtesies, and what a person must handle.

    The client's own rules come before the general ones. `None` means: search.
    """
    rule = find_rule(message, client_rules) or find_rule(message, general)
    if rule:
        return HandOff(rule.name, rule.say, rule.queue, rule.priority)
    smalltalk = find_smalltalk(message)
    return Smalltalk(smalltalk) if smalltalk else None


def decide_from_evidence(
    passages: Sequence[RankedPassage], evidence: Evidence | None, policy: AnswerPolicy
) -> Decision:
    """Answer when the evidence is strong enough; otherwise hand over or abstain."""
    if evidence is None:
        return Abstain(Reason.NOT_SUPPORTED)
    estimate = confidence(evidence)
    if evidence.internal_lead >= policy.internal_lead:
        return HandOff(Reason.INTERNAL_ONLY, confidence=estimate)
    if evidence.dense < policy.topic_threshold:
        return Abstain(Reason.OFF_TOPIC, estimate)
    first = passages[0].passage.article
    if first.verbatim:
        if estimate >= policy.verbatim_threshold:
            return Answer(tuple(passages[:1]), estimate, Reason.VERBATIM)
    elif estimate >= policy.answer_threshold:
        return Answer(tuple(passages), estimate)
    return Abstain(Reason.NOT_SUPPORTED, estimate)
