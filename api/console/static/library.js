// Canned responses and the knowledge search of the opened conversation's client.

import { el } from "../dom.js";
import { rich } from "../rich.js";
import { webAddress } from "../sources.js";
import { ask, field } from "./dialogs.js";
import { call } from "./http.js";
import { fill, note } from "./regions.js";
import { warnOfInternal } from "./suggestion.js";
import { sentence } from "./words.js";

const PAUSE_MS = 250;
const SHORTEST = 2;

export class CannedResponses {
  #list = document.getElementById("canned-list");
  #box = document.getElementById("canned-search");
  #found = [];
  #loadedFor = null;

  constructor(store, composer) {
    this.store = store;
    this.composer = composer;
    this.#box.addEventListener("input", () => this.#show());
    store.on("opened", () => {
      this.#loadedFor = null;
      this.#list.replaceChildren();
    });
    store.on("detail library", () => this.#load());
  }

  #load() {
    const { detail } = this.store;
    if (!detail || this.#list.closest("[hidden]")) return;
    const wanted = `${detail.id}/${detail.revision}`;
    if (this.#loadedFor === wanted) return;
    this.#loadedFor = wanted;
    const query = new URLSearchParams({ client: detail.client_id, conversation: detail.id });
    fill(
      this.#list,
      async () => (this.#found = (await call("GET", `/v1/desk/canned-responses?${query}`)).items),
      () => this.#items(),
    );
  }

  #show() {
    this.#list.replaceChildren(...[this.#items()].flat());
  }

  #items() {
    const words = this.#box.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = this.#found.filter((each) => {
      const whole = `${each.title} ${each.tags.join(" ")} ${each.filled}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    });
    if (!this.#found.length) return note("This client has no canned responses.");
    if (!matching.length) return note("No canned response has these words.");
    return matching.map((each) => this.#item(each));
  }

  #item(response) {
    const { missing } = response;
    const asks = missing.length ? `Asks for ${missing.map((slot) => sentence(slot).toLowerCase()).join(", ")}` : null;
    const insert = el("button", { type: "button", className: "button", "aria-label": `Insert ${response.title}`, onclick: () => this.#insert(response) }, "Insert");
    return el(
      "article",
      { className: "card" },
      el("div", { className: "card-head" }, el("h3", {}, response.title), this.store.canWork ? insert : null),
      el("p", { className: "plain-text clamp" }, response.filled),
      asks && el("p", { className: "quiet" }, asks),
    );
  }

  async #insert(response) {
    const { missing } = response;
    if (!missing.length) return this.composer.insert(response.filled, { focus: true });
    const fields = missing.map((slot) => field(sentence(slot), el("input", { name: slot, type: "text", required: true, autocomplete: "off" })));
    return ask({
      title: response.title,
      intro: "The conversation does not say this yet:",
      fields,
      action: "Insert",
      submit: (values) => {
        const filled = response.filled.replaceAll(/\{([a-z_]+)\}/g, (slot, name) => values[name]?.trim() || slot);
        this.composer.insert(filled);
        setTimeout(() => this.composer.focus());
      },
    });
  }
}

export class KnowledgeSearch {
  #box = document.getElementById("knowledge-search");
  #list = document.getElementById("knowledge-list");
  #timer = null;

  constructor(store, composer) {
    this.store = store;
    this.composer = composer;
    this.#box.addEventListener("input", () => this.#soon());
    this.#box.addEventListener("keydown", (event) => event.key === "Enter" && this.#search());
    store.on("opened", () => {
      this.#box.value = "";
      this.#invite();
    });
    store.on("detail", () => !this.#box.value && this.#invite());
  }

  #invite() {
    const { detail } = this.store;
    this.#list.replaceChildren(note(detail ? `Searches what ${detail.client_name} has published, internal articles too.` : "Open a conversation to search its client's knowledge."));
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), PAUSE_MS);
  }

  #search() {
    clearTimeout(this.#timer);
    const { detail } = this.store;
    const words = this.#box.value.trim();
    if (!detail || words.length < SHORTEST) return this.#invite();
    const query = new URLSearchParams({ client: detail.client_id, q: words });
    return fill(
      this.#list,
      () => call("GET", `/v1/desk/search?${query}`),
      ({ items }) => {
        if (this.#box.value.trim() !== words) return [...this.#list.childNodes];
        return items.length ? items.map((item) => this.#item(item)) : note(`Nothing in ${detail.client_name}'s knowledge matches.`);
      },
    );
  }

  #item(found) {
    const isInternal = found.audience === "internal";
    const address = webAddress(found.source_url);
    const insert = el("button", { type: "button", className: "button", "aria-label": `Insert from ${found.title}`, onclick: () => this.#insert(found) }, "Insert");
    return el(
      "article",
      { className: "card" },
      el("div", { className: "card-head" }, el("h3", {}, found.title), isInternal ? el("span", { className: "tag" }, "internal") : null, this.store.canWork ? insert : null),
      found.section ? el("p", { className: "quiet" }, found.section) : null,
      rich("div", found.text),
      address && el("p", {}, el("a", { href: address, rel: "noreferrer", target: "_blank" }, "Open the original")),
    );
  }

  async #insert(found) {
    if (found.audience === "internal" && !(await warnOfInternal())) return;
    this.composer.insert(found.text, { focus: true });
  }
}
