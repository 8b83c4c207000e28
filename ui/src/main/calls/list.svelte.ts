import { type CallFilter, type CallId, type CommandError, type ListedCall, asCommandError, call as command } from "../../ipc";

export type Show = "all" | "missed" | "mine";
export const PAGE = 50;

const filterOf = (show: Show): CallFilter => ({ missed: show === "missed", mine: show === "mine", live: false });

/** The calls of one filter, newest first, as far as they were looked at. An answer that was overtaken is dropped. */
export class CallList {
  show = $state<Show>("all");
  rows = $state.raw<ListedCall[]>([]);
  more = $state(false);
  /** The first page of this filter was heard. */
  ready = $state(false);
  loading = $state(false);
  problem = $state.raw<CommandError | null>(null);
  private turn = 0;
  private failed: () => Promise<void> = () => this.renew();

  /** The first page, from the beginning. */
  async begin(show: Show): Promise<void> {
    this.show = show;
    this.rows = [];
    this.more = false;
    this.ready = false;
    await this.ask(null, (page) => {
      this.rows = page.calls;
      this.more = page.more;
      this.ready = true;
    });
  }

  /** Something happened: what is new comes on top, what changed is renewed, what was paged to stays. */
  async renew(): Promise<void> {
    if (!this.ready) return this.begin(this.show);
    await this.ask(null, (page) => {
      const oldest = page.calls.at(-1);
      const known = oldest ? this.rows.findIndex(({ call }) => call.id === oldest.call.id) : -1;
      // More than a page of news: what lies between is not known, so the list begins again.
      const older = page.more ? (known === -1 ? null : this.rows.slice(known + 1)) : [];
      this.rows = [...page.calls, ...(older ?? [])];
      if (older === null || older.length === 0) this.more = page.more;
    });
  }

  async earlier(): Promise<void> {
    const last: CallId | undefined = this.rows.at(-1)?.call.id;
    if (!this.more || this.loading || last === undefined) return;
    await this.ask(last, (page) => {
      this.rows = [...this.rows, ...page.calls];
      this.more = page.more;
    });
  }

  /** Asks once more for what could not be had. */
  again(): Promise<void> {
    return this.failed();
  }

  private async ask(before: CallId | null, take: (page: { calls: ListedCall[]; more: boolean }) => void): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    try {
      const page = await command("calls", { filter: filterOf(this.show), before, limit: PAGE });
      if (turn !== this.turn) return;
      this.problem = null;
      take(page);
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.problem = asCommandError(thrown);
      this.failed = () => (before === null ? this.renew() : this.earlier());
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
