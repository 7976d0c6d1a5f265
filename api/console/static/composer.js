// Where the agent writes: a reply to the customer or an internal note, kept until it is sent.

import { el } from "../dom.js";
import { changeDraft, dropDraft, readDraft } from "./drafts.js";
import { findingsBox } from "./findings.js";
import { Refusal, call } from "./http.js";
import { customerName } from "./words.js";

const TYPING_EVERY_MS = 3_000;
const SEND = { reply: "Send reply", note: "Add note" };

export class Composer {
  kind = "reply";
  #form = document.getElementById("composer");
  #box = document.getElementById("draft");
  #label = document.getElementById("draft-label");
  #send = document.getElementById("send");
  #hint = document.getElementById("composer-hint");
  #above = document.getElementById("above-composer");
  #tabs = [...this.#form.querySelectorAll("[role=tab]")];
  #typedAt = 0;
  #isSending = false;

  constructor(store) {
    this.store = store;
    store.on("opened", () => this.#restore());
    store.on("detail", () => this.#showRules());
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.send();
    };
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) this.send();
    });
    for (const tab of this.#tabs) tab.onclick = () => this.choose(tab.dataset.kind, { focus: true });
  }

  get text() {
    return this.#box.value;
  }

  /** Whether the reply has text that the agent typed or took over. */
  get hasReply() {
    const { openId } = this.store;
    return Boolean(openId && readDraft(openId, "reply").text.trim());
  }

  /** Switch between reply and note; each keeps its own text. */
  choose(kind, { focus = false } = {}) {
    this.kind = kind;
    this.#restore();
    if (focus) this.focus();
  }

  focus() {
    this.#box.focus();
    this.#box.setSelectionRange(this.#box.value.length, this.#box.value.length);
  }

  /** Add text to the reply: behind what is there, never in its place. */
  insert(text, { suggestionId = null, focus = false } = {}) {
    if (this.kind !== "reply") this.choose("reply");
    const typed = this.#box.value.trimEnd();
    this.#box.value = typed ? `${typed}\n\n${text}` : text;
    const from = suggestionId ? { suggestionId } : {};
    changeDraft(this.store.openId, "reply", { text: this.#box.value, ...from });
    this.#above.replaceChildren();
    this.#showRules();
    this.#box.scrollTop = this.#box.scrollHeight;
    this.store.tell("inserted");
    if (focus) this.focus();
  }

  /** Send what is written; it stays in the box until the service has it. */
  async send({ confirm = [] } = {}) {
    const { openId: id } = this.store;
    const { kind } = this;
    const text = this.#box.value.trim();
    if (!text || this.#isSending || this.#send.disabled) return;
    const draft = changeDraft(id, kind, { text: this.#box.value });
    this.#setSending(true);
    try {
      await this.post(id, kind, { text, key: draft.key, suggestionId: draft.suggestionId, confirm });
      dropDraft(id, kind);
      if (this.#isShown(id, kind)) this.#restore();
    } catch (error) {
      changeDraft(id, kind, { isFailed: !(error instanceof Refusal) });
      if (this.#isShown(id, kind)) this.#showProblem(error);
    } finally {
      this.#setSending(false);
    }
  }

  /** Send a reply or note; the same key again is the same message. */
  async post(id, kind, { text, key, suggestionId = null, confirm = [] }) {
    const body = { text, ...(suggestionId && { suggestion_id: suggestionId }), ...(confirm.length && { confirm }) };
    const path = `/v1/conversations/${id}/${kind === "reply" ? "reply" : "notes"}`;
    const exchange = await call("POST", path, body, { key });
    this.store.addMessages(id, exchange.messages ?? []);
    this.store.fetchMessages(id).catch(() => {});
    this.store.tell("sent", { id, kind, suggestionId });
  }

  /** Show what stopped a draft: the words in question, and what can be done. */
  showFindings(findings, sendAnyway) {
    this.#above.replaceChildren(findingsBox(findings, sendAnyway));
  }

  #isShown(id, kind) {
    return this.store.openId === id && this.kind === kind;
  }

  #restore() {
    const { openId } = this.store;
    this.#above.replaceChildren();
    const draft = openId ? readDraft(openId, this.kind) : { text: "", isFailed: false };
    this.#box.value = draft.text;
    for (const tab of this.#tabs) tab.setAttribute("aria-selected", String(tab.dataset.kind === this.kind));
    this.#form.dataset.kind = this.kind;
    this.#showRules();
    if (draft.isFailed) this.#showNotSent();
  }

  #typed() {
    const { openId, detail } = this.store;
    const isEmptied = !this.#box.value.trim();
    const draft = changeDraft(openId, this.kind, { text: this.#box.value, ...(isEmptied && { suggestionId: null }) });
    if (!draft.isFailed) this.#above.replaceChildren();
    if (this.kind === "reply" && detail && this.store.isMine(detail) && Date.now() - this.#typedAt > TYPING_EVERY_MS) {
      this.#typedAt = Date.now();
      call("POST", `/v1/conversations/${openId}/typing`).catch(() => {}); // only a courtesy
    }
  }

  #showRules() {
    this.#applyRules();
    const again = this.#above.querySelector(".again");
    if (again) again.disabled = this.#send.disabled;
  }

  /** Say who gets the text, or why it cannot be written now. */
  #applyRules() {
    const { detail, canWork, openId } = this.store;
    this.#form.hidden = !openId || !canWork;
    document.getElementById("read-only").hidden = !openId || canWork;
    this.#box.disabled = !detail;
    this.#send.disabled = !detail;
    if (!detail) return;
    const reason = this.kind === "reply" ? this.#whyNoReply(detail) : "";
    const name = customerName(detail);
    this.#label.textContent = this.kind === "reply" ? `Reply to ${name}` : "Internal note";
    this.#box.placeholder = this.kind === "reply" ? `Reply to ${name} from ${detail.client_name}…` : "Only your team sees this…";
    this.#box.disabled = Boolean(reason);
    this.#send.disabled = Boolean(reason) || this.#isSending;
    this.#send.textContent = this.#isSending ? "Sending…" : SEND[this.kind];
    this.#hint.textContent = reason || this.#advice(detail);
  }

  #whyNoReply(detail) {
    if (detail.state === "resolved") return "Resolved. Reopen it to reply.";
    if (detail.state === "assistant") return "The assistant is answering. Take over to reply.";
    if (detail.assignee && !this.store.isMine(detail)) return `${detail.assignee.name} has this conversation. You can add a note.`;
    return "";
  }

  #advice(detail) {
    if (this.kind === "note") return "Never shown to the customer";
    if (detail.state === "queued") return "Sending claims this conversation";
    return "";
  }

  #setSending(value) {
    this.#isSending = value;
    this.#box.readOnly = value;
    this.#showRules();
  }

  #showProblem(error) {
    if (error instanceof Refusal && error.slug === "draft-stopped") {
      this.showFindings(error.findings, (confirm) => this.send({ confirm }));
    } else if (error instanceof Refusal) {
      this.#above.replaceChildren(el("div", { className: "stopped", role: "alert" }, el("strong", {}, "Not sent. "), error.message));
    } else {
      this.#showNotSent();
    }
  }

  #showNotSent() {
    const again = el("button", { type: "button", className: "button again", disabled: this.#send.disabled, onclick: () => this.send() }, "Send again");
    const words = el("p", {}, el("strong", {}, "Not sent. "), "The service cannot be reached. Your text is kept.");
    this.#above.replaceChildren(el("div", { className: "stopped", role: "alert" }, words, again));
  }
}
