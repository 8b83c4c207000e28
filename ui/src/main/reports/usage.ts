import type { BudgetWindow, Usage, UsageCounts, UsageSlot } from "../../ipc";
import { reportsWords } from "../../i18n/reports";
import { lines } from "./csv";

/** What requests are for, in the order they are shown in: what somebody waits for first. */
export const kinds = ["look_up", "agent_act", "write", "report", "test"] as const satisfies (keyof UsageCounts)[];
export type Kind = (typeof kinds)[number];

export const totalOf = (of: UsageCounts): number => kinds.reduce((all, kind) => all + of[kind], 0);

const LENGTH = { second: 1000, minute: 60_000, day: 86_400_000 } as const;

/** What one part of the time can hold at most, by the strictest of the account's limits; null: nobody limits it. */
export function mostOf({ at, until }: Pick<UsageSlot, "at" | "until">, windows: BudgetWindow[]): number | null {
  const most = windows.map(({ window, limit }) => limit * Math.max(1, (until - at) / LENGTH[window]));
  return most.length > 0 ? Math.round(Math.min(...most)) : null;
}

const iso = (at: number) => new Date(at).toISOString();

/** Every part of the time, and below it who used how much. */
export function usageCsv(usage: Usage): string {
  const words = reportsWords().usage;
  const counts = (of: UsageCounts) => [...kinds.map((kind) => of[kind]), totalOf(of)];
  const names = [...kinds.map((kind) => words.kind[kind]), words.total];
  return lines([
    [words.cols.from, words.cols.until, ...names, words.limited, words.failed, words.waiting],
    ...usage.slots.map((slot) => [iso(slot.at), iso(slot.until), ...counts(slot.requests), slot.limited, slot.failed, slot.waiting]),
    [],
    [words.cols.agent, ...names, words.limited],
    ...usage.by.map((by) => [by.agent ?? words.hub, ...counts(by.requests), by.limited]),
    [],
    [words.saved, usage.saved_by_batching],
    [words.cache, usage.cache_hits],
  ]);
}
