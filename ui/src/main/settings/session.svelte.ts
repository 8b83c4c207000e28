import { type CommandError, type SettingsPatch, type SettingsView, asCommandError, call as command } from "../../ipc";
import { forms } from "../drafts/forms.svelte";
import { ACCOUNTS, AccountDraft } from "./accountDraft.svelte";
import type { Draft } from "./draft.svelte";
import { HubDraft } from "./hubDraft.svelte";
import { agentDraft, cardDraft, listenDraft, numbersDraft } from "./parts";

export const parts = ["agent", "accounts", "incoming", "hub", "numbers", "look", "popup", "secrets"] as const;
export type Part = (typeof parts)[number];

/** A change that is kept at once: how it went. */
export type AtOnce = { kind: "saving" } | { kind: "saved" } | { kind: "failed"; problem: CommandError };

/**
 * Settings as they are kept and as they are typed. It outlives the page: whoever looks at a call in between finds what
 * they typed, and the list of parts says what is not saved.
 */
export class SettingsSession {
  view = $state.raw<SettingsView | null>(null);
  problem = $state.raw<CommandError | null>(null);
  part = $state<Part>("agent");
  readonly agent = agentDraft();
  readonly numbers = numbersDraft();
  readonly listen = listenDraft();
  readonly card = cardDraft();
  readonly hub = new HubDraft();
  /** The account that is written at the moment. */
  account = $state.raw<AccountDraft | null>(null);
  atOnce = $state.raw<AtOnce | null>(null);
  private begun = false;

  async load(): Promise<void> {
    try {
      this.take(await command("settings"));
      this.problem = null;
    } catch (thrown) {
      this.problem = asCommandError(thrown);
    }
  }

  take(view: SettingsView): void {
    this.view = view;
    for (const draft of [this.agent, this.numbers, this.listen, this.card, this.hub]) draft.take(view);
    this.restore();
  }

  /** What was typed before, by a window that was closed perhaps, is there again. */
  restore(): void {
    const { view } = this;
    if (view === null) return;
    let restored = false;
    for (const draft of [this.agent, this.numbers, this.listen, this.card, this.hub]) {
      const kept = forms().of(draft.place);
      if (kept && draft.restore(kept)) restored = true;
    }
    const kept =
      this.account === null
        ? forms()
            .in("settings")
            .find(({ place }) => place.startsWith(ACCOUNTS))
        : undefined;
    if (kept && !this.begun) {
      this.account = AccountDraft.restored(view, kept);
      restored ||= this.account !== null;
    }
    if (!restored || this.begun) return;
    this.begun = true;
    // Whoever comes back is where they were.
    this.show(parts.find((part) => this.isDirty(part)) ?? "accounts");
  }

  show(part: Part): void {
    this.part = part;
    this.atOnce = null;
  }

  isDirty(part: Part): boolean {
    switch (part) {
      case "agent":
        return this.agent.dirty;
      case "accounts":
        return this.account?.dirty ?? false;
      case "incoming":
        return this.listen.dirty;
      case "hub":
        return this.hub.dirty;
      case "numbers":
        return this.numbers.dirty;
      case "popup":
        return this.card.dirty;
      case "look":
      case "secrets":
        return false;
    }
  }

  async save<T extends object>(draft: Draft<T>): Promise<void> {
    const view = await draft.save();
    if (view) this.take(view);
  }

  /** A choice or a tick is kept as it is made. One that was not kept goes back to what it was, and says why. */
  async change(patch: SettingsPatch): Promise<void> {
    this.atOnce = { kind: "saving" };
    try {
      this.take(await command("save_settings", { patch }));
      this.atOnce = { kind: "saved" };
    } catch (thrown) {
      this.atOnce = { kind: "failed", problem: asCommandError(thrown) };
    }
  }
}

let session = new SettingsSession();
export const settingsSession = (): SettingsSession => session;
/** Begins anew; for tests. */
export const forgetSettings = (): void => void (session = new SettingsSession());
