import type { Call, ListedCall, NumberView } from "../../ipc";
import { mainWords } from "../../i18n/main";
import { speech } from "../../i18n/speech.svelte";
import { isInternal, shownName } from "../../lib/callState";
import { beside } from "../../lib/contained";
import { clock, daysAgo } from "../../lib/format";

/** Who is at the other end: the customer's name, else the one that the network shows, else the number or what is known of it. */
export function whoOf(row: ListedCall): string {
  return namedOf(row) || sayNumber(row.number);
}

/** The name of whoever is at the other end; empty where nobody tells one. */
export function namedOf({ call, customer_name }: Pick<ListedCall, "call" | "customer_name">): string {
  return customer_name || shownName(call);
}

/** Which way it went: in, out, or from colleague to colleague. */
export function wayOf(call: Call): string {
  return isInternal(call) ? speech.words.party.internal : speech.words.direction[call.direction];
}

/** The line and the queue a call came through. */
export function throughOf(row: Pick<ListedCall, "call" | "line_number">): string {
  const line = isInternal(row.call) ? "" : lineOf(row);
  const queue = row.call.course?.queue;
  return beside([line, queue !== line && queue]);
}

export function sayNumber({ kind, display }: NumberView): string {
  switch (kind) {
    case "hidden":
      return speech.words.party.hidden;
    case "internal":
      return speech.words.common.extension(display);
    case "outside":
    case "unreadable":
      return display || speech.words.party.unreadable;
  }
}

/** The line an incoming call came on: its name, else its number. */
export function lineOf({ call, line_number }: Pick<ListedCall, "call" | "line_number">): string {
  if (call.direction === "outbound") return "";
  return call.line ?? (line_number && line_number.kind !== "unreadable" ? line_number.display : "");
}

/** The telephones that rang where none of them is an agent's: the call was on nobody's screen. */
export function strangersOf({ call }: Pick<ListedCall, "call">): string {
  if (call.direction === "outbound" || call.agents.length > 0) return "";
  const phones = (call.course?.legs ?? []).flatMap(({ extension }) => (extension ? [extension] : []));
  return [...new Set(phones.length > 0 || !call.extension ? phones : [call.extension])].join(", ");
}

/** How long an incoming call rang before somebody took it; where nobody did, its row says so. */
export function ringOf(call: Call): number | null {
  if (call.direction === "outbound" || call.connected_at === null) return null;
  return Math.max(0, call.connected_at - call.started_at);
}

/** For how long both spoke, in milliseconds; null where nobody did, while they may, and where nobody told when they stopped. */
export function talkOf({ course, state, connected_at, ended_at }: Call): number | null {
  if (course?.talk_seconds !== undefined) return course.talk_seconds * 1000;
  // Older versions of the hub wrote down no legs, and no talk time beside the moments.
  const isTold = !course?.legs?.length && state.kind !== "outcome_not_reported";
  return isTold && connected_at !== null && ended_at !== null ? Math.max(0, ended_at - connected_at) : null;
}

/** How long both spoke, or how long it rang where nobody did; empty where nobody told. */
export function lengthOf(call: Call): string {
  const talked = talkOf(call);
  if (talked !== null) return clock(talked);
  if (call.ended_at === null || call.connected_at !== null || call.state.kind === "outcome_not_reported") return "";
  return mainWords().calls.rang(clock(call.ended_at - call.started_at));
}

export type Day = { key: string; name: string; date: string; rows: ListedCall[] };

/** By the calendar day a call began on, in the order given. */
export function byDay(rows: ListedCall[], now: number): Day[] {
  const days: Day[] = [];
  for (const row of rows) {
    const key = new Date(row.call.started_at).toDateString();
    const last = days.at(-1);
    if (last?.key === key) last.rows.push(row);
    else days.push({ key, ...nameDay(row.call.started_at, now), rows: [row] });
  }
  return days;
}

function nameDay(at: number, now: number): { name: string; date: string } {
  const words = mainWords().calls;
  const ago = daysAgo(at, now);
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  const date = new Intl.DateTimeFormat(speech.locale, { weekday: "long", day: "numeric", month: "long", year }).format(at);
  if (ago === 0) return { name: words.today, date };
  if (ago === 1) return { name: words.yesterday, date };
  return { name: date.charAt(0).toLocaleUpperCase(speech.locale) + date.slice(1), date: "" };
}
