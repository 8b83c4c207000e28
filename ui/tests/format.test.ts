import { expect, it } from "vitest";
import { clock, countryName, day, daysAgo, duration, initials, when } from "../src/lib/format";

const local = (text: string) => new Date(text).getTime();
const now = local("2025-11-05T14:05:00");

it.each([
  [0, "0:00"],
  [7_900, "0:07"],
  [754_000, "12:34"],
  [3_723_000, "1:02:03"],
  [-5_000, "0:00"],
])("%i ms on the clock is %s", (ms, shown) => expect(clock(ms)).toBe(shown));

it.each([
  ["2025-11-05T00:01:00", 0],
  ["2025-11-04T23:59:00", 1],
  ["2025-10-26T12:00:00", 10], // the clocks changed that night
])("%s is %i days ago by the calendar", (at, days) => expect(daysAgo(local(at), now)).toBe(days));

it.each([
  ["en-GB", "today", "yesterday", "3 Nov", "3 Nov 2024"],
  ["es-ES", "hoy", "ayer", "3 nov", "3 nov 2024"],
  ["hu-HU", "ma", "tegnap", "nov. 3.", "2024. nov. 3."],
])("days in %s", (locale, today, yesterday, thisYear, lastYear) => {
  expect(day(local("2025-11-05T09:00:00"), now, locale)).toBe(today);
  expect(day(local("2025-11-04T09:00:00"), now, locale)).toBe(yesterday);
  expect(day(local("2025-11-03T09:00:00"), now, locale)).toBe(thisYear);
  expect(day(local("2024-11-03T09:00:00"), now, locale)).toBe(lastYear);
});

it("leaves the time out once the year is another", () => {
  expect(when(local("2025-11-03T09:05:00"), now, "en-GB")).toBe("3 Nov 09:05");
  expect(when(local("2024-11-03T09:05:00"), now, "en-GB")).toBe("3 Nov 2024");
});

it("says a duration with its two largest units", () => {
  expect(duration(754_000, "en-GB")).toBe("12 mins 34 secs");
  expect(duration(3_723_000, "hu-HU")).toBe("1 ó 2 p");
  expect(duration(0, "es-ES")).toBe("0 s");
});

it.each([
  ["María López", "ML"],
  ["Kovácsné Nagy Ágnes", "KÁ"],
  ["Ákos", "Á"],
  ["  ", ""],
  ["+36 30 123", "31"],
  ["👍 Ana", "A"],
  ["𝒜da", "𝒜"],
])("%s has the initials “%s”", (name, letters) => expect(initials(name)).toBe(letters));

it("says a country in the agent's language, and a code nobody knows as it is", () => {
  expect(countryName("HU", "es-ES")).toBe("Hungría");
  expect(countryName("001x", "en-GB")).toBe("001x");
});
