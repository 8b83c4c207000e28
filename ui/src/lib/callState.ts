import type { Call, CallState, Direction, EarlierCall, FailReason, OwnPart } from "../ipc";
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

// What became of an agent's own part has a shape of its own, too. None of these is a conversation.
const partIcons: Record<Exclude<OwnPart["kind"], "passed_to">, IconName> = {
  not_answered: "missed",
  declined: "cross",
  busy: "cross",
  failed: "warning",
  went_to_service: "mail",
  not_reached: "hungup",
  end_not_reported: "question",
};

/** The shape and colour of a call as this agent has it. */
export function lookOf(call: Pick<Call, "state" | "direction" | "course">): { tone: Tone; icon: IconName } {
  const part = partOf(call);
  const word = callWord(call.state, call.direction);
  if (!part) return { tone: toneOf(word), icon: iconOf(word) };
  if (part.kind === "passed_to") return { tone: "wrapup", icon: "people" };
  // A call that nobody took is missed, whatever the phone did.
  return { tone: word === "missed" ? "missed" : "still", icon: partIcons[part.kind] };
}

function partOf({ course }: Pick<Call, "course">): OwnPart | null {
  return course?.part ?? (course?.not_reached ? { kind: "not_reached" } : null);
}

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
  const part = partOf(call);
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
  if (call.privacy?.withheld) return speech.words.party.private;
  const party = call.direction === "inbound" ? call.ani : call.dnis;
  return party.kind === "hidden" ? "" : (call.course?.party_name?.trim() ?? "");
}

/**
 * How long a call took that is over: what both spoke, or for how long it rang. Nobody knows it of one whose end was not
 * told, and where no phone rang there is none.
 */
export type Length = { kind: "talked" | "rang"; ms: number } | { kind: "unknown" };

export function lengthOf(call: Call): Length | null {
  const { course, state, started_at, connected_at, ended_at } = call;
  if (ended_at === null) return null;
  const part = partOf(call)?.kind;
  const talked = connected_at !== null && (part === undefined || part === "passed_to" || part === "end_not_reported");
  if (talked && course?.talk_seconds !== undefined) return { kind: "talked", ms: course.talk_seconds * 1000 };
  // What ended it was our own patience.
  if (part === "end_not_reported" || state.kind === "outcome_not_reported") return { kind: "unknown" };
  // Only older versions of the hub wrote no talk time beside the moments of a call.
  if (talked) return course?.legs?.length ? { kind: "unknown" } : { kind: "talked", ms: Math.max(0, ended_at - connected_at) };
  const rang = state.kind === "failed" ? state.why.code === "no_answer" || state.why.code === "declined" : part !== "busy" && part !== "failed";
  return rang ? { kind: "rang", ms: Math.max(0, ended_at - started_at) } : null;
}

/** From when the running clock counts, and where it stopped. */
export function clockOf(call: Call): { from: number; to: number | null } {
  return { from: call.connected_at ?? call.started_at, to: call.ended_at };
}
