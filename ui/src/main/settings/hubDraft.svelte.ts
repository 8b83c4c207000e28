import { type SettingsView, type SharedHubView, call as command } from "../../ipc";
import { settingsWords } from "../../i18n/settings";
import { Draft, type Faults } from "./draft.svelte";

/** Encrypted, or on this computer. */
const address = /^(wss:\/\/[^\s/]+|ws:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(\/\S*)?$/i;

/** Scheme, host and port: what a secret is given for. */
function hostOf(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return "";
  }
}

/** Where the team's hub is. Its token is typed beside the address, and is no part of what is kept until it is saved. */
export class HubDraft extends Draft<{ url: string }> {
  token = $state("");
  /** Somebody wants another token than the one that is set. */
  replaced = $state(false);
  private hub = $state.raw<SharedHubView>({ url: "", token: "not_set" });

  constructor() {
    // What is wrong, and how it is saved, is said below: both are about the token, too.
    super({ place: "settings/hub", of: ({ hub }) => ({ url: hub.url }), patch: () => ({}), faults: () => ({}) });
  }

  override get dirty(): boolean {
    return super.dirty || this.token !== "";
  }

  override get typed(): { value: { url: string }; kept: { url: string } } | null {
    return super.dirty ? super.typed : null;
  }

  /** A token that was typed in for another hub. */
  get asksAgain(): boolean {
    const { token, url } = this.hub;
    if (token === "not_set" || token === "set_elsewhere" || !this.url) return false;
    return token === "other_host" || hostOf(this.url) !== hostOf(url);
  }

  get asksToken(): boolean {
    return this.url !== "" && (this.hub.token === "not_set" || this.replaced || this.asksAgain);
  }

  get tokenState(): SharedHubView["token"] {
    return this.hub.token;
  }

  private get url(): string {
    return this.value?.url.trim() ?? "";
  }

  protected override send({ url }: { url: string }): Promise<SettingsView> {
    const token = this.asksToken ? this.token.trim() : "";
    return command("save_shared_hub", { hub: { url: url.trim(), token: token || null } });
  }

  protected override faultsOf({ url }: { url: string }): Faults {
    const words = settingsWords();
    const found: Faults = {};
    if (url.trim() !== "" && !address.test(url.trim())) found.url = words.fault.hub;
    if (this.asksToken && !this.replaced && this.token.trim() === "") found.token = this.asksAgain ? words.secret.again : words.fault.needed;
    return found;
  }

  override take(settings: SettingsView): void {
    this.hub = settings.hub;
    super.take(settings);
  }

  override undo(): void {
    super.undo();
    this.forget();
  }

  override async save(): Promise<SettingsView | null> {
    const settings = await super.save();
    if (settings) this.forget();
    return settings;
  }

  private forget(): void {
    this.token = "";
    this.replaced = false;
  }
}
