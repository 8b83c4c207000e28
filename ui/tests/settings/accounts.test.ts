import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { campaignSystem } from "../../src/ipc/fake/kinds";
import { field, go, press, settled, showSettings, type } from "./show";

const SECRET = "correct horse battery staple";
const noAccounts = (fake: Fake) => void (fake.settings.accounts = []);
const values = () => [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map(({ value }) => value);

async function connecting() {
  const shown = await showSettings("accounts", { prepare: noAccounts });
  await press("Add an account");
  await type(field("API address"), "https://pbx.example.com/api");
  await type(field("User"), "crm");
  await type(field("Password"), SECRET);
  await type(field("Key of incoming pushes"), `${SECRET} 2`);
  return shown;
}

describe("a new account", () => {
  it("asks where the system is before what is seldom wanted", async () => {
    await showSettings("accounts", { prepare: noAccounts });
    await press("Add an account");
    const kind = screen.getAllByRole<HTMLSelectElement>("combobox").find((one) => [...one.options].some(({ value }) => value === campaignSystem.id));
    await fireEvent.change(kind ?? expect.fail("no choice of a kind"), { target: { value: campaignSystem.id } });
    const [where] = campaignSystem.settings;
    expect(where?.required).toBe(false);
    expect(field(where?.label ?? "").closest("details")).toBeNull();
  });
});

describe("a secret", () => {
  it("is sent once and is nowhere on the page after it was saved", async () => {
    const { fake, page } = await connecting();
    expect(field("Password").type).toBe("password");
    await press("Save and test");
    await waitFor(() => expect(fake.argsOf("test_account")).toEqual([{ name: "vipex" }]));
    await settled();
    expect(fake.argsOf("save_account")[0]?.account.secrets).toEqual({ password: SECRET, incoming_key: `${SECRET} 2` });
    expect(values().join()).not.toContain(SECRET);
    expect(page.innerHTML).not.toContain(SECRET);
    expect(screen.getByRole("group", { name: "Password" }).textContent).toContain("Set");
  });

  it("stays as it is when the account is saved without it", async () => {
    const { fake } = await showSettings("accounts");
    await press("Change pbx");
    await type(field("User"), "crm2");
    await press("Save");
    await waitFor(() => expect(fake.argsOf("save_account")).toHaveLength(1));
    expect(fake.argsOf("save_account")[0]?.account).toMatchObject({ name: "pbx", values: { user: "crm2" }, secrets: {} });
    expect(fake.settings.accounts[0]?.secrets).toEqual({ password: "set", incoming_key: "set" });
  });

  it("can be replaced, and the replacement can be given up", async () => {
    const { fake } = await showSettings("accounts");
    await press("Change pbx");
    await press("Replace: Password");
    await type(field("Password"), SECRET);
    await press("Keep the one that is set: Password");
    expect(values().join()).not.toContain(SECRET);
    await press("Replace: Password");
    await press("Save");
    // Nothing was typed: an empty password would be worse than the old one.
    expect(field("Password").getAttribute("aria-invalid")).toBe("true");
    expect(fake.argsOf("save_account")).toEqual([]);
    await type(field("Password"), SECRET);
    await press("Save");
    await waitFor(() => expect(fake.argsOf("save_account")[0]?.account.secrets).toEqual({ password: SECRET }));
    await settled();
    expect(values().join()).not.toContain(SECRET);
  });

  it("that cannot be read now is not asked for again", async () => {
    const { fake, text } = await showSettings("accounts", {
      prepare: (one) => void one.settings.accounts.forEach((account) => (account.secrets = { password: "unknown", incoming_key: "not_set" })),
    });
    expect(text()).toContain("Cannot be read now");
    await press("Change pbx");
    await type(field("Key of incoming pushes"), "k");
    await press("Save");
    await waitFor(() => expect(fake.argsOf("save_account")[0]?.account.secrets).toEqual({ incoming_key: "k" }));
  });
});

describe("an account", () => {
  it("says what is missing at its field and puts the keyboard there", async () => {
    const { fake } = await showSettings("accounts", { prepare: noAccounts });
    await press("Add an account");
    await press("Save and test");
    await waitFor(() => expect(document.activeElement).toBe(field("API address")));
    expect(field("API address").getAttribute("aria-invalid")).toBe("true");
    expect(fake.argsOf("save_account")).toEqual([]);
  });

  it("tells a field no more once it is being mended, until the next try", async () => {
    await showSettings("accounts", { prepare: noAccounts });
    await press("Add an account");
    await press("Save and test");
    await waitFor(() => expect(field("API address").getAttribute("aria-invalid")).toBe("true"));
    await type(field("API address"), "pbx");
    expect(field("API address").getAttribute("aria-invalid")).toBeNull();
    expect(field("User").getAttribute("aria-invalid")).toBe("true");
    await press("Save and test");
    await waitFor(() => expect(field("API address").getAttribute("aria-invalid")).toBe("true"));
  });

  it("keeps everything typed when saving fails, secrets too", async () => {
    const { fake } = await connecting();
    fake.failing.set("save_account", { code: "keyring_locked", message: "the keyring is locked" });
    await press("Save and test");
    expect((await screen.findByRole("alert")).textContent).toContain("The password store is locked");
    expect([field("API address").value, field("Password").value]).toEqual(["https://pbx.example.com/api", SECRET]);
    fake.failing.clear();
    await press("Save and test");
    await waitFor(() => expect(fake.settings.accounts.map(({ name }) => name)).toEqual(["vipex"]));
    expect(fake.argsOf("test_account")).toHaveLength(1);
  });

  it("is kept half typed while another part is looked at, and asks before it is given up", async () => {
    await connecting();
    await go("agent");
    expect(document.querySelectorAll("nav li button")[1]?.textContent).toContain("not saved yet");
    await go("accounts");
    expect(field("User").value).toBe("crm");
    await press("Cancel");
    await fireEvent.click(within(await screen.findByRole("dialog", { name: "Give up these changes?" })).getByRole("button", { name: "Keep editing" }));
    expect(field("User").value).toBe("crm");
    await press("Cancel");
    await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Give up" }));
    expect(screen.getByText("Nothing connected yet")).toBeTruthy();
  });

  it("has the keyboard at its heading, and gives it back to the list", async () => {
    await showSettings("accounts");
    await press("Change pbx");
    expect(document.activeElement?.textContent).toBe("Change pbx");
    await press("Back to the accounts");
    expect(document.activeElement?.textContent).toBe("Accounts");
  });

  it("takes a name of its own, and none that is taken or that no address can have", async () => {
    const { fake, text } = await showSettings("accounts");
    await press("Add an account");
    await fireEvent.change(field("Kind of system"), { target: { value: "asterisk-ari" } });
    expect(field("Name of the account").value).toBe("asterisk-ari");
    await type(field("User"), "u");
    await type(field("Password"), "p");
    for (const [name, said] of [
      ["Büro 1", "Small letters, digits and hyphens"],
      ["pbx", "Another account has this name."],
    ] as const) {
      await type(field("Name of the account"), name);
      await press("Save and test");
      expect(text()).toContain(said);
    }
    await type(field("Name of the account"), "office");
    await press("Save and test");
    await waitFor(() => expect(fake.argsOf("save_account")[0]?.account).toMatchObject({ name: "office", connector: "asterisk-ari" }));
  });

  it("asks only for what belongs to the way that was chosen", async () => {
    const when = (fake: Fake) => {
      const setting = fake.settings.profiles[0]?.settings.find(({ key }) => key === "user");
      if (setting) setting.when = { setting: "method", is: ["GET"] };
      noAccounts(fake);
    };
    await showSettings("accounts", { prepare: when });
    await press("Add an account");
    expect(screen.queryByLabelText("User")).toBeNull();
    await fireEvent.change(field("Method"), { target: { value: "GET" } });
    expect(field("User")).toBeTruthy();
  });

  it("is removed only after asking, and stays when that fails", async () => {
    const { fake, text } = await showSettings("accounts");
    await press("Remove pbx");
    const dialog = await screen.findByRole("dialog", { name: "Remove pbx?" });
    fake.failing.set("remove_account", { code: "settings_not_saved", message: "read-only" });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    expect((await screen.findByRole("alert")).textContent).toContain("read-only");
    fake.failing.clear();
    await fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(text()).toContain("Nothing connected yet"));
  });
});

describe("what a test found", () => {
  it("never says that everything works where something was not checked", async () => {
    const { text } = await showSettings("accounts");
    await press("Test pbx");
    await waitFor(() => expect(text()).toContain("What could be checked works. Not checked: Sign-in"));
    expect(text()).toContain("not checked");
    expect(text()).toContain("nothing to ask that rings nobody");
    expect(text()).not.toContain("Everything works");
  });
});

describe("incoming calls", () => {
  it("has the whole address copied by the shell and shows dots for its key", async () => {
    const { fake, text } = await showSettings("incoming");
    expect(text()).toContain("http://127.0.0.1:8480/in/pbx/incoming?key=•••");
    await press("Copy the address: A call comes in");
    await waitFor(() => expect(text()).toContain("on the clipboard, with its key"));
    expect(text()).toContain("It leaves the clipboard after a minute.");
    expect(fake.argsOf("copy_incoming_address")).toEqual([{ account: "pbx", kind: "incoming" }]);
  });

  it("says that only this computer reaches an address, and nothing of it where others do", async () => {
    const here = await showSettings("incoming");
    expect(here.text()).toContain("Only this computer reaches these addresses");
    here.leave();
    const { text } = await showSettings("incoming", { prepare: (fake) => (fake.settings.listen.reach = "others") });
    expect(text()).not.toContain("Only this computer reaches");
  });

  it("lists the last pushes with what became of them, a wrong key as such", async () => {
    const { fake, text } = await showSettings("incoming");
    await waitFor(() => expect(text()).toContain("A new call"));
    for (const said of ["News of a call", "the key, user or password is wrong", "3 times", "from 192.0.2.20", "it cannot be read: There is neither a caller"])
      expect(text()).toContain(said);
    expect(text()).not.toContain("Pushes to no account of yours");
    fake.pushes = [{ at: Date.now(), account: "pbx", kind: "incoming", from: "192.0.2.21", became: { kind: "key_missing" }, times: 1 }, ...fake.pushes];
    await press("Look again: pushes to pbx");
    await waitFor(() => expect(text()).toContain("no key, user or password"));
  });

  it("lists what came for no account, and says so where nothing came", async () => {
    const stray = { at: Date.now(), account: "pxb", kind: "incoming", from: "192.0.2.22", became: { kind: "not_taken" as const }, times: 2 };
    const { text } = await showSettings("incoming", { prepare: (fake) => (fake.pushes = [stray]) });
    await waitFor(() => expect(text()).toContain("Pushes to no account of yours"));
    expect(text()).toContain("pxb");
    expect(text()).toContain("None since Ringcard was started.");
  });

  it("lists what came to a hub elsewhere, with the account it was meant for", async () => {
    const { text } = await showSettings("incoming", {
      prepare: (fake) => Object.assign(fake.settings.listen, { reach: "elsewhere", running: false, problem: "The team's hub takes them." }),
    });
    await waitFor(() => expect(text()).toContain("A new call"));
    expect(text()).toContain("pbx · A call comes in");
    expect(text()).not.toContain("Copy the address");
    expect(text()).not.toContain("Pushes to no account of yours");
  });

  it("says how a push proves itself once, where it is the same for every address", async () => {
    const push = (kind: string, proof: string) => ({ kind, method: "POST", url: `http://127.0.0.1:8480/in/pbx/${kind}`, proof });
    const kinds = ["incoming", "event", "call-data"];
    const { text } = await showSettings("incoming", {
      prepare: (fake) => fake.settings.accounts.forEach((one) => (one.webhooks = kinds.map((kind) => push(kind, "Put the push key there.")))),
    });
    expect(text().split("Put the push key there.")).toHaveLength(2);
    expect(screen.getAllByRole("button", { name: /^Copy the address/ })).toHaveLength(3);
  });

  it("says it for each address where it differs", async () => {
    const push = (kind: string) => ({ kind, method: "POST", url: `http://127.0.0.1:8480/in/pbx/${kind}`, proof: `Proof of ${kind}.` });
    const { text } = await showSettings("incoming", {
      prepare: (fake) => fake.settings.accounts.forEach((one) => (one.webhooks = ["incoming", "event"].map(push))),
    });
    for (const proof of ["Proof of incoming.", "Proof of event."]) expect(text().split(proof)).toHaveLength(2);
  });

  it("says where nothing could be copied, and why", async () => {
    const { text } = await showSettings("incoming", {
      prepare: (fake) => fake.failing.set("copy_incoming_address", { code: "accounts_not_ready", message: "push_key: this is missing" }),
    });
    await press("Copy the address: A call comes in");
    await waitFor(() => expect(text()).toContain("push_key: this is missing"));
    expect(text()).not.toContain("Copied");
  });

  it("has the token copied by the shell and never sees it", async () => {
    const { fake, text } = await showSettings("incoming");
    await press("Copy the token");
    await waitFor(() => expect(text()).toContain("The token was copied. It leaves the clipboard after a minute."));
    expect(fake.argsOf("copy_api_token")).toHaveLength(1);
  });

  it("tests one account and shows the steps", async () => {
    const { fake, text } = await showSettings("incoming");
    await press("Test incoming calls of pbx");
    await waitFor(() => expect(text()).toContain("Everything works"));
    expect(fake.argsOf("test_incoming")).toEqual([{ name: "pbx" }]);
  });

  it("keeps a new address and shows where it listens then", async () => {
    const { fake } = await showSettings("incoming");
    await type(field("Address Ringcard listens at"), "0.0.0.0:8481");
    await type(field("Public address"), "https://calls.example.com");
    await press("Save");
    await waitFor(() =>
      expect(fake.argsOf("save_settings")).toEqual([{ patch: { listen: { address: "0.0.0.0:8481", public_url: "https://calls.example.com" } } }]),
    );
  });
});

describe("an account that people sign in to in their browser", () => {
  it("has a button for that, says that it waits, and shows what came of it", async () => {
    const { fake, text } = await showSettings("accounts", {
      prepare: (one) => void one.settings.accounts.forEach((account) => (account.signs_in = true)),
    });
    const answer = fake.hold("sign_in");
    await press("Sign in to pbx");
    await waitFor(() => expect(text()).toContain("Waiting for the browser…"));
    // Whoever lost the browser's window begins anew.
    await press("Sign in to pbx");
    expect(fake.argsOf("sign_in")).toEqual([{ name: "pbx" }, { name: "pbx" }]);
    answer();
    await waitFor(() => expect(text()).toContain("signed in as Anna Agent"));
    expect(text()).not.toContain("Waiting for the browser…");
  });

  it("is the only one that has it", async () => {
    await showSettings("accounts");
    expect(screen.queryByRole("button", { name: "Sign in to pbx" })).toBeNull();
  });
});
