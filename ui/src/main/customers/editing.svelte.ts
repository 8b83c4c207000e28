import { type CommandError, type Customer, asCommandError, call as command } from "../../ipc";
import { type Kept, isObject, read, shaped } from "../drafts/forms.svelte";
import { type Draft, type DraftField, type DraftNumber, detailsOf, differs, draftOf, emptyDraft, isWrong, newField, newNumber, wrongIn } from "./draft";

/** Somebody else's version, where one came between; `gone`: they deleted the customer. */
export type Theirs = { kind: "changed"; customer: Customer } | { kind: "gone" };

/** One customer being written. What was typed is kept whatever happens, until it was saved or given up on purpose. */
export class Editing {
  isNew: boolean;
  /** Who it was when it was opened. */
  name: string;
  /** Where what is typed is kept until it is saved. */
  readonly place: string;
  /** When what it began with was typed; `null`: it began as it is saved. */
  from = $state<number | null>(null);
  draft = $state<Draft>(emptyDraft());
  saving = $state(false);
  /** Where a new customer is made. */
  where = $state("directory");
  /** Somebody pressed Save: from now on what is missing is said. */
  tried = $state(false);
  problem = $state.raw<CommandError | null>(null);
  theirs = $state.raw<Theirs | null>(null);
  private id: string | null;
  private seen: number | null;
  private before = $state.raw<Draft>(emptyDraft());

  private constructor(customer: Customer | null, draft: Draft, place: string) {
    this.place = place;
    this.isNew = customer === null;
    this.id = customer?.id ?? null;
    this.name = customer?.name || customer?.company || "";
    this.seen = customer?.updated_at ?? null;
    this.before = structuredClone(draft);
    this.draft = draft;
  }

  static of(customer: Customer): Editing {
    return new Editing(customer, draftOf(customer), placeOf(customer.id));
  }

  static create(number = "", name = ""): Editing {
    return new Editing(null, { ...emptyDraft(), name, numbers: [newNumber(number)] }, placeOf(`new/${Date.now().toString(36)}-${nextNew++}`));
  }

  /** What was typed before, in this window or in one that was closed; nothing where it cannot be read. */
  static restored(kept: Kept): Editing | null {
    const typed = read(kept);
    if (!typed) return null;
    const { id, seen, name, isNew, draft, before } = shaped(NOTHING, typed);
    const editing = new Editing(null, keyed(before), kept.place);
    Object.assign(editing, { isNew, name, id, seen, draft: keyed(draft), from: kept.at });
    return editing;
  }

  /** All of it, to be kept; `null` where nothing would be saved differently. */
  get typed(): typeof NOTHING | null {
    if (!this.dirty) return null;
    const { id, seen, name, isNew } = this;
    return { id, seen, name, isNew, draft: $state.snapshot(this.draft), before: this.before };
  }

  /** Looks whether somebody changed or deleted the customer since this was typed, and says so before anything is saved. */
  async look(): Promise<void> {
    if (this.id === null) return;
    try {
      const customer = await command("customer", { id: this.id });
      if (customer.updated_at !== this.seen) this.theirs = { kind: "changed", customer };
    } catch (thrown) {
      // Any other reason is said when it is saved.
      if (asCommandError(thrown).code === "not_found") this.theirs = { kind: "gone" };
    }
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
      const details = detailsOf($state.snapshot(this.draft));
      if (this.id === null && this.where !== "directory") return await command("create_customer_in", { source: this.where, details });
      return await command("save_customer", { id: this.id, details, seen: this.seen });
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

/** As it is kept. */
const NOTHING = { id: null as string | null, seen: null as number | null, name: "", isNew: true, draft: {} as object, before: {} as object };

let nextNew = 1;

export const placeOf = (customer: string): string => `customer/${customer}`;

/** Rows get keys of this window. */
function keyed(found: object): Draft {
  const draft = shaped(emptyDraft(), found);
  const rows = (list: unknown[]) => list.filter(isObject);
  return {
    ...draft,
    tags: draft.tags.filter((tag) => typeof tag === "string"),
    numbers: rows(draft.numbers).map((row) => ({ ...shaped<DraftNumber>(newNumber(), row), key: newNumber().key })),
    fields: rows(draft.fields).map((row) => ({ ...shaped<DraftField>(newField(), row), key: newField().key })),
  };
}
