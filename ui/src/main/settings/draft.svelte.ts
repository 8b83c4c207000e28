import { type CommandError, type SettingsPatch, type SettingsView, asCommandError, call as command } from "../../ipc";
import { type Kept, read, shaped } from "../drafts/forms.svelte";

/** What is wrong, by the name of the field. */
export type Faults = Partial<Record<string, string>>;

type Shape<T> = {
  /** Where what is typed is kept until it is saved. */
  place: string;
  /** The part of the settings as it is typed. */
  of: (settings: SettingsView) => T;
  patch: (value: T) => SettingsPatch;
  faults: (value: T) => Faults;
};

/** One part of the settings while somebody types. It stays as it was typed until it was saved or undone on purpose. */
export class Draft<T extends object> {
  /** `null` until the settings were heard. */
  value = $state<T | null>(null);
  saving = $state(false);
  /** It was saved, and nothing was typed since. */
  saved = $state(false);
  /** Somebody pressed Save: from now on what is wrong is said. */
  tried = $state(false);
  problem = $state.raw<CommandError | null>(null);
  /** When what it began with was typed, by a window before this one perhaps; `null`: it began as it is saved. */
  from = $state<number | null>(null);
  private kept = $state.raw<T | null>(null);

  constructor(private readonly shape: Shape<T>) {}

  get place(): string {
    return this.shape.place;
  }

  /** All of it, to be kept; `null` where it is as it is saved. */
  get typed(): { value: T; kept: T } | null {
    return this.dirty && this.value !== null && this.kept !== null ? { value: $state.snapshot(this.value) as T, kept: this.kept } : null;
  }

  /** Goes on with what was typed before; answers whether there was anything. What was not changed there is as it is saved by now. */
  restore(kept: Kept): boolean {
    const typed = read(kept);
    if (!typed || this.kept === null || this.dirty) return false;
    const fresh = { ...this.kept } as Record<string, unknown>;
    const value = shaped(fresh, typed.value);
    const before = shaped(fresh, typed.kept);
    const same = (key: string) => JSON.stringify(value[key]) === JSON.stringify(before[key]);
    this.value = Object.fromEntries(Object.keys(fresh).map((key) => [key, structuredClone(same(key) ? fresh[key] : value[key])])) as T;
    this.from = kept.at;
    return this.dirty;
  }

  get dirty(): boolean {
    return this.value !== null && JSON.stringify(this.value) !== JSON.stringify(this.kept);
  }

  /** What is wrong, as far as it is to be said yet. */
  get faults(): Faults {
    return this.value !== null && this.tried ? this.faultsOf(this.value) : {};
  }

  protected faultsOf(value: T): Faults {
    return this.shape.faults(value);
  }

  protected send(value: T): Promise<SettingsView> {
    return command("save_settings", { patch: this.shape.patch(value) });
  }

  /** The settings as they are kept now. What is typed and not saved stays. */
  take(settings: SettingsView): void {
    const fresh = this.shape.of(settings);
    if (!this.dirty) this.value = structuredClone(fresh);
    this.kept = fresh;
  }

  undo(): void {
    this.value = structuredClone(this.kept);
    this.problem = null;
    this.tried = false;
    this.saved = false;
    this.from = null;
  }

  /** Answers the settings as they are kept now, or nothing when it was not saved. */
  async save(): Promise<SettingsView | null> {
    this.tried = true;
    this.saved = false;
    if (this.saving || this.value === null || Object.keys(this.faultsOf(this.value)).length > 0) return null;
    const sent = JSON.stringify(this.value);
    this.saving = true;
    this.problem = null;
    try {
      const settings = await this.send($state.snapshot(this.value) as T);
      const fresh = this.shape.of(settings);
      // The hub may write it more tidily; what was typed meanwhile counts all the same.
      if (JSON.stringify(this.value) === sent) this.value = structuredClone(fresh);
      this.kept = fresh;
      this.tried = false;
      this.saved = true;
      this.from = null;
      return settings;
    } catch (thrown) {
      this.problem = asCommandError(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }
}
