import { dayBefore, dayText, endOfDay, readDay } from "../../lib/moments";

export type Preset = "today" | "yesterday" | "week" | "month";
export const presets: Preset[] = ["today", "yesterday", "week", "month"];
/** Two days as their fields have them. */
export type Days = { from: string; to: string };
export type RangeFlaw = "needDays" | "reversed" | "future" | "tooLong";

const DAY = 86_400_000;
/** What the hub asks for at most. */
const MOST_DAYS = 2 * 365;
/** More is asked for in parts. */
const PART_DAYS = 31;

export function daysOf(preset: Preset, now: number): Days {
  const day = (before: number) => dayText(dayBefore(now, before));
  switch (preset) {
    case "today":
      return { from: day(0), to: day(0) };
    case "yesterday":
      return { from: day(1), to: day(1) };
    case "week":
      return { from: day(6), to: day(0) };
    case "month":
      return { from: day(29), to: day(0) };
  }
}

export function presetOf(days: Days, now: number): Preset | null {
  return presets.find((preset) => daysOf(preset, now).from === days.from && daysOf(preset, now).to === days.to) ?? null;
}

export type Range = { from: number; to: number; split: boolean };

/** From the first moment of the first day to the last of the last, or until now; or why nobody is asked. */
export function rangeOf(days: Days, now: number): Range | RangeFlaw {
  const from = readDay(days.from);
  const last = readDay(days.to);
  if (from === null || last === null) return "needDays";
  if (from > last) return "reversed";
  if (last > now) return "future";
  const to = Math.min(endOfDay(last), now);
  const length = Math.round((endOfDay(last) + 1 - from) / DAY);
  return length > MOST_DAYS ? "tooLong" : { from, to, split: length > PART_DAYS };
}
