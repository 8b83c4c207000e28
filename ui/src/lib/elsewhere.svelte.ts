import { type CommandError, type CustomerSource, type Match, asCommandError, call as command } from "../ipc";

/** Each question costs another system's budget: it is asked when somebody stops typing. */
const PAUSE = 400;
const SHORTEST = 3;

/** What one system answered to a search; `more`: it knows more than are shown. */
export type FoundThere =
  | { source: string; state: "asking" }
  | { source: string; state: "found"; matches: Match[]; more: boolean }
  | { source: string; state: "failed"; error: CommandError };

/** The systems besides the customer list, each searched by itself: answers come as they are there, and one that fails is one. */
export class Elsewhere {
  /** Where customers are kept; the customer list alone until it is known. */
  sources = $state.raw<CustomerSource[]>([]);
  /** It is known by now which systems there are. */
  isLoaded = $state(false);
  answers = $state.raw<FoundThere[]>([]);
  private turn = 0;
  private text = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly most: number) {}

  /** Whom all of them found by now. */
  readonly matches = $derived(this.answers.flatMap((answer) => (answer.state === "found" ? answer.matches : [])));
  /** The systems besides the customer list. */
  readonly others = $derived(this.sources.map(({ name }) => name).filter((name) => name !== "directory"));
  readonly isAsking = $derived(this.answers.some(({ state }) => state === "asking"));

  /** Asks which systems there are; where nobody says so, there is the customer list. */
  async load(): Promise<void> {
    try {
      this.sources = await command("customer_sources");
    } catch {
      this.sources = [];
    }
    this.isLoaded = true;
  }

  set(text: string): void {
    clearTimeout(this.timer);
    this.turn += 1;
    this.text = text.trim();
    this.answers = [];
    if (this.text.length >= SHORTEST) this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  /** Asks all of them, or one again. */
  async ask(only?: string): Promise<void> {
    clearTimeout(this.timer);
    const turn = this.turn;
    if (this.sources.length === 0) await this.load();
    if (turn !== this.turn || this.text.length < SHORTEST) return;
    const names = this.others.filter((name) => only === undefined || name === only);
    this.answers = [...this.answers.filter(({ source }) => !names.includes(source)), ...names.map((source): FoundThere => ({ source, state: "asking" }))].sort(
      (one, other) => this.placeOf(one.source) - this.placeOf(other.source),
    );
    await Promise.all(names.map((source) => this.askOne(source, turn)));
  }

  private placeOf(source: string): number {
    return this.sources.findIndex(({ name }) => name === source);
  }

  private async askOne(source: string, turn: number): Promise<void> {
    let answer: FoundThere;
    try {
      // One more than are shown: whether there are any.
      const matches = await command("search_source", { source, query: this.text, limit: this.most + 1 });
      answer = { source, state: "found", matches: matches.slice(0, this.most), more: matches.length > this.most };
    } catch (thrown) {
      answer = { source, state: "failed", error: asCommandError(thrown) };
    }
    if (turn === this.turn) this.answers = this.answers.map((one) => (one.source === source ? answer : one));
  }
}
