import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import type { Component } from "svelte";
import { type Commands, type DeskView, type Language, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import type { FakeOutbox } from "../../src/ipc/fake/outbox";
import { speech } from "../../src/i18n/speech.svelte";
import { forgetCampaigns } from "../../src/main/campaigns/session.svelte";
import { book } from "../../src/main/codes/book.svelte";
import type { Destination } from "../../src/main/frame/route";
import { forgetReports } from "../../src/main/reports/session.svelte";

export { faultsOfPart as faults } from "../axe";

export type Shown = { fake: Fake; outbox: FakeOutbox; page: HTMLElement; text: () => string; went: Destination[]; leave: () => void };
export type Wish = { language?: Language; prepare?: (fake: Fake, outbox: FakeOutbox) => void; now?: number; props?: object };
type Section = Component<{ desk: DeskView; navigate: (to: Destination) => void } & Record<string, unknown>>;

/** One section with accounts that have campaigns; the desk's news reaches it as in the window. */
export async function showSection(section: unknown, wish: Wish = {}): Promise<Shown> {
  const fake = new Fake("none", wish.now ?? Date.now());
  const outbox = fake.withCampaigns();
  wish.prepare?.(fake, outbox);
  // What was prepared is what the desk begins with.
  fake.withCampaigns();
  forgetCampaigns();
  forgetReports();
  book.forget();
  useBackend(fake);
  speech.use(wish.language ?? "en", "HU");
  const went: Destination[] = [];
  const { container, rerender, unmount } = render(section as Section, {
    props: { desk: fake.desk, navigate: (to: Destination) => void went.push(to), ...wish.props },
  });
  await fake.listen("desk", (desk) => void rerender({ desk }));
  await settled();
  return { fake, outbox, page: container, went, leave: unmount, text: () => (container.ownerDocument.body.textContent ?? "").replace(/\s+/g, " ").trim() };
}

/** What was answered is on the page. */
export async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done));
  await waitFor(() => undefined);
}

export const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });

export async function press(name: string | RegExp): Promise<void> {
  await fireEvent.click(button(name));
  await settled();
}

export const type = (into: HTMLElement, value: string) => fireEvent.input(into, { target: { value } });
export const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });

/** Keeps the answers to one command back, until each is let go of. */
export function hold<K extends keyof Commands>(fake: Fake, name: K): { args: Commands[K]["args"]; answer: () => void }[] {
  const held: { args: Commands[K]["args"]; answer: () => void }[] = [];
  const call = fake.call.bind(fake);
  fake.call = async (asked, args) => {
    if ((asked as string) === name) await new Promise<void>((answer) => held.push({ args: args as Commands[K]["args"], answer }));
    return call(asked, args);
  };
  return held;
}
