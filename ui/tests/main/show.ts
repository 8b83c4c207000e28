import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect } from "vitest";
import { type Language, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import { dialling } from "../../src/main/frame/dialling.svelte";
import { notices } from "../../src/main/frame/notices.svelte";
import Main from "../../src/main/Main.svelte";

export { faultsOfWindow as faults } from "../axe";

export type Shown = { fake: Fake; page: HTMLElement; text: () => string };

/** The main window as it is once it listens and its first section is there. */
export async function showMain(scenario = "none", wish: { language?: Language; prepare?: (fake: Fake) => void } = {}): Promise<Shown> {
  const fake = new Fake(scenario, Date.now());
  fake.desk.language = wish.language ?? "en";
  wish.prepare?.(fake);
  dialling.forget();
  notices.clear();
  useBackend(fake);
  document.title = "Ringcard";
  const { container } = render(Main);
  await waitFor(() => expect(container.querySelector("main")).not.toBeNull());
  if (container.querySelector("nav")) await waitFor(() => expect(container.querySelector(".end, .empty")).not.toBeNull());
  return { fake, page: container, text: () => (container.textContent ?? "").replace(/\s+/g, " ").trim() };
}

export const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
export const box = () => screen.getByRole<HTMLInputElement>("combobox", { name: /dial|marcar|tárcsázás/i });
export const lines = () => [...document.querySelectorAll<HTMLElement>('[role="option"]')];

/** Types over what is there and waits until nothing is looked for any more. */
export async function type(text: string): Promise<void> {
  await fireEvent.input(box(), { target: { value: text } });
  await waitFor(() => expect(screen.queryByText("Searching…")).toBeNull());
}

export async function typeAndSettle(fake: Fake, text: string): Promise<void> {
  const before = fake.argsOf("search_customers").length;
  await fireEvent.input(box(), { target: { value: text } });
  await waitFor(() => expect(fake.argsOf("search_customers").length).toBeGreaterThan(before));
}

export const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });
