// Says times the way people at a desk read them.

const SOON_S = 30;
const FAR_S = 4 * 3600;

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayClock = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function clockTime(moment) {
  return clock.format(new Date(moment));
}

/** Today's time alone, else with the day. */
export function shortTime(moment) {
  const date = new Date(moment);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : dayClock.format(date);
}

export function fullTime(moment) {
  return full.format(new Date(moment));
}

/** "0:42", "late -1:12", or the time itself when it is hours away; with how urgent that is. */
export function countdown(deadline, now = Date.now()) {
  const left = Math.floor((Date.parse(deadline) - now) / 1000);
  if (left > FAR_S) return { text: `by ${shortTime(deadline)}`, level: "calm" };
  if (left < -FAR_S) return { text: `late since ${shortTime(deadline)}`, level: "late" };
  if (left < 0) return { text: `late -${digits(-left)}`, level: "late" };
  return { text: digits(left), level: left < SOON_S ? "soon" : "calm" };
}

/** How long ago, in one short word. */
export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  if (seconds < 60) return "now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

function digits(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}
