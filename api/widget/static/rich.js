// Shows the light Markdown of answers and quotes: paragraphs, lists, tables, bold and links.

import { el } from "./dom.js";

const ITEM = /^\s*(?:[-*+•]|(\d{1,3})[.)])\s+/;
const SENTENCE = /[.!?:]["')\]]?$/;
const HEADING_WORDS = 12;
const RULE = /^\s*\|?[\s:|-]+\|?\s*$/;
const INLINE = /\*\*(.+?)\*\*|\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>()]*[^\s<>().,;:!?'"])/g;

/** Return the text as elements in one container; `label` names its tables. */
export function rich(text, label) {
  const container = el("div", { className: "rich" });
  for (const { kind, lines } of blocks(text)) container.append(SHOW[kind](lines, label));
  return container;
}

const SHOW = {
  heading: (lines) => el("p", { className: "heading" }, ...inline(lines.join("\n").replace(/^#+\s*/gm, ""))),
  paragraph: (lines) => el("p", {}, ...inline(lines.join("\n"))),
  list,
  table,
};

/** Return the lines that a list offers, for a question that lets one choose. */
export function listed(text) {
  return blocks(text)
    .filter(({ kind }) => kind === "list")
    .flatMap(({ lines }) => lines.map((line) => line.replace(ITEM, "")));
}

export function withoutList(text) {
  return text
    .split("\n")
    .filter((line) => !ITEM.test(line))
    .join("\n");
}

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
  if (text.startsWith("|")) return "table";
  if (ITEM.test(line)) return "list";
  return isHeading(text, next.trim()) ? "heading" : "paragraph";
}

/** A marked line, or a short one without an end on top of a list, a table or sentences. */
function isHeading(text, next) {
  if (/^#{1,6}\s/.test(text)) return true;
  if (/[.!?;,:]$/.test(text) || text.split(/\s+/).length > HEADING_WORDS) return false;
  return ITEM.test(next) || next.startsWith("|") || SENTENCE.test(next);
}

function list(lines) {
  const number = ITEM.exec(lines[0])[1];
  const items = lines.map((line) => el("li", {}, ...inline(line.replace(ITEM, ""))));
  return number ? el("ol", { start: Number(number) }, ...items) : el("ul", {}, ...items);
}

function table(lines, label) {
  const [head, ...rows] = lines.filter((line) => !RULE.test(line)).map(cells);
  const headCells = (head ?? []).map((text) => el("th", { scope: "col" }, ...inline(text)));
  const bodyRows = rows.map((row) => el("tr", {}, ...row.map((text) => el("td", {}, ...inline(text)))));
  const shown = el("table", {}, el("thead", {}, el("tr", {}, ...headCells)), el("tbody", {}, ...bodyRows));
  return el("div", { className: "scroll", tabIndex: 0, role: "group", "aria-label": label }, shown);
}

function cells(line) {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function inline(text) {
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, bold, label, address, plain] = match;
    parts.push(text.slice(last, match.index));
    parts.push(bold ? el("strong", {}, bold) : link(address ?? plain, label ?? plain));
    last = match.index + all.length;
  }
  return [...parts, text.slice(last)].filter(Boolean);
}

/** Only web addresses become links: a `javascript:` address would run. */
export function link(address, label) {
  return el("a", { href: address, rel: "noreferrer noopener", target: "_blank" }, label);
}

export function isWebAddress(address) {
  return /^https?:\/\//i.test(address ?? "");
}
