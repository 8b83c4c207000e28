import { type CallId, type CommandError, type CustomerId, type ListedCall, asCommandError, call as command } from "../../ipc";

const PAGE = 20;

/** The calls with one customer, newest first, as far as they were looked at. An answer that was overtaken is dropped. */
export class CallsWith {
  rows = $state.raw<ListedCall[]>([]);
  next = $state.raw<CallId | null>(null);
  ready = $state(false);
  loading = $state(false);
  problem = $state.raw<CommandError | null>(null);
  private turn = 0;

  constructor(private readonly customer: CustomerId) {}

  /** From the newest; what was paged to stays where nothing lies between. */
  async renew(): Promise<void> {
    await this.ask(null, ({ calls, next }) => {
      const oldest = calls.at(-1)?.call.id;
      const known = this.rows.findIndex(({ call }) => call.id === oldest);
      const older = known === -1 || next === null ? [] : this.rows.slice(known + 1);
      this.rows = [...calls, ...older];
      if (older.length === 0) this.next = next;
    });
  }

  async earlier(): Promise<void> {
    if (this.next === null || this.loading) return;
    await this.ask(this.next, ({ calls, next }) => {
      this.rows = [...this.rows, ...calls];
      this.next = next;
    });
  }

  private async ask(before: CallId | null, take: (page: { calls: ListedCall[]; next: CallId | null }) => void): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    try {
      const page = await command("customer_calls", { customer: this.customer, before, limit: PAGE });
      if (turn !== this.turn) return;
      take(page);
      this.problem = null;
      this.ready = true;
    } catch (thrown) {
      if (turn === this.turn) this.problem = asCommandError(thrown);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
