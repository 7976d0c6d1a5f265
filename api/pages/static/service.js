// Talks to the public HTTP API with the demo client's keys.

/** What the service refused, in its own words. */
export class Refusal extends Error {}

let keys = null;

/** Return the answer to the last message. Throws a `Refusal` or a network error. */
export async function ask(client, { role, messages, asOf }) {
  keys ??= await fetchJson(`/demo/${client}/access`);
  return fetchJson("/v1/ask", {
    method: "POST",
    headers: { Authorization: `Bearer ${keys[role]}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      messages,
      audience: role === "agent" ? "internal" : "public",
      ...(asOf && { as_of: asOf }),
    }),
  });
}

async function fetchJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (response.ok) return body;
  if (response.status === 401) keys = null;
  throw new Refusal(body.detail ?? body.title);
}
