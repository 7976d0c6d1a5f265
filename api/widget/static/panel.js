// The panel: who answers, the thread, what is going on, and the box to write in.

import { Conversation } from "./conversation.js";
import { button, el, icon, iconButton } from "./dom.js";
import { Refusal, Service } from "./service.js";
import { HUMAN, situation, whoAnswers } from "./status.js";
import { Thread, told } from "./thread.js";

const MAX_CHARS = 4000;
const SHOWS_OFFLINE_AFTER = 2; // a restart of the server costs one attempt

export class Panel {
  #page;
  #texts;
  #given;
  #service;
  #conversation;
  #thread;
  #config = null;
  #isOpen = false;
  #unread = 0;
  #failures = 0;
  #isReplying = false;
  #card = null; // which card is below the thread

  constructor(page, texts, given) {
    this.#page = page;
    this.#texts = texts;
    this.#given = given;
    this.#service = new Service(given.site);
    this.#conversation = new Conversation(this.#service, this.#hears(), () => this.#start());
    this.#thread = new Thread(texts, {
      choose: (text) => this.#send(text),
      retry: () => this.#conversation.retry(),
      feedback: (sequence, isHelpful) => this.#feedback(sequence, isHelpful),
      person: () => this.#askForPerson(),
      announce: (text) => this.#announce(text),
    });
    this.#build();
    this.#load();
  }

  open() {
    this.#isOpen = true;
    this.#setUnread(0);
    this.#conversation.see();
    if (matchMedia("(hover: hover)").matches) this.box.focus();
    else this.#thread.element.focus();
  }

  close() {
    this.#isOpen = false;
    this.menu.hidden = true;
  }

  /** Follow what another tab of the same site did. */
  switchTo(session) {
    if (session?.id === this.#conversation.session?.id) return;
    this.#reset();
    if (session) this.#conversation.resume(session);
  }

  /** The page says who the customer is; `null` when they have signed out. */
  async identify(identity) {
    this.#given.identity = identity;
    if (!identity) return this.#forget();
    if (!this.#conversation.session) return;
    try {
      await this.#conversation.act("/identity", { body: { jwt: identity } });
      this.#page.post("event", { name: "identified" });
    } catch (error) {
      if (error.status === 409) this.#forget();
      else this.#rejectIdentity(error);
    }
  }

  #hears() {
    return {
      session: (session) => this.#page.post("session", { session }),
      message: (message, isNew) => this.#show(message, isNew),
      pending: (entry) => this.#thread.pending(entry),
      settled: (entry) => {
        this.#thread.settled(entry);
        this.#setReplying(false);
      },
      waits: () => this.#wait(),
      reply: (piece) => {
        this.#thread.reply(piece);
        if (piece === null) this.#setReplying(false);
      },
      stopped: () => this.#thread.stop(),
      status: () => this.#showStatus(),
      connection: (failures) => {
        this.#failures = failures;
        this.#showStatus();
      },
      gone: (isGone) => {
        this.#thread.clear();
        this.#card = null;
        this.#thread.below(...(isGone ? [told(this.#texts.gone)] : []));
        this.#showStatus();
      },
      problem: (text) => this.#showProblem(text),
    };
  }

  #build() {
    const texts = this.#texts;
    this.who = el("p", {});
    this.menuButton = iconButton("more", texts.more, () => this.#toggleMenu());
    this.menuButton.setAttribute("aria-expanded", "false");
    this.menu = el(
      "div",
      { className: "menu", hidden: true },
      (this.transcript = button(texts.transcript, () => this.#download(), "item")),
      (this.end = button(texts.end, () => this.#askToEnd(), "item")),
      button(texts.restart, () => this.#restart(), "item"),
    );
    const { name } = document.body.dataset;
    const header = el(
      "header",
      {},
      el("span", { className: "monogram", "aria-hidden": "true" }, name[0]),
      el("div", { className: "names" }, el("h1", {}, name), this.who),
      this.menuButton,
      iconButton("close", texts.close, () => this.#page.post("close")),
      this.menu,
    );
    this.status = el("div", { className: "status", role: "status" });
    this.box = el("textarea", { rows: 1, maxLength: MAX_CHARS, placeholder: texts.placeholder, "aria-label": texts.message });
    this.action = el("button", { type: "submit", className: "icon send" });
    this.person = button("", () => this.#askForPerson(), "person");
    this.person.append(icon("person"), texts.person);
    const form = el("form", { className: "composer" }, this.box, this.action, this.person);
    this.announcer = el("div", { className: "unseen", role: "log", "aria-live": "polite" });
    document.body.append(header, el("main", {}, this.#thread.element, this.status, form), this.announcer);
    this.#listen(form);
    this.#setReplying(false);
  }

  #listen(form) {
    form.onsubmit = (event) => {
      event.preventDefault();
      if (this.#isReplying) this.#conversation.stop();
      else this.#send(this.box.value);
    };
    this.box.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.#isReplying) form.requestSubmit();
    };
    this.box.oninput = () => this.#conversation.type();
    this.menu.onclick = () => this.#toggleMenu(false);
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      event.stopImmediatePropagation();
      this.#toggleMenu(false);
    }, { capture: true });
  }

  async #load() {
    try {
      this.#config = await this.#service.fetchJson("/widget");
    } catch (error) {
      this.#failures = SHOWS_OFFLINE_AFTER;
      this.#showStatus();
      this.retryLoad = () => this.#load();
      return;
    }
    this.retryLoad = null;
    this.#failures = 0;
    this.#thread.greet(this.#config);
    const { session } = this.#given;
    if (session) this.#conversation.resume(session);
    this.#showStatus();
    document.body.dataset.ready = "true";
  }

  /** Begin a conversation; an identity that is not accepted leaves the customer anonymous. */
  async #start() {
    const { identity, language, page: page_url } = this.#given;
    const body = { language, channel: "widget", page_url };
    if (!identity) return this.#service.fetchJson("/conversations", { body });
    try {
      return await this.#service.fetchJson("/conversations", { body: { ...body, identity } });
    } catch (error) {
      if (error.status !== 422) throw error;
      this.#rejectIdentity(error);
      return this.#service.fetchJson("/conversations", { body });
    }
  }

  #rejectIdentity(error) {
    this.#given.identity = null;
    this.#page.post("warning", { reason: `the identity was not accepted: ${error.message}` });
    this.#page.post("event", { name: "identity-rejected", detail: error.message });
  }

  #send(text) {
    if (!text.trim() || !this.#config) return;
    this.box.value = "";
    this.#setCard(null);
    this.#conversation.send(text.trim());
    this.#page.post("event", { name: "sent" });
  }

  #show(message, isNew) {
    const isKnown = this.#thread.has(message.sequence);
    this.#thread.add(message);
    if (isKnown || message.author === "customer" || !isNew) return;
    if (message.author !== "system") this.#setReplying(false);
    if (this.#isOpen) {
      this.#announce(`${this.#author(message)}: ${message.text}`);
      this.#conversation.see();
    } else this.#setUnread(this.#unread + 1);
    this.#page.post("event", { name: "message", detail: { author: message.author } });
  }

  #author({ author, author_name: name }) {
    if (author === "agent") return name || this.#texts.team;
    return author === "assistant" ? this.#texts.ai : document.body.dataset.name;
  }

  /** Say a finished message once: the thread itself is silent. */
  #announce(text) {
    this.announcer.replaceChildren(el("p", {}, text));
  }

  #wait() {
    if (HUMAN.includes(this.#conversation.status?.state)) return;
    this.#thread.reply("");
    this.#setReplying(true);
  }

  #setReplying(isReplying) {
    this.#isReplying = isReplying;
    const label = isReplying ? this.#texts.stop : this.#texts.send;
    this.action.replaceChildren(icon(isReplying ? "stop" : "send"));
    this.action.setAttribute("aria-label", label);
    this.action.title = label;
  }

  #setUnread(count) {
    this.#unread = count;
    this.#page.post("unread", { count });
  }

  #showStatus() {
    const status = this.#conversation.status ?? {};
    const { state = "assistant", agent_name: agent } = status;
    const isHuman = HUMAN.includes(state);
    if (isHuman) this.#thread.reply(null);
    this.who.textContent = whoAnswers(this.#texts, state, agent);
    this.person.hidden = isHuman || state === "resolved"; // there, writing again reopens
    this.end.hidden = !this.#conversation.session || state === "resolved";
    this.transcript.hidden = !this.#conversation.session;
    this.box.placeholder = state === "resolved" ? this.#texts.again : this.#texts.placeholder;
    const isOffline = this.#failures >= SHOWS_OFFLINE_AFTER;
    this.#setLines(isOffline ? [this.#texts.offline] : situation(this.#texts, this.#given.language, status));
    if (status.agent_typing) this.#showTyping(agent);
    else if (this.#card === "typing") this.#setCard(null);
    this.#offerCard(state, status);
    document.body.dataset.state = this.#failures >= SHOWS_OFFLINE_AFTER ? "offline" : state;
  }

  #setLines(lines) {
    const text = lines.filter(Boolean).join(" ");
    const isOffline = this.#failures >= SHOWS_OFFLINE_AFTER;
    if (this.status.dataset.text !== text) {
      this.status.dataset.text = text;
      const retry = () => (this.retryLoad ?? (() => this.#conversation.retry()))();
      this.status.replaceChildren(...[text, isOffline ? button(this.#texts.retry, retry, "link") : ""].filter(Boolean));
    }
    const isFollowed = this.#thread.isAtEnd;
    this.status.hidden = !text;
    if (isFollowed) this.#thread.scrollToEnd();
    this.status.classList.toggle("offline", isOffline);
  }

  #showTyping(agent) {
    if (this.#card && this.#card !== "typing") return;
    this.#setCard("typing", el("p", { className: "note typing" }, this.#texts.typing(agent || this.#texts.team)));
  }

  #offerCard(state, status) {
    if (state === "resolved" && !status.rated && this.#card !== "rating")
      this.#showCard("rating", (cards) => cards.ratingCard(this.#texts, (rating) => this.#do("/rating", rating)));
    else if (state !== "resolved" && this.#card === "rating") this.#setCard(null);
    const isLate = state === "queued" && status.is_open === false && !this.#given.isReachable;
    if (isLate && !this.#card) this.#askForContact();
    else if (!isLate && this.#card === "contact" && state !== "queued") this.#setCard(null);
  }

  #askForContact() {
    const save = async (details) => {
      const isSaved = await this.#do("/contact", details);
      this.#given.isReachable ||= isSaved;
      return isSaved;
    };
    this.#showCard("contact", (cards) => cards.contactCard(this.#texts, this.#texts.leave, save));
  }

  /** Show a card, whose module is fetched when the first one is needed. */
  async #showCard(name, make) {
    this.#setCard(name);
    const card = make(await import("./cards.js"));
    if (this.#card !== name) return;
    this.#setCard(name, card);
    this.#thread.scrollToEnd();
  }

  #setCard(name, ...elements) {
    this.#card = name;
    this.#thread.below(...elements);
  }

  async #askForPerson() {
    if (!this.#config || HUMAN.includes(this.#conversation.status?.state)) return;
    this.person.disabled = true;
    await this.#do("/handoff");
    this.person.disabled = false;
    this.box.focus();
  }

  #askToEnd() {
    const answer = async (solved) => {
      this.#setCard(null);
      if (solved !== null) await this.#do("/end", { solved });
    };
    this.#showCard("end", (cards) => cards.endCard(this.#texts, answer));
  }

  #feedback(sequence, isHelpful) {
    return this.#do(`/messages/${sequence}/feedback`, { helpful: isHelpful });
  }

  /** Make a request and say whether it was met; a refusal is shown in its own words. */
  async #do(path, body) {
    try {
      await this.#conversation.act(path, { body });
      return true;
    } catch (error) {
      this.#showProblem(error instanceof Refusal ? error.message : this.#texts.failed);
      return false;
    }
  }

  #showProblem(text) {
    this.#announce(text);
    this.#setCard("problem", el("p", { className: "system fault" }, text));
  }

  async #download() {
    try {
      const response = await this.#conversation.act("/transcript", { method: "GET" });
      const address = URL.createObjectURL(await response.blob());
      el("a", { href: address, download: "conversation.txt" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch {
      this.#showProblem(this.#texts.failed);
    }
  }

  #toggleMenu(isOpen = this.menu.hidden) {
    this.menu.hidden = !isOpen;
    this.menuButton.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? this.menu.querySelector("button:not([hidden])") : this.menuButton).focus();
  }

  #restart() {
    this.#forget();
    this.box.focus();
  }

  #forget() {
    this.#reset();
    this.#page.post("session", { session: null });
  }

  #reset() {
    this.#conversation.close();
    this.#thread.clear();
    this.#setCard(null);
    this.#setReplying(false);
    this.#failures = 0;
    this.#given.isReachable = false;
    this.#showStatus();
  }
}
