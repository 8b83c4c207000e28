import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { press, showMain } from "./show";

const section = () => document.querySelector("nav [aria-current]")?.textContent?.trim();

describe("what the shell says", () => {
  it.each([
    [{ section: "settings", customer_id: null, prefill_number: null, call_id: null }, "Settings"],
    [{ section: "customers", customer_id: "c1", prefill_number: null, call_id: null }, "Customers"],
    [{ section: "customers", customer_id: null, prefill_number: "+34911234567", call_id: "call-1" }, "Customers"],
  ] as const)("navigates to %j", async (to, where) => {
    const { fake } = await showMain();
    fake.emit("navigate", { ...to });
    await waitFor(() => expect(section()).toBe(where));
    // A screen reader begins where the window went.
    expect(document.activeElement?.closest("main")).not.toBeNull();
  });

  it("changes language and appearance at once", async () => {
    const { fake, text } = await showMain();
    fake.showDesk({ language: "es", appearance: "dark" });
    await waitFor(() => expect(text()).toContain("Llamadas"));
    expect(document.documentElement.dataset.theme).toBe("dark");
  });

  it("listens before it asks, so that nothing is missed in between", async () => {
    const { fake } = await showMain("none", {
      prepare: (one) => {
        const listen = one.listen.bind(one);
        Object.assign(one, { listen: (...args: Parameters<typeof listen>) => (expect(one.argsOf("view")).toEqual([]), listen(...args)) });
      },
    });
    expect(fake.argsOf("view")).toHaveLength(1);
  });

  it("says the same message once, keeps problems until they are closed, and hides no detail", async () => {
    const { fake } = await showMain();
    for (let i = 0; i < 3; i++) fake.emit("notice", { kind: "problem", code: "keyring_locked", detail: "org.freedesktop.secrets", reason: null });
    const alert = await screen.findByRole("alert");
    expect(screen.getAllByRole("alert")).toHaveLength(1);
    expect(alert.textContent).toContain("The password store is locked");
    expect(alert.textContent).toContain("org.freedesktop.secrets");
    await fireEvent.click(within(alert).getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it.each([
    ["en", "It looks like an order, invoice or tax number."],
    ["es", "Parece un número de pedido"],
    ["hu", "Rendelés-, számla- vagy adószámnak látszik."],
  ] as const)("says in %s why a link was not dialled", async (language, why) => {
    const { fake } = await showMain("none", { language });
    fake.emit("notice", { kind: "problem", code: "not_a_number", detail: "it looks like an order number: give it with +", reason: { code: "order_number" } });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain(why);
    expect(alert.textContent).not.toContain("Check what was typed");
    // There are words for it: the shell's own sentence says nothing more.
    expect(alert.textContent).not.toContain("give it with +:");
    expect(alert.querySelector("details")).toBeNull();
  });

  it("says a code without words as a problem of its own, and information as it comes", async () => {
    const { fake, text } = await showMain();
    fake.emit("notice", { kind: "problem", code: "quite_new", detail: "the moon is full", reason: null });
    fake.emit("notice", { kind: "info", code: "hello", detail: "A new version is there.", reason: null });
    await waitFor(() => expect(text()).toContain("Something went wrong in Ringcard"));
    expect(text()).toContain("A new version is there.");
  });

  it("says that it has no connection, and connects again", async () => {
    const { fake } = await showMain("none", { prepare: (one) => one.failing.set("view", { code: "internal", message: "" }) });
    expect(screen.getByRole("alert").textContent).toContain("Ringcard does not answer");
    fake.failing.clear();
    await press("Try again");
    await waitFor(() => expect(section()).toMatch(/^Calls/));
  });
});

describe("the status line", () => {
  it("switches do not disturb and how incoming calls show", async () => {
    const { fake } = await showMain();
    await fireEvent.click(screen.getByRole("switch", { name: /Do not disturb/ }));
    expect(fake.argsOf("set_do_not_disturb")).toEqual([{ on: true }]);
    await waitFor(() => expect(screen.getByRole("switch").getAttribute("aria-checked")).toBe("true"));
    await fireEvent.click(screen.getByRole("switch"));
    await waitFor(() => expect(screen.getByRole("switch").getAttribute("aria-checked")).toBe("false"));
    await fireEvent.change(screen.getByRole("combobox", { name: "Incoming calls as" }), { target: { value: "both" } });
    expect(fake.argsOf("set_quiet")).toEqual([{ mode: "both" }]);
  });

  it("says where a number is called that the agent's own phone is not connected, and in the status that nobody can tell", async () => {
    const { fake } = await showMain();
    const phone = (code: "phone_away" | "phone_not_reached") =>
      fake.showDesk({ connections: [{ name: "phone", state: { kind: "trouble", code, detail: "" } }] });
    phone("phone_away");
    await waitFor(() => expect(document.querySelector(".row .act button:last-child")?.getAttribute("aria-label")).toContain("Your phone is not connected"));
    phone("phone_not_reached");
    await waitFor(() => expect(document.querySelector("footer")?.textContent).toContain("Your phone: The telephone system is not reached"));
    fake.showDesk({ connections: [] });
    await waitFor(() => expect(document.querySelector(".row .act button:last-child")?.getAttribute("aria-label")).not.toContain("Your phone"));
  });

  it("leads from trouble to the settings", async () => {
    const { fake } = await showMain();
    fake.showDesk({ connections: [{ name: "pbx", state: { kind: "trouble", code: "sign_in", detail: "Invalid API key" } }] });
    const trouble = await screen.findByRole("button", { name: /pbx: The sign-in was not accepted/ });
    expect(trouble.title).toBe("Invalid API key");
    await fireEvent.click(trouble);
    await waitFor(() => expect(section()).toBe("Settings"));
  });

  it("says trouble it has no words for in the hub's own sentence", async () => {
    const { fake } = await showMain();
    fake.showDesk({ connections: [{ name: "pbx", state: { kind: "trouble", code: "quite_new" as never, detail: "the moon is full" } }] });
    expect(await screen.findByRole("button", { name: /pbx: Needs attention: the moon is full/ })).toBeTruthy();
  });
});

describe("simulated calls", () => {
  it.each([
    ["Known customer", "known"],
    ["Several customers", "several"],
    ["Unknown number", "unknown"],
    ["Hidden number", "hidden"],
    ["VIP", "vip"],
  ])("rings %s", async (name, kind) => {
    const { fake } = await showMain("none", { prepare: (one) => (one.desk.demo = true) });
    await press(`Ring a simulated call: ${name}`);
    expect(fake.argsOf("demo_ring")).toEqual([{ kind }]);
    expect(await screen.findByRole("region", { name: "Now" })).toBeTruthy();
  });

  it("stop when asked to", async () => {
    const { fake } = await showMain("none", { prepare: (one) => (one.desk.demo = true) });
    await press("Stop");
    await waitFor(() => expect(screen.queryByRole("region", { name: "Simulated calls" })).toBeNull());
    expect(fake.argsOf("stop_demo")).toHaveLength(1);
  });
});

describe("first start", () => {
  it("goes to the calls once they are simulated", async () => {
    const { fake } = await showMain("first_start");
    await press(/^Try with simulated calls/);
    await waitFor(() => expect(section()).toMatch(/^Calls/));
    expect(fake.argsOf("start_demo")).toHaveLength(1);
  });

  it("keeps the form up to its end although settings exist before, and saves what was typed", async () => {
    const { fake, text } = await showMain("first_start");
    await press(/^Connect your PBX/);
    const name = await screen.findByLabelText("Your name");
    await fireEvent.input(name, { target: { value: " Kovács Éva " } });
    await fireEvent.input(screen.getByLabelText("Your extension"), { target: { value: "abc" } });
    await press("Next");
    expect(await screen.findByText("Digits only, for example 101.")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Your extension")));
    await fireEvent.input(screen.getByLabelText("Your extension"), { target: { value: "205" } });
    await press("Next");
    await fireEvent.click(await screen.findByRole("radio", { name: /Asterisk/ }));
    await press("Next");
    // What is needed and has a default is filled in, and nobody has to.
    expect((await screen.findByLabelText<HTMLInputElement>("The agent's phone")).value).toBe("PJSIP/{extension}");
    await fireEvent.input(screen.getByLabelText("The agent's phone"), { target: { value: "" } });
    await fireEvent.input(await screen.findByLabelText("User"), { target: { value: "crm" } });
    await fireEvent.input(screen.getByLabelText("Password"), { target: { value: "hunter2" } });
    fake.desk.first_start = false;
    await press("Save and test");
    await waitFor(() => expect(text()).toContain("Everything works"));
    fake.showDesk({});
    expect(fake.argsOf("save_settings")[0]?.patch.agent).toMatchObject({ name: "Kovács Éva", extension: "205" });
    const account = fake.argsOf("save_account")[0]?.account;
    expect(account).toMatchObject({ name: "asterisk-ari", connector: "asterisk-ari", secrets: { password: "hunter2" } });
    expect(account?.values).toMatchObject({ user: "crm", api_url: "http://127.0.0.1:8088/ari" });
    expect(JSON.stringify(account?.values)).not.toContain("hunter2");
    expect(text()).toContain("/in/asterisk-ari/incoming");
    await press("Test incoming calls of asterisk-ari");
    await waitFor(() => expect(text()).toContain("The account reads pushes."));
    await press("Finish");
    await waitFor(() => expect(section()).toMatch(/^Calls/));
  });

  it("changes the same account when somebody goes back and saves again", async () => {
    const { fake, text } = await showMain("first_start");
    await press(/^Connect your PBX/);
    await screen.findByLabelText("Your name");
    await press("Next");
    await press("Next");
    for (const label of ["User", "Password", "Key of incoming pushes"]) await fireEvent.input(await screen.findByLabelText(label), { target: { value: "x" } });
    await fireEvent.input(screen.getByLabelText("API address"), { target: { value: "https://pbx.example.com" } });
    await press("Save and test");
    await waitFor(() => expect(text()).toContain("What could be checked works"));
    await press("Back");
    await press("Save and test");
    await waitFor(() => expect(fake.argsOf("save_account")).toHaveLength(2));
    expect(fake.argsOf("save_account").map(({ account: { name } }) => name)).toEqual(["vipex", "vipex"]);
  });

  it("tells a field no more once it is being mended, until the next try", async () => {
    const { text } = await showMain("first_start");
    await press(/^Connect your PBX/);
    await screen.findByLabelText("Your name");
    await press("Next");
    await press("Next");
    await screen.findByLabelText("API address");
    await press("Save and test");
    const address = screen.getByLabelText("API address");
    expect(address.getAttribute("aria-invalid")).toBe("true");
    await fireEvent.input(address, { target: { value: "pbx" } });
    expect(address.getAttribute("aria-invalid")).toBeNull();
    expect(screen.getByLabelText("User").getAttribute("aria-invalid")).toBe("true");
    await press("Save and test");
    expect(address.getAttribute("aria-invalid")).toBe("true");
    expect(text()).toContain("A full address is needed");
  });

  it("says what could not be saved, and stays", async () => {
    const { fake } = await showMain("first_start");
    fake.failing.set("save_settings", { code: "settings_not_saved", message: "read-only file system" });
    await press(/^Connect your PBX/);
    await screen.findByLabelText("Your name");
    await press("Next");
    await fireEvent.click(await screen.findByRole("radio", { name: /Asterisk/ }));
    await press("Next");
    for (const label of ["User", "Password"]) await fireEvent.input(await screen.findByLabelText(label), { target: { value: "x" } });
    await press("Save and test");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The settings were not saved");
    expect(alert.textContent).toContain("read-only file system");
    expect(fake.argsOf("save_account")).toEqual([]);
  });
});

describe("a broken settings file", () => {
  it("is kept aside only when asked to, and then the app goes on", async () => {
    const { fake } = await showMain("broken_settings");
    expect(fake.argsOf("choose_settings_file_defaults")).toEqual([]);
    await press("Keep it aside and start with defaults");
    await waitFor(() => expect(section()).toMatch(/^Calls/));
  });

  it("says why it could not be kept aside", async () => {
    const { fake } = await showMain("broken_settings");
    fake.failing.set("choose_settings_file_defaults", { code: "file", message: "" });
    await press("Keep it aside and start with defaults");
    expect((await screen.findByRole("alert")).textContent).toContain("The file could not be read or written");
  });
});

it("says how many calls are not wrapped up yet, and brings them back", async () => {
  const { fake } = await showMain("none", { prepare: (one) => (one.desk.wrap_ups = 2) });
  await fireEvent.click(screen.getByRole("button", { name: "2 calls to wrap up: show" }));
  await waitFor(() => expect(fake.argsOf("show_wrap_ups")).toHaveLength(1));
});
