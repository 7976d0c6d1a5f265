// The messages of the opened conversation: who said what and when, notes apart, sources foldable.

import { el } from "../dom.js";
import { rich } from "../rich.js";
import { sources } from "../sources.js";
import { failure, loading, note } from "./regions.js";
import { fullTime, shortTime } from "./times.js";
import { customerName, initials } from "./words.js";

const NEAR_END_PX = 80;
const TYPING_MS = 6_000;

export class Thread {
  #log = document.getElementById("thread");
  #typing = document.getElementById("typing");
  #jump = document.getElementById("jump");
  #typingTimer = null;
  #shownId = null;
  #isPinned = true;
  #top = 0;

  constructor(store) {
    this.store = store;
    store.on("opened", (id) => this.#open(id));
    store.on("messages detail", () => this.#show());
    store.on("typing", (typing) => this.#showTyping(typing));
    this.#jump.onclick = () => this.#toEnd();
    this.#log.addEventListener("scroll", () => this.#scrolled());
    new ResizeObserver(() => this.#isPinned && this.#toEnd()).observe(this.#log);
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  #open(id) {
    this.#shownId = null;
    this.#jump.hidden = true;
    this.#hideTyping();
    this.done?.();
    this.#log.replaceChildren();
    if (id) this.done = loading(this.#log, "Loading the conversation…");
    else this.#log.replaceChildren(welcome());
  }

  /** Show that a conversation could not be opened. */
  fail(error, retry) {
    this.done?.();
    const isUnknown = error.status === 404;
    const shown = isUnknown ? note("There is no such conversation among your clients.") : failure(error, retry);
    this.#log.replaceChildren(shown);
  }

  #show() {
    const { openId, detail } = this.store;
    if (!detail || detail.id !== openId) return;
    this.done?.();
    const messages = this.store.messages(openId);
    const isNew = this.#shownId !== openId;
    const wasAtEnd = this.#isPinned;
    if (isNew) this.#log.replaceChildren();
    this.#shownId = openId;
    if (!messages.length) {
      this.#log.replaceChildren(note("No message yet."));
      this.#shownId = null;
      return;
    }
    const added = this.#insert(messages, detail);
    if (isNew || (added && (wasAtEnd || added.author === "agent"))) this.#toEnd();
    else if (added) this.#jump.hidden = false;
    if (added?.author === "customer") this.#hideTyping();
    this.#looked();
  }

  /** Insert what is not shown yet, in order; returns the newest of it. */
  #insert(messages, detail) {
    let newest = null;
    const shown = new Map([...this.#log.querySelectorAll("[data-sequence]")].map((each) => [each.dataset.sequence, each]));
    let before = null;
    for (const message of [...messages].reverse()) {
      const known = shown.get(String(message.sequence));
      const item = known ?? messageItem(message, detail, this.store.user);
      if (!known) {
        this.#log.insertBefore(item, before);
        newest ??= message;
      }
      before = item;
    }
    return newest;
  }

  /** Only who scrolls back leaves the end; the end itself moves when the layout changes. */
  #scrolled() {
    const { scrollTop } = this.#log;
    if (this.#isAtEnd()) this.#isPinned = true;
    else if (scrollTop < this.#top) this.#isPinned = false;
    this.#top = scrollTop;
    this.#looked();
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#isPinned = true;
    this.#jump.hidden = true;
  }

  /** What is in sight and at the end has been read. */
  #looked() {
    if (!this.store.openId || !this.#isAtEnd()) return;
    this.#jump.hidden = true;
    this.store.markSeen(this.store.openId);
  }

  #showTyping({ conversation_id: id, who }) {
    if (id !== this.store.openId || !this.store.detail || who === this.store.user.name) return;
    const name = who === "customer" ? customerName(this.store.detail) : who;
    this.#typing.textContent = `${name} is typing…`;
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.#hideTyping(), TYPING_MS);
  }

  #hideTyping() {
    this.#typing.textContent = "";
  }
}

function messageItem(message, detail, user) {
  const author = authorOf(message, detail, user);
  const item = el(
    "article",
    { className: `message ${author.side}`, "data-sequence": String(message.sequence), "aria-label": `${author.name}, ${shortTime(message.created_at)}` },
    author.side === "notice" ? null : el("span", { className: "avatar", "aria-hidden": "true" }, author.mark),
    el(
      "div",
      { className: "said" },
      author.side === "notice" ? null : byline(author, message),
      author.side === "notice" ? noticeText(message) : bubble(message),
      message.citations.length ? folded(message.citations) : null,
    ),
  );
  item.dataset.author = message.author;
  return item;
}

function authorOf(message, detail, user) {
  const isInternal = message.audience === "internal";
  if (message.author === "system") {
    return isInternal ? { side: "internal", name: "System", mark: "i" } : { side: "notice", name: "Notice" };
  }
  if (message.author === "customer") {
    const name = customerName(detail);
    return { side: "theirs", name, mark: initials(name) };
  }
  if (message.author === "client") return { side: "theirs", name: `${message.author_name || "Contact"}, ${detail.client_name}`, mark: detail.client_name[0] };
  if (message.author === "assistant") return { side: "ours", name: "AI assistant", mark: "AI" };
  const isSelf = message.author_id ? message.author_id === user.id : message.author_name === user.name;
  const name = message.author_name || "Agent";
  return { side: isInternal ? "internal" : "ours", name: isSelf ? "You" : name, mark: initials(name) };
}

function byline(author, message) {
  return el(
    "p",
    { className: "byline" },
    el("strong", {}, author.name),
    author.side === "internal" ? el("span", { className: "badge internal" }, "Internal note") : null,
    message.suggestion_id ? el("span", { className: "badge" }, "From suggestion") : null,
    el("time", { dateTime: message.created_at, title: fullTime(message.created_at) }, shortTime(message.created_at)),
  );
}

function bubble(message) {
  const isPlain = message.author === "customer" || message.author === "agent" || message.author === "client";
  const content = isPlain ? el("div", { className: "plain-text" }, message.text) : rich("div", message.text);
  content.classList.add("bubble");
  return content;
}

function noticeText(message) {
  return el("p", { className: "notice-text" }, message.text, " ", el("time", { dateTime: message.created_at }, shortTime(message.created_at)));
}

function folded(citations) {
  const count = citations.length === 1 ? "1 source" : `${citations.length} sources`;
  const list = sources(citations);
  list.querySelector("h2").remove();
  return el("details", { className: "cited" }, el("summary", {}, count), list);
}

function welcome() {
  return el(
    "div",
    { className: "state welcome" },
    el("p", {}, "Open a conversation on the left."),
    el("p", { className: "quiet" }, el("kbd", {}, "J"), " ", el("kbd", {}, "K"), " move, ", el("kbd", {}, "Enter"), " opens, ", el("kbd", {}, "?"), " lists all keys"),
  );
}
