// What an agent does with a conversation besides writing: claim, transfer, hand back, resolve.

import { el } from "../dom.js";
import { ActionKeys } from "./action-keys.js";
import { ask, choice, field, notify } from "./dialogs.js";
import { call } from "./http.js";
import { customerName, sentence } from "./words.js";

const PEOPLE = ["queued", "with_agent", "waiting_on_client"];

export class Actions {
  #keys = new ActionKeys();

  constructor(store) {
    this.store = store;
  }

  /** Return the actions that the conversation's state allows, the likeliest first. */
  available(detail) {
    const isMine = this.store.isMine(detail);
    const canHandle = isMine || detail.state === "queued" || (PEOPLE.includes(detail.state) && this.store.user.role !== "agent");
    return [
      detail.state === "queued" && this.#action("claim", "Claim", "T", true, () => this.claim()),
      detail.state === "assistant" && this.#action("claim", "Take over", "T", true, () => this.claim()),
      detail.state === "waiting_on_client" && this.#action("claim", "Take back", "T", true, () => this.claim()),
      canHandle && this.#action("transfer", "Transfer", "", false, () => this.transfer()),
      canHandle && this.#action("handback", "Hand back", "", false, () => this.handBack()),
      isMine && detail.state === "with_agent" && this.#action("escalate", "Escalate", "", false, () => this.escalate()),
      canHandle && this.#action("resolve", "Resolve", "E", isMine, () => this.resolve()),
      detail.state === "resolved" && this.#action("reopen", "Reopen", "", true, () => this.#post("reopen")),
    ].filter(Boolean);
  }

  /** Run an action by its name if it is available now. */
  run(name) {
    const { detail, canWork } = this.store;
    if (detail && canWork) this.available(detail).find((action) => action.name === name)?.run();
  }

  /** Take the conversation; exactly one agent gets it, and the others learn who. */
  async claim() {
    const { id } = this.store.detail;
    try {
      const detail = await call("POST", `/v1/conversations/${id}/claim`);
      this.store.putDetail(detail);
      this.store.fetchMessages(id);
    } catch (error) {
      notify(error.message, { isProblem: true });
      this.#reload(id);
    }
  }

  async transfer() {
    const { detail } = this.store;
    const { items } = await this.#agents(detail.client_id);
    const colleagues = items.filter((agent) => agent.id !== this.store.user.id);
    const queues = this.store.clients.get(detail.client_id)?.queues ?? [];
    const options = [
      ...queues.map((queue) => [`queue:${queue}`, `Queue: ${sentence(queue)}`]),
      ...colleagues.map((agent) => [`user:${agent.id}`, `${agent.name} (${agent.presence}, ${agent.open} of ${agent.capacity} open)`]),
    ];
    await ask({
      title: "Transfer the conversation",
      fields: [field("To", choice("to", options)), this.#note("note", "Note for whoever takes it", "Only your team sees it.")],
      action: "Transfer",
      submit: ({ to, note }) => {
        const [kind, name] = [to.slice(0, to.indexOf(":")), to.slice(to.indexOf(":") + 1)];
        return this.#do(detail, "transfer", { [`to_${kind}`]: name, note });
      },
    });
  }

  async handBack() {
    const { detail } = this.store;
    await ask({
      title: "Hand back to the assistant",
      intro: `The AI assistant answers ${customerName(detail)}'s next message. They are told so.`,
      fields: [this.#note("note", "Note (optional)", "Only your team sees it.")],
      action: "Hand back",
      submit: ({ note }) => this.#do(detail, "handback", { note }),
    });
  }

  async escalate() {
    const { detail } = this.store;
    await ask({
      title: `Escalate to ${detail.client_name}`,
      intro: `Their contact gets this note with a link to answer. Until then the clock runs on their side.`,
      fields: [this.#note("note", "What do you need from them?", "", true)],
      action: "Escalate",
      submit: ({ note }) => this.#do(detail, "escalate", { note }),
    });
  }

  async resolve() {
    const { detail } = this.store;
    const dispositions = this.store.clients.get(detail.client_id)?.dispositions ?? ["answered"];
    const options = dispositions.map((each) => [each, sentence(each)]);
    await ask({
      title: "Resolve the conversation",
      fields: [
        field("Disposition", choice("disposition", options)),
        this.#note("note", "Wrap-up note (optional)", "What was done, for the next colleague who reads this."),
        this.#summaryButton(detail.id),
      ],
      action: "Resolve",
      submit: ({ disposition, note }) => this.#do(detail, "resolve", { disposition, note }),
    });
  }

  #action(name, label, keys, isPrimary, run) {
    return { name, label, keys, isPrimary, run };
  }

  #note(name, label, hint, required = false) {
    return field(label, el("textarea", { name, rows: 3, maxLength: 2000, required }), hint);
  }

  /** Offer the conversation's summary as the note; what is written there already stays. */
  #summaryButton(id) {
    const button = el("button", { type: "button", className: "button small" }, "Add the summary");
    button.onclick = async () => {
      const box = button.form.elements.note;
      try {
        const { summary } = await call("GET", `/v1/desk/conversations/${id}/summary`);
        box.value = [box.value.trim(), summary].filter(Boolean).join("\n\n");
        box.focus();
      } catch (error) {
        notify(error.message, { isProblem: true });
      }
    };
    return el("div", {}, button);
  }

  async #agents(clientId) {
    try {
      return await call("GET", `/v1/desk/agents?client=${encodeURIComponent(clientId)}`);
    } catch {
      return { items: [] }; // the queues can still be chosen
    }
  }

  /** Do something with the conversation as the agent saw it; a dialog shows a failure. */
  async #do(detail, name, body) {
    const known = Object.fromEntries(Object.entries(body).filter(([, value]) => value));
    const key = this.#keys.keyOf(name, detail, known);
    await call("POST", `/v1/conversations/${detail.id}/${name}`, known, { key });
    await this.#reload(detail.id);
  }

  async #post(name) {
    const { detail } = this.store;
    try {
      await this.#do(detail, name, {});
    } catch (error) {
      notify(error.message, { isProblem: true });
      this.#reload(detail.id);
    }
  }

  /** Show what the service has now; the stream brings it too, perhaps later. */
  async #reload(id) {
    try {
      const detail = await call("GET", `/v1/desk/conversations/${id}`);
      this.store.putDetail(detail);
      await this.store.fetchMessages(id);
    } catch (error) {
      notify(error.message, { isProblem: true });
    }
  }
}
