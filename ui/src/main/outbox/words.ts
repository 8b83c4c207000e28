import type { GateReason, OutboxRow, PendingListed, SubmissionState, WaitReason, Write } from "../../ipc";
import { outboxWords } from "../../i18n/outbox";
import { speech } from "../../i18n/speech.svelte";
import { time, when } from "../../lib/format";
import type { IconName } from "../../lib/icons";
import { book } from "../codes/book.svelte";
import { never } from "../frame/route";
import { beside, contained } from "../../lib/contained";

/** How writes and their states are said. */

export function sayWrite(write: Write): string {
  const words = outboxWords().write;
  return write.kind === "codify" && write.do_not_call ? words.do_not_call : words[write.kind];
}

/** Empty where only another version knows it. */
export function accountOf(write: Write): string {
  if (write.kind === "other") return "";
  return "record" in write ? write.record.account : write.account;
}

/** The campaign's id, and the record's or customer's in it; absent for a call's own code. */
export function placeOf(write: Write): { campaign: string; customerId: string } | null {
  if ("record" in write) return { campaign: write.record.campaign, customerId: write.record.customer_id };
  return write.kind === "add_record" ? { campaign: write.campaign, customerId: write.customer_id } : null;
}

/** What it says over there, in one line: the code, or the moment and number. */
export function contentOf(write: Write, now: number): string {
  const words = outboxWords();
  switch (write.kind) {
    case "codify":
    case "code_call": {
      const account = accountOf(write);
      const labels = [book.labelOf(account, write.code), ...(write.second_code ? [book.labelOf(account, write.second_code, "second")] : [])];
      return words.code(beside(labels, " › "));
    }
    case "add_record":
      return beside(write.numbers, ", ");
    case "schedule_callback":
    case "change_callback":
      return `${words.calledAt(when(write.at, now, speech.locale))} · ${contained(write.number)}`;
    case "cancel_callback":
    case "add_number":
      return write.number;
    case "log_call":
      return write.entry.coded ? words.code(write.entry.coded.label) : write.entry.number;
    case "tell_team":
      return write.event;
    case "other":
      return "";
    default:
      return never(write);
  }
}

/** A moment to come: the time is enough within a day. */
export function until(at: number, now: number): string {
  return at - now < 24 * 3_600_000 ? time(at, speech.locale) : when(at, now, speech.locale);
}

/** How much attention a state wants; never said by colour alone. */
export type Tone = "calm" | "moving" | "person";
export type Said = { word: string; tone: Tone; icon: IconName; why: string; next: string };

/** Waits until then for its account to take more, and not for itself. */
const forMore: ReadonlySet<WaitReason> = new Set<WaitReason>(["pace", "day_budget", "day_pace", "gate"]);

/** Where a row stands: a word with its shape, why, and when it goes on; `ahead`: how many go before it, where that is known; `isJob`: the other system took it and works on it. */
export function sayState(state: SubmissionState, now: number, ahead?: number, isJob = false): Said {
  const words = outboxWords();
  const before = ahead ? words.ahead(ahead) : "";
  const next = (at: number | null) => (at === null ? "" : at <= now ? words.soon : words.next(until(at, now)));
  const at = (moment: number) => when(moment, now, speech.locale);
  const said = (tone: Tone, icon: IconName, why: string, more = ""): Said => ({ word: words.state[state.kind], tone, icon, why, next: more });
  switch (state.kind) {
    case "waiting": {
      const more = state.until !== null && state.until > now && forMore.has(state.why) ? words.takesMore(until(state.until, now)) : next(state.until);
      return said("calm", "clock", words.why[state.why], [before, more].filter(Boolean).join(", "));
    }
    case "sending":
      return said("moving", "upload", words.sending);
    case "checking":
      return isJob ? { ...said("moving", "upload", words.job.why), word: words.job.word } : said("moving", "search", words.checking, next(state.until));
    case "may_be_written":
      return said("person", "question", words.mayBe);
    case "parked":
      return said("person", "warning", words.parked[state.why]);
    case "done":
      return said("calm", "check", words.over.done(at(state.at)));
    case "discarded":
      return said("calm", "trash", state.private ? words.over.private(at(state.at)) : words.over.discarded(at(state.at)));
    case "replaced":
      return said("calm", "reload", words.over.replaced(at(state.at)));
    default:
      return never(state);
  }
}

/** The same for what has not reached the hub. */
export function sayPending({ state, tries }: PendingListed): Said {
  const words = outboxWords();
  const tried = tries > 0 ? words.pending.tries(tries) : "";
  switch (state) {
    case "waiting":
      return { word: words.state.waiting, tone: "calm", icon: "clock", why: words.pending.waiting, next: tried };
    case "sent":
      return { word: words.state.sending, tone: "moving", icon: "upload", why: words.pending.sent, next: tried };
    case "refused":
      return { word: words.state.parked, tone: "person", icon: "warning", why: words.pending.refused, next: tried };
    default:
      return never(state);
  }
}

/** What was answered last about a row, where anything was. */
export function theirWords({ state, last_answer }: OutboxRow): string {
  return (state.kind === "parked" && state.detail) || last_answer || "";
}

export function isOver({ kind }: SubmissionState): boolean {
  return kind === "done" || kind === "discarded" || kind === "replaced";
}

export function needsAPerson({ kind }: SubmissionState): boolean {
  return kind === "parked" || kind === "may_be_written";
}

/** A closed gate in one sentence; how many wait behind it, where that is known and any do. */
export function sayGate(account: string, why: GateReason, at: number, waiting: number | null, now: number): string {
  const words = outboxWords().budget;
  const said = words.gate[why](account, until(at, now));
  return !waiting ? `${said}.` : `${said}; ${words.behind(waiting)}.`;
}

/** An attempt's outcome; a word we have none for is shown as it is. */
export function sayOutcome(word: string): string {
  const words = outboxWords().outcome;
  const known: Partial<Record<string, unknown>> = words;
  const said = known[word];
  return typeof said === "string" ? said : words.other(word);
}
