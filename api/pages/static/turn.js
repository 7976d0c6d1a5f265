// Shows one answer: what is said, its sources, and why it was decided so.

import { el } from "./dom.js";
import { rich } from "./rich.js";
import { percent, sources } from "./sources.js";

const DECISIONS = {
  answer: "Answered",
  clarify: "Asked back",
  abstain: "Not answered",
  handoff: "Handed to a person",
  smalltalk: "Courtesy",
};

const REASONS = {
  supported: "supported by its sources",
  verbatim: "approved wording",
  ambiguous: "more than one answer fits",
  not_supported: "no approved article supports an answer",
  no_knowledge: "nothing is published yet",
  off_topic: "outside this company's topics",
  internal_only: "only internal articles cover it",
};

const TAKEN_OVER = "On a live site a person takes over from here, with everything said so far.";

/** Return the answer; `onChoice` gets a choice that was pressed, `onPerson` the wish for one. */
export function turn(answer, { onChoice, onPerson }) {
  const element = el("article", { className: "turn" }, rich("div", answer.text));
  element.firstChild.classList.add("bubble", "assistant");
  if (answer.choices.length) element.append(chips(answer.choices, onChoice));
  if (answer.citations.length) element.append(sources(answer.citations));
  if (answer.decision === "abstain") element.append(chips(["Talk to a person"], onPerson));
  if (answer.decision === "handoff") element.append(el("p", { className: "quiet" }, TAKEN_OVER));
  element.append(facts(answer));
  element.dataset.decision = answer.decision;
  return element;
}

function chips(labels, onPress) {
  const buttons = labels.map((label) =>
    el("button", { type: "button", className: "chip", onclick: () => onPress(label) }, label),
  );
  return el("div", { className: "chips" }, ...buttons);
}

function facts(answer) {
  const decision = fact("Decision", DECISIONS[answer.decision] ?? answer.decision);
  decision.className = "decision";
  decision.dataset.decision = answer.decision;
  const isRule = answer.decision === "handoff" && !(answer.reason in REASONS);
  return el(
    "dl",
    { className: "facts" },
    decision,
    fact("Reason", isRule ? `rule ${answer.reason}` : (REASONS[answer.reason] ?? answer.reason)),
    answer.handoff ? fact("Queue", `${answer.handoff.queue}, ${answer.handoff.priority}`) : null,
    answer.confidence ? fact("Confidence", percent(answer.confidence)) : null,
    fact("Knowledge", answer.knowledge_version ? `version ${answer.knowledge_version}` : "none"),
    fact("Time", `${answer.latency_ms.toFixed(answer.latency_ms < 10 ? 1 : 0)} ms`),
  );
}

function fact(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}
