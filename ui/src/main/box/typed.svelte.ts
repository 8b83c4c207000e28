import { type CommandError, type Match, type NumberReport, call as command } from "../../ipc";
import { Asked } from "../../lib/asked.svelte";
import { Elsewhere } from "../../lib/elsewhere.svelte";

/** Long enough that typing a name asks once or twice, short enough not to be felt. */
const PAUSE = 120;
const MOST_CUSTOMERS = 6;
export const LONGEST = 500;

const digitsIn = (text: string) => text.replace(/\D/g, "").length;

/** Might be meant as a number: three digits at least and no words. */
export const looksLikeNumber = (text: string) => digitsIn(text) >= 3 && !/\p{L}{3}/u.test(text);

/** What is typed in the box, how it is read as a number and whom it finds. */
export class Typed {
  private readonly reading = new Asked<NumberReport | null>({
    // Where it cannot be read now, dialling reads it again and says what is wrong.
    ask: (text) => command("read_number", { text }).catch(() => null),
    pause: 0,
    atOnce: (text) => (digitsIn(text) >= 2 ? undefined : null),
  });
  private readonly customers = new Asked<Match[]>({
    ask: (query) => command("search_customers", { query, limit: MOST_CUSTOMERS }),
    pause: PAUSE,
    atOnce: (text) => (text.length < 2 ? [] : undefined),
  });

  private readonly elsewhere = new Elsewhere(MOST_CUSTOMERS);

  get text(): string {
    return this.customers.text;
  }

  /** How the text of this moment is read; `null` until it was. */
  get report(): NumberReport | null {
    return this.reading.isAnswered ? (this.reading.answer?.found ?? null) : null;
  }

  get isRead(): boolean {
    return this.reading.isAnswered;
  }

  /** Whom the last text that was answered finds. */
  get matches(): Match[] {
    return this.customers.answer?.found ?? [];
  }

  /** Whom other systems find by what stands there, as far as they answered; nothing waits for them. */
  get matchesElsewhere(): Match[] {
    return this.elsewhere.matches;
  }

  /** Another system may still find somebody. */
  get isAskingElsewhere(): boolean {
    return this.elsewhere.isAsking;
  }

  /** The systems that know more than are shown. */
  get moreElsewhere(): string[] {
    return this.elsewhere.answers.filter((answer) => answer.state === "found" && answer.more).map(({ source }) => source);
  }

  /** The systems that could not be searched. */
  get failedElsewhere(): string[] {
    return this.elsewhere.answers.filter(({ state }) => state === "failed").map(({ source }) => source);
  }

  /** `matches` are whom an earlier text finds. */
  get isEarlier(): boolean {
    return !this.customers.isAnswered;
  }

  get searching(): boolean {
    return this.customers.isAsking;
  }

  /** Enter waits for an answer. */
  get isAwaited(): boolean {
    return this.reading.isAwaited || this.customers.isAwaited;
  }

  /** Why nobody can be found. */
  get problem(): CommandError | null {
    return this.customers.problem;
  }

  set(text: string): void {
    this.reading.set(text);
    this.customers.set(text);
    this.elsewhere.set(text);
  }

  /** Acts once all is known about what stands in the box. */
  enter(act: () => void): void {
    this.reading.enter(() => this.customers.enter(act));
  }

  cancel(): void {
    this.reading.cancel();
    this.customers.cancel();
  }

  again(): void {
    void this.customers.ask();
  }

  forget(): void {
    this.set("");
  }
}
