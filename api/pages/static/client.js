// The page on which one asks a client's assistant: keeps the conversation and its states.

import { el } from "./dom.js";
import { Refusal, ask } from "./service.js";
import { turn } from "./turn.js";

const MAX_MESSAGES = 20;

const { client, name } = document.body.dataset;
const thread = document.getElementById("thread");
const starters = document.getElementById("starters");
const form = document.getElementById("ask");
const box = document.getElementById("message");
const asOf = document.getElementById("as-of");
const beginning = [...thread.children];

let messages = [];
let isWaiting = false;
let conversation = 0;

async function send(text) {
  if (isWaiting || !text.trim()) return;
  messages.push(text.trim());
  starters.hidden = true;
  show(said(text.trim()));
  await answerLast();
}

async function answerLast() {
  const asked = conversation;
  const waiting = el("div", { className: "bubble assistant waiting" }, "Looking it up…");
  setWaiting(true);
  show(waiting);
  let reply;
  try {
    const question = { role: role(), messages: messages.slice(-MAX_MESSAGES), asOf: asOf.value };
    reply = turn(await ask(client, question), { onChoice: send, onPerson: offerPerson });
  } catch (error) {
    reply = failed(error);
  }
  if (asked !== conversation) return;
  waiting.replaceWith(reply);
  setWaiting(false);
  // A long answer is read from its beginning, so it is not scrolled past.
  reply.scrollIntoView({ block: "nearest" });
  reply.previousElementSibling?.scrollIntoView({ block: "nearest" });
}

function said(text) {
  const circumstances = [role() === "agent" && "as agent", asOf.value && `as of ${asOf.value}`];
  const note = circumstances.filter(Boolean).join(", ");
  return el(
    "div",
    { className: "said" },
    el("div", { className: "bubble mine" }, text),
    note ? el("span", { className: "quiet" }, note) : null,
  );
}

function failed(error) {
  const detail = error instanceof Refusal ? error.message : "The service cannot be reached.";
  const bubble = el(
    "div",
    { className: "bubble assistant fault", role: "alert" },
    el("div", {}, el("strong", {}, "Not answered. "), detail),
  );
  const retry = () => {
    bubble.remove();
    answerLast();
    box.focus();
  };
  bubble.append(el("button", { type: "button", className: "chip", onclick: retry }, "Try again"));
  return bubble;
}

function offerPerson() {
  const text =
    `On a live site, this passes the conversation to ${name}'s team with everything said so far, ` +
    "and the assistant falls silent. This page stops here.";
  show(el("p", { className: "note quiet" }, text));
}

function show(element) {
  thread.append(element);
  element.scrollIntoView({ block: "nearest" });
}

function setWaiting(value) {
  isWaiting = value;
  form.querySelector("[type=submit]").disabled = value;
  thread.setAttribute("aria-busy", String(value));
}

function role() {
  return document.querySelector("[name=role]:checked").value;
}

function restart() {
  conversation += 1;
  messages = [];
  thread.replaceChildren(...beginning);
  starters.hidden = false;
  setWaiting(false);
  box.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (isWaiting) return;
  const text = box.value;
  box.value = "";
  send(text);
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
starters.addEventListener("click", (event) => {
  if (event.target.matches("button")) send(event.target.textContent);
});
document.getElementById("restart").addEventListener("click", restart);
document.getElementById("person").addEventListener("click", offerPerson);
document.body.dataset.ready = "true";
