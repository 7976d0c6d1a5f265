// What is known about the opened conversation: summary, wishes, facts, what was tried, sources.

import { el } from "../dom.js";
import { sources } from "../sources.js";
import { notify } from "./dialogs.js";
import { call } from "./http.js";
import { fill, loading, note } from "./regions.js";
import { fullTime, shortTime } from "./times.js";
import { decisionWord, isUnhappy, moodWord, reasonWord, sentence } from "./words.js";

const OWN_LABELS = /^(wants|facts|mood|reason)\b/i;

export class Context {
  #about = document.getElementById("about");
  #background = document.getElementById("background");
  #shown = "";

  constructor(store) {
    this.store = store;
    store.on("opened", () => this.#clear());
    store.on("unopened", () => {
      this.done?.();
      this.#about.replaceChildren();
    });
    store.on("detail", () => this.#show());
  }

  #clear() {
    this.#shown = "";
    this.done?.();
    this.#about.replaceChildren();
    this.#background.replaceChildren();
    if (this.store.openId) this.done = loading(this.#about);
    else this.#about.replaceChildren(note("What is known about the open conversation appears here."));
  }

  #show() {
    const { detail } = this.store;
    const { packet } = detail;
    const shown = JSON.stringify([detail.id, packet, detail.customer, detail.handoffs, detail.resolution, detail.rating, detail.escalation]);
    if (shown === this.#shown) return; // what is unfolded stays so
    this.#shown = shown;
    this.done?.();
    this.#about.replaceChildren(...about(detail, packet).filter(Boolean));
    this.#background.replaceChildren(
      ...[
        fold("Facts given", facts(packet?.facts ?? []), true),
        fold("What the assistant tried", tried(packet?.tried ?? []), true),
        fold("Sources found", packet?.passages?.length ? sources(packet.passages) : null, false),
        fold("Customer", customer(detail.customer), false),
        fold("History", history(detail), false),
      ].filter(Boolean),
    );
  }
}

function about(detail, packet) {
  if (!packet) return withoutPacket(detail);
  const rest = packet.summary.split("\n").filter((line) => line && !OWN_LABELS.test(line));
  return [
    el("h2", {}, "Summary"),
    el(
      "p",
      { className: "row-chips" },
      el("span", { className: "badge reason" }, reasonWord(packet.reason)),
      packet.mood && el("span", { className: isUnhappy(packet.mood) ? "badge mood" : "badge" }, `Mood: ${moodWord(packet.mood).toLowerCase()}`),
    ),
    packet.reason_text && el("p", {}, packet.reason_text),
    packet.wants && el("p", { className: "wants" }, el("strong", {}, "Wants: "), packet.wants),
    rest.length ? el("details", { className: "more" }, el("summary", {}, "Whole summary"), el("p", { className: "plain-text" }, packet.summary)) : null,
  ];
}

/** Nothing was handed over with it, so it is summed up as it is now. */
function withoutPacket(detail) {
  const region = el("div", { className: "plain-text" });
  fill(
    region,
    () => call("GET", `/v1/desk/conversations/${detail.id}/summary`),
    ({ summary }) => (summary ? el("p", {}, summary) : note("There is nothing to sum up yet.")),
  );
  return [el("h2", {}, "Summary"), region];
}

function fold(title, content, isOpen) {
  if (!content) return null;
  return el("details", { className: "fold", open: isOpen }, el("summary", {}, title), content);
}

/** Facts are what agents type into other systems: one click copies one. */
function facts(found) {
  if (!found.length) return null;
  const items = found.map(({ label, value }) => {
    const button = el("button", { type: "button", className: "fact", title: "Copy", onclick: () => copy(value) }, value);
    return el("div", {}, el("dt", {}, label), el("dd", {}, button));
  });
  return el("dl", { className: "fact-list" }, ...items);
}

async function copy(value) {
  try {
    await navigator.clipboard.writeText(value);
    notify(`Copied “${value}”.`);
  } catch {
    notify("The browser does not allow copying here.", { isProblem: true });
  }
}

function tried(attempts) {
  if (!attempts.length) return null;
  const items = attempts.map(({ question, decision, text }) =>
    el("li", {}, el("p", {}, el("strong", {}, `“${question}”`)), el("p", { className: "quiet" }, `${decisionWord(decision)}: ${text}`)),
  );
  return el("ol", { className: "tried" }, ...items);
}

function customer(known) {
  const lines = [
    ["Name", known.name],
    ["E-mail", known.email],
    ["Phone", known.phone],
    ["Customer number", known.external_id],
    ["Identity", known.is_verified ? "Verified" : "Not verified"],
    ...Object.entries(known.attributes ?? {}).map(([name, value]) => [sentence(name), String(value)]),
  ];
  return list(lines.filter(([, value]) => value));
}

function history(detail) {
  const { escalation, resolution, rating } = detail;
  const lines = [
    ["Started", `${fullTime(detail.created_at)}, ${sentence(detail.channel)}`],
    ...(detail.handoffs ?? []).map((each) => [`Handoff ${each.number}`, handoffLine(each)]),
    escalation && ["Escalated", `${escalation.contact ?? ""} ${shortTime(escalation.since)}, answer due ${shortTime(escalation.reply_by)}`.trim()],
    resolution && ["Resolved", [resolution.disposition, shortTime(resolution.at), resolution.note].filter(Boolean).join(", ")],
    rating && ["Rating", `${rating.score} of 5${rating.comment ? `: ${rating.comment}` : ""}`],
  ];
  return list(lines.filter(Boolean));
}

function handoffLine({ reason, queue, queued_at: queuedAt, outcome }) {
  return [reasonWord(reason), sentence(queue), shortTime(queuedAt), outcome && sentence(outcome)].filter(Boolean).join(", ");
}

function list(lines) {
  return el("dl", { className: "fact-list" }, ...lines.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}
