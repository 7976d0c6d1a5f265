// The messages in the order of their sequences, with their sources and what can be done with them.

import { button, el } from "./dom.js";
import { isWebAddress, link, listed, rich, withoutList } from "./rich.js";

const NEAR_END = 80;

export class Thread {
  #texts;
  #acts;
  #shown = new Map(); // sequence -> element
  #pending = new Map(); // key -> element
  #reply = null;
  #stopped = null;
  #tail;

  /** `acts` has `choose(text)`, `retry()`, `feedback(sequence, isHelpful)`, `person()` and `announce(text)`. */
  constructor(texts, acts) {
    this.#texts = texts;
    this.#acts = acts;
    this.#tail = el("div", { className: "tail" });
    this.element = el(
      "div",
      { className: "thread", role: "region", "aria-label": texts.conversation, tabIndex: 0 },
      this.#tail,
    );
  }

  /** Begin with the greeting, and questions to start with. */
  greet({ greeting, starters }) {
    const questions = starters.map((text) => button(text, () => this.#acts.choose(text)));
    this.starters = el("div", { className: "chips", role: "group", "aria-label": this.#texts.starters }, ...questions);
    this.#insert(
      el("div", { className: "message assistant" }, el("div", { className: "bubble" }, rich(greeting))),
      el("p", { className: "system" }, this.#texts.notice),
      this.starters,
    );
  }

  clear() {
    for (const shown of [...this.#shown.values(), ...this.#pending.values()]) shown.remove();
    this.#shown.clear();
    this.#pending.clear();
    this.reply(null);
    this.starters.hidden = false;
  }

  get isEmpty() {
    return !this.#shown.size && !this.#pending.size;
  }

  has(sequence) {
    return this.#shown.has(sequence);
  }

  /** Show a message at its place; it replaces what was shown while it was on its way. */
  add(message) {
    if (this.has(message.sequence)) return;
    const isFollowed = this.isAtEnd;
    if (message.author !== "customer") this.#dropActions();
    const element = this.#message(message);
    const later = [...this.#shown.keys()].filter((sequence) => sequence > message.sequence);
    const next = later.length ? this.#shown.get(Math.min(...later)) : this.#firstPending();
    this.element.insertBefore(element, next ?? this.#tail);
    this.#shown.set(message.sequence, element);
    this.starters.hidden = true;
    if (["assistant", "agent"].includes(message.author)) this.reply(null);
    if (isFollowed) this.#reveal(element, message.author === "assistant");
  }

  /** Show a message that is on its way; one that has its place is shown there. */
  pending(entry) {
    const before = this.#pending.get(entry.key);
    if (entry.sequence && entry.state !== "failed") return this.settled(entry);
    const element = entry.sequence ? this.#unanswered() : this.#unsent(entry);
    if (before) before.replaceWith(element);
    else this.#insert(element);
    this.#pending.set(entry.key, element);
    this.starters.hidden = true;
    if (!before) this.scrollToEnd();
  }

  settled({ key }) {
    this.#pending.get(key)?.remove();
    this.#pending.delete(key);
  }

  /** Show that a reply is awaited: `""`, or its next piece; `null` when there is none any more. */
  reply(piece) {
    if (piece === null) {
      this.#reply?.element.remove();
      this.#reply = null;
      return;
    }
    const isFollowed = this.isAtEnd;
    this.#reply ??= this.#newReply();
    const { bubble } = this.#reply;
    this.#reply.text += piece;
    if (this.#reply.text) bubble.replaceChildren(rich(this.#reply.text, this.#texts.table));
    if (isFollowed) this.scrollToEnd();
  }

  /** Keep what was shown of the reply; the rest is shown on request. */
  stop() {
    this.#stopped = this.#reply?.text ?? "";
    this.reply(null);
  }

  /** Show something below the last message: that somebody types, or a card. */
  below(...elements) {
    const isFollowed = this.isAtEnd;
    this.#tail.replaceChildren(...elements);
    if (isFollowed) this.scrollToEnd();
  }

  scrollToEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  get isAtEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    return scrollTop + clientHeight > scrollHeight - NEAR_END;
  }

  /** A long answer is read from its beginning, so it is not scrolled past. */
  #reveal(element, fromItsStart) {
    this.scrollToEnd();
    const above = element.previousElementSibling ?? element;
    if (fromItsStart && element.offsetHeight + above.offsetHeight > this.element.clientHeight)
      this.element.scrollTop = element.offsetTop - this.element.offsetTop - 12;
  }

  #insert(...elements) {
    this.#tail.before(...elements);
  }

  #firstPending() {
    return this.#pending.values().next().value ?? this.#reply?.element;
  }

  #newReply() {
    const dots = el("span", { className: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    const bubble = el("div", { className: "bubble" }, dots);
    const element = el("div", { className: "message assistant", "aria-hidden": "true" }, bubble);
    this.#insert(element);
    return { element, bubble, text: "" };
  }

  #unsent({ text, state }) {
    const note =
      state === "failed"
        ? el("span", { className: "fault" }, `${this.#texts.notSent} `, button(this.#texts.retry, this.#acts.retry, "link"))
        : this.#texts.sending;
    return el(
      "div",
      { className: "message mine" },
      el("div", { className: "bubble unsent" }, text),
      el("div", { className: "note" }, note),
    );
  }

  #unanswered() {
    const again = button(this.#texts.retry, this.#acts.retry, "link");
    return el("div", { className: "note fault" }, `${this.#texts.unanswered} `, again);
  }

  #message(message) {
    const { author, text } = message;
    if (author === "customer") return said("mine", text);
    if (author === "system") return el("p", { className: "system" }, ...rich(text).childNodes);
    if (author === "assistant") return this.#assistants(message);
    const name = el("div", { className: "note" }, message.author_name || this.#texts.team);
    return el("div", { className: "message agent" }, name, bubble(rich(text, this.#texts.table)));
  }

  #assistants(message) {
    const { text, decision, citations, sequence } = message;
    const isChoice = decision === "clarify";
    const element = said("assistant", rich(isChoice ? withoutList(text) : text, this.#texts.table));
    if (this.#stopped !== null) this.#cutShort(element.firstChild);
    if (citations.length) element.append(...this.#sources(citations, sequence));
    const chips = isChoice ? listed(text).map((each) => button(each, () => this.#acts.choose(each))) : [];
    if (decision === "abstain") chips.push(button(this.#texts.person, this.#acts.person));
    if (chips.length) element.append(el("div", { className: "chips action" }, ...chips));
    if (decision === "answer") element.append(this.#feedback(message));
    return element;
  }

  #cutShort(bubble) {
    const partial = this.#stopped;
    this.#stopped = null;
    const whole = bubble.firstChild;
    const show = button(this.#texts.showAll, () => bubble.replaceChildren(whole), "link");
    const note = el("p", { className: "note" }, `${this.#texts.stopped} `, show);
    bubble.replaceChildren(rich(partial, this.#texts.table), note);
  }

  #sources(citations, sequence) {
    const panel = el("div", { className: "source", id: `source-${sequence}`, hidden: true });
    const numbers = citations.map((citation, index) => {
      const number = el(
        "button",
        {
          type: "button",
          className: citation.in_reply === false ? "number aside" : "number",
          "aria-expanded": "false",
          "aria-controls": panel.id,
          "aria-label": this.#texts.source(index + 1, citation.title),
          title: citation.title,
        },
        String(index + 1),
      );
      number.onclick = () => this.#openSource(numbers, number, panel, citation);
      return number;
    });
    const row = el("div", { className: "sources" }, el("span", { className: "note" }, this.#texts.sources), ...numbers);
    return [row, panel];
  }

  #openSource(numbers, pressed, panel, citation) {
    const isOpen = pressed.getAttribute("aria-expanded") === "true";
    for (const each of numbers) each.setAttribute("aria-expanded", String(each === pressed && !isOpen));
    panel.hidden = isOpen;
    const title = el("p", {}, el("strong", {}, citation.title), citation.section ? ` · ${citation.section}` : null);
    const aside = citation.in_reply === false ? el("p", { className: "note" }, this.#texts.seeAlso) : null;
    const original = isWebAddress(citation.source_url) ? link(citation.source_url, this.#texts.original) : null;
    const quote = el("blockquote", {}, rich(citation.quote, this.#texts.table));
    panel.replaceChildren(...[aside, title, quote, original].filter(Boolean));
    if (!isOpen) panel.scrollIntoView({ block: "nearest" });
  }

  #feedback({ sequence }) {
    const row = el("div", { className: "feedback action" }, el("span", { className: "note" }, this.#texts.helpful));
    const answer = (isHelpful) => async () => {
      if (!(await this.#acts.feedback(sequence, isHelpful))) return;
      const text = isHelpful ? this.#texts.thanks : this.#texts.sorry;
      row.replaceChildren(el("span", { className: "note" }, text));
      if (!isHelpful) row.append(button(this.#texts.person, this.#acts.person, "small"));
      this.#acts.announce(text);
    };
    row.append(button(this.#texts.yes, answer(true), "small"), button(this.#texts.no, answer(false), "small"));
    return row;
  }

  /** What an earlier message offered no longer fits once a newer one is there. */
  #dropActions() {
    for (const action of this.element.querySelectorAll(".action")) action.remove();
  }
}

function said(kind, content) {
  return el("div", { className: `message ${kind}` }, bubble(content));
}

function bubble(content) {
  return el("div", { className: "bubble" }, content);
}

/** What is said to the customer beside the messages. */
export function told(text) {
  return el("p", { className: "system", role: "status" }, text);
}
