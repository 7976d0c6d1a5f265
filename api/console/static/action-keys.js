// Names what an agent asks for, so that asking again after a lost connection does nothing twice.

export class ActionKeys {
  #keys = new Map();

  /** Return an action's key: on the same revision of a conversation, the same action has the same key. */
  keyOf(name, { id, revision }, body) {
    const action = JSON.stringify([id, revision, name, body]);
    if (!this.#keys.has(action)) this.#keys.set(action, crypto.randomUUID());
    return this.#keys.get(action);
  }
}
