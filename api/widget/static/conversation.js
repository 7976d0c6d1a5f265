// One conversation as the customer sees it: what was sent, what came, and what is on its way.

import { Follower, pauseMs } from "./live.js";
import { Refusal, events } from "./service.js";
import { HUMAN } from "./status.js";

const TYPING_EVERY_MS = 3000;
const RETRIES = 6;

const LOST = [401, 403, 404]; // the conversation is not there, or not for this token
const CLOSED = 409; // it was resolved too long ago to be reopened

export class Conversation {
  #service;
  #shows;
  #start;
  #follower = null;
  #isDelivering = false;
  #stopping = null;
  #wake = () => {};
  #typedAt = 0;
  #beginning = null;
  #highest = 0; // of all messages that came
  #followed = 0; // of those that came over the live stream, which must leave none out
  #known = 0; // what the customer has seen before this page

  session = null;
  status = null;
  pending = [];

  /**
   * `shows` has `session`, `message`, `pending`, `reply`, `status`, `connection`, `gone` and
   * `problem`; `start` gives what a new conversation begins with.
   */
  constructor(service, shows, start) {
    this.#service = service;
    this.#shows = shows;
    this.#start = start;
  }

  /** Go on with a conversation that was begun earlier, or in another tab. */
  resume(session) {
    this.session = { id: session.id, token: session.token, seen: session.seen ?? 0 };
    this.#known = this.session.seen;
    this.pending = session.pending ?? [];
    this.pending.forEach((entry) => this.#shows.pending(entry));
    this.#follow();
    this.#deliver();
  }

  /** Stop following; what was not sent is given up. */
  close() {
    this.#stopping?.abort();
    this.#forget();
    this.pending = [];
    this.#wake();
  }

  send(text) {
    const entry = { key: crypto.randomUUID(), text, state: "sending" };
    this.pending.push(entry);
    this.#keep();
    this.#shows.pending(entry);
    return this.#deliver();
  }

  /** Send what was not sent, and connect again, without waiting. */
  retry() {
    this.#follower?.retry();
    this.#wake();
  }

  /** Stop showing the reply that is on its way. */
  stop() {
    this.#stopping?.abort("stopped");
  }

  /** Make a request about the conversation, which is started first if there is none. */
  async act(path, options = {}) {
    await this.#begin();
    const response = await this.#service.call(path, { session: this.session, method: "POST", ...options });
    const hasBody = response.status !== 204 && response.headers.get("content-type")?.includes("json");
    if (hasBody) this.#take(await response.json());
    return response;
  }

  /** Tell people that the customer types: seldom enough for a slow network. */
  type() {
    const isHeard = HUMAN.includes(this.status?.state);
    if (!isHeard || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = Date.now();
    this.act("/typing").catch(() => {});
  }

  see() {
    if (!this.session || this.session.seen === this.#highest) return;
    this.session.seen = this.#highest;
    this.#keep();
  }

  async #deliver() {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    const { pending } = this;
    try {
      while (pending.length && pending === this.pending) await this.#deliverOne(pending[0]);
    } finally {
      this.#isDelivering = false;
    }
    if (pending !== this.pending) await this.#deliver();
  }

  /** Send a message until it is done or has failed; a failed one stops those behind it. */
  async #deliverOne(entry) {
    for (let failures = 1; this.pending.includes(entry); failures += 1) {
      try {
        if (!entry.sequence) this.#mark(entry, "sending");
        await this.#exchange(entry);
        this.#settle(entry);
      } catch (error) {
        if (!this.pending.includes(entry)) return;
        this.#shows.reply(null);
        if (entry.sequence && !this.#isAwaited(entry)) return this.#settle(entry);
        if (this.#beginAgain(error, entry)) continue;
        this.#mark(entry, "failed");
        const isFinal = error instanceof Refusal && error.status < 500 && error.status !== 429;
        if (isFinal) this.#shows.problem(error.message);
        await this.#pause(isFinal || failures >= RETRIES ? Infinity : pauseMs(failures + 1));
      }
    }
  }

  async #exchange(entry) {
    await this.#begin();
    const stopping = (this.#stopping = new AbortController());
    const response = await this.#service.call("/messages", {
      session: this.session,
      body: { text: entry.text },
      headers: { Accept: "text/event-stream", "Idempotency-Key": entry.key },
      signal: stopping.signal,
    });
    let isDone = false;
    try {
      for await (const { event, data } of events(response)) {
        if (event === "accepted") this.#accept(entry, data);
        if (event === "delta" && this.#isAwaited(entry)) this.#shows.reply(data.text);
        if (event === "error") throw new Refusal(data.status, data);
        if (event === "done") this.#take(data);
        isDone ||= event === "done";
      }
    } catch (error) {
      if (stopping.signal.reason !== "stopped" || !entry.isAccepted) throw error;
      return this.#shows.stopped();
    }
    if (!isDone) throw new Error("the reply was cut off");
    this.#shows.reply(null);
  }

  #accept(entry, message) {
    entry.isAccepted = true;
    entry.sequence = message.sequence;
    this.#mark(entry, "sent");
    this.#receive(message);
    if (this.#isAwaited(entry)) this.#shows.waits();
  }

  /** The live stream may have brought the reply already. */
  #isAwaited({ sequence }) {
    return this.#highest <= sequence;
  }

  /** Begin a new conversation where the old one cannot take the message. */
  #beginAgain(error, entry) {
    if (!(error instanceof Refusal) || !this.session || entry.hasMoved) return false;
    if (error.status !== CLOSED && !LOST.includes(error.status)) return false;
    entry.hasMoved = true;
    this.#lose(error.status !== CLOSED);
    return true;
  }

  #lose(isGone) {
    this.#forget();
    this.#keep();
    this.#shows.gone(isGone);
    for (const entry of this.pending) {
      entry.sequence = 0;
      this.#mark(entry, "sending");
    }
  }

  #forget() {
    this.#follower?.stop();
    this.#follower = this.session = this.status = null;
    this.#beginning = null;
    this.#highest = this.#followed = this.#known = 0;
  }

  #pause(ms) {
    return new Promise((resolve) => {
      const timer = ms === Infinity ? 0 : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #begin() {
    if (this.session) return;
    this.#beginning ??= this.#start().finally(() => (this.#beginning = null));
    const started = await this.#beginning;
    if (this.session) return;
    this.session = { id: started.conversation_id, token: started.token, seen: 0 };
    this.#keep();
    this.#follow();
  }

  #follow() {
    const { session } = this;
    const isCurrent = () => this.session === session;
    this.#follower?.stop();
    this.#follower = new Follower(
      (signal) =>
        this.#service.call("/events", {
          session,
          signal,
          headers: { Accept: "text/event-stream", "Last-Event-ID": String(this.#followed) },
        }),
      {
        event: ({ event, data, id }) => {
          if (!isCurrent()) return;
          if (id) this.#followed = Number(id);
          if (event === "message") this.#receive(data);
          if (event === "state") this.#shows.status((this.status = data));
        },
        connected: () => {
          this.#shows.connection(0);
          this.#wake(); // what could not be sent can be now
        },
        lost: (failures) => this.#shows.connection(failures),
        gone: () => isCurrent() && this.#lose(true),
      },
    );
  }

  #take(exchange) {
    for (const message of exchange.messages ?? []) this.#receive(message);
    if (exchange.state) this.#shows.status((this.status = { ...this.status, state: exchange.state }));
  }

  /** Show a message wherever it came from; one that is there already changes nothing. */
  #receive(message) {
    if (message.author === "customer") this.#recognise(message);
    else this.#settleAnswered(message);
    this.#highest = Math.max(this.#highest, message.sequence);
    this.#shows.message(message, message.sequence > this.#known);
  }

  /** The live stream may bring a sent message before the answer to its request does. */
  #recognise(message) {
    const { sequence, text } = message;
    if (sequence <= this.#known) return;
    if (this.pending.some((each) => each.sequence === sequence)) return;
    const entry = this.pending.find((each) => !each.sequence && each.text === text);
    if (!entry) return;
    entry.sequence = sequence;
    this.#mark(entry, "sent");
  }

  /** What was answered over the live stream need not be asked for again. */
  #settleAnswered({ sequence }) {
    const [entry] = this.pending;
    if (entry?.state !== "failed" || !entry.sequence || entry.sequence > sequence) return;
    this.#settle(entry);
    this.#wake();
  }

  #mark(entry, state) {
    entry.state = state;
    this.#shows.pending(entry);
  }

  #settle(entry) {
    this.pending.splice(this.pending.indexOf(entry), 1);
    this.#shows.settled(entry);
    this.#keep();
  }

  #keep() {
    const pending = this.pending.map(({ key, text }) => ({ key, text }));
    this.#shows.session(this.session && { ...this.session, pending });
  }
}
