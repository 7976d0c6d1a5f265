// The steps of a cited procedure as boxes to tick, kept for each conversation.

import { el } from "../dom.js";

const STEP = /^\s*(?:\*\*)?(?:step\s+)?(\d{1,2})[.):]\s+(.+?)(?:\*\*)?\s*$/i;
const FEWEST_STEPS = 3;

export class Checklist {
  constructor(region) {
    this.region = region;
  }

  /** Show the first cited procedure; without one there is nothing to show. */
  show(conversationId, citations) {
    const procedure = conversationId ? citations.map(procedureOf).find(Boolean) : null;
    this.region.hidden = !procedure;
    if (!procedure) return this.region.replaceChildren();
    const key = `console.steps.${conversationId}.${procedure.id}`;
    const done = new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
    const count = el("span", { className: "count" });
    const showCount = () => (count.textContent = `${done.size} of ${procedure.steps.length}`);
    const items = procedure.steps.map((text, index) => {
      const box = el("input", { type: "checkbox", checked: done.has(index) });
      box.onchange = () => {
        if (box.checked) done.add(index);
        else done.delete(index);
        sessionStorage.setItem(key, JSON.stringify([...done]));
        showCount();
      };
      return el("li", {}, el("label", {}, box, el("span", {}, text)));
    });
    showCount();
    const head = el("h2", {}, "Procedure ", count);
    return this.region.replaceChildren(head, el("p", { className: "quiet" }, procedure.title), el("ol", {}, ...items));
  }
}

/** Return the numbered steps of a passage, if it has several in order. */
export function procedureOf(citation) {
  const steps = [];
  for (const line of citation.quote.split("\n")) {
    const found = STEP.exec(line);
    if (found && Number(found[1]) === steps.length + 1) steps.push(found[2]);
  }
  return steps.length >= FEWEST_STEPS ? { id: citation.article_id, title: citation.title, steps } : null;
}
