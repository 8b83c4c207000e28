import type { CallOutcome, CallStory, Moment, Recording, SubmissionStory } from "../../ipc";
import { recordingsWords } from "../../i18n/recordings";
import { speech } from "../../i18n/speech.svelte";
import { storyWords } from "../../i18n/story";
import { beside, contained } from "../../lib/contained";
import { moment as momentOf } from "../../lib/format";
import { accountOf, contentOf, sayState, sayWrite, theirWords } from "../outbox/words";
import type { Entry } from "./timeline";

/** What came of a call beside its course, in words, oldest first. What a newer hub tells besides is left out. */
export function entriesOfMoments({ moments }: Pick<CallStory, "moments">, now: number): Entry[] {
  let coded = false;
  return moments.flatMap((moment) => {
    const entry = say(moment, coded, now);
    coded ||= moment.what.kind === "coded";
    return entry ? [entry] : [];
  });
}

function say({ at, what }: Moment, codedBefore: boolean, now: number): Entry | null {
  const words = storyWords();
  const plain = { at, advice: "", theirs: "", tone: "still" } as const;
  switch (what.kind) {
    case "noted":
      return { ...plain, what: words.noted(what.by), advice: what.note, icon: "note" };
    case "coded":
      return { ...plain, what: sayCode(what.outcome, codedBefore), advice: besideCode(what.outcome), tone: "wrapup", icon: "tag" };
    case "written":
      return { at, ...sayWritten(at, what.submission, now) };
    case "recorded":
      return { ...plain, ...sayRecorded(what.recording) };
    case "recording_fetched":
      return { ...plain, what: words.fetched, icon: "download" };
    case "recording_deleted":
      return { ...plain, what: words.deleted, icon: "trash" };
    case "other":
      return null;
  }
}

function sayCode({ agent, code, label, second_code, second_label }: CallOutcome, again: boolean): string {
  const words = storyWords();
  const said = beside([label ?? code ?? words.noCode, second_label ?? second_code], " › ");
  return again ? words.codedAnew(agent, said) : words.coded(agent, said);
}

function besideCode({ comment, by_default, do_not_call, call_back }: CallOutcome): string {
  const words = storyWords();
  return [comment, do_not_call ? words.doNotCall : "", call_back ? words.callBack(momentOf(call_back.at, speech.locale)) : "", by_default ? words.byItself : ""]
    .filter(Boolean)
    .join("\n");
}

/** One write: what, where, and how far it has come. It stands where it was heard of last, and says when it was saved. */
function sayWritten(at: number, { row }: SubmissionStory, now: number): Omit<Entry, "at"> {
  const words = storyWords();
  const { submission, state, reference, attempts } = row;
  const { write } = submission;
  const { word, tone, icon, why, next } = sayState(state, now);
  const done = state.kind === "done";
  const arrived = reference ? words.arrivedAs(contained(reference)) : words.arrived;
  const saved = at - submission.made_at >= 1000 ? words.savedAt(timeOf(submission.made_at, at)) : "";
  const tries = attempts > 1 ? words.tries(attempts) : "";
  const theirs = contained(theirWords(row)).slice(0, 300);
  const content = write.kind === "tell_team" || write.kind === "code_call" || write.kind === "codify" ? contentOf(write, now) : "";
  return {
    what: beside([accountOf(write), sayWrite(write), content]),
    advice: [done ? arrived : `${word}: ${why}`, next, saved, tries, !done && theirs ? `“${theirs}”` : ""].filter(Boolean).join(" "),
    theirs: "",
    tone: done ? "connected" : tone === "person" ? "missed" : "still",
    icon,
  };
}

/** The time is enough on the same day. */
function timeOf(moment: number, other: number): string {
  const sameDay = new Date(moment).toDateString() === new Date(other).toDateString();
  return sameDay ? new Intl.DateTimeFormat(speech.locale, { timeStyle: "medium" }).format(moment) : momentOf(moment, speech.locale);
}

function sayRecorded({ state, hold }: Recording): Pick<Entry, "what" | "advice" | "icon" | "tone"> {
  const [words, known] = [storyWords(), recordingsWords()];
  const came = { what: words.recorded, icon: "sound", tone: "still" } as const;
  switch (state.kind) {
    case "here":
      return { ...came, advice: hold ? known.held : "" };
    case "at_system":
      return { ...came, what: words.toldOf, advice: known.atSystem };
    case "gone":
      return { ...came, what: words.toldOf, advice: known.gone };
    // That it was deleted has a line of its own.
    case "deleted":
      return { ...came, advice: "" };
    case "refused":
      return { what: words.notKept, advice: known.refused[state.why], icon: "warning", tone: "missed" };
  }
}

/** What cannot be read now, a sentence each. */
export function sayMissing({ missing }: Pick<CallStory, "missing">): string[] {
  return missing.map(({ part }) => storyWords().missing[part]);
}
