import { type CommandError, type Match, asCommandError, call as command } from "../../ipc";

/** Long enough that a fast typist asks once or twice a word, short enough not to be felt. */
export const PAUSE = 80;
/** More nobody reads; the list says how to narrow it down. */
export const MOST = 50;
const LONGEST = 200;

/** Whom the typed text finds. An answer that was overtaken by another question is dropped. */
export class Search {
  query = $state("");
  matches = $state.raw<Match[]>([]);
  /** There are more than are shown. */
  more = $state(false);
  /** The text that `matches` answers; `null` before the first answer. */
  heard = $state<string | null>(null);
  problem = $state.raw<CommandError | null>(null);
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing was typed, and nobody is there. */
  get nobodyAtAll(): boolean {
    return this.heard === "" && this.query.trim() === "" && this.matches.length === 0 && this.problem === null;
  }

  set(query: string): void {
    this.query = query.slice(0, LONGEST);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  /** Asks now, for what is typed: at the beginning, and after a customer was changed. */
  async ask(): Promise<void> {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const query = this.query.trim();
    try {
      const matches = await command("search_customers", { query, limit: MOST + 1 });
      if (turn !== this.turn) return;
      this.more = matches.length > MOST;
      this.matches = distinct(matches).slice(0, MOST);
      this.heard = query;
      this.problem = null;
    } catch (thrown) {
      // What was found before stays: it is of more use than an empty list.
      if (turn === this.turn) this.problem = asCommandError(thrown);
    }
  }
}

/** One line for each customer, the strongest match. */
function distinct(matches: Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter(({ customer }) => !seen.has(customer.id) && seen.add(customer.id));
}

/** The number a match is shown with: the one the typed digits are in, else the first. */
export function numberFor({ customer, reason }: Match, query: string): string {
  const digits = query.replace(/\D/g, "");
  const typed = digits.length < 3 ? undefined : customer.numbers.find(({ written, party }) => {
    const known = party?.kind === "outside" ? party.e164 : party?.kind === "internal" ? party.digits : "";
    // 06 30 … is found in +36 30 …: the trunk prefix is not part of the number.
    return [written.replace(/\D/g, ""), known].some((text) => text.includes(digits) || text.includes(digits.replace(/^0+6?/, "")));
  });
  const labelled = "label" in reason ? customer.numbers.find(({ label }) => label === reason.label) : undefined;
  return (typed ?? labelled ?? customer.numbers[0])?.written ?? "";
}
