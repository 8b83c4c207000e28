import type { CallId, Customer } from "../../ipc";
import { customersWords } from "../../i18n/customers";
import { type Kept, forms } from "../drafts/forms.svelte";
import { notices } from "../frame/notices.svelte";
import { Caller } from "./caller.svelte";
import { Editing, placeOf } from "./editing.svelte";
import { importJob } from "./import/job.svelte";
import { Search } from "./search.svelte";

export type Target = { customerId: string | null; prefillNumber: string | null; callId: CallId | null };
export type Pane =
  | { kind: "none" }
  /** `known`: what the list already told, shown until the whole answer is there. */
  | { kind: "card"; id: string; known: Customer | null }
  | { kind: "edit"; editing: Editing }
  | { kind: "import" };

/**
 * What the section shows. It outlives the section: whoever looks at a call in between finds what they typed.
 */
export class CustomersSession {
  pane = $state.raw<Pane>({ kind: "none" });
  /** Where somebody wanted to go while something is not saved; the leave dialog answers it. */
  wanted = $state.raw<(() => void) | null>(null);
  /** The call somebody looks for the customer of, until they leave it. */
  caller = $state.raw<Caller | null>(null);
  readonly search = new Search();
  private followed: Target | null = null;
  /** What a window before this one left was brought back, or somebody went elsewhere first. */
  private begun = false;

  /** Where the frame says to go; the same wish is followed once. */
  follow(target: Target | null): void {
    if (target === this.followed) return;
    this.followed = target;
    if (target === null) return;
    if (target.callId !== null) this.caller = new Caller(target.callId);
    if (target.customerId !== null) this.open(target.customerId);
    else if (target.prefillNumber !== null) this.create(target.prefillNumber);
    else this.find();
  }

  /** The empty search, for whoever calls. */
  private find(): void {
    this.leave(() => {
      this.pane = { kind: "none" };
      this.search.set("");
    });
  }

  /** The customer of the call is said, or not wanted any more. */
  leaveCall(): void {
    this.caller = null;
  }

  open(id: string, known: Customer | null = null): void {
    this.leave(() => (this.pane = { kind: "card", id, known }));
  }

  create(number = "", name = ""): void {
    this.leave(() => (this.pane = { kind: "edit", editing: Editing.create(number, name) }));
  }

  edit(customer: Customer): void {
    const kept = forms().of(placeOf(customer.id));
    this.leave(() => this.write((kept && this.restored(kept)) ?? Editing.of(customer)));
  }

  /** Goes on with what was typed before. */
  resume(kept: Kept): void {
    const editing = this.restored(kept);
    if (editing) this.leave(() => this.write(editing));
  }

  /** The section is shown: what was typed last in a window before this one is there again, once. */
  begin(): void {
    const last = forms().in("customer")[0];
    if (this.begun || last === undefined) return;
    this.begun = true;
    if (this.pane.kind === "none" && this.followed === null) this.resume(last);
  }

  /** What was typed is given up. */
  discard(editing: Editing): void {
    forms().gone(editing.place);
    const id = editing.customerId;
    this.pane = editing.isNew || id === null ? { kind: "none" } : { kind: "card", id, known: null };
  }

  /** The import as far as it is; where there is none, a file is asked for at once. */
  showImport(): void {
    this.leave(() => {
      this.pane = { kind: "import" };
      const job = importJob();
      if (job.stage === "none") void job.choose();
    });
  }

  close(): void {
    this.leave(() => (this.pane = { kind: "none" }));
  }

  /** Back from editing: to the card, or to nothing where there is no customer yet. */
  giveUp(id: string | null): void {
    this.leave(() => (this.pane = id === null ? { kind: "none" } : { kind: "card", id, known: null }));
  }

  saved(customer: Customer, isNew: boolean): void {
    if (this.pane.kind === "edit") forms().gone(this.pane.editing.place);
    const words = customersWords().card;
    const name = customer.name || customer.company || words.noName;
    this.pane = { kind: "card", id: customer.id, known: customer };
    notices.say("done", { what: isNew ? words.created(name) : words.saved(name), advice: "" });
    void this.search.ask();
  }

  deleted(name: string): void {
    this.pane = { kind: "none" };
    notices.say("done", { what: customersWords().card.deleted(name), advice: "" });
    void this.search.ask();
  }

  /** The leave dialog was answered. */
  async answer(what: "stay" | "discard" | "save"): Promise<void> {
    const go = this.wanted;
    const { pane } = this;
    this.wanted = null;
    if (what === "stay" || go === null) return;
    if (what === "save" && pane.kind === "edit") {
      const customer = await pane.editing.save();
      if (customer === null) return;
      this.saved(customer, pane.editing.isNew);
    } else if (pane.kind === "edit") forms().gone(pane.editing.place);
    go();
  }

  private restored(kept: Kept): Editing | null {
    const editing = Editing.restored(kept);
    void editing?.look();
    return editing;
  }

  private write(editing: Editing): void {
    this.pane = { kind: "edit", editing };
  }

  private leave(go: () => void): void {
    if (this.pane.kind === "edit" && this.pane.editing.dirty) this.wanted = go;
    else go();
  }
}

/** One window, one section. */
let session = new CustomersSession();
export const customersSession = (): CustomersSession => session;
/** Begins anew; for tests. */
export const forgetCustomers = (): void => void (session = new CustomersSession());
