import type { Call, CallStory, FailReason, ListedCall, Step } from "../../ipc";
import { mainWords } from "../../i18n/main";
import { speech } from "../../i18n/speech.svelte";
import { type Tone, isOver, sayFailure } from "../../lib/callState";
import type { IconName } from "../../lib/icons";
import { beside } from "../../lib/contained";
import { whoOfPhone } from "./legs";
import { entriesOfMoments } from "./moments";
import { lineOf } from "./rows";

/** One line of a call's story. */
export type Entry = { at: number; what: string; advice: string; theirs: string; tone: Tone; icon: IconName };

/** From the ring to what became of everything that came of it, in the order of time. */
export function entriesOf(story: CallStory, now: number): Entry[] {
  return merged(courseOf(story), entriesOfMoments(story, now));
}

/** Each list stays in its order; of the same moment, the call's own step is first. */
function merged(course: Entry[], moments: Entry[]): Entry[] {
  const all = [...course];
  let from = 1;
  for (const moment of moments) {
    const later = all.findIndex(({ at }, n) => n >= from && at > moment.at);
    from = later === -1 ? all.length : later;
    all.splice(from++, 0, moment);
  }
  return all;
}

/** From the ring to the end, each step in words. A call that is over says so last, even where nobody reported a step. */
function courseOf({ row, steps }: CallStory): Entry[] {
  const { call } = row;
  const told = steps.filter(({ at, event, of }) => !isBeginning(call, event.kind) || (of?.extension && at > call.started_at)).map((step) => say(call, step));
  return [beginning(row), ...told];
}

/** What a phone that rang did. That the call could not be started is said of the one that starts it, and of no other. */
const phoneEnds: Partial<Record<FailReason["code"], "not_answered" | "declined" | "busy" | "failed">> = {
  no_answer: "not_answered",
  declined: "declined",
  busy: "busy",
  other: "failed",
};

/** The ring of an incoming call is its beginning, which is told with its line. */
const isBeginning = (call: Call, kind: Step["event"]["kind"]) => call.direction === "inbound" && (kind === "customer_ringing" || kind === "agent_ringing");

function beginning(row: ListedCall): Entry {
  const { call } = row;
  const words = mainWords().detail;
  const line = lineOf(row);
  const what = call.direction === "outbound" ? words.asked : line ? words.cameInOn(line) : words.cameIn;
  return {
    at: call.started_at,
    what,
    advice: "",
    theirs: "",
    tone: call.direction === "inbound" ? "ringing" : "still",
    icon: call.direction === "inbound" ? "incoming" : "outgoing",
  };
}

function say(call: Call, { at, event, of }: Step): Entry {
  const { step, stateAdvice } = speech.words;
  // Where several phones were in it, which one it was.
  const phones = new Set(call.course?.legs?.map(({ extension }) => extension));
  const whose = of?.extension && phones.size > 1 && whoOfPhone(call, of.extension);
  const entry = (tone: Tone, icon: IconName, advice = "", what = step[event.kind]): Entry => ({
    at,
    what: beside([what, whose]),
    advice,
    theirs: "",
    tone,
    icon,
  });
  switch (event.kind) {
    case "agent_ringing":
    case "customer_ringing":
      // Of a call that came in, it is an agent's phone that rings.
      return entry("ringing", "ringing", "", call.direction === "inbound" ? speech.words.state.ringing : undefined);
    case "agent_answered":
      return entry("still", "check");
    case "connected":
      return entry("connected", "talking");
    case "answered_elsewhere":
      return entry("still", "people");
    case "ended":
      return entry("wrapup", "hungup");
    case "missed":
      return entry("missed", "missed");
    case "timed_out":
      return entry("ringing", "question", stateAdvice.unknown);
    case "expired":
      if (of?.by) return { at, what: speech.words.endedHereBy(of.by), advice: "", theirs: "", tone: "still", icon: "hungup" };
      return entry("still", "question", call.direction === "inbound" || isOver(call.state) ? stateAdvice.outcome_not_reported : "");
    case "failed": {
      const ended =
        event.leg === "agent" && (call.direction === "inbound" || (of?.extension && of.extension !== call.extension)) ? phoneEnds[event.why.code] : null;
      if (ended) return entry("still", ended === "not_answered" ? "missed" : "cross", "", speech.words.part[ended]);
      const { what, advice } = sayFailure({ kind: "failed", leg: event.leg, why: event.why });
      const theirs = "detail" in event.why ? event.why.detail : "";
      return { at, what, advice, theirs, tone: "missed", icon: "cross" };
    }
  }
}
