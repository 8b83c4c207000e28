import { type CustomerNumber, type Match, call as command } from "../../ipc";
import { Asked } from "../../lib/asked.svelte";
import { Elsewhere } from "../../lib/elsewhere.svelte";

/** Long enough that a fast typist asks once or twice a word, short enough not to be felt. */
export const PAUSE = 80;
/** More nobody reads; the list says how to narrow it down. */
export const MOST = 50;
const MOST_ELSEWHERE = 20;
const LONGEST = 200;

/** Whom the typed text finds. */
export class Search extends Asked<Match[]> {
  /** The other systems, searched beside: the list waits for none of them. */
  readonly elsewhere = new Elsewhere(MOST_ELSEWHERE);
  /** Those of the last answer, as many as are shown. */
  readonly matches = $derived(distinct(this.answer?.found ?? []).slice(0, MOST));
  /** There are more than are shown. */
  readonly more = $derived((this.answer?.found.length ?? 0) > MOST);

  constructor() {
    super({ ask: (query) => command("search_customers", { query, limit: MOST + 1 }), pause: PAUSE });
  }

  get query(): string {
    return this.text;
  }

  /** The text that `matches` answers; `null` before the first answer. */
  get heard(): string | null {
    return this.answer?.text ?? null;
  }

  /** Nothing was typed, and nobody is there. */
  get nobodyAtAll(): boolean {
    return this.heard === "" && this.isAnswered && this.matches.length === 0 && this.problem === null;
  }

  /** Nor can anybody be found in another system. */
  get nobodyAnywhere(): boolean {
    return this.nobodyAtAll && this.elsewhere.isLoaded && this.elsewhere.others.length === 0;
  }

  override set(query: string): void {
    super.set(query.slice(0, LONGEST));
    this.elsewhere.set(query.slice(0, LONGEST));
  }
}

/** One line for each customer, the strongest match. */
function distinct(matches: Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter(({ customer }) => !seen.has(customer.id) && seen.add(customer.id));
}

/** The number a match is shown with: the one the typed digits are in, else the first. */
export function numberFor({ customer, reason }: Match, query: string): CustomerNumber | undefined {
  const digits = query.replace(/\D/g, "");
  const typed =
    digits.length < 3
      ? undefined
      : customer.numbers.find(({ written, party }) => {
          const known = party?.kind === "outside" ? party.e164 : party?.kind === "internal" ? party.digits : "";
          // 06 30 … is found in +36 30 …: the trunk prefix is not part of the number.
          return [written.replace(/\D/g, ""), known].some((text) => text.includes(digits) || text.includes(digits.replace(/^0+6?/, "")));
        });
  const labelled = "label" in reason ? customer.numbers.find(({ label }) => label === reason.label) : undefined;
  return typed ?? labelled ?? customer.numbers[0];
}
