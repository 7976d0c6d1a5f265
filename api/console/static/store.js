// What the console knows: the user, the clients, the conversations and the messages of those opened.

import { call } from "./http.js";

const PAGE = 200;
const WORKING_ROLES = ["agent", "lead", "admin"];

export class Store extends EventTarget {
  user = null;
  clients = new Map();
  rows = new Map();
  openId = null;
  detail = null;
  isReady = false;
  #threads = new Map();
  #fetching = new Map();
  #seen = {};
  #rowsTimer = null;

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  on(names, listener) {
    for (const name of names.split(" ")) this.addEventListener(name, (event) => listener(event.detail));
  }

  begin(user, clients) {
    this.user = user;
    for (const client of clients) this.clients.set(client.id, client);
    this.#seen = JSON.parse(localStorage.getItem(this.#seenKey) ?? "{}");
  }

  /** A trainer reads conversations but does not work in them. */
  get canWork() {
    return WORKING_ROLES.includes(this.user.role);
  }

  /** Keep a row unless a newer one is here already: events may come twice or late. */
  putRow(row) {
    const known = this.rows.get(row.id);
    if (known && known.revision > row.revision) return;
    this.rows.set(row.id, row);
    if (row.id === this.openId && this.detail && row.revision > this.detail.revision) {
      this.detail = { ...this.detail, ...row, customer: { ...this.detail.customer, ...row.customer } };
      this.tell("detail");
      this.#refreshDetail(row.id);
    }
    if (row.id === this.openId && row.last_sequence > this.lastSequence(row.id)) this.#catchUp(row.id);
    this.#tellRows();
  }

  putDetail(detail) {
    if (detail.id === this.openId) {
      this.detail = detail;
      this.tell("detail");
    }
    this.putRow(detail);
    if (this.rows.get(detail.id).revision > detail.revision) this.#refreshDetail(detail.id);
  }

  isMine(row) {
    return row.assignee?.id === this.user.id && row.state !== "resolved";
  }

  /** A customer's message that the agent who has the conversation has not looked at. */
  isUnread(row) {
    const isNews = row.last_message?.author === "customer" || row.last_message?.author === "client";
    return this.isMine(row) && isNews && row.last_sequence > (this.#seen[row.id] ?? 0);
  }

  markSeen(id) {
    const row = this.rows.get(id);
    if (!row || document.hidden || (this.#seen[id] ?? 0) >= row.last_sequence) return;
    this.#seen[id] = row.last_sequence;
    const kept = Object.entries(this.#seen).slice(-500);
    localStorage.setItem(this.#seenKey, JSON.stringify(Object.fromEntries(kept)));
    this.#tellRows();
  }

  messages(id) {
    return this.#threads.get(id) ?? [];
  }

  lastSequence(id) {
    return this.messages(id).at(-1)?.sequence ?? 0;
  }

  /** Add messages by their sequence; one that is known already is not added again. */
  addMessages(id, added) {
    const known = this.messages(id);
    const sequences = new Set(known.map((message) => message.sequence));
    const fresh = added.filter((message) => !sequences.has(message.sequence));
    if (!fresh.length) return;
    this.#threads.set(id, [...known, ...fresh].sort((a, b) => a.sequence - b.sequence));
    if (id === this.openId) this.tell("messages", fresh);
  }

  /** Read what follows the messages at hand, one reader at a time for each conversation. */
  fetchMessages(id) {
    if (!this.#fetching.has(id)) {
      this.#fetching.set(id, this.#readOn(id).finally(() => this.#fetching.delete(id)));
    }
    return this.#fetching.get(id);
  }

  /** Open a conversation: its detail and its messages. */
  async open(id) {
    this.openId = id;
    this.detail = null;
    this.tell("opened", id);
    const [detail] = await Promise.all([call("GET", `/v1/desk/conversations/${id}`), this.fetchMessages(id)]);
    if (this.openId !== id) return;
    this.putDetail(detail);
    this.markSeen(id);
  }

  close() {
    this.openId = null;
    this.detail = null;
    this.tell("opened", null);
  }

  get #seenKey() {
    return `console.seen.${this.user.id}`;
  }

  /** Rows come in bursts, and one look at them is enough. */
  #tellRows() {
    this.#rowsTimer ??= setTimeout(() => {
      this.#rowsTimer = null;
      this.tell("rows");
    });
  }

  /** Read new messages; when that fails, the next change of the row tries again. */
  #catchUp(id) {
    this.fetchMessages(id).catch(() => {});
  }

  async #readOn(id) {
    // The gapless part only: messages of an own request may already lie beyond a gap.
    let after = gaplessEnd(this.messages(id));
    for (;;) {
      const { items } = await call("GET", `/v1/conversations/${id}/messages?after=${after}&limit=${PAGE}`);
      this.addMessages(id, items);
      if (items.length < PAGE) return;
      after = items.at(-1).sequence;
    }
  }

  async #refreshDetail(id) {
    try {
      const detail = await call("GET", `/v1/desk/conversations/${id}`);
      if (this.openId === id && detail.revision >= this.detail.revision) this.putDetail(detail);
    } catch {
      // The row has the newest state already; the rest follows with the next change.
    }
  }
}

function gaplessEnd(messages) {
  let end = 0;
  for (const message of messages) {
    if (message.sequence !== end + 1) break;
    end = message.sequence;
  }
  return end;
}
