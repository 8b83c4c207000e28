import type { Call, CallState, Direction, EarlierCall, FailReason } from "../ipc";
import type { CallWord, Said } from "../i18n/en";
import { reasonWords } from "../i18n/reasons/index.svelte";
import type { FailWord } from "../i18n/reasons/en";
import { speech } from "../i18n/speech.svelte";
import type { IconName } from "./icons";

/** The family of colours a call state has in theme.css. */
export type Tone = "ringing" | "connected" | "wrapup" | "missed" | "still";

const tones: Record<CallWord, Tone> = {
  ringing: "ringing",
  agent_ringing: "ringing",
  calling_customer: "ringing",
  unknown: "ringing",
  connected: "connected",
  ended: "wrapup",
  missed: "missed",
  failed: "missed",
  answered_elsewhere: "still",
  outcome_not_reported: "still",
  starting: "still",
};

// A shape of its own for every state, so that nobody needs to tell the colours apart.
const icons: Record<CallWord, IconName> = {
  ringing: "ringing",
  agent_ringing: "ringing",
  calling_customer: "outgoing",
  unknown: "question",
  connected: "talking",
  ended: "hungup",
  missed: "missed",
  failed: "cross",
  answered_elsewhere: "people",
  outcome_not_reported: "question",
  starting: "dots",
};

/** What a state is called: an outgoing call that rings is *calling the customer*. */
export function callWord(state: CallState, direction: Direction): CallWord {
  if (state.kind === "ringing") return direction === "inbound" ? "ringing" : "calling_customer";
  return state.kind;
}

export const toneOf = (word: CallWord): Tone => tones[word];
export const iconOf = (word: CallWord): IconName => icons[word];

export function isOver(state: CallState): boolean {
  switch (state.kind) {
    case "ended":
    case "missed":
    case "answered_elsewhere":
    case "failed":
    case "outcome_not_reported":
      return true;
    case "starting":
    case "agent_ringing":
    case "ringing":
    case "connected":
    case "unknown":
      return false;
  }
}

/** The state in the agent's language; for a failure, what failed. */
export function sayState(state: CallState, direction: Direction): string {
  if (state.kind === "failed") return sayFailure(state).what;
  return speech.words.state[callWord(state, direction)];
}

/** The same of a call as this agent has it: what became of their own part says more. */
export function sayCall(call: Pick<Call, "state" | "direction" | "course">): string {
  const part = call.course?.part ?? (call.course?.not_reached ? { kind: "not_reached" as const } : null);
  if (!part) return sayState(call.state, call.direction);
  return part.kind === "passed_to" ? speech.words.part.passed_to(part.to) : speech.words.part[part.kind];
}

export function sayFailure({ why, leg }: Extract<CallState, { kind: "failed" }>): Said {
  return reasonWords()?.[failWord(why)][leg] ?? { what: speech.words.state.failed, advice: "" };
}

/** The word for a failure: what the network told, where it did. */
export function failWord(why: FailReason): FailWord {
  const reason = why.code === "other" ? why.reason : undefined;
  // These say of a call how it ended, and not why nobody was reached.
  return reason === undefined || reason === "hung_up" || reason === "answered_elsewhere" ? why.code : reason;
}

/** How an earlier call with this customer ended. */
export function sayEarlier({ state, direction, not_reached }: EarlierCall): string {
  return not_reached ? speech.words.part.not_reached : sayState(state, direction);
}

/** Between colleagues: nobody's customer is in it. */
export function isInternal({ ani, dnis }: Pick<Call, "ani" | "dnis">): boolean {
  return ani.kind === "internal" && dnis.kind === "internal";
}

/** Who is at the other end, as the network or the telephone system shows it; of a hidden number nothing is shown. */
export function shownName(call: Call): string {
  const party = call.direction === "inbound" ? call.ani : call.dnis;
  return party.kind === "hidden" ? "" : (call.course?.party_name?.trim() ?? "");
}

/** Whether the moment its clock stands still at, where it does, is that of its end. */
export function endIsTold(call: Call): boolean {
  return call.state.kind !== "outcome_not_reported";
}

/** From when the running clock counts, and where it stopped. */
export function clockOf(call: Call): { from: number; to: number | null } {
  return { from: call.connected_at ?? call.started_at, to: call.ended_at };
}
