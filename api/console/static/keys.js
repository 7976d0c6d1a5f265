// The keyboard: single letters work only outside text boxes, and can be switched off.

import { el } from "../dom.js";
import { ask } from "./dialogs.js";

const KEY = "console.letters";
const TEXT_BOXES = "input:not([type=checkbox]), textarea, select, [contenteditable]";

const LIST = [
  ["J / K", "Next or previous conversation"],
  ["Enter", "Open it"],
  ["T", "Take over"],
  ["R", "Reply"],
  ["N", "Internal note"],
  ["E", "Resolve"],
  ["/", "Search the knowledge"],
  ["Alt+I", "Insert the suggestion"],
  ["Ctrl+Enter", "Send"],
  ["Esc", "Leave the text box"],
  ["?", "This list"],
];

/** Listen for keys; `commands` maps each to what it does. */
export function listenForKeys(commands) {
  addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const name = nameOf(event);
    if (name === "Escape" && event.target.matches(TEXT_BOXES)) return event.target.blur();
    const isLetter = !name.includes("+");
    if (isLetter && (!areLettersOn() || event.target.matches(TEXT_BOXES))) return;
    if (!commands[name]) return;
    event.preventDefault();
    commands[name]();
  });
}

export function showKeys() {
  const lines = LIST.map(([keys, what]) => el("div", {}, el("dt", {}, el("kbd", {}, keys)), el("dd", {}, what)));
  const box = el("input", { type: "checkbox", name: "letters", checked: areLettersOn() });
  return ask({
    title: "Keys",
    fields: [el("dl", { className: "keys" }, ...lines), el("label", { className: "check" }, box, el("span", {}, "Single letters are shortcuts"))],
    action: "Done",
    submit: ({ letters }) => localStorage.setItem(KEY, letters ? "on" : "off"),
  });
}

function areLettersOn() {
  return localStorage.getItem(KEY) !== "off";
}

function nameOf(event) {
  if (event.ctrlKey || event.metaKey) return `Ctrl+${event.key}`;
  if (event.altKey) return `Alt+${event.code.replace("Key", "").toLowerCase()}`; // a Mac types other letters with Alt
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}
