// Explains why a draft was stopped: the words in question, and what to do about them.

import { el } from "../dom.js";

/** Return the explanation; `sendAnyway` gets the kinds that the agent confirms. */
export function findingsBox(findings, sendAnyway) {
  const items = findings.map((finding) =>
    el("li", {}, el("mark", {}, `“${finding.text}”`), " ", finding.message),
  );
  const box = el(
    "div",
    { className: "stopped", role: "alert" },
    el("p", {}, el("strong", {}, "Stopped before sending.")),
    el("ul", {}, ...items),
  );
  if (findings.length && findings.every((finding) => finding.may_confirm)) {
    const confirm = [...new Set(findings.map((finding) => finding.kind))];
    const button = el("button", { type: "button", className: "button", onclick: () => sendAnyway(confirm) }, "I have checked it: send");
    box.append(button);
  }
  return box;
}
