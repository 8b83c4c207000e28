import {
  type AccountView,
  type CommandError,
  type ProfileView,
  type SecretState,
  type SettingsView,
  type TestReport,
  asCommandError,
  call as command,
} from "../../ipc";
import { type Kept, read, shaped } from "../drafts/forms.svelte";
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
  /** Where requests went as it was saved. */
  private hosts = $state.raw<string[]>([]);
  /** Saving was refused because the address is another one, which was not seen here. */
  private moved = $state(false);
  private taken: string[];
  private before = $state.raw("");
  private named = false;
  /** Where what is typed is kept until it is saved. */
  readonly place: string;
  /** When what it began with was typed; `null`: it began as it is saved. */
  from = $state<number | null>(null);
  /** Secrets that were typed and are not kept: they are asked for again. */
  private lost = $state.raw<string[]>([]);

  constructor(settings: SettingsView, account: AccountView | null) {
    this.place = placeOf(account);
    this.taken = settings.accounts.map(({ name }) => name);
    if (account) this.open(settings, account);
    else this.choose(settings.profiles[0] ?? null);
  }

  /** Goes on with what was typed before; nothing where it cannot be read, or its kind of PBX is gone. */
  static restored(settings: SettingsView, kept: Kept): AccountDraft | null {
    const typed = read(kept);
    if (!typed) return null;
    const { name, wanted, named, profile, filled, replaced, secrets } = shaped(NOTHING, typed);
    const account = settings.accounts.find((one) => one.name === name) ?? null;
    const draft = new AccountDraft(settings, account);
    if (account === null) {
      const kind = settings.profiles.find(({ id }) => id === profile);
      if (!kind) return null;
      draft.choose(kind);
      if (named) draft.rename(wanted);
    }
    const texts = Object.entries(filled).filter((entry): entry is [string, string] => typeof entry[1] === "string" && !draft.isSecret(entry[0]));
    draft.filled = { ...draft.filled, ...Object.fromEntries(texts) };
    draft.lost = secrets.filter((key) => typeof key === "string" && draft.isSecret(key));
    draft.replaced = Object.fromEntries([...Object.keys(replaced), ...draft.lost].map((key) => [key, true]));
    draft.from = kept.at;
    return draft;
  }

  /** All but the secrets, to be kept; `null` where nothing was typed that is not saved. */
  get unsaved(): typeof NOTHING | null {
    if (!this.dirty && !this.secretLost) return null;
    const entries = Object.entries($state.snapshot(this.filled));
    const secrets = entries.filter(([key, text]) => this.isSecret(key) && (text ?? "") !== "").map(([key]) => key);
    return {
      name: this.name,
      wanted: this.wanted,
      named: this.named,
      profile: this.profile?.id ?? "",
      filled: Object.fromEntries(entries.filter(([key]) => !this.isSecret(key))),
      replaced: Object.fromEntries(Object.entries($state.snapshot(this.replaced)).filter(([, on]) => on)),
      secrets: [...new Set([...secrets, ...this.lost])],
    };
  }

  /** A password was typed before and was not kept: it is to be typed again. */
  get secretLost(): boolean {
    return this.lost.some((key) => !this.keeps(key) && (this.filled[key] ?? "") === "");
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

  secretState(key: string): SecretState {
    return this.secrets[key] ?? "not_set";
  }

  /** What was typed in for one address is not sent to another: it is asked for again. */
  asksAgain(key: string): boolean {
    const state = this.secretState(key);
    if (state === "other_host") return true;
    if (state === "not_set" || state === "set_elsewhere" || !this.profile?.settings.some((one) => one.key === key && one.sent)) return false;
    return this.moved || hostsOf(this.profile, this.filled).some((host) => !this.hosts.includes(host));
  }

  /** Whether the old secret stays: then nothing is asked, and nothing is sent. */
  keeps(key: string): boolean {
    return this.secretState(key) !== "not_set" && !this.replaced[key] && !this.asksAgain(key);
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
      this.moved ||= this.problem.code === "secret_again";
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
    this.lost = [];
    this.from = null;
    this.secrets = account.secrets;
    this.hosts = profile ? hostsOf(profile, this.filled) : [];
    this.moved = false;
    this.before = this.written();
  }

  private written(): string {
    return JSON.stringify([this.profile?.id, this.named ? this.wanted : "", this.filled]);
  }

  private allWrong(): Filled {
    const { profile } = this;
    if (!profile) return {};
    const found = faults(profile, this.filled);
    for (const { key, kind } of asked(profile, this.filled)) {
      if (kind !== "secret") continue;
      if (this.keeps(key)) delete found[key];
      else if (this.asksAgain(key) && (this.filled[key] ?? "").trim() === "") found[key] = settingsWords().secret.again;
    }
    return found;
  }

  private isSecret(key: string): boolean {
    return this.profile?.settings.some((one) => one.key === key && one.kind === "secret") ?? true;
  }

  private nameFault(): string | undefined {
    const words = settingsWords().fault;
    const name = this.wanted.trim();
    if (!/^[a-z0-9-]{1,32}$/.test(name)) return words.name;
    return this.taken.includes(name) ? words.taken : undefined;
  }
}

/** Scheme, name and port of every address in it. */
function hostsOf({ settings }: ProfileView, filled: Filled): string[] {
  const addresses = settings.filter(({ kind }) => kind === "url").map(({ key }) => (filled[key] ?? "").trim());
  return addresses.filter((text) => URL.canParse(text)).map((text) => new URL(text).origin);
}

/** As it is kept: no secret is in it, only which were typed. */
const NOTHING = {
  name: null as string | null,
  wanted: "",
  named: false,
  profile: "",
  filled: {} as Record<string, unknown>,
  replaced: {} as Record<string, unknown>,
  secrets: [] as string[],
};

export const ACCOUNTS = "settings/account";

export const placeOf = (account: AccountView | null): string => (account ? `${ACCOUNTS}/${account.name}` : `${ACCOUNTS}-new`);
