import { screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { forgetForms } from "../../src/main/drafts/forms.svelte";
import { forgetSettings } from "../../src/main/settings/session.svelte";
import { go, mountAgain, settled, showSettings } from "../settings/show";
import { fireEvent } from "@testing-library/svelte";

async function closeAndOpen(fake: Fake, leave: () => void) {
  leave();
  forgetSettings();
  forgetForms();
  const shown = await mountAgain(fake);
  await settled();
  return shown;
}
const type = (into: HTMLElement, value: string) => fireEvent.input(into, { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

describe("settings being typed", () => {
  it("are there again when the window was closed, beside what was changed elsewhere meanwhile", async () => {
    const { fake, leave } = await showSettings("agent");
    await type(screen.getByRole("textbox", { name: /name/i }), "Ana Kiss-Nagy");
    await settled();
    fake.settings.agent.extension = "199";
    const { text } = await closeAndOpen(fake, leave);
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: /name/i }).value).toBe("Ana Kiss-Nagy");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: /extension/i }).value).toBe("199");
    expect(text()).toContain("Not saved yet: from today");
    await press("Save");
    await settled();
    expect(fake.forms.size).toBe(0);
    expect(fake.settings.agent).toMatchObject({ name: "Ana Kiss-Nagy", extension: "199" });
  });

  it("go when they are undone", async () => {
    const { fake } = await showSettings("agent");
    await type(screen.getByRole("textbox", { name: /name/i }), "X");
    await settled();
    expect(fake.forms.size).toBe(1);
    await press(/undo/i);
    await settled();
    expect(fake.forms.size).toBe(0);
  });
});

describe("an account being set up", () => {
  it("is there again without its password, which is asked for again and never kept", async () => {
    const { fake, leave } = await showSettings("accounts");
    await press(/add/i);
    const texts = screen.getAllByRole<HTMLInputElement>("textbox");
    const url = texts.find(({ type: kind }) => kind === "url") ?? texts[1]!;
    await type(url, "https://pbx.example.org/api");
    const secret = document.querySelector<HTMLInputElement>("input[type=password]") ?? expect.fail("no secret is asked for");
    await type(secret, "s3cr3t-word");
    await settled();
    expect(JSON.stringify(fake.argsOf("form_typed"))).toContain("https://pbx.example.org/api");
    expect(JSON.stringify(fake.argsOf("form_typed"))).not.toContain("s3cr3t");
    const { text } = await closeAndOpen(fake, leave);
    expect(text()).toContain("Passwords are not kept");
    expect([...document.querySelectorAll("input")].map(({ value }) => value)).toContain("https://pbx.example.org/api");
    expect(document.querySelector<HTMLInputElement>("input[type=password]")?.value).toBe("");
    await go("agent");
    await go("accounts");
    expect(text()).toContain("Passwords are not kept");
    expect(fake.forms.size).toBe(1);
  });
});
