// Follows a conversation over lost connections, sleeping tabs and restarts of the server.

import { Refusal, events } from "./service.js";

const SILENCE_MS = 40_000; // the server sends a heartbeat every 15 s
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const HIDDEN_MS = 30_000; // a browser has six connections to a host for all its tabs together

/** Say how long to wait before another attempt: longer each time, and not all at once. */
export function pauseMs(failures) {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  return longest * (0.7 + 0.3 * Math.random());
}

export class Follower {
  #open;
  #hears;
  #attempt = new AbortController();
  #isStopped = false;
  #isAsleep = false;
  #sleep = 0;
  #resume = () => {};

  /** `open` makes the request; `hears` has `event`, `connected`, `lost(failures)` and `gone`. */
  constructor(open, hears) {
    this.#open = open;
    this.#hears = hears;
    addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#run();
  }

  /** Try again now. */
  retry = () => this.#resume();

  stop() {
    this.#isStopped = true;
    removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    clearTimeout(this.#sleep);
    this.#attempt.abort();
    this.#resume();
  }

  async #run() {
    let failures = 0;
    while (!this.#isStopped) {
      try {
        await this.#listen(() => (failures = 0));
      } catch (error) {
        if (error instanceof Refusal && [401, 403, 404].includes(error.status)) {
          if (!this.#isStopped) this.#hears.gone();
          return;
        }
      }
      if (this.#isStopped) return;
      if (!this.#isAsleep) this.#hears.lost((failures += 1));
      await this.#pause(this.#isAsleep ? Infinity : pauseMs(failures));
    }
  }

  async #listen(onAlive) {
    const attempt = (this.#attempt = new AbortController());
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => attempt.abort(), SILENCE_MS);
    };
    try {
      alive();
      const response = await this.#open(attempt.signal);
      onAlive();
      this.#hears.connected();
      for await (const event of events(response, alive)) {
        if (this.#isStopped) return;
        this.#hears.event(event);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = ms === Infinity ? 0 : setTimeout(resolve, ms);
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #onVisibility = () => {
    clearTimeout(this.#sleep);
    if (document.visibilityState === "visible") {
      this.#isAsleep = false;
      this.#resume();
      return;
    }
    this.#sleep = setTimeout(() => {
      this.#isAsleep = true;
      this.#attempt.abort();
    }, HIDDEN_MS);
  };
}
