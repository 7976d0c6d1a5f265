// Starts the console: checks the session, opens the stream and connects the parts.

import { Actions } from "./actions.js";
import { adoptColours } from "./client-tags.js";
import { Composer } from "./composer.js";
import { Context } from "./context.js";
import { Header } from "./header.js";
import { Refusal, call } from "./http.js";
import { listenForKeys, showKeys } from "./keys.js";
import { CannedResponses, KnowledgeSearch } from "./library.js";
import { Live } from "./live.js";
import { Panes } from "./panes.js";
import { Presence } from "./presence.js";
import { Queue } from "./queue.js";
import { failure } from "./regions.js";
import { Route } from "./route.js";
import { Store } from "./store.js";
import { SuggestionPanel } from "./suggestion.js";
import { Thread } from "./thread.js";
import { clockTime } from "./times.js";

const TITLE = document.title;
const REPORT_ROLES = ["lead", "admin"];
const store = new Store();
const queueState = document.getElementById("queue-state");

async function start() {
  try {
    const [{ user }, { items }] = await Promise.all([call("GET", "/v1/session"), call("GET", "/v1/desk/clients")]);
    store.begin(user, items);
  } catch (error) {
    if (isSignedOut(error)) return undefined; // on the way to the sign-in page
    return queueState.replaceChildren(failure(error, () => location.reload()));
  }
  adoptColours([...store.clients.values()]);
  connect();
  document.body.dataset.ready = "true";
}

function connect() {
  const route = new Route();
  const panes = new Panes(store);
  const thread = new Thread(store);
  const actions = new Actions(store);
  const composer = new Composer(store);
  new Header(store, actions);
  new Context(store);
  const suggestion = new SuggestionPanel(store, composer);
  new CannedResponses(store, composer);
  new KnowledgeSearch(store, composer);
  const queue = new Queue(store, route);
  showUser();
  store.on("rows", showTitle);

  const openWanted = async () => {
    const id = route.open;
    if (id === store.openId) return;
    if (!id) return store.close();
    panes.show("thread");
    try {
      await store.open(id);
    } catch (error) {
      if (store.openId !== id) return;
      store.tell("unopened");
      thread.fail(error, () => {
        store.close();
        openWanted();
      });
    }
  };
  route.onChange(openWanted);
  if (!route.open) store.close();
  openWanted();
  listen();
  if (store.canWork) new Presence().start();
  else document.querySelector(".presence").hidden = true;
  listenForKeys(commandsFor({ queue, route, actions, composer, suggestion, panes }));
}

function listen() {
  const status = document.getElementById("connection");
  const live = new Live("/v1/desk/events", {
    onEvent: (event, data) => {
      if (event === "conversation") store.putRow(data);
      if (event === "typing") store.tell("typing", data);
      if (event === "ready") {
        store.isReady = true;
        store.tell("ready");
      }
    },
    onState: ({ isLive, asOf }) => {
      const text = isLive ? "Live" : `As of ${clockTime(asOf)}, reconnecting…`;
      if (status.textContent !== text) status.textContent = text;
      document.body.dataset.live = String(isLive);
    },
    onRefused: (error) => {
      status.textContent = error.message;
      queueState.replaceChildren(failure(error, () => location.reload()));
    },
  });
  live.start();
}

function commandsFor({ queue, route, actions, composer, suggestion, panes }) {
  const move = (step) => {
    const { order } = queue;
    if (!order.length) return;
    const focused = document.activeElement?.closest?.("a.row")?.dataset.id ?? store.openId;
    const place = order.indexOf(focused);
    const next = place < 0 ? 0 : Math.min(order.length - 1, Math.max(0, place + step));
    panes.show("queue");
    document.querySelector(`a.row[data-id="${CSS.escape(order[next])}"]`).focus();
  };
  const write = (kind) => () => {
    if (!store.openId || !store.canWork) return;
    panes.show("thread");
    composer.choose(kind, { focus: true });
  };
  return {
    j: () => move(1),
    k: () => move(-1),
    t: () => actions.run("claim"),
    r: write("reply"),
    n: write("note"),
    e: () => actions.run("resolve"),
    "/": () => panes.search(),
    "?": showKeys,
    "Alt+i": () => suggestion.insert(),
  };
}

function showUser() {
  document.getElementById("user-name").textContent = store.user.name;
  document.getElementById("user-role").textContent = store.user.role;
  document.getElementById("reports").hidden = !REPORT_ROLES.includes(store.user.role);
  document.getElementById("keys-button").onclick = showKeys;
  document.getElementById("sign-out").onclick = async () => {
    await call("DELETE", "/v1/session").catch(() => {});
    location.assign("/sign-in");
  };
}

/** Count in the tab's title what needs the agent. */
function showTitle() {
  const rows = [...store.rows.values()];
  const count = rows.filter((row) => row.state === "queued" || store.isUnread(row)).length;
  document.title = count ? `(${count}) ${TITLE}` : TITLE;
}

function isSignedOut(error) {
  return error instanceof Refusal && error.status === 401;
}

function signIn() {
  location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

// Drafts stay in the tab's own storage meanwhile.
document.addEventListener("signed-out", signIn);
start();
