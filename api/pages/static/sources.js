// Shows the sources of an answer: a list in which each opens to its quotation.

import { el } from "./dom.js";
import { rich } from "./rich.js";

/** Return the numbered sources under their heading. */
export function sources(citations) {
  const heading = citations.length === 1 ? "1 source" : `${citations.length} sources`;
  const items = citations.map((citation, index) => source(citation, index + 1));
  return el("section", { className: "sources" }, el("h2", {}, heading), el("ol", {}, ...items));
}

function source(citation, number) {
  const quote = quoted(citation);
  const button = el(
    "button",
    { type: "button", className: "source", "aria-expanded": "false" },
    el("span", { className: "number" }, String(number)),
    el("span", {}, citation.title, el("span", { className: "quiet" }, citation.section)),
    citation.audience === "internal" ? el("span", { className: "tag" }, "internal") : null,
    citation.in_reply === false ? el("span", { className: "quiet" }, "see also") : null,
  );
  button.onclick = () => {
    quote.hidden = !quote.hidden;
    button.setAttribute("aria-expanded", String(!quote.hidden));
  };
  return el("li", {}, button, quote);
}

function quoted(citation) {
  const original = webAddress(citation.source_url);
  const about = el(
    "p",
    { className: "quiet" },
    `Article ${citation.article_id} · match ${percent(citation.score)}`,
    original ? " · " : null,
    original ? el("a", { href: original, rel: "noreferrer", target: "_blank" }, "Open the original") : null,
  );
  return el("div", { className: "quote", hidden: true }, rich("blockquote", citation.quote), about);
}

/** Only web addresses become links: a `javascript:` address would run. */
export function webAddress(address) {
  return /^https?:\/\//i.test(address ?? "") ? address : null;
}

/** Say a share of one as a whole percentage. */
export function percent(share) {
  return `${Math.round(share * 100)} %`;
}
