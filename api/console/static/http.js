// Talks to the HTTP API with the session's cookie, and reads its event streams.

/** What the service refused, in its own words. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.errors?.[0]?.message ?? problem.detail ?? problem.title ?? "The service refused this.");
    this.status = status;
    this.slug = (problem.type ?? "").split(":").at(-1);
    this.findings = problem.findings ?? [];
  }
}

/** Nothing came back: the network or the service is away. */
export class Unreachable extends Error {
  constructor() {
    super("The service cannot be reached.");
  }
}

/** Send a request and return its JSON, or null when there is none. */
export async function call(method, path, body, { key, client, signal } = {}) {
  const response = await open(method, path, body, { key, client, signal });
  return response.status === 204 ? null : response.json();
}

/** Yield the events of a stream as {event, id, data}; `onBytes` is told of every sign of life. */
export async function* stream(method, path, body, { lastEventId, signal, onBytes = () => {} } = {}) {
  const headers = { Accept: "text/event-stream", ...(lastEventId && { "Last-Event-ID": lastEventId }) };
  const response = await open(method, path, body, { signal, headers });
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for await (const bytes of chunks(response.body)) {
    onBytes();
    yield* parser.feed(decoder.decode(bytes, { stream: true }));
  }
}

async function open(method, path, body, { key, client, signal, headers = {} }) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: {
        ...headers,
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(key && { "Idempotency-Key": key }),
        ...(client && { "X-Client": client }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  }
  if (response.ok) return response;
  if (response.status === 401) document.dispatchEvent(new Event("signed-out"));
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem);
}

async function* chunks(body) {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable();
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Cuts a text stream into server-sent events. */
class EventParser {
  #rest = "";

  *feed(text) {
    this.#rest += text.replaceAll("\r\n", "\n");
    let end;
    while ((end = this.#rest.indexOf("\n\n")) >= 0) {
      const event = parse(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

function parse(block) {
  const fields = { event: "message", id: null, data: [] };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "data") fields.data.push(value);
    else if (name === "event" || name === "id") fields[name] = value;
  }
  if (!fields.data.length) return null;
  return { event: fields.event, id: fields.id, data: JSON.parse(fields.data.join("\n")) };
}
