import type { AccountInput, ProfileSetting, ProfileView } from "../../ipc";
import { mainWords } from "../../i18n/main";

/** Where what is typed at the first start is kept. */
export const START = "start/connect";

/** What is typed into a profile's form: text for everything, `true`/`false` for a flag. */
export type Filled = Partial<Record<string, string>>;

export function blank({ settings }: ProfileView): Filled {
  return Object.fromEntries(settings.map(({ key, default: preset }) => [key, preset ?? ""]));
}

/** The settings that are asked for, as far as that hangs on the others. */
export function asked({ settings }: ProfileView, filled: Filled): ProfileSetting[] {
  return settings.filter(({ when }) => !when || when.is.includes(filled[when.setting] ?? ""));
}

/** Whether it has to be filled in: where there is a default, that counts instead. */
export const isNeeded = ({ required, default: preset }: ProfileSetting) => required && preset === null;

/** What is wrong with what was typed, by key; the hub looks more closely. */
export function faults(profile: ProfileView, filled: Filled): Filled {
  const words = mainWords().start;
  const found: Filled = {};
  for (const setting of asked(profile, filled)) {
    const { key, kind } = setting;
    const text = (filled[key] ?? "").trim();
    if (text === "") {
      if (isNeeded(setting)) found[key] = words.needed;
    } else if (kind === "number" && !/^-?\d{1,15}$/.test(text)) found[key] = words.wholeNumber;
    else if (kind === "url" && !/^https?:\/\/[^\s/]/i.test(text)) found[key] = words.url;
  }
  return found;
}

/**
 * What was wrong when it was looked at, without what was changed since: a field that is being mended is not told again
 * before the next try.
 */
export function unchanged<T extends Partial<Record<string, string>>>(wrong: T, then: T, now: T): T {
  const left = Object.entries(wrong).filter(([key]) => (then[key] ?? "") === (now[key] ?? ""));
  return Object.fromEntries(left) as T;
}

/** As the shell takes it: values with their types, secrets apart, and nothing that was not asked for or left empty. */
export function accountOf(name: string, profile: ProfileView, filled: Filled): AccountInput {
  const account: AccountInput = { name, connector: profile.id, values: {}, secrets: {} };
  for (const { key, kind } of asked(profile, filled)) {
    const text = filled[key] ?? "";
    if (text.trim() === "") continue;
    switch (kind) {
      case "secret":
        account.secrets[key] = text;
        break;
      case "number":
        account.values[key] = Number(text);
        break;
      case "flag":
        account.values[key] = text === "true";
        break;
      case "text":
      case "url":
      case "choice":
        account.values[key] = text.trim();
        break;
    }
  }
  return account;
}

/** A name for the account that nobody has to think about, and that no other account has. */
export function accountName(profile: ProfileView, taken: string[]): string {
  const base = profile.id.replace(/[^a-z0-9-]/gi, "-").toLowerCase() || "pbx";
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(name)) return name;
  }
}
