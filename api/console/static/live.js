// Keeps one event stream open: resumes behind the last event, waits longer after each failure.

import { Refusal, stream } from "./http.js";

const SILENCE_MS = 40_000; // the service sends a comment every 15 seconds
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;

export class Live {
  #lastEventId = null;
  #attempt = null;
  #wake = () => {};
  #heardAt = Date.now();

  /** `onState` gets {isLive, asOf}; `onRefused` a refusal that repeating does not change. */
  constructor(path, { onEvent, onState, onRefused }) {
    this.path = path;
    this.onEvent = onEvent;
    this.onState = onState;
    this.onRefused = onRefused;
  }

  start() {
    addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => this.#wake());
    setInterval(() => this.#watch(), 5_000);
    this.#run();
  }

  async #run() {
    for (let failures = 0; ; failures += 1) {
      try {
        await this.#follow(() => (failures = 0));
      } catch (error) {
        if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
          this.onRefused(error);
          return;
        }
      }
      this.onState({ isLive: false, asOf: this.#heardAt });
      await this.#pause(failures);
    }
  }

  async #follow(onSuccess) {
    this.#attempt = new AbortController();
    const onBytes = () => {
      this.#heardAt = Date.now();
      onSuccess();
      this.onState({ isLive: true, asOf: this.#heardAt });
    };
    const options = { lastEventId: this.#lastEventId, signal: this.#attempt.signal, onBytes };
    for await (const { event, id, data } of stream("GET", this.path, undefined, options)) {
      this.onEvent(event, data);
      if (id) this.#lastEventId = id;
    }
  }

  /** A connection can die without telling: then nothing is heard, not even the comments. */
  #watch() {
    if (Date.now() - this.#heardAt > SILENCE_MS) this.#attempt?.abort();
  }

  #pause(failures) {
    const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    return new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, most * (0.5 + Math.random() / 2));
    });
  }
}
