// The suggested reply: sources first, then the text as it comes, and what the agent makes of it.

import { el } from "../dom.js";
import { percent, sources } from "../sources.js";
import { Checklist } from "./checklist.js";
import { dropDraft, readDraft } from "./drafts.js";
import { ask, notify } from "./dialogs.js";
import { Refusal, call, stream } from "./http.js";
import { confidenceWord, sentence } from "./words.js";

const QUIET_MS = 800;
const AGAIN = [["", "Another"], ["shorter", "Shorter"], ["warmer", "Warmer"], ["formal", "More formal"]];
const REJECTIONS = [["wrong", "Wrong"], ["off_topic", "Beside the point"], ["tone", "Tone"], ["outdated", "Outdated"], ["incomplete", "Incomplete"]];

export class SuggestionPanel {
  #panel = document.getElementById("suggestion");
  #text = document.getElementById("suggestion-text");
  #status = document.getElementById("suggestion-status");
  #buttons = document.getElementById("suggestion-buttons");
  #more = document.getElementById("suggestion-more");
  #sources = document.getElementById("suggestion-sources");
  #checklist = new Checklist(document.getElementById("checklist"));
  #suggestion = null;
  #attempt = null;
  #isTouched = false;
  #sendKey = "";
  #quietTimer = null;

  constructor(store, composer) {
    this.store = store;
    this.composer = composer;
    store.on("opened", () => this.#reset());
    store.on("detail", () => this.#offer());
    store.on("messages", (added) => this.#heard(added));
    store.on("sent", ({ id, kind }) => id === store.openId && kind === "reply" && this.#finish("Reply sent."));
    for (const event of ["pointerleave", "focusout"]) this.#panel.addEventListener(event, () => this.#refreshWhenQuiet());
  }

  /** Put the text behind what is typed already. */
  async insert({ focus = false } = {}) {
    const suggestion = this.#suggestion;
    if (!suggestion || !(await this.#mayUse(suggestion))) return;
    this.#isTouched = true;
    this.composer.insert(suggestion.text, { suggestionId: suggestion.id, focus });
    this.#say("Inserted below. Check it before you send.");
  }

  /** Ask for a draft; `again` for another one than the last. */
  async request(style = "", { again = true } = {}) {
    const { openId: id } = this.store;
    this.#attempt?.abort();
    clearTimeout(this.#quietTimer);
    const attempt = (this.#attempt = new AbortController());
    this.#suggestion = null;
    this.#isTouched = false;
    this.#panel.dataset.state = "loading";
    this.#say("Looking for sources…");
    this.#showButtons([["Stop", () => this.#stop()]]);
    let text = "";
    try {
      const path = `/v1/desk/conversations/${id}/suggestions`;
      for await (const { event, data } of stream("POST", path, { style, again }, { signal: attempt.signal })) {
        if (event === "sources") this.#showSources(data);
        if (event === "delta") this.#showText((text += data.text));
        if (event === "done") this.#showDone(data);
        if (event === "error") throw new Refusal(data.status, data);
      }
    } catch (error) {
      if (attempt.signal.aborted) return;
      this.#showFailure(error);
    }
    if (this.#panel.dataset.state === "loading" && !attempt.signal.aborted) this.#showFailure(new Error("The suggestion was cut off."));
  }

  #reset() {
    this.#attempt?.abort();
    clearTimeout(this.#quietTimer);
    this.#suggestion = null;
    this.#attempt = null;
    this.#isTouched = false;
    this.#panel.dataset.state = "empty";
    this.#text.replaceChildren();
    this.#sources.replaceChildren();
    this.#more.replaceChildren();
    this.#checklist.show(null, []);
    this.#say("");
    this.#showButtons([]);
  }

  /** Ask for a suggestion when the agent has opened a conversation of theirs. */
  #offer() {
    const { detail, openId, canWork } = this.store;
    this.#panel.hidden = !detail || !canWork || detail.state === "resolved";
    if (!detail || this.#panel.hidden || this.#panel.dataset.state !== "empty") return;
    this.#checklist.show(openId, detail.packet?.passages ?? []);
    if (this.#isWanted(detail)) this.request("", { again: false });
    else this.#showButtons([["Suggest a reply", () => this.request("", { again: false })]]);
  }

  #isWanted(detail) {
    return this.store.isMine(detail) && detail.state === "with_agent" && !readDraft(detail.id, "reply").text.trim();
  }

  /** A new message makes the suggestion stale; it is renewed unless the agent works with it. */
  #heard(added) {
    const { detail } = this.store;
    const isNews = added.some((message) => message.author === "customer" || message.author === "client");
    if (!isNews || !detail || !this.store.isMine(detail) || this.#panel.dataset.state === "empty") return;
    if (this.#panel.dataset.state === "loading") return void this.request();
    this.#panel.dataset.state = "stale";
    this.#say("The customer wrote since.");
    if (this.#suggestion) this.#showChoices();
    else this.#showButtons([["Suggest a reply", () => this.request()]]);
    this.#refreshWhenQuiet();
  }

  /** Renew a stale suggestion, but never under the pointer, the focus or an edit. */
  #refreshWhenQuiet() {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => {
      const isBusy = this.#panel.matches(":hover") || this.#panel.contains(document.activeElement);
      if (this.#panel.dataset.state !== "stale" || this.#isTouched || isBusy || this.composer.hasReply) return;
      this.request();
    }, QUIET_MS);
  }

  #stop() {
    this.#attempt?.abort();
    this.#panel.dataset.state = "stopped";
    this.#say("Stopped.");
    this.#showButtons([["Suggest a reply", () => this.request()]]);
  }

  #showText(text) {
    this.#text.textContent = text;
  }

  #showSources(citations) {
    this.#say("Writing…");
    this.#text.replaceChildren();
    this.#more.replaceChildren();
    this.#sources.replaceChildren(citations.length ? sources(citations) : el("p", { className: "quiet" }, "No source supports a reply."));
    this.#checklist.show(this.store.openId, [...citations, ...(this.store.detail?.packet?.passages ?? [])]);
  }

  #showDone(suggestion) {
    this.#suggestion = suggestion;
    this.#sendKey = crypto.randomUUID();
    this.#panel.dataset.state = "ready";
    this.#showText(suggestion.text || "No reply can be suggested from this client's knowledge.");
    const figure = suggestion.confidence ? `${confidenceWord(suggestion.confidence)}, ${percent(suggestion.confidence)}` : "";
    this.#say([figure, suggestion.reason_text || sentence(suggestion.reason ?? "")].filter(Boolean).join(" · "));
    this.#showMore(suggestion);
    this.#showChoices();
  }

  #showMore(suggestion) {
    const advice = suggestion.note.replace(/^Internal: /, "") || (suggestion.internal_used && "Internal knowledge was used. Read it before you send.");
    const internal = advice && el("p", { className: "flag" }, el("span", { className: "tag" }, "internal"), ` ${advice}`);
    const warned = (suggestion.warnings ?? []).map((warning) => el("p", { className: "flag" }, warning));
    this.#more.replaceChildren(...[internal, ...warned].filter(Boolean));
  }

  #showChoices() {
    const isStale = this.#panel.dataset.state === "stale";
    const isEmpty = !this.#suggestion.text;
    this.#showButtons([
      ...(isEmpty ? [] : [["Insert", () => this.insert(), "Alt+I", true], ["Edit", () => this.insert({ focus: true })], ["Send", () => this.#send()]]),
      isStale ? ["Update", () => this.request()] : ["Again", () => this.#showMenu("Again", AGAIN, (style) => this.request(style))],
      ...(isEmpty ? [] : [["Reject", () => this.#showMenu("Why?", REJECTIONS, (reason) => this.#reject(reason))]]),
    ]);
  }

  /** Put one row of choices where the buttons were: one more click, and nothing moves. */
  #showMenu(title, choices, choose) {
    const back = ["Back", () => this.#showChoices()];
    this.#showButtons([...choices.map(([value, label]) => [label, () => choose(value)]), back], title);
    this.#buttons.querySelector("button")?.focus();
  }

  async #reject(reason) {
    const { id } = this.#suggestion;
    this.#finish("Rejected. Thank you, this is counted.");
    try {
      await call("POST", `/v1/suggestions/${id}/outcome`, { outcome: "rejected", reason });
    } catch (error) {
      notify(`The rejection was not recorded: ${error.message}`, { isProblem: true });
    }
  }

  async #send({ confirm = [] } = {}) {
    const { openId: id } = this.store;
    const suggestion = this.#suggestion;
    if (!confirm.length && !(await this.#mayUse(suggestion))) return;
    const draft = { text: suggestion.text, key: this.#sendKey, suggestionId: suggestion.id, confirm };
    this.#disable();
    try {
      await this.composer.post(id, "reply", draft);
    } catch (error) {
      this.#showChoices();
      if (error.slug === "draft-stopped") this.composer.showFindings(error.findings, (kinds) => this.#send({ confirm: kinds }));
      else notify(`Not sent. ${error.message}`, { isProblem: true });
    }
  }

  #finish(text) {
    if (this.#panel.dataset.state === "empty") return;
    this.#attempt?.abort();
    const { openId } = this.store;
    if (openId && !readDraft(openId, "reply").text) dropDraft(openId, "reply");
    this.#suggestion = null;
    this.#isTouched = false;
    this.#panel.dataset.state = "done";
    this.#text.replaceChildren();
    this.#more.replaceChildren();
    this.#sources.replaceChildren();
    this.#say(text);
    this.#showButtons([["Suggest a reply", () => this.request()]]);
  }

  #showFailure(error) {
    this.#panel.dataset.state = "failed";
    const isRefused = error instanceof Refusal && error.status === 403;
    this.#say(error.message);
    this.#showButtons(isRefused ? [] : [["Try again", () => this.request()]]);
  }

  #showButtons(buttons, label = "Suggestion") {
    const made = buttons.map(([text, run, keys, isPrimary]) =>
      el("button", { type: "button", className: isPrimary ? "button primary" : "button", title: keys ? `${text} (${keys})` : "", onclick: run }, text),
    );
    this.#buttons.setAttribute("aria-label", label);
    this.#buttons.replaceChildren(...made);
  }

  #disable() {
    for (const button of this.#buttons.children) button.disabled = true;
  }

  #say(text) {
    this.#status.textContent = text;
  }

  /** Internal knowledge reaches a reply only after a warning. */
  async #mayUse(suggestion) {
    return !suggestion.internal_used || warnOfInternal();
  }
}

/** Warn before internal text goes into a reply; resolves to whether the agent goes on. */
export function warnOfInternal() {
  return ask({
    title: "This uses internal knowledge",
    intro: "Customers must not read internal text as it stands. Insert it only to rephrase it, and take out what is internal before you send.",
    action: "Insert anyway",
    danger: true,
  });
}
