// Dialogs that ask for something, and short notices; the browser's own <dialog> keeps the focus.

import { el } from "../dom.js";

const NOTICE_MS = 6_000;
const notices = document.getElementById("notices");

/**
 * Ask in a dialog; `submit` gets the form's values and may fail, which is shown in the dialog.
 * Resolves to whether it was done.
 */
export function ask({ title, intro = null, fields = [], action, danger = false, submit = () => {} }) {
  const problem = el("p", { className: "problem", role: "alert", hidden: true });
  const go = el("button", { type: "submit", className: danger ? "button danger" : "button primary" }, action);
  const cancel = el("button", { type: "button", className: "button" }, "Cancel");
  const heading = el("h2", { id: "dialog-title" }, title);
  const buttons = el("div", { className: "dialog-buttons" }, cancel, go);
  const form = el("form", {}, heading, intro && el("div", { className: "intro" }, intro), ...fields, problem, buttons);
  const dialog = el("dialog", { "aria-labelledby": "dialog-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("textarea, input, select")?.focus();
  return new Promise((resolve) => {
    let isDone = false;
    cancel.onclick = () => dialog.close();
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.onclose = () => {
      dialog.remove();
      resolve(isDone);
    };
    form.onsubmit = async (event) => {
      event.preventDefault();
      go.disabled = true;
      problem.hidden = true;
      try {
        await submit(Object.fromEntries(new FormData(form)));
        isDone = true;
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      } finally {
        go.disabled = false;
      }
    };
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  });
}

/** Label a control; its hint is read with it. */
export function field(label, control, hint = "") {
  control.id ||= `field-${control.name}`;
  const described = hint ? el("p", { className: "quiet", id: `${control.id}-hint` }, hint) : null;
  if (described) control.setAttribute("aria-describedby", described.id);
  return el("div", { className: "field" }, el("label", { htmlFor: control.id }, label), control, described);
}

export function choice(name, options) {
  const made = options.map(([value, text]) => el("option", { value }, text));
  return el("select", { name }, ...made);
}

/** Tell something in passing, without taking the focus. */
export function notify(text, { isProblem = false } = {}) {
  const notice = el("p", { className: isProblem ? "notice problem" : "notice" }, text);
  notice.onclick = () => notice.remove();
  notices.append(notice);
  setTimeout(() => notice.remove(), NOTICE_MS);
}
