"""Lets a language model word an answer, and sends what of it the quoted passages support."""

from __future__ import annotations

import logging
from collections.abc import Callable
from secrets import token_hex

from assist.domain.checked_reply import check_sentences
from assist.domain.claim_markers import LANGUAGES
from assist.domain.client import ClientProfile
from assist.domain.decision import Answer, Decision, Reason
from assist.domain.generating import (
    Fault,
    ModelFaultError,
    Prices,
    PromptTemplate,
    Written,
    build_prompt,
    read_sentences,
)
from assist.domain.generation import AnswerMode, Dropped, Generation
from assist.domain.turn import Question, Reply
from assist.ports.language_model import LanguageModel
from knowledge_base.models import Audience, Passage, PassageId

_logger = logging.getLogger(__name__)


class WritingService:
    """Generated answers. A quoted one stands wherever a model fails or is not supported."""

    def __init__(
        self,
        model: LanguageModel,
        template: PromptTemplate,
        prices: Prices,
        new_code: Callable[[], str] = lambda: token_hex(8),
    ) -> None:
        self._model = model
        self._template = template
        self._prices = prices
        self._new_code = new_code

    def open(self) -> None:
        """Load what the first answer needs."""
        self._model.open()

    def rewrite(
        self,
        question: Question,
        decision: Decision,
        reply: Reply,
        text: str,
        profile: ClientProfile,
    ) -> tuple[Reply, Generation | None]:
        """Return the quoted reply or a generated one from the same passages, with the record.

        `text` is what was searched for. Without a record, no model was asked.
        """
        passages = _passages(decision, reply)
        if not passages or not _may_generate(question, decision, profile, passages):
            return reply, None
        prompt = build_prompt(
            self._template,
            passages,
            text,
            client=profile.name,
            language=profile.language,
            code=self._new_code(),
        )
        written: Written | None = None
        try:
            written = self._model.write(prompt)
            checked = check_sentences(read_sentences(written.text), passages, (profile.name,))
        except ModelFaultError as error:
            _logger.warning("a generated answer failed: %s", error)
            return reply, self._record(written, error.fault)
        if not checked.is_enough(_best(reply)):
            return reply, self._record(written, Fault.UNSUPPORTED, checked.dropped)
        return checked.reply(reply.citations), self._record(written, None, checked.dropped)

    def _record(
        self, written: Written | None, fault: Fault | None, dropped: tuple[Dropped, ...] = ()
    ) -> Generation:
        return Generation(
            mode=AnswerMode.QUOTED if fault else AnswerMode.GENERATED,
            model=written.model if written else self._model.name,
            prompt=self._template.name,
            fault=fault,
            input_tokens=written.input_tokens if written else None,
            output_tokens=written.output_tokens if written else None,
            cost_usd=self._prices.cost_usd(written) if written else None,
            dropped=dropped,
        )


def _passages(decision: Decision, reply: Reply) -> list[Passage]:
    """Return the passages that the quoted reply is made of, in its order."""
    if not isinstance(decision, Answer):
        return []
    by_id = {each.passage.id: each.passage for each in decision.passages}
    return [by_id[each.passage_id] for each in reply.citations if each.in_reply]


def _best(reply: Reply) -> PassageId:
    """Return the passage that fits the question best: an answer without it would be another one."""
    return max(reply.citations, key=lambda each: (each.in_reply, each.score)).passage_id


def _may_generate(
    question: Question, decision: Decision, profile: ClientProfile, passages: list[Passage]
) -> bool:
    """Say whether a model may see these texts, and its words can be checked against them."""
    return (
        profile.may_generate
        and question.audience is Audience.PUBLIC
        and decision.reason != Reason.VERBATIM
        and all(
            passage.article.audience is Audience.PUBLIC
            and not passage.article.verbatim
            and passage.article.language[:2] in LANGUAGES
            for passage in passages
        )
    )
