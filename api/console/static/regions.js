// The states that every region of the console shares: loading, empty, failed, not allowed.

import { el } from "../dom.js";
import { Refusal } from "./http.js";

const PATIENCE_MS = 300;

/** Show that something is loading, but only when it takes a while; returns a way to stop. */
export function loading(region, text = "Loading…") {
  region.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => region.replaceChildren(note(text, "loading")), PATIENCE_MS);
  return () => {
    clearTimeout(timer);
    region.removeAttribute("aria-busy");
  };
}

/** Fill a region with what `load` brings; a failure is shown with a way to try again. */
export async function fill(region, load, show) {
  const done = loading(region);
  try {
    const value = await load();
    done();
    region.replaceChildren(...[show(value)].flat());
  } catch (error) {
    done();
    if (error.name === "AbortError") return;
    region.replaceChildren(failure(error, () => fill(region, load, show)));
  }
}

export function note(text, kind = "empty") {
  return el("p", { className: `state ${kind}` }, text);
}

export function failure(error, retry) {
  if (error instanceof Refusal && error.status === 403) return note(error.message, "refused");
  const again = el("button", { type: "button", className: "button", onclick: retry }, "Try again");
  return el("div", { className: "state failed", role: "alert" }, el("p", {}, error.message), again);
}
