// The filters and the opened conversation, kept in the address so that they survive a reload.

const VIEWS = ["waiting", "mine", "open", "resolved"];

export class Route {
  #listeners = [];

  constructor() {
    addEventListener("popstate", () => this.#tell());
  }

  get view() {
    const view = this.#params.get("view");
    return VIEWS.includes(view) ? view : "waiting";
  }

  get client() {
    return this.#params.get("client") ?? "";
  }

  get open() {
    return this.#params.get("open");
  }

  /** Return the address with these parts changed. */
  address(changes) {
    const params = this.#params;
    for (const [name, value] of Object.entries(changes)) {
      if (value) params.set(name, value);
      else params.delete(name);
    }
    return `${location.pathname}${params.size ? `?${params}` : ""}`;
  }

  go(changes) {
    const address = this.address(changes);
    if (address === location.pathname + location.search) return;
    history.pushState(null, "", address);
    this.#tell();
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  get #params() {
    return new URLSearchParams(location.search);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
