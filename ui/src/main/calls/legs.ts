import type { Call, CallLeg } from "../../ipc";
import { mainWords } from "../../i18n/main";
import { speech } from "../../i18n/speech.svelte";
import { beside } from "../../lib/contained";
import { duration } from "../../lib/format";

/** One agent's leg of a call in words: who, and what became of it. */
export type LegLine = { who: string; what: string };

/** Whose phone it is and which, where somebody told. */
export function whoOfLeg({ agent, extension }: Pick<CallLeg, "agent" | "extension">): string {
  if (!extension) return agent ?? mainWords().detail.somePhone;
  return agent ? `${agent} (${extension})` : speech.words.common.extension(extension);
}

/** The same of a phone that is named beside a leg: who passed a call on, or what a step was about. */
export function whoOfPhone(call: Call, extension: string): string {
  return whoOfLeg(call.course?.legs?.find((leg) => leg.extension === extension) ?? { extension });
}

/** The phones of a call, in the order in which they came into it. With one alone, the call's own times say it all. */
export function linesOf(call: Call): LegLine[] {
  const legs = call.course?.legs ?? [];
  return legs.map((leg) => ({ who: whoOfLeg(leg), what: legs.length > 1 ? whatOfLeg(call, leg) : "" }));
}

function whatOfLeg(call: Call, leg: CallLeg): string {
  const words = mainWords().detail.leg;
  const { part, state, passedBy } = speech.words;
  const from = leg.passed_by && passedBy(whoOfPhone(call, leg.passed_by));
  const said = (end: CallLeg["end"]): string => {
    switch (end) {
      case null:
        return leg.answered_at === null ? state.ringing : state.connected;
      case "over":
        return leg.answered_at === null ? state.ended : "";
      case "caller_gone":
        return call.direction === "inbound" ? words.callerGone : state.ended;
      case "answered_elsewhere":
        return state.answered_elsewhere;
      case "not_reported":
        return part.end_not_reported;
      case "not_answered":
      case "declined":
      case "busy":
      case "failed":
      case "went_to_service":
        return part[end];
    }
  };
  return beside([from, said(leg.end), lengthOfLeg(leg)]);
}

/** How long it talked, else how long it rang; nothing where its end was not told, or is still to come. */
function lengthOfLeg({ rang_at, answered_at, ended_at, end, talk_seconds }: CallLeg): string {
  const { rang, talked } = mainWords().detail.leg;
  if (talk_seconds !== undefined) return talked(duration(talk_seconds * 1000, speech.locale));
  if (end === null || end === "not_reported" || answered_at !== null || rang_at === null || ended_at === null) return "";
  return rang(duration(Math.max(0, ended_at - rang_at), speech.locale));
}

/** Who of the agents spoke, else for whom it rang or who dialled. */
export function whoSpoke({ course, agents }: Call): string {
  const spoke = (course?.legs ?? []).filter(({ answered_at }) => answered_at !== null);
  return beside([...new Set(spoke.length > 0 ? spoke.map((leg) => leg.agent ?? whoOfLeg(leg)) : agents)], ", ");
}
