// Which part is seen: one of three on a narrow screen, and the tabs of the right column.

const TABS = ["assist", "canned", "knowledge"];

export class Panes {
  #panes = [...document.querySelectorAll("#panes button")];
  #tabs = TABS.map((name) => document.getElementById(`tab-${name}`));

  constructor(store) {
    this.store = store;
    for (const button of this.#panes) button.onclick = () => this.show(button.dataset.pane);
    for (const [index, tab] of this.#tabs.entries()) {
      tab.onclick = () => this.choose(TABS[index]);
      tab.onkeydown = (event) => this.#step(event, index);
    }
    store.on("inserted", () => this.show("thread"));
    this.show("queue");
    this.choose("assist");
  }

  show(pane) {
    document.body.dataset.pane = pane;
    for (const button of this.#panes) button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
  }

  choose(name) {
    for (const [index, tab] of this.#tabs.entries()) {
      const isChosen = TABS[index] === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(`panel-${TABS[index]}`).hidden = !isChosen;
    }
    this.store.tell("library");
  }

  /** Go to the knowledge search. */
  search() {
    this.show("assist");
    this.choose("knowledge");
    document.getElementById("knowledge-search").focus();
  }

  #step(event, index) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = (index + step + TABS.length) % TABS.length;
    this.choose(TABS[next]);
    this.#tabs[next].focus();
  }
}
