import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect } from "vitest";
import { type Language, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import { speech } from "../../src/i18n/speech.svelte";
import { notices } from "../../src/main/frame/notices.svelte";
import { type Part, forgetSettings, parts } from "../../src/main/settings/session.svelte";
import Settings from "../../src/main/settings/Settings.svelte";

export { faultsOfPart as faults } from "../axe";

export type Shown = { fake: Fake; page: HTMLElement; text: () => string; leave: () => void };

/** Settings at one of their parts. */
export async function showSettings(part: Part, wish: { language?: Language; prepare?: (fake: Fake) => void } = {}): Promise<Shown> {
  const fake = new Fake("none", Date.now());
  wish.prepare?.(fake);
  forgetSettings();
  notices.clear();
  useBackend(fake);
  speech.use(wish.language ?? "en", "HU");
  const shown = await mountAgain(fake);
  await go(part);
  return { fake, ...shown };
}

/** The same page after another section was looked at: nothing of it was forgotten. */
export async function mountAgain(fake: Fake): Promise<Omit<Shown, "fake">> {
  const { container, unmount } = render(Settings, { desk: fake.desk, navigate: () => undefined });
  await waitFor(() => expect(fake.argsOf("settings").length).toBeGreaterThan(0));
  await settled();
  return { page: container, text: () => (container.textContent ?? "").replace(/\s+/g, " ").trim(), leave: unmount };
}

export async function go(part: Part): Promise<void> {
  await fireEvent.click(document.querySelectorAll("nav li button")[parts.indexOf(part)] ?? expect.fail("no such part"));
  await settled();
}

/** What was answered is on the page. */
export async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done));
  await waitFor(() => undefined);
}

export const field = (name: string | RegExp) => screen.getByLabelText<HTMLInputElement>(name);
export const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
export const type = (into: HTMLElement, value: string) => fireEvent.input(into, { target: { value } });
export const pick = (name: string | RegExp, value: string) => fireEvent.change(field(name), { target: { value } });
