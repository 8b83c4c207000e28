/** Moments and days as input fields have them, in the agent's own zone. */

const two = (n: number) => String(n).padStart(2, "0");

/** `2026-11-21` */
export function dayText(at: number): string {
  const date = new Date(at);
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `2026-11-21T16:30` */
export function momentText(at: number): string {
  const date = new Date(at);
  return `${dayText(at)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment such a text means; `null` where it means none. */
export function readMoment(text: string): number | null {
  const parts = /^(\d{4,6})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})/.exec(text.trim());
  return parts ? made(parts) : null;
}

/** The first moment of such a day; `null` where there is none. */
export function readDay(text: string): number | null {
  const parts = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(text.trim());
  return parts ? made(parts) : null;
}

function made(parts: RegExpExecArray): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.slice(1).map(Number);
  const date = new Date(year, month - 1, day, hour, minute);
  // The 31st of February would be a day in March. An hour the clocks leave out is the one after it.
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : null;
}

/** The first moment of the day `days` before that of `now`. */
export function dayBefore(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime();
}

/** The last moment of the day that begins at `start`: by the calendar, since a day may have 23 or 25 hours. */
export function endOfDay(start: number): number {
  const date = new Date(start);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime() - 1;
}
