/** Dates, times and durations for people, in the agent's own zone. */

/** Making a formatter costs a hundred times more than using it, and a card needs the same few at every ring. */
function kept<T>(make: (locale: string) => T): (locale: string) => T {
  const made = new Map<string, T>();
  return (locale) => {
    let one = made.get(locale);
    if (one === undefined) made.set(locale, (one = make(locale)));
    return one;
  };
}

const units = {
  hour: kept((locale) => new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "short" })),
  minute: kept((locale) => new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "short" })),
  second: kept((locale) => new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "short" })),
};
export const relative = kept((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const shortTime = kept((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "short" }));
const dayOfThisYear = kept((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
const dayOfAnyYear = kept((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }));
const fullMoment = kept((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }));
const plainCount = kept((locale) => new Intl.NumberFormat(locale));
const regions = kept((locale) => new Intl.DisplayNames(locale, { type: "region" }));

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** `0:07`, `12:34`, `1:02:03`. Never negative: clocks of two machines may differ. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND));
  const two = (n: number) => String(n).padStart(2, "0");
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = seconds % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The same for a screen reader and for tables: `12 mins 34 secs`. */
export function duration(milliseconds: number, locale: string): string {
  const seconds = Math.max(0, Math.round(milliseconds / SECOND));
  const parts: [number, keyof typeof units][] = [
    [Math.floor(seconds / 3600), "hour"],
    [Math.floor((seconds % 3600) / 60), "minute"],
    [seconds % 60, "second"],
  ];
  const said = parts.filter(([n]) => n > 0).slice(0, 2);
  const shown: typeof parts = said.length > 0 ? said : [[0, "second"]];
  return shown.map(([n, unit]) => units[unit](locale).format(n)).join(" ");
}

export function time(at: number, locale: string): string {
  return shortTime(locale).format(at);
}

/** Whole days between two moments by the calendar, not by 24 hours: last night is yesterday. */
export function daysAgo(at: number, now: number): number {
  const midnight = (t: number) => new Date(t).setHours(0, 0, 0, 0);
  // Rounded: a day is 23 or 25 hours long when the clocks change.
  return Math.round((midnight(now) - midnight(at)) / (24 * HOUR));
}

const sameYear = (at: number, now: number) => new Date(at).getFullYear() === new Date(now).getFullYear();

/** `today`, `yesterday`, `3 Nov`, `3 Nov 2023`. */
export function day(at: number, now: number, locale: string): string {
  const ago = daysAgo(at, now);
  if (ago === 0 || ago === 1) return relative(locale).format(-ago, "day");
  return (sameYear(at, now) ? dayOfThisYear : dayOfAnyYear)(locale).format(at);
}

/** `today 14:05`, `yesterday 9:30`, `3 Nov 14:05`; the time is left out once the year is another. */
export function when(at: number, now: number, locale: string): string {
  return sameYear(at, now) ? `${day(at, now, locale)} ${time(at, locale)}` : day(at, now, locale);
}

/** `3 Nov 2025, 14:05:09`, for a tooltip or a timeline. */
export function moment(at: number, locale: string): string {
  return fullMoment(locale).format(at);
}

export function count(n: number, locale: string): string {
  return plainCount(locale).format(n);
}

/** `Hungary`, `Hungría`, `Magyarország`; the code itself where the system does not know it. */
export function countryName(code: string, locale: string): string {
  try {
    return regions(locale).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Up to two letters for an avatar: `María López` → `ML`, `Ákos` → `Á`; empty when there is no letter. */
export function initials(name: string): string {
  const words = name.split(/[\s.,/-]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = words[0];
  if (first === undefined) return "";
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const letter = (word: string | undefined) => (word ? ([...word][0] ?? "") : "");
  return (letter(first) + letter(last)).toLocaleUpperCase();
}
