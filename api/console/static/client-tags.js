// Shows which client something belongs to: its colour and always its name.

import { el } from "../dom.js";

const COLOUR = /^#[0-9a-f]{6}$/i;

/** Let every element with `data-client` use that client's colour; adopted, as the policy wants. */
export function adoptColours(clients) {
  const sheet = new CSSStyleSheet();
  const rules = clients
    .filter((client) => COLOUR.test(client.colour))
    .map((client) => `[data-client="${CSS.escape(client.id)}"] { --brand: ${client.colour}; }`);
  sheet.replaceSync(rules.join("\n"));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

export function clientTag(id, name) {
  const tag = el("span", { className: "client", "data-client": id }, name);
  tag.prepend(el("span", { className: "swatch", "aria-hidden": "true" }));
  return tag;
}
