import { type CommandError, type PopView, type WrapUpDraft, asCommandError, call as command } from "../../ipc";

/**
 * What the agent types of one call, while it goes on and in its wrap-up, and its way to the desk.
 *
 * On the screen is always what was typed last: a view that is older, or that comes while something is still under way,
 * never overwrites a letter. At most one draft is under way; of those typed meanwhile only the newest follows.
 */
export class Typed {
  draft: WrapUpDraft = $state.raw({} as WrapUpDraft);
  /** Why the desk did not take the last draft. It is still here, and goes again with the next letter. */
  refused = $state.raw<CommandError | null>(null);
  /** Why it was neither saved nor skipped. */
  failed = $state.raw<CommandError | null>(null);
  /** The agent tried to save: from then on what is missing is said. */
  attempts = $state(0);
  /** The wish to save or skip is under way. */
  asking = $state(false);

  private readonly callId: string;
  /** The newest revision that the desk showed, and the newest of ours that it took. */
  private known: number;
  private taken: number;
  private sending: Promise<void> | null = null;

  constructor(callId: string, draft: WrapUpDraft) {
    this.callId = callId;
    this.draft = draft;
    this.known = draft.revision;
    this.taken = draft.revision;
  }

  /** Takes what the desk shows, unless something newer is on the screen. */
  see(draft: WrapUpDraft): void {
    this.known = Math.max(this.known, draft.revision);
    if (this.waits) {
      // Another window typed meanwhile, and ours was or will be refused as the older one: it goes again as the newer.
      if (draft.revision > this.draft.revision || (this.refused !== null && draft.revision === this.draft.revision)) this.again();
    } else if (draft.revision >= this.draft.revision) {
      this.draft = draft;
      this.taken = draft.revision;
    }
  }

  type(change: Partial<WrapUpDraft>): void {
    this.draft = { ...this.draft, ...change, revision: Math.max(this.draft.revision, this.known) + 1 };
    void this.send();
  }

  /** The same words once more: the desk tries at once to keep them. */
  again(): void {
    this.type({});
  }

  /** Saves, once everything that was typed has arrived. */
  async save(): Promise<void> {
    this.attempts += 1;
    await this.ask(async () => {
      await this.send();
      if (!this.waits) await command("wrap_up_finish", { callId: this.callId });
    });
  }

  /** The call is not coded, and what was typed goes. */
  async skip(): Promise<void> {
    await this.ask(async () => {
      await command("wrap_up_skip", { callId: this.callId });
      this.taken = this.draft.revision;
    });
  }

  /** Something is on the screen only. */
  get waits(): boolean {
    return this.draft.revision > this.taken;
  }

  private async ask(what: () => Promise<unknown>): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.failed = null;
    try {
      await what();
    } catch (error) {
      this.failed = asCommandError(error);
    } finally {
      this.asking = false;
    }
  }

  private send(): Promise<void> {
    if (this.sending === null && this.waits) this.sending = this.sendNewest();
    return this.sending ?? Promise.resolve();
  }

  private async sendNewest(): Promise<void> {
    while (this.waits) {
      const draft = this.draft;
      try {
        await command("wrap_up_draft", { callId: this.callId, draft });
        this.taken = Math.max(this.taken, draft.revision);
        this.refused = null;
      } catch (error) {
        this.refused = asCommandError(error);
        // The view that made it the older one is here already, or something was typed meanwhile: that goes now.
        const overtaken = this.refused.code === "conflict" && this.known >= this.draft.revision;
        if (overtaken) this.draft = { ...this.draft, revision: this.known + 1 };
        if (this.draft === draft) break;
      }
    }
    // In the same turn as the last look at what waits: a letter that comes later begins anew.
    this.sending = null;
  }
}

/** Nothing was typed yet. */
const empty: WrapUpDraft = {
  revision: 0,
  code: null,
  second_code: null,
  comment: "",
  record: null,
  close_record: false,
  do_not_call: false,
  call_back: null,
  tickets: [],
};

/**
 * What is typed in every wrap-up there is, and of every call that goes on: going to another card and back, out of sight,
 * or from the call to its wrap-up, loses nothing.
 */
export class AllTyped {
  private readonly open = new Map<string, Typed>();

  see({ calls, noted, wrap_ups }: Pick<PopView, "calls" | "noted" | "wrap_ups">): void {
    const drafts = [...wrap_ups.map(({ call, draft }) => ({ id: call.id, draft })), ...noted.map(({ call_id, draft }) => ({ id: call_id, draft }))];
    const isThere = (id: string) => drafts.some((one) => one.id === id) || calls.some(({ call }) => call.id === id);
    for (const [id, typed] of [...this.open]) if (!typed.waits && !isThere(id)) this.open.delete(id);
    for (const { id, draft } of drafts) {
      const known = this.open.get(id);
      if (known) known.see(draft);
      else this.open.set(id, new Typed(id, draft));
    }
    for (const { call } of calls) if (!this.open.has(call.id)) this.open.set(call.id, new Typed(call.id, empty));
  }

  of(callId: string): Typed {
    const typed = this.open.get(callId);
    if (!typed) throw new Error("BUG: a card is drawn before it was seen");
    return typed;
  }
}
