// Talks to the public HTTP API with the site's key and the conversation's token.

/** What the service refused, in its own words. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
  }
}

export class Service {
  #key;

  constructor(key) {
    this.#key = key;
  }

  /** Make a request about `session`. Throws a `Refusal` or a network error. */
  async call(path, { session, body, headers, method = body ? "POST" : "GET", signal } = {}) {
    const response = await fetch(`/v1${session ? `/conversations/${session.id}` : ""}${path}`, {
      method,
      signal,
      cache: "no-store",
      credentials: "omit",
      headers: {
        Authorization: `Bearer ${this.#key}`,
        ...(session && { "X-Conversation-Token": session.token }),
        ...(body && { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (response.ok) return response;
    throw new Refusal(response.status, await response.json().catch(() => ({})));
  }

  async fetchJson(path, options) {
    return (await this.call(path, options)).json();
  }
}

/** Yield the server-sent events of a response; `onBytes` hears of heartbeats too. */
export async function* events(response, onBytes = () => {}) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const fields = { event: "message", data: "" };
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+):? ?(.*)$/.exec(line) ?? [];
    if (name === "data") fields.data += value;
    else if (name) fields[name] = value;
  }
  return fields.data ? { ...fields, data: JSON.parse(fields.data) } : null;
}
