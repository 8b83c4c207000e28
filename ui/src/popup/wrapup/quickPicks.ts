/** Moments that agents promise most. */

const MINUTE = 60_000;

/** In an hour, at a full five minutes. */
export function inAnHour(now: number): number {
  return Math.ceil((now + 60 * MINUTE) / (5 * MINUTE)) * 5 * MINUTE;
}

/** The next day from Monday to Friday, at this hour. */
export function nextWorkday(now: number, hour: number): number {
  const day = new Date(now);
  do day.setDate(day.getDate() + 1);
  while (day.getDay() === 0 || day.getDay() === 6);
  return day.setHours(hour, 0, 0, 0);
}

/** `Mon 9:00`; only for moments within a week. */
export function weekdayAndTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "2-digit" }).format(at);
}
