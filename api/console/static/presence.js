// The agent's presence: a switch, and the heartbeat that keeps it true.

import { call } from "./http.js";
import { notify } from "./dialogs.js";

const HEARTBEAT_MS = 30_000;
const KEY = "console.presence";

export class Presence {
  #choice = document.getElementById("presence");

  start() {
    this.#choice.value = sessionStorage.getItem(KEY) ?? "online";
    this.#show();
    this.#choice.onchange = () => {
      sessionStorage.setItem(KEY, this.#choice.value);
      this.#show();
      this.#tell().catch((error) => notify(`Your status was not changed. ${error.message}`, { isProblem: true }));
    };
    const beat = () => this.#tell().catch(() => {}); // the next beat repairs it
    setInterval(beat, HEARTBEAT_MS);
    beat();
  }

  #tell() {
    return call("PUT", "/v1/session/presence", { status: this.#choice.value });
  }

  #show() {
    this.#choice.closest(".presence").dataset.status = this.#choice.value;
  }
}
