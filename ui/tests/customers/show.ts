import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect } from "vitest";
import { type Commands, type Customer, type Language, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import { speech } from "../../src/i18n/speech.svelte";
import Customers from "../../src/main/customers/Customers.svelte";
import { forgetImport } from "../../src/main/customers/import/job.svelte";
import { type Target, forgetCustomers } from "../../src/main/customers/session.svelte";
import { dialling } from "../../src/main/frame/dialling.svelte";
import { notices } from "../../src/main/frame/notices.svelte";
import { forgetShownNumbers } from "../../src/lib/shownNumber.svelte";

export { faultsOfPart as faults } from "../axe";

export type Shown = { fake: Fake; page: HTMLElement; text: () => string; goTo: (target: Target | null) => Promise<void>; leave: () => void };
type Wish = { language?: Language; target?: Target | null; prepare?: (fake: Fake) => void };

/** The section as it is once it knows whom there is. */
export async function showCustomers(wish: Wish = {}): Promise<Shown> {
  const fake = new Fake("none", Date.now());
  wish.prepare?.(fake);
  forgetCustomers();
  forgetImport();
  forgetShownNumbers();
  dialling.forget();
  notices.clear();
  useBackend(fake);
  speech.use(wish.language ?? "en", "HU");
  return { fake, ...(await mountAgain(fake, wish.target ?? null)) };
}

/** The same section after another one was looked at: nothing of it was forgotten. */
export async function mountAgain(fake: Fake, target: Target | null = null): Promise<Omit<Shown, "fake">> {
  const asked = fake.argsOf("search_customers").length;
  const { container, rerender, unmount } = render(Customers, { props: { desk: fake.desk, target, navigate: () => undefined } });
  await waitFor(() => expect(fake.argsOf("search_customers").length).toBeGreaterThan(asked));
  await settled();
  const text = () => (container.textContent ?? "").replace(/\s+/g, " ").trim();
  return { page: container, text, leave: unmount, goTo: async (to) => rerender({ target: to }) };
}

/** What was answered is on the page. */
export async function settled(): Promise<void> {
  await new Promise((done) => setTimeout(done));
  await waitFor(() => undefined);
}

export const field = (name: string | RegExp) => screen.getByRole<HTMLInputElement>("textbox", { name });
export const search = () => screen.getByRole<HTMLInputElement>("combobox", { name: /search|buscar|keresése/i });
export const options = () => screen.queryAllByRole("option").filter((one) => one.closest("[role=listbox]"));
export const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
export const type = (into: HTMLElement, value: string) => fireEvent.input(into, { target: { value } });

/** Types into the search field and waits for the answer to exactly that. */
export async function find(fake: Fake, query: string): Promise<void> {
  await type(search(), query);
  await waitFor(() => expect(fake.argsOf("search_customers").at(-1)?.query).toBe(query.trim()));
  await settled();
}

export async function open(fake: Fake, name: string): Promise<void> {
  await find(fake, name);
  const row = options().find((one) => one.textContent?.includes(name)) ?? expect.fail(`nobody is called ${name}`);
  await fireEvent.click(row);
  await screen.findByRole("article", { name: new RegExp(name) });
  await settled();
}

export function stored(fake: Fake, id: string): Customer {
  return fake.customers.find((one) => one.id === id) ?? expect.fail(`there is no ${id}`);
}

/** Keeps the answers to one command back, until each is let go of, in any order. */
export function hold<K extends keyof Commands>(fake: Fake, name: K): { args: Commands[K]["args"]; answer: () => void }[] {
  const held: { args: Commands[K]["args"]; answer: () => void }[] = [];
  const call = fake.call.bind(fake);
  fake.call = async (asked, args) => {
    if ((asked as string) === name) await new Promise<void>((answer) => held.push({ args: args as Commands[K]["args"], answer }));
    return call(asked, args);
  };
  return held;
}
