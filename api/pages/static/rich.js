// Shows headings, paragraphs, lists and pipe tables of an article's text, and nothing else of it.

import { el } from "./dom.js";

const ITEM = /^\s*(?:[-*+\u2022]|(\d{1,3})[.)])\s+/;
const SENTENCE = /[.!?:]["')\]]?$/;
const GAP = "[...]";
const HEADING_WORDS = 12;
const RULE = /^\s*\|?[\s:|-]+\|?\s*$/;

/** Return the text as elements in one container. */
export function rich(tag, text) {
  const container = el(tag, { className: "rich" });
  for (const { kind, lines } of blocks(text)) container.append(SHOW[kind](lines));
  return container;
}

const SHOW = {
  table,
  list,
  paragraph: (lines) => el("p", {}, lines.join("\n")),
  heading: (lines) => el("p", { className: "heading" }, lines.join("\n")),
  gap: () => el("p", { className: "quiet" }, GAP),
};

/** Group the lines; an empty line or another kind of line ends a group. */
function blocks(text) {
  const found = [];
  let current = null;
  const all = text.split("\n");
  for (const [index, line] of all.entries()) {
    const kind = kindOf(line, all[index + 1] ?? "");
    if (!kind) current = null;
    else if (current?.kind === kind) current.lines.push(line);
    else found.push((current = { kind, lines: [line] }));
  }
  return found;
}

function kindOf(line, next) {
  const text = line.trim();
  if (!text) return null;
  if (text === GAP) return "gap";
  if (text.startsWith("|")) return "table";
  if (ITEM.test(line)) return "list";
  return isHeading(text, next) ? "heading" : "paragraph";
}

/** A short line without an end, on top of a list, a table or sentences; an address is none. */
function isHeading(text, next) {
  if (/[.!?;,:]$/.test(text) || text.split(/\s+/).length > HEADING_WORDS) return false;
  return ITEM.test(next) || next.trimStart().startsWith("|") || SENTENCE.test(next.trim());
}

function list(lines) {
  const number = ITEM.exec(lines[0])[1];
  const items = lines.map((line) => el("li", {}, line.replace(ITEM, "")));
  return number ? el("ol", { start: Number(number) }, ...items) : el("ul", {}, ...items);
}

function table(lines) {
  const [head, ...rows] = lines.filter((line) => !RULE.test(line)).map(cells);
  const headCells = (head ?? []).map((text) => el("th", { scope: "col" }, text));
  const bodyRows = rows.map((row) => el("tr", {}, ...row.map((text) => el("td", {}, text))));
  const shown = el("table", {}, el("thead", {}, el("tr", {}, ...headCells)), el("tbody", {}, ...bodyRows));
  return el("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": "Table" }, shown);
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}
