// Puts the launcher and the frame on a client's page; the conversation happens in the frame.
(() => {
  "use strict";
  const script = document.currentScript;
  const { site, lang } = script.dataset;
  const home = new URL(script.src).origin;
  const slot = `bpo-assist:${site}`;
  const fail = (reason) => console.error(`BPO Assist: ${reason}`);
  if (!site) return fail('the script needs data-site="SITE_KEY"; `assist site list` shows the keys');
  if (window.BpoAssist) return fail("the script is on this page twice");

  const PATIENCE_MS = 20000;
  const STYLE = `
    :host { all: initial; color-scheme: light dark; }
    button, iframe { position: fixed; right: 20px; z-index: 2147483000; margin: 0; padding: 0; border: 0; }
    [hidden] { display: none !important; }
    button { bottom: 20px; width: 56px; height: 56px; border-radius: 50%; background: var(--brand); color: #fff;
      box-shadow: 0 2px 10px #0004; cursor: pointer; }
    button:focus-visible { outline: 2px solid light-dark(var(--brand), #fff); outline-offset: 3px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; vertical-align: middle; }
    [aria-expanded="true"] .talk, [aria-expanded="false"] .fold { display: none; }
    span { position: absolute; top: -4px; right: -4px; min-width: 22px; border: 2px solid #fff; border-radius: 13px;
      background: #a3261d; color: #fff; font: 600 13px/20px system-ui, sans-serif; }
    iframe { bottom: 88px; width: 400px; height: min(640px, calc(100dvh - 108px)); border-radius: 16px;
      background: light-dark(#fff, #15171c);
      box-shadow: 0 0 0 1px light-dark(#d9dce2, #333944), 0 8px 32px #0003; }
    @media (max-width: 479.98px) {
      iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      [aria-expanded="true"] { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      button { transition: transform .15s; }
      button:hover { transform: scale(1.05); }
      iframe { animation: rise .16s ease-out; }
      @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
    }
    @media print { :host { display: none; } }`;

  const listeners = {};
  const frame = document.createElement("iframe");
  const launcher = document.createElement("button");
  const badge = document.createElement("span");
  const container = document.createElement("div");
  const sheet = new CSSStyleSheet();
  let isReady = false;
  let wantsOpen = false;
  let identity;
  let kept = null;
  let labels = {};

  function load() {
    try {
      kept = JSON.parse(localStorage.getItem(slot));
    } catch {
      // Without storage the conversation lasts as long as the page.
    }
    return kept;
  }

  function save(session) {
    kept = session;
    try {
      if (session) localStorage.setItem(slot, JSON.stringify(session));
      else localStorage.removeItem(slot);
    } catch {
      // As above.
    }
  }

  function send(type, detail) {
    if (isReady) frame.contentWindow.postMessage({ type, ...detail }, home);
  }

  function tell(name, detail) {
    for (const listener of listeners[name] ?? []) listener(detail);
  }

  function show(isOpen) {
    if (!isReady || frame.hidden !== isOpen) return void (wantsOpen = isOpen);
    frame.hidden = !isOpen;
    launcher.setAttribute("aria-expanded", isOpen);
    launcher.setAttribute("aria-label", isOpen ? labels.close : labels.open);
    if (isOpen) frame.focus();
    else launcher.focus();
    send(isOpen ? "open" : "close", { session: load() });
    tell(isOpen ? "open" : "close");
  }

  function icon(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function stop(reason) {
    clearTimeout(patience);
    container.remove();
    fail(reason);
    tell("error", reason);
  }

  const from = {
    hello() {
      isReady = true;
      clearTimeout(patience);
      const languages = [lang, document.documentElement.lang, ...navigator.languages];
      send("start", { languages, session: load(), identity, page: location.href.split("#")[0] });
    },
    ready(data) {
      labels = data.labels;
      frame.title = labels.title;
      container.style.setProperty("--brand", data.colour);
      launcher.setAttribute("aria-label", labels.open);
      launcher.hidden = false;
      tell("ready");
      if (wantsOpen) show(true);
    },
    session: (data) => save(data.session),
    close: () => show(false),
    unread({ count }) {
      badge.hidden = !count;
      badge.textContent = count;
    },
    event: ({ name, detail }) => tell(name, detail),
    warning: ({ reason }) => fail(reason),
    fault: ({ reason }) => stop(reason),
  };

  addEventListener("message", ({ origin, source, data }) => {
    if (origin === home && source === frame.contentWindow) from[data?.type]?.(data);
  });
  addEventListener("storage", ({ key }) => key === slot && send("session", { session: load() }));
  launcher.addEventListener("click", () => show(frame.hidden));

  sheet.replaceSync(STYLE);
  launcher.type = "button";
  launcher.setAttribute("aria-expanded", "false");
  launcher.append(
    icon("talk", "M21 12a8 8 0 0 1-8 8H3l2.6-3.4A8 8 0 1 1 21 12z"),
    icon("fold", "M5 9l7 7 7-7"),
    badge,
  );
  launcher.hidden = badge.hidden = frame.hidden = true;
  frame.src = `${home}/widget/frame?${new URLSearchParams({ site, origin: location.origin })}`;
  frame.allow = "clipboard-write";
  const shadow = container.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(frame, launcher);

  const patience = setTimeout(() => {
    if (!isReady)
      stop(`no answer from ${home}; is it reachable, and does this page's policy allow its frames?`);
  }, PATIENCE_MS);

  window.BpoAssist = {
    open: () => show(true),
    close: () => show(false),
    identify(jwt) {
      identity = jwt;
      send("identify", { identity: jwt });
    },
    on: (name, listener) => void (listeners[name] ??= []).push(listener),
  };
  if (document.body) document.body.append(container);
  else addEventListener("DOMContentLoaded", () => document.body.append(container));
})();
