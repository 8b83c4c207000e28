import { type CallId, type CallSearch, type CommandError, type ListedCall, asCommandError, call as command } from "../../../ipc";
import { findWords } from "../../../i18n/find";
import { notices } from "../../frame/notices.svelte";
import { PAGE } from "../list.svelte";

/** What is typed and chosen, as the fields show it; empty: anything. */
export type Wish = {
  text: string;
  from: string;
  to: string;
  direction: "" | "inbound" | "outbound";
  ended: "" | "spoken" | "missed" | "failed";
  coded: "" | "yes" | "no";
  recorded: "" | "yes" | "no";
  line: string;
  queue: string;
  /** Empty: the agent's own; {@link EVERYBODY}: all of the team's; else whose. */
  whose: string;
  /** A customer's id. */
  customer: string;
  code: string;
};

/** No agent is called so. */
export const EVERYBODY = "*";

const NOTHING: Wish = { text: "", from: "", to: "", direction: "", ended: "", coded: "", recorded: "", line: "", queue: "", whose: "", customer: "", code: "" };

/** The beginning of a day as a date field says it, in the zone of this desk. */
function dayOf(text: string, plus = 0): number | null {
  const [year, month, day] = text.split("-").map(Number);
  if (!year || !month || !day) return null;
  return new Date(year, month - 1, day + plus).getTime();
}

export function searchOf(wish: Wish): CallSearch {
  const yes = (said: "" | "yes" | "no") => (said === "" ? null : said === "yes");
  return {
    text: wish.text.trim(),
    from: dayOf(wish.from),
    // The whole last day.
    to: dayOf(wish.to, 1),
    agent: wish.whose === "" || wish.whose === EVERYBODY ? null : wish.whose,
    everybody: wish.whose === EVERYBODY,
    customer: wish.customer || null,
    line: wish.line.trim() || null,
    queue: wish.queue.trim() || null,
    direction: wish.direction || null,
    ended: wish.ended || null,
    code: wish.code.trim() || null,
    coded: yes(wish.coded),
    recorded: yes(wish.recorded),
  };
}

/** Calls that are looked for. An answer that was overtaken is dropped. */
export class Finding {
  wish = $state<Wish>({ ...NOTHING });
  /** What the chosen customer is called. */
  customerName = $state("");
  rows = $state.raw<ListedCall[]>([]);
  next = $state.raw<CallId | null>(null);
  loading = $state(false);
  ready = $state(false);
  saving = $state(false);
  problem = $state.raw<CommandError | null>(null);
  private turn = 0;

  /** How many filters are set, the text not counted. */
  get filters(): number {
    return Object.entries(this.wish).filter(([name, value]) => name !== "text" && value.trim() !== "").length;
  }

  get on(): boolean {
    return this.wish.text.trim() !== "" || this.filters > 0;
  }

  clear(): void {
    this.wish = { ...NOTHING };
  }

  /** From the newest. */
  async begin(): Promise<void> {
    this.ready = false;
    this.rows = [];
    this.next = null;
    await this.ask(null);
  }

  async earlier(): Promise<void> {
    if (this.next !== null && !this.loading) await this.ask(this.next);
  }

  /** Writes all that is found to a file; where it goes, the shell asks. */
  async save(): Promise<void> {
    if (this.saving) return;
    this.saving = true;
    try {
      const path = await command("export_calls", { search: searchOf(this.wish) });
      if (path !== null) notices.say("done", { what: findWords().saved, advice: path });
    } catch (thrown) {
      notices.problem(asCommandError(thrown));
    } finally {
      this.saving = false;
    }
  }

  private async ask(before: CallId | null): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    try {
      const page = await command("find_calls", { search: searchOf(this.wish), before, limit: PAGE });
      if (turn !== this.turn) return;
      this.rows = before === null ? page.calls : [...this.rows, ...page.calls];
      this.next = page.next;
      this.problem = null;
      this.ready = true;
    } catch (thrown) {
      if (turn === this.turn) this.problem = asCommandError(thrown);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
