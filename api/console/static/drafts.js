// Keeps what is being written, for each conversation and kind, until it has been sent.

/** A draft: its text, the key under which it is sent, and where it came from. */
export function readDraft(id, kind) {
  const kept = sessionStorage.getItem(name(id, kind));
  return kept ? JSON.parse(kept) : empty();
}

/** Change a draft; another text is another message and so gets another key. */
export function changeDraft(id, kind, changes) {
  const before = readDraft(id, kind);
  const isNewText = changes.text !== undefined && changes.text !== before.text;
  const draft = { ...before, ...(isNewText && { key: crypto.randomUUID(), isFailed: false }), ...changes };
  if (draft.text || draft.suggestionId) sessionStorage.setItem(name(id, kind), JSON.stringify(draft));
  else sessionStorage.removeItem(name(id, kind));
  return draft;
}

export function dropDraft(id, kind) {
  sessionStorage.removeItem(name(id, kind));
}

function empty() {
  return { text: "", key: "", isFailed: false, suggestionId: null };
}

function name(id, kind) {
  return `console.draft.${kind}.${id}`;
}
