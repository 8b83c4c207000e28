import {
  type CallId,
  type CommandError,
  type Customer,
  type CustomerId,
  type ListedCall,
  type NumberView,
  type PopCall,
  asCommandError,
  call as command,
} from "../../ipc";
import { isOver } from "../../lib/callState";
import { shownMatch } from "../../lib/customer";

/** Which words fit: who *is calling*, who *called*, whom *we called*. */
export type Way = "calling" | "called" | "dialled";

/**
 * The call the section was opened for: the agent looks for its customer and says *this is who is calling*. It may end
 * meanwhile, and the desk forgets it a moment later: then it is known from the list, and the choice counts all the same.
 */
export class Caller {
  /** As the desk has it, or had it last. */
  private live = $state.raw<PopCall | null>(null);
  /** As the list has it, after the desk forgot it. */
  private listed = $state.raw<ListedCall | null>(null);
  /** Whom the agent named here. */
  said = $state.raw<Customer | null>(null);
  saying = $state(false);
  problem = $state.raw<CommandError | null>(null);
  /** Nobody knows this call any more. */
  gone = $state(false);
  private asked = false;

  constructor(readonly id: CallId) {}

  get call(): PopCall["call"] | null {
    return this.listed?.call ?? this.live?.call ?? null;
  }

  /** The customer's end; `null` until something is known of the call. */
  get number(): NumberView | null {
    return this.listed?.number ?? this.live?.number ?? null;
  }

  /** Without a number nobody can be remembered. */
  get hasNumber(): boolean {
    return this.number?.kind === "outside" || this.number?.kind === "internal";
  }

  get way(): Way {
    if (this.call?.direction === "outbound") return "dialled";
    return this.call && isOver(this.call.state) ? "called" : "calling";
  }

  /** Whose call it is taken for: as said here, else as the card or the list has it. */
  get customerId(): CustomerId | null {
    if (this.said) return this.said.id;
    if (this.listed?.customer_id) return this.listed.customer_id;
    return this.live?.card.lookup.kind === "found" ? this.live.card.lookup.chosen : null;
  }

  get customerName(): string {
    if (this.said) return this.said.name || this.said.company;
    const customer = this.live && shownMatch(this.live.card.lookup)?.customer;
    return this.listed?.customer_name || customer?.name || customer?.company || "";
  }

  /** What the desk has now. A call that is no longer there is looked up in the list, once. */
  see(calls: PopCall[]): void {
    const found = calls.find(({ call }) => call.id === this.id);
    if (found) {
      const chosen = found.card.lookup.kind === "found" ? found.card.lookup.chosen : null;
      // The card says otherwise by now: somebody corrected it there.
      if (this.said && this.live && found.card.version > this.live.card.version && chosen !== this.said.id) this.said = null;
      this.live = found;
      this.listed = null;
      this.asked = false;
    } else if (!this.asked) {
      this.asked = true;
      void this.lookUp();
    }
  }

  /** *This is who is calling.* Once at a time; what did not work is in `problem`. */
  async say(customer: Customer): Promise<void> {
    if (this.saying) return;
    this.saying = true;
    this.problem = null;
    try {
      await command("choose", { callId: this.id, customer: customer.id });
      this.said = customer;
    } catch (thrown) {
      this.problem = asCommandError(thrown);
    } finally {
      this.saying = false;
    }
  }

  private async lookUp(): Promise<void> {
    try {
      const { row } = await command("call", { id: this.id });
      this.listed = row;
    } catch {
      // What was seen of it last still stands, if anything was.
      this.gone = this.live === null;
    }
  }
}
