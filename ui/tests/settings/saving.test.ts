import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { hotkeyOf } from "../../src/main/settings/hotkey";
import { field, go, mountAgain, pick, press, settled, showSettings, type } from "./show";

const saveButton = () => screen.getByRole<HTMLButtonElement>("button", { name: "Save" });

describe("a part with a Save button", () => {
  it("says what is not saved, saves only this part, and says that it is saved", async () => {
    const { fake, text } = await showSettings("agent");
    expect(saveButton().disabled).toBe(true);
    await type(field("Your name"), "Ana Kiss-Nagy");
    expect(text()).toContain("Not saved yet");
    await press("Save");
    await waitFor(() => expect(text()).toContain("Saved"));
    expect(fake.argsOf("save_settings")).toEqual([{ patch: { agent: { name: "Ana Kiss-Nagy", extension: "101", lines: ["+3612001000"] } } }]);
    expect(text()).not.toContain("Not saved yet");
    expect(saveButton().disabled).toBe(true);
  });

  it("keeps what was typed when it fails, with the reason beside it, and saves the next time", async () => {
    const { fake } = await showSettings("numbers");
    await type(field("Prefix for an outside line"), "0");
    await press("Add a number");
    await type(field("Own number 3"), "+3615550000");
    fake.failing.set("save_settings", { code: "settings_not_saved", message: "ringcard.toml: permission denied" });
    await press("Save");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("What you typed is still here");
    expect(alert.textContent).toContain("permission denied");
    expect([field("Prefix for an outside line").value, field("Own number 3").value]).toEqual(["0", "+3615550000"]);
    fake.failing.clear();
    await press("Save");
    await waitFor(() => expect(fake.settings.numbers).toMatchObject({ outside_prefix: "0", own: ["+3612001000", "+3612001001", "+3615550000"] }));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("goes back to what is kept when told so", async () => {
    await showSettings("agent");
    await type(field("Your extension"), "999");
    await press("Undo");
    expect(field("Your extension").value).toBe("101");
  });

  it("keeps what was typed while another part or another section is looked at, and marks the part", async () => {
    const { fake, leave } = await showSettings("agent");
    await type(field("Your name"), "Half typed");
    await go("numbers");
    expect(document.querySelectorAll("nav li button")[0]?.textContent).toContain("not saved yet");
    await press("Remove line 1");
    leave();
    const { text } = await mountAgain(fake);
    expect(screen.queryByLabelText("Name of line 2")).toBeNull();
    await go("agent");
    expect(field("Your name").value).toBe("Half typed");
    expect(text()).toContain("Not saved yet");
  });

  it.each([
    ["agent", "Your extension", "10a", "Digits only"],
    ["numbers", "Shortest internal number, digits", "0", "A whole number from 1 to 10."],
    ["numbers", "Longest internal number, digits", "1", "must not be less than the shortest"],
    ["numbers", "Prefix for an outside line", "12345", "At most four digits"],
    ["numbers", "Name of line 1", "", "Give both the number and its name."],
    ["incoming", "Address Ringcard listens at", "localhost", "An IP address and a port"],
    ["incoming", "Public address", "ringcard.example.com", "A full address"],
    ["popup", "Seconds the card of a finished call stays", "900", "A whole number from 0 to 600."],
  ] as const)("%s: %s does not take %j", async (part, name, value, said) => {
    const { fake, text } = await showSettings(part);
    await type(field(name), value);
    await press("Save");
    expect(text()).toContain(said);
    expect(text()).toContain("Something has to be corrected first.");
    expect(fake.argsOf("save_settings")).toEqual([]);
  });

  it("leaves out empty rows and sends nothing for an empty prefix", async () => {
    const { fake } = await showSettings("numbers");
    await press("Add a number");
    await press("Add a line");
    await type(field("Own number 1"), " +3610000001 ");
    await press("Save");
    await waitFor(() => expect(fake.argsOf("save_settings")).toHaveLength(1));
    const { patch } = fake.argsOf("save_settings")[0] ?? expect.fail("nothing was saved");
    expect(patch.numbers).toEqual({ internal_min: 2, internal_max: 6, outside_prefix: null, own: ["+3610000001", "+3612001001"], private: [] });
    expect(patch.line_names).toHaveLength(2);
    expect(patch.locale).toEqual({ country: "HU" });
  });
});

describe("a choice that is kept at once", () => {
  it("is kept as it is made", async () => {
    const { fake, text } = await showSettings("look");
    await pick("Appearance", "dark");
    await waitFor(() => expect(fake.settings.appearance).toBe("dark"));
    await pick("Language", "hu");
    await waitFor(() => expect(fake.argsOf("save_settings").at(-1)).toEqual({ patch: { locale: { language: "hu" } } }));
    await waitFor(() => expect(text()).toContain("Saved"));
  });

  it("goes back and says why when it was not kept", async () => {
    const { fake } = await showSettings("popup");
    fake.failing.set("save_settings", { code: "settings_not_saved", message: "read-only file system" });
    await fireEvent.click(field("Start Ringcard when I sign in"));
    expect((await screen.findByRole("alert")).textContent).toContain("read-only file system");
    expect(field("Start Ringcard when I sign in").checked).toBe(true);
    await pick("Corner", "bottom_left");
    await settled();
    expect(field("Corner").value).toBe("top_right");
  });

  it("does not touch what is typed beside it", async () => {
    const { fake } = await showSettings("popup");
    await type(field("Hotkey of the card"), "Ctrl+Shift+F9");
    await pick("Monitor", "HDMI-1");
    await waitFor(() => expect(fake.settings.desk.monitor).toBe("HDMI-1"));
    expect(field("Hotkey of the card").value).toBe("Ctrl+Shift+F9");
    expect(fake.settings.desk.hotkey).toBe("Ctrl+Alt+Space");
    await press("Save");
    await waitFor(() => expect(fake.settings.desk).toMatchObject({ hotkey: "Ctrl+Shift+F9", monitor: "HDMI-1" }));
  });

  it("turns do not disturb on for now", async () => {
    const { fake } = await showSettings("popup");
    await fireEvent.click(field("Do not disturb"));
    await waitFor(() => expect(fake.argsOf("set_do_not_disturb")).toEqual([{ on: true }]));
  });
});

describe("a hotkey", () => {
  const keys = (code: string, down: string[] = []) => ({
    key: "",
    code,
    ctrlKey: down.includes("c"),
    altKey: down.includes("a"),
    shiftKey: down.includes("s"),
    metaKey: down.includes("m"),
  });
  it.each([
    ["Space", ["c", "a"], "Ctrl+Alt+Space"],
    ["KeyR", ["c", "s"], "Ctrl+Shift+R"],
    ["F9", [], "F9"],
    ["Digit1", ["m"], "Super+1"],
    ["KeyR", [], null],
    ["ControlLeft", ["c"], null],
  ])("%s with %j is %s", (code, down, said) => {
    expect(hotkeyOf(keys(code, down))).toBe(said);
  });

  it("is taken from the keys that are pressed", async () => {
    await showSettings("popup");
    await press("Press the keys…");
    const button = screen.getByRole("button", { name: "Press the keys…" });
    expect(button.getAttribute("aria-pressed")).toBe("true");
    await fireEvent.keyDown(button, { key: "F9", code: "F9", ctrlKey: true });
    expect(field("Hotkey of the card").value).toBe("Ctrl+F9");
    expect(button.getAttribute("aria-pressed")).toBe("false");
  });
});

describe("try a number", () => {
  const tryIt = (text: string) => type(field("Number as somebody would write it"), text);

  it("shows how it is read, shown, dialled by each account and looked up; nothing is dialled", async () => {
    const { fake, text } = await showSettings("numbers");
    await tryIt("+36 30 123 4567");
    await waitFor(() => expect(text()).toContain("+36301234567"));
    expect(text()).toContain("Sure");
    expect(text()).toContain("0036301234567 by pbx");
    expect(fake.argsOf("dial")).toEqual([]);
  });

  it("says why something is no number", async () => {
    const { text } = await showSettings("numbers");
    await tryIt("no digits");
    await waitFor(() => expect(text()).toContain("Not a number"));
    expect(text()).toContain("There are no digits in it.");
  });

  it("reads once for text typed in one go, and never shows the answer to older text", async () => {
    const { fake, text } = await showSettings("numbers");
    for (const part of ["+36", "+3630", "+36301234567"]) await tryIt(part);
    await waitFor(() => expect(text()).toContain("0036301234567"));
    expect(fake.argsOf("read_number").map(({ text: asked }) => asked)).toEqual(["+36301234567"]);
    await tryIt("+34911234567");
    expect(text()).not.toContain("0036301234567");
  });

  it("is read anew once the settings were saved", async () => {
    const { fake } = await showSettings("numbers");
    await tryIt("0612345678");
    await waitFor(() => expect(fake.argsOf("read_number")).toHaveLength(1));
    await pick("Country", "ES");
    await press("Save");
    await waitFor(() => expect(fake.argsOf("read_number")).toHaveLength(2));
  });
});
