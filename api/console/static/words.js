// The console's words for what the service names by code.

const STATES = {
  assistant: "AI assistant",
  queued: "Waiting",
  with_agent: "With agent",
  waiting_on_client: "Waiting on client",
  resolved: "Resolved",
};

const REASONS = {
  asked_for_person: "Asked for a person",
  asks_for_person: "Asked for a person",
  not_supported: "No approved answer",
  no_knowledge: "No knowledge yet",
  off_topic: "Off topic",
  internal_only: "Internal knowledge only",
  repeated_failure: "Not helped twice",
  unhappy_customer: "Unhappy customer",
  reopened: "Reopened",
  takeover: "Taken over",
};

const UNHAPPY = new Set(["unhappy", "angry"]);

const DECISIONS = {
  answer: "Answered",
  clarify: "Asked back",
  abstain: "Not answered",
  handoff: "Handed over",
  smalltalk: "Courtesy",
};

export const stateWord = (state) => STATES[state] ?? sentence(state);
export const reasonWord = (reason) => REASONS[reason] ?? sentence(reason ?? "");
export const decisionWord = (decision) => DECISIONS[decision] ?? sentence(decision);
export const isUnhappy = (mood) => UNHAPPY.has(mood);
export const moodWord = (mood) => sentence(mood ?? "");

export function customerName(row) {
  return row.customer?.name || "Visitor";
}

/** How sure the service is, in words before the figure. */
export function confidenceWord(confidence) {
  if (confidence >= 0.8) return "High confidence";
  if (confidence >= 0.5) return "Fair confidence";
  return "Low confidence";
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames(undefined, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "action_taken" as "Action taken". */
export function sentence(code) {
  const words = code.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is shown as the customer's initials. */
export function initials(name) {
  const parts = name.split(/\s+/).filter(Boolean);
  return (parts[0]?.[0] ?? "?").toUpperCase() + (parts.length > 1 ? parts.at(-1)[0].toUpperCase() : "");
}
