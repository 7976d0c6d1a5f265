// The left column: the conversations that wait, the agent's own, and the filters in the address.

import { el } from "../dom.js";
import { clientTag } from "./client-tags.js";
import { call } from "./http.js";
import { failure, loading, note } from "./regions.js";
import { ago, countdown, fullTime } from "./times.js";
import { customerName, isUnhappy, moodWord, reasonWord, sentence, stateWord } from "./words.js";

const MAX_SHOWN = 200;
const RESOLVED_PAGE = 50;

export class Queue {
  #items = new Map();
  #resolved = null;
  #list = document.getElementById("queue-list");
  #state = document.getElementById("queue-state");
  #clientFilter = document.getElementById("client-filter");
  #views = [...document.querySelectorAll("#views a")];

  constructor(store, route) {
    this.store = store;
    this.route = route;
    const clients = [...store.clients.values()].map((client) => el("option", { value: client.id }, client.name));
    this.#clientFilter.append(...clients);
    this.#clientFilter.onchange = () => route.go({ client: this.#clientFilter.value });
    for (const link of this.#views) {
      link.onclick = (event) => {
        event.preventDefault();
        route.go({ view: link.dataset.view });
      };
    }
    this.loaded = loading(this.#state);
    store.on("rows opened ready", () => this.show());
    route.onChange(() => this.#changeView());
    setInterval(() => this.#tick(), 1000);
    this.#changeView();
  }

  /** The ids in the order in which they are shown. */
  get order() {
    return [...this.#list.querySelectorAll("a.row")].map((row) => row.dataset.id);
  }

  show() {
    const { view } = this.route;
    this.#showCounts();
    if (view === "resolved") {
      this.#showResolved();
      return;
    }
    if (!this.store.isReady && !this.store.rows.size) return;
    const groups = this.#groups(view);
    const isEmpty = groups.every(([, rows]) => !rows.length);
    if (isEmpty) this.#place([[null, []]], note(EMPTY[view]));
    else this.#place(groups, null);
  }

  #groups(view) {
    const rows = [...this.store.rows.values()].filter((row) => this.#isOfClient(row) && row.state !== "resolved");
    const mine = rows.filter((row) => this.store.isMine(row)).sort(byUnread(this.store));
    const waiting = rows.filter((row) => row.state === "queued").sort(byDeadline(this.store.user.skills));
    if (view === "mine") return [[null, mine]];
    if (view === "open") return [[null, rows.sort((a, b) => b.updated_at.localeCompare(a.updated_at))]];
    return [["Waiting", waiting], ["Mine", mine]];
  }

  #isOfClient(row) {
    return !this.route.client || row.client_id === this.route.client;
  }

  /** Put the rows where they belong, keeping the elements of those that stay. */
  #place(groups, empty) {
    const wanted = [];
    for (const [title, rows] of groups) {
      if (title) wanted.push(this.#groupHeading(title, rows.length));
      if (title && !rows.length) wanted.push(this.#keep(`empty-${title}`, () => el("li", {}, note(EMPTY_GROUP[title]))));
      wanted.push(...rows.slice(0, MAX_SHOWN).map((row) => this.#row(row)));
    }
    this.loaded();
    this.#state.replaceChildren(...(empty ? [empty] : []));
    const focused = document.activeElement;
    arrange(this.#list, wanted);
    if (focused !== document.activeElement && this.#list.contains(focused)) focused.focus({ preventScroll: true });
    for (const [key, item] of this.#items) if (!item.isConnected) this.#items.delete(key);
  }

  #groupHeading(title, count) {
    const item = this.#keep(`group-${title}`, () => el("li", { className: "group" }, el("h3", {}, title), el("span", { className: "count" })));
    item.lastChild.textContent = String(count);
    return item;
  }

  #keep(key, make) {
    if (!this.#items.has(key)) this.#items.set(key, make());
    return this.#items.get(key);
  }

  #row(row) {
    const item = this.#keep(row.id, () => el("li", {}, this.#link(row)));
    const isOpen = row.id === this.store.openId;
    const isUnread = !isOpen && this.store.isUnread(row);
    const mark = `${row.revision}/${isOpen}/${isUnread}`;
    if (item.dataset.mark !== mark) {
      item.dataset.mark = mark;
      this.#fill(item.firstChild, row, isOpen, isUnread);
    }
    return item;
  }

  #link(row) {
    const link = el("a", { className: "row", href: this.route.address({ open: row.id }), "data-id": row.id });
    link.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.route.go({ open: row.id });
    };
    return link;
  }

  #fill(link, row, isOpen, isUnread) {
    if (isOpen) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    link.classList.toggle("unread", isUnread);
    link.dataset.client = row.client_id;
    const lacksSkill = row.skill && !this.store.user.skills.includes(row.skill);
    const parts = [
      el(
        "span",
        { className: "row-head" },
        el("span", { className: "row-name" }, customerName(row)),
        row.customer.is_vip ? el("span", { className: "badge vip" }, "VIP") : null,
        isUnread ? el("span", { className: "badge new" }, "New") : null,
        timeOf(row),
      ),
      el("span", { className: "row-client" }, clientTag(row.client_id, row.client_name), el("span", {}, aboutOf(row, this.store))),
      row.last_message ? el("span", { className: "row-last" }, row.last_message.text) : null,
      chips(row, lacksSkill),
    ];
    link.replaceChildren(...parts.filter(Boolean));
  }

  #tick() {
    let isLater = false;
    for (const time of this.#list.querySelectorAll("time[data-deadline]")) isLater = showCountdown(time) || isLater;
    if (isLater) this.show();
    for (const time of this.#list.querySelectorAll("time[data-since]")) time.textContent = ago(time.dateTime);
  }

  #showCounts() {
    const rows = [...this.store.rows.values()].filter((row) => this.#isOfClient(row) && row.state !== "resolved");
    const counts = {
      waiting: rows.filter((row) => row.state === "queued").length,
      mine: rows.filter((row) => this.store.isMine(row)).length,
      open: rows.length,
    };
    for (const link of this.#views) {
      const count = link.querySelector(".count");
      if (count) count.textContent = String(counts[link.dataset.view]);
    }
  }

  #changeView() {
    this.#clientFilter.value = this.route.client;
    for (const link of this.#views) {
      link.href = this.route.address({ view: link.dataset.view });
      if (link.dataset.view === this.route.view) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    for (const row of this.#list.querySelectorAll("a.row")) row.href = this.route.address({ open: row.dataset.id });
    if (this.route.view === "resolved") this.#loadResolved();
    else this.#resolved = null;
    this.show();
  }

  async #loadResolved() {
    const client = this.route.client;
    if (this.#resolved?.client === client) return;
    this.#resolved = { client, rows: null, next: null };
    await this.#readResolved();
  }

  async #readResolved() {
    const wanted = this.#resolved;
    const query = new URLSearchParams({ view: "resolved", limit: RESOLVED_PAGE });
    if (wanted.client) query.set("client", wanted.client);
    if (wanted.next) query.set("cursor", wanted.next);
    try {
      const page = await call("GET", `/v1/desk/conversations?${query}`);
      wanted.rows = [...(wanted.rows ?? []), ...page.items];
      wanted.next = page.next_cursor;
      wanted.error = null;
    } catch (error) {
      wanted.error = error;
    }
    this.show();
  }

  #showResolved() {
    const { rows, next, error } = this.#resolved ?? {};
    if (error) {
      this.#place([[null, rows ?? []]], failure(error, () => this.#readResolved()));
      return;
    }
    if (!rows) return;
    const shown = this.#withNews(rows);
    const more = next && el("button", { type: "button", className: "button more-rows", onclick: () => this.#readResolved() }, "Show more");
    this.#place([[null, shown]], shown.length ? more : note(EMPTY.resolved));
  }

  /** Bring what was read up to date with what the stream told since. */
  #withNews(rows) {
    const known = new Set(rows.map((row) => row.id));
    const resolved = [...this.store.rows.values()].filter((row) => row.state === "resolved" && this.#isOfClient(row));
    const news = resolved.filter((row) => !known.has(row.id)).sort((a, b) => b.updated_at.localeCompare(a.updated_at));
    const updated = rows.map((row) => newer(this.store.rows.get(row.id), row));
    return [...news, ...updated.filter((row) => row.state === "resolved")];
  }
}

const EMPTY = {
  waiting: "Nobody is waiting, and you have no open conversation.",
  mine: "You have no open conversation. Take one that waits.",
  open: "There is no open conversation.",
  resolved: "Nothing has been resolved yet.",
};
const EMPTY_GROUP = { Waiting: "Nobody is waiting.", Mine: "You have no open conversation." };

function newer(a, b) {
  return a && a.revision >= b.revision ? a : b;
}

/** What needs a skill that one lacks is for others first, until it is late. */
function byDeadline(skills) {
  const isForOthers = (row) => row.skill && !skills.includes(row.skill) && Date.parse(row.deadline_at) > Date.now();
  const key = (row) => `${isForOthers(row) ? 1 : 0}${row.deadline_at ?? "9"}${row.queued_at}`;
  return (a, b) => key(a).localeCompare(key(b));
}

function byUnread(store) {
  return (a, b) => store.isUnread(b) - store.isUnread(a) || b.updated_at.localeCompare(a.updated_at);
}

function timeOf(row) {
  if (row.deadline_at) {
    const time = el("time", { className: "due", dateTime: row.deadline_at, title: `First reply by ${fullTime(row.deadline_at)}` });
    time.dataset.deadline = row.deadline_at;
    showCountdown(time);
    return time;
  }
  const moment = row.last_message?.created_at ?? row.updated_at;
  const time = el("time", { className: "since", dateTime: moment, title: fullTime(moment) }, ago(moment));
  time.dataset.since = moment;
  return time;
}

/** Return whether it has just become late. */
function showCountdown(time) {
  const { text, level } = countdown(time.dataset.deadline);
  if (time.textContent !== text) time.textContent = text;
  const isNew = time.dataset.level !== undefined && time.dataset.level !== level && level === "late";
  time.dataset.level = level;
  return isNew;
}

function aboutOf(row, store) {
  if (row.state === "queued") return reasonWord(row.reason);
  if (row.state === "with_agent" && row.assignee) return store.isMine(row) ? "You" : row.assignee.name;
  return stateWord(row.state);
}

function chips(row, lacksSkill) {
  const made = [
    isUnhappy(row.mood) && el("span", { className: "badge mood" }, moodWord(row.mood)),
    row.state === "queued" && row.priority !== "normal" && el("span", { className: `badge ${row.priority}` }, sentence(row.priority)),
    row.skill && el("span", { className: "badge" }, lacksSkill ? `needs ${row.skill}` : row.skill),
    row.is_after_hours && row.state === "queued" && el("span", { className: "badge" }, "After hours"),
    row.reopened > 0 && el("span", { className: "badge" }, "Reopened"),
  ].filter(Boolean);
  return made.length ? el("span", { className: "row-chips" }, ...made) : null;
}

/** Make the list's children exactly those wanted, moving as few as possible. */
function arrange(list, wanted) {
  const keep = new Set(wanted);
  for (const child of [...list.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (list.children[index] !== child) list.insertBefore(child, list.children[index] ?? null);
  });
}
