import {
  type Budget,
  type CommandError,
  type OutboxAct,
  type OutboxFilter,
  type OutboxRow,
  type PendingListed,
  asCommandError,
  call as command,
} from "../../ipc";

export const PAGE = 50;
/** So many rows are renewed at once; what was paged to beyond them is paged to again. */
const MOST = 200;

/**
 * What waits, as far as it was looked at. There is one question at a time: news that comes meanwhile is asked for once,
 * afterwards, however much it was.
 */
export class OutboxList {
  filter = $state<OutboxFilter>("waiting");
  rows = $state.raw<OutboxRow[]>([]);
  more = $state(false);
  /** What has not reached the hub, oldest first. */
  pending = $state.raw<PendingListed[]>([]);
  budgets = $state.raw<Budget[]>([]);
  /** The first page of this filter was heard. */
  ready = $state(false);
  loading = $state(false);
  problem = $state.raw<CommandError | null>(null);
  budgetsProblem = $state.raw<CommandError | null>(null);
  private asking = false;
  private again = false;

  async show(filter: OutboxFilter): Promise<void> {
    this.filter = filter;
    this.rows = [];
    this.more = false;
    this.ready = false;
    this.problem = null;
    await this.renew();
  }

  async renew(): Promise<void> {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    this.loading = true;
    while (this.again) {
      this.again = false;
      await this.ask();
    }
    this.asking = this.loading = false;
  }

  async earlier(): Promise<void> {
    const last = this.rows.at(-1)?.submission.key;
    if (!this.more || this.asking || last === undefined) return;
    const { filter } = this;
    this.asking = this.loading = true;
    try {
      const page = await command("outbox", { filter, before: last, limit: PAGE });
      if (filter === this.filter) {
        this.rows = [...this.rows, ...page.rows];
        this.more = page.more;
        this.problem = null;
      }
    } catch (thrown) {
      if (filter === this.filter) this.problem = asCommandError(thrown);
    }
    this.asking = this.loading = false;
    if (this.again) await this.renew();
  }

  /** Only the budgets: a second or minute has passed. */
  async renewBudgets(): Promise<void> {
    if (!this.asking) await this.askBudgets();
  }

  /** What a person decided; rejects with why it was not done. */
  async act(key: string, act: OutboxAct): Promise<void> {
    await command("outbox_act", { key, act });
    await this.renew();
  }

  async retryPending(key: string): Promise<void> {
    await command("pending_retry", { key });
    await this.renew();
  }

  async discardPending(key: string): Promise<void> {
    await command("pending_discard", { key });
    await this.renew();
  }

  private async ask(): Promise<void> {
    const { filter } = this;
    try {
      const limit = Math.min(MOST, Math.max(PAGE, this.rows.length));
      // What is only here is known even where the hub cannot be asked.
      this.pending = await command("pending", { limit: MOST });
      const page = await command("outbox", { filter, before: null, limit });
      if (filter !== this.filter) return;
      this.rows = page.rows;
      this.more = page.more;
      this.problem = null;
      this.ready = true;
    } catch (thrown) {
      // What was there before stays: it is of more use than an empty list.
      if (filter === this.filter) this.problem = asCommandError(thrown);
    }
    await this.askBudgets();
  }

  private async askBudgets(): Promise<void> {
    try {
      this.budgets = await command("budgets");
      this.budgetsProblem = null;
    } catch (thrown) {
      this.budgetsProblem = asCommandError(thrown);
    }
  }
}
