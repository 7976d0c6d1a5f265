// Meets the loader on the client's page; the rest is fetched when the customer opens it.

const { site, origin, colour, name } = document.body.dataset;

const LABELS = {
  en: ["Chat with us", "Close chat"],
  es: ["Chatee con nosotros", "Cerrar el chat"],
  fr: ["Discuter avec nous", "Fermer le chat"],
  de: ["Mit uns chatten", "Chat schließen"],
  pt: ["Fale connosco", "Fechar o chat"],
};

/** The client's page; messages go to its origin only, and come from its window only. */
const page = {
  post: (type, detail) => parent.postMessage({ type, ...detail }, origin),
};

let panel = null;
let given = {};
let isOpen = false;

/** Choose the first wish that there is a language for. */
function language(wishes) {
  const bases = wishes.map((wish) => wish?.toLowerCase().split("-")[0]);
  return bases.find((base) => base in LABELS) ?? "en";
}

async function load() {
  const { Panel } = await import("./panel.js");
  const { default: texts } = await import(`./texts/${given.language}.js`);
  return new Panel(page, texts, given);
}

async function withPanel(act) {
  panel ??= load();
  try {
    act(await panel);
  } catch (error) {
    panel = null;
    page.post("warning", { reason: `the conversation cannot be shown: ${error.message}` });
  }
}

const from = {
  start({ languages, ...rest }) {
    given = { ...rest, site, language: language(languages) };
    document.documentElement.lang = given.language;
    document.documentElement.style.setProperty("--brand", colour);
    const [open, close] = LABELS[given.language];
    page.post("ready", { colour, labels: { open, close, title: name } });
    if (given.session) withPanel(() => {});
  },
  open({ session }) {
    isOpen = true;
    given.session ??= session;
    withPanel((shown) => shown.open());
  },
  close() {
    isOpen = false;
    if (panel) withPanel((shown) => isOpen || shown.close());
  },
  session({ session }) {
    given.session = session;
    if (panel || session) withPanel((shown) => shown.switchTo(session));
  },
  identify({ identity }) {
    given.identity = identity;
    if (panel || given.session) withPanel((shown) => shown.identify(identity));
  },
};

addEventListener("message", ({ source, origin: sender, data }) => {
  if (source === parent && sender === origin) from[data?.type]?.(data);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) page.post("close");
});
page.post("hello");
