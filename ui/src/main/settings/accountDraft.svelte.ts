import { type AccountView, type CommandError, type ProfileView, type SettingsView, type TestReport, asCommandError, call as command } from "../../ipc";
import { settingsWords } from "../../i18n/settings";
import { type Filled, accountName, accountOf, asked, blank, faults, unchanged } from "../start/form";

/** One PBX account while it is written: from its profile's settings to the test of what was saved. */
export class AccountDraft {
  /** The saved account's name; `null` before it was saved for the first time. */
  name = $state<string | null>(null);
  wanted = $state("");
  profile = $state.raw<ProfileView | null>(null);
  filled = $state<Filled>({});
  /** Secrets that are set and shall become others. */
  replaced = $state<Partial<Record<string, boolean>>>({});
  saving = $state(false);
  saved = $state(false);
  tried = $state(false);
  /** What stood in the fields when somebody pressed Save. */
  private typed = $state.raw<Filled>({});
  problem = $state.raw<CommandError | null>(null);
  testing = $state(false);
  report = $state.raw<TestReport | null>(null);
  private secrets = $state.raw<AccountView["secrets"]>({});
  private taken: string[];
  private before = $state.raw("");
  private named = false;

  constructor(settings: SettingsView, account: AccountView | null) {
    this.taken = settings.accounts.map(({ name }) => name);
    if (account) this.open(settings, account);
    else this.choose(settings.profiles[0] ?? null);
  }

  get dirty(): boolean {
    return this.written() !== this.before;
  }

  choose(profile: ProfileView | null): void {
    this.profile = profile;
    this.filled = profile ? blank(profile) : {};
    if (profile && !this.named) this.wanted = accountName(profile, this.taken);
    this.before = this.written();
  }

  rename(name: string): void {
    this.named = true;
    this.wanted = name;
  }

  secretState(key: string): "set" | "not_set" | "unknown" {
    return this.secrets[key] ?? "not_set";
  }

  /** Whether the old secret stays: then nothing is asked, and nothing is sent. */
  keeps(key: string): boolean {
    return this.secretState(key) !== "not_set" && !this.replaced[key];
  }

  keep(key: string): void {
    this.replaced[key] = false;
    this.filled[key] = "";
  }

  get wrong(): Filled {
    return this.tried ? unchanged(this.allWrong(), this.typed, this.filled) : {};
  }

  get wrongName(): string | undefined {
    if (!this.tried || this.name !== null) return undefined;
    return this.nameFault();
  }

  /** Answers the settings as they are kept now, or nothing when it was not saved. */
  async save(): Promise<SettingsView | null> {
    const { profile } = this;
    this.tried = true;
    this.typed = $state.snapshot(this.filled);
    this.saved = false;
    if (this.saving || !profile || Object.keys(this.allWrong()).length > 0 || (this.name === null && this.nameFault())) return null;
    const name = this.name ?? this.wanted.trim();
    this.saving = true;
    this.problem = null;
    this.report = null;
    try {
      const settings = await command("save_account", { account: accountOf(name, profile, $state.snapshot(this.filled)) });
      const account = settings.accounts.find((one) => one.name === name);
      if (account) this.open(settings, account);
      this.saved = true;
      this.tried = false;
      return settings;
    } catch (thrown) {
      this.problem = asCommandError(thrown);
      return null;
    } finally {
      this.saving = false;
    }
  }

  async test(): Promise<void> {
    if (this.name === null || this.testing) return;
    this.testing = true;
    this.problem = null;
    try {
      this.report = await command("test_account", { name: this.name });
    } catch (thrown) {
      this.problem = asCommandError(thrown);
    } finally {
      this.testing = false;
    }
  }

  /** As it is kept: no secret that was typed stays here. */
  private open(settings: SettingsView, account: AccountView): void {
    const profile = settings.profiles.find(({ id }) => id === account.connector) ?? null;
    const values = Object.entries(account.values).map(([key, value]) => [key, String(value)]);
    this.name = account.name;
    this.wanted = account.name;
    this.profile = profile;
    this.filled = { ...(profile ? blank(profile) : {}), ...Object.fromEntries(values) };
    this.replaced = {};
    this.secrets = account.secrets;
    this.before = this.written();
  }

  private written(): string {
    return JSON.stringify([this.profile?.id, this.named ? this.wanted : "", this.filled]);
  }

  private allWrong(): Filled {
    const { profile } = this;
    if (!profile) return {};
    const found = faults(profile, this.filled);
    for (const { key, kind } of asked(profile, this.filled)) if (kind === "secret" && this.keeps(key)) delete found[key];
    return found;
  }

  private nameFault(): string | undefined {
    const words = settingsWords().fault;
    const name = this.wanted.trim();
    if (!/^[a-z0-9-]{1,32}$/.test(name)) return words.name;
    return this.taken.includes(name) ? words.taken : undefined;
  }
}
