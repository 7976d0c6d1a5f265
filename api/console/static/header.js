// The head of the opened conversation: who, which client, in which state, and what can be done.

import { el } from "../dom.js";
import { clientTag } from "./client-tags.js";
import { countdown, shortTime } from "./times.js";
import { customerName, languageName, stateWord } from "./words.js";

export class Header {
  #head = document.getElementById("conversation-head");

  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
    store.on("opened detail", () => this.#show());
    setInterval(() => this.#tick(), 1000);
  }

  #show() {
    const { detail } = this.store;
    this.#head.hidden = !detail;
    if (!detail) return;
    this.#head.dataset.client = detail.client_id;
    const held = document.activeElement?.closest?.("[data-action]")?.dataset.action;
    this.#head.replaceChildren(
      el(
        "div",
        { className: "who" },
        el("h2", {}, customerName(detail), ...marks(detail.customer)),
        el(
          "p",
          { className: "facts-line" },
          clientTag(detail.client_id, detail.client_name),
          stateTag(detail, this.store),
          this.#due(detail),
          detail.language ? el("span", {}, languageName(detail.language)) : null,
        ),
      ),
      el("div", { className: "actions", role: "group", "aria-label": "Actions" }, ...this.#buttons(detail)),
    );
    if (held) this.#head.querySelector(`[data-action="${held}"]`)?.focus();
  }

  #buttons(detail) {
    if (!this.store.canWork) return [];
    return this.actions.available(detail).map(({ name, label, keys, isPrimary, run }) => {
      const button = el("button", { type: "button", className: isPrimary ? "button primary" : "button", onclick: run }, label);
      button.dataset.action = name;
      if (keys) button.title = `${label} (${keys})`;
      return button;
    });
  }

  #due(detail) {
    if (!detail.deadline_at) return null;
    const due = el("span", { className: "due", "data-deadline": detail.deadline_at, title: "Until the first reply is due" });
    showDue(due);
    return due;
  }

  #tick() {
    const due = this.#head.querySelector("[data-deadline]");
    if (due) showDue(due);
  }
}

function showDue(due) {
  const { text, level } = countdown(due.dataset.deadline);
  due.textContent = text;
  due.dataset.level = level;
}

function marks(customer) {
  return [
    customer.is_verified && el("span", { className: "badge good" }, "Verified"),
    customer.is_vip && el("span", { className: "badge vip" }, "VIP"),
  ].filter(Boolean);
}

function stateTag(detail, store) {
  const who = store.isMine(detail) ? "you" : detail.assignee?.name;
  const words = {
    with_agent: who ? `With ${who}` : "With an agent",
    waiting_on_client: `Waiting on ${detail.client_name}${detail.escalation ? ` since ${shortTime(detail.escalation.since)}` : ""}`,
    assistant: "With the AI assistant",
    resolved: detail.resolution?.disposition ? `Resolved: ${detail.resolution.disposition}` : "Resolved",
  };
  return el("span", { className: "badge state-tag", "data-state": detail.state }, words[detail.state] ?? stateWord(detail.state));
}
