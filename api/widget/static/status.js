// Puts into words who has the conversation and how long it will take.

export const HUMAN = ["queued", "with_agent", "waiting_on_client"];

export function whoAnswers(texts, state, agent) {
  if (state === "resolved") return texts.ended;
  if (state === "assistant") return texts.ai;
  return agent ? texts.joined(agent) : texts[state === "queued" ? "waiting" : "team"];
}

/** What is said above the box: the queue, or the hours while nobody is there. */
export function situation(texts, language, status) {
  const { state, place, expected_wait_s: wait, is_open: isOpen = true, opens_at: opensAt } = status;
  if (state === "waiting_on_client") return [texts.checking];
  if (state !== "queued") return [];
  if (!isOpen) return [texts.away, opensAt ? texts.back(moment(language, opensAt)) : null];
  const line = place === 1 ? texts.next : place ? texts.place(place) : texts.inLine;
  return [line, wait ? texts.wait(Math.max(1, Math.ceil(wait / 60))) : null];
}

/** Tell a moment in the customer's own time, the day only when it is another one. */
function moment(language, iso) {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  const isSoon = at - Date.now() < 6 * 86_400_000;
  const day = isToday ? {} : isSoon ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" };
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", ...day }).format(at);
}
