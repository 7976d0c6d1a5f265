// What the page does better with a script; without one it works all the same.
import { el } from "../dom.js";

const LOADING_AFTER_MS = 300;
const STALE_AFTER_MS = 5 * 60 * 1000;

/** Say that a new report is being counted, unless it comes at once. */
function showLoading() {
  setTimeout(() => {
    document.body.setAttribute("aria-busy", "true");
    document.getElementById("loading").hidden = false;
  }, LOADING_AFTER_MS);
}

function watchNavigation() {
  const filters = document.querySelector(".filters");
  if (!filters) return;
  filters.addEventListener("submit", showLoading);
  for (const link of document.querySelectorAll("main a[href^='?']")) {
    link.addEventListener("click", (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) showLoading();
    });
  }
  // A page that comes back from the browser's memory is not loading.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

/** Mark figures that were left open for long. */
function watchAge() {
  const asOf = document.getElementById("as-of");
  if (!asOf) return;
  const made = performance.now();
  const check = () => {
    if (performance.now() - made < STALE_AFTER_MS || asOf.dataset.stale) return;
    asOf.dataset.stale = "true";
    asOf.firstElementChild.append(", may be out of date");
  };
  setInterval(check, 30_000);
  document.addEventListener("visibilitychange", check);
}

/** Offer to load a chart again that did not come. */
function watchCharts() {
  for (const image of document.querySelectorAll("img[data-chart]")) {
    const picture = image.closest("picture");
    const retry = el("button", { type: "button", className: "button small" }, "Try again");
    const notice = el("p", { className: "chart-failed", role: "alert" }, "The chart did not load. ", retry);
    const fail = () => picture.replaceWith(notice);
    image.addEventListener("error", fail);
    retry.addEventListener("click", () => {
      notice.replaceWith(picture);
      image.src = image.getAttribute("src");
    });
    if (image.complete && image.naturalWidth === 0) fail();
  }
}

watchNavigation();
watchAge();
watchCharts();
document.body.dataset.ready = "true";
