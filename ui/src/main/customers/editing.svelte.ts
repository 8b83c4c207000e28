import { type CommandError, type Customer, asCommandError, call as command } from "../../ipc";
import { type Draft, detailsOf, differs, draftOf, emptyDraft, isWrong, newNumber, wrongIn } from "./draft";

/** Somebody else's version, where one came between; `gone`: they deleted the customer. */
export type Theirs = { kind: "changed"; customer: Customer } | { kind: "gone" };

/** One customer being written. What was typed is kept whatever happens, until it was saved or given up on purpose. */
export class Editing {
  readonly isNew: boolean;
  /** Who it was when it was opened. */
  readonly name: string;
  draft = $state<Draft>(emptyDraft());
  saving = $state(false);
  /** Somebody pressed Save: from now on what is missing is said. */
  tried = $state(false);
  problem = $state.raw<CommandError | null>(null);
  theirs = $state.raw<Theirs | null>(null);
  private id: string | null;
  private seen: number | null;
  private before = $state.raw<Draft>(emptyDraft());

  private constructor(customer: Customer | null, draft: Draft) {
    this.isNew = customer === null;
    this.id = customer?.id ?? null;
    this.name = customer?.name || customer?.company || "";
    this.seen = customer?.updated_at ?? null;
    this.before = structuredClone(draft);
    this.draft = draft;
  }

  static of(customer: Customer): Editing {
    return new Editing(customer, draftOf(customer));
  }

  static create(number = "", name = ""): Editing {
    return new Editing(null, { ...emptyDraft(), name, numbers: [newNumber(number)] });
  }

  /** Who is edited; `null`: nobody yet. */
  get customerId(): string | null {
    return this.id;
  }

  get dirty(): boolean {
    return differs(this.draft, this.before);
  }

  /** Saves; answers the customer as it is kept now, or nothing when it was not saved. */
  async save(): Promise<Customer | null> {
    this.tried = true;
    if (this.saving || isWrong(wrongIn(this.draft))) return null;
    this.saving = true;
    this.problem = null;
    try {
      return await command("save_customer", { id: this.id, details: detailsOf($state.snapshot(this.draft)), seen: this.seen });
    } catch (thrown) {
      await this.fail(asCommandError(thrown));
      return null;
    } finally {
      this.saving = false;
    }
  }

  /** Saves what was typed over the other person's version, which was shown. */
  overwrite(): Promise<Customer | null> {
    switch (this.theirs?.kind) {
      case "changed":
        this.seen = this.theirs.customer.updated_at;
        break;
      case "gone":
        this.id = null;
        this.seen = null;
        break;
      case undefined:
        break;
    }
    this.theirs = null;
    return this.save();
  }

  /** Goes on from the other person's version; what was typed here is given up. */
  reload(): void {
    if (this.theirs?.kind !== "changed") return;
    const { customer } = this.theirs;
    this.seen = customer.updated_at;
    this.draft = draftOf(customer);
    this.before = draftOf(customer);
    this.theirs = null;
    this.problem = null;
  }

  private async fail(problem: CommandError): Promise<void> {
    const { id } = this;
    if (id === null || (problem.code !== "conflict" && problem.code !== "not_found")) {
      this.problem = problem;
      return;
    }
    try {
      this.theirs = { kind: "changed", customer: await command("customer", { id }) };
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (error.code === "not_found") this.theirs = { kind: "gone" };
      else this.problem = problem;
    }
  }
}
