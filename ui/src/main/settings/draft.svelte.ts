import { type CommandError, type SettingsPatch, type SettingsView, asCommandError, call as command } from "../../ipc";

/** What is wrong, by the name of the field. */
export type Faults = Partial<Record<string, string>>;

type Shape<T> = {
  /** The part of the settings as it is typed. */
  of: (settings: SettingsView) => T;
  patch: (value: T) => SettingsPatch;
  faults: (value: T) => Faults;
};

/** One part of the settings while somebody types. It stays as it was typed until it was saved or undone on purpose. */
export class Draft<T> {
  /** `null` until the settings were heard. */
  value = $state<T | null>(null);
  saving = $state(false);
  /** It was saved, and nothing was typed since. */
  saved = $state(false);
  /** Somebody pressed Save: from now on what is wrong is said. */
  tried = $state(false);
  problem = $state.raw<CommandError | null>(null);
  private kept = $state.raw<T | null>(null);

  constructor(private readonly shape: Shape<T>) {}

  get dirty(): boolean {
    return this.value !== null && JSON.stringify(this.value) !== JSON.stringify(this.kept);
  }

  /** What is wrong, as far as it is to be said yet. */
  get faults(): Faults {
    return this.value !== null && this.tried ? this.shape.faults(this.value) : {};
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
  }

  /** Answers the settings as they are kept now, or nothing when it was not saved. */
  async save(): Promise<SettingsView | null> {
    this.tried = true;
    this.saved = false;
    if (this.saving || this.value === null || Object.keys(this.shape.faults(this.value)).length > 0) return null;
    const sent = JSON.stringify(this.value);
    this.saving = true;
    this.problem = null;
    try {
      const settings = await command("save_settings", { patch: this.shape.patch($state.snapshot(this.value) as T) });
      const fresh = this.shape.of(settings);
      // The hub may write it more tidily; what was typed meanwhile counts all the same.
      if (JSON.stringify(this.value) === sent) this.value = structuredClone(fresh);
      this.kept = fresh;
      this.tried = false;
      this.saved = true;
      return settings;
    } catch (thrown) {
      this.problem = asCommandError(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }
}
