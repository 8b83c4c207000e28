import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { scenarios } from "../../src/ipc/fake/scenarios";
import { forgetCustomers } from "../../src/main/customers/session.svelte";
import { type Shown, faults, press, showMain } from "../main/show";

const banner = () => screen.queryByRole("region", { name: "Customer of a call" });
const said = () => (banner()?.textContent ?? "").replace(/\s+/g, " ");
const search = () => screen.getByRole<HTMLInputElement>("combobox", { name: /search customers|buscar clientes|keresése/i });
const thisOne = () => screen.queryByRole("button", { name: /^This is who/ });

/** The window after *Search by name* (or *Open card*, *Create customer*) on a card. */
async function fromCard(
  scenario: string,
  to: { customer?: string; number?: string; language?: Language; prepare?: (fake: Fake) => void } = {},
): Promise<Shown> {
  forgetCustomers();
  const shown = await showMain(scenario, to);
  shown.fake.emit("navigate", { section: "customers", customer_id: to.customer ?? null, prefill_number: to.number ?? null, call_id: "call-1" });
  await waitFor(() => expect(document.querySelector(".customers")).not.toBeNull());
  await waitFor(() => expect(shown.fake.argsOf("search_customers").length).toBeGreaterThan(0));
  return shown;
}

async function pick(name: string): Promise<void> {
  await fireEvent.input(search(), { target: { value: name } });
  const row = await screen.findByRole("option", { name: new RegExp(name) });
  await fireEvent.click(row);
  await screen.findByRole("article", { name: new RegExp(name) });
}

describe("opened from the card of a caller nobody knows", () => {
  it("says for which call, with its number and state, and has the keyboard in the search", async () => {
    await fromCard("unknown_caller");
    for (const word of ["Who is calling?", "+34 911 23 45 67", "Ringing", "This is who is calling"]) expect(said()).toContain(word);
    expect(document.activeElement).toBe(search());
    expect(thisOne()).toBeNull();
  });

  it("takes the customer who was found for the caller: the card changes, and the banner says so", async () => {
    const { fake } = await fromCard("unknown_caller");
    await pick("Emma Clarke");
    await press("This is who is calling");
    await waitFor(() => expect(said()).toContain("Noted as the customer of this call, and remembered for this number."));
    expect(fake.argsOf("choose")).toEqual([{ callId: "call-1", customer: "c7" }]);
    expect(fake.pop.calls[0]?.card.lookup).toMatchObject({ kind: "found", chosen: "c7" });
    expect(said()).toContain("Emma Clarke");
    expect(thisOne()).toBeNull();
    expect(document.activeElement?.textContent).toContain("Emma Clarke");
    await press("Close");
    expect(banner()).toBeNull();
    expect(screen.getByRole("article", { name: /Emma Clarke/ })).toBeTruthy();
  });

  it("chooses once for a double click", async () => {
    const { fake } = await fromCard("unknown_caller");
    await pick("Emma Clarke");
    const button = thisOne() ?? expect.fail("no button");
    await Promise.all([fireEvent.click(button), fireEvent.click(button)]);
    await waitFor(() => expect(said()).toContain("Noted"));
    expect(fake.argsOf("choose")).toHaveLength(1);
  });

  it("still says who called after the call ended and left the desk", async () => {
    const ended = (fake: Fake) => {
      const [missed] = scenarios["missed_unknown"]?.(fake.now) ?? [];
      if (missed)
        fake.rows = [
          { call: missed.call, number: missed.number, line_number: missed.line_number, customer_id: null, customer_name: null, outcome: null },
          ...fake.rows,
        ];
    };
    const { fake } = await fromCard("unknown_caller", { prepare: ended });
    await pick("Emma Clarke");
    fake.showDesk({ calls: [] });
    await waitFor(() => expect(said()).toContain("Who called?"));
    for (const word of ["+34 911 23 45 67", "Missed"]) expect(said()).toContain(word);
    await press("This is who called");
    await waitFor(() => expect(said()).toContain("remembered for this number"));
    expect(fake.argsOf("choose")).toEqual([{ callId: "call-1", customer: "c7" }]);
    expect(fake.argsOf("call")).toEqual([{ id: "call-1" }]);
    expect(fake.rows[0]?.customer_name).toBe("Emma Clarke");
  });

  it("says when nobody knows the call any more, and offers nothing", async () => {
    const { fake } = await fromCard("none", { customer: "c7" });
    await waitFor(() => expect(said()).toContain("This call is no longer there"));
    expect(thisOne()).toBeNull();
    await press("Close");
    expect(banner()).toBeNull();
    expect(fake.argsOf("choose")).toEqual([]);
  });

  it("says what could not be kept, and can be tried again", async () => {
    const { fake } = await fromCard("unknown_caller");
    await pick("Emma Clarke");
    fake.failing.set("choose", { code: "not_saved", message: "disk full" });
    await press("This is who is calling");
    expect((await screen.findByRole("alert")).textContent).toContain("Not saved");
    expect(said()).toContain("Who is calling?");
    fake.failing.clear();
    await press("This is who is calling");
    await waitFor(() => expect(said()).toContain("Noted"));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("begins a new customer with the caller's number and the name that was typed", async () => {
    await fromCard("unknown_caller");
    await fireEvent.input(search(), { target: { value: "Nora Smith" } });
    await fireEvent.click(await screen.findByRole("button", { name: "Create “Nora Smith”" }));
    expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Name" })).value).toBe("Nora Smith");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Number 1" }).value).toBe("+34911234567");
  });
});

it("keeps a hidden caller for this one call, and says that there is nothing to remember", async () => {
  const { fake } = await fromCard("hidden");
  expect(said()).toContain("Hidden number");
  await pick("Emma Clarke");
  await press("This is who is calling");
  await waitFor(() => expect(said()).toContain("There is no number to remember it by."));
  expect(fake.pop.calls[0]?.card.lookup).toMatchObject({ kind: "found", chosen: "c7", matches: [{ reason: { kind: "chosen" } }] });
});

it("names whom we called as such", async () => {
  await fromCard("fail_busy", { prepare: (fake) => fake.desk.calls.forEach(({ card }) => (card.lookup = { kind: "no_match" })) });
  expect(said()).toContain("Who was called?");
  await pick("Emma Clarke");
  await press("This is who I called");
  await waitFor(() => expect(said()).toContain("Noted"));
});

it("does not ask about a caller who is known, and lets another one be named", async () => {
  const { fake } = await fromCard("ringing", { customer: "c1" });
  expect(await screen.findByRole("article", { name: "María López" })).toBeTruthy();
  expect(said()).toContain("María López Taken for the customer of this call.");
  expect(thisOne()).toBeNull();
  await pick("Emma Clarke");
  await press("This is who is calling");
  await waitFor(() => expect(said()).toContain("Emma Clarke Noted"));
  // Somebody corrects it on the card.
  await fake.call("choose", { callId: "call-1", customer: null });
  await waitFor(() => expect(said()).toContain("Who is calling?"));
});

describe("the call", () => {
  it("is left without doing anything", async () => {
    const { fake } = await fromCard("unknown_caller");
    await pick("Emma Clarke");
    await fireEvent.click(within(banner() ?? expect.fail("no banner")).getByRole("button", { name: "Not now" }));
    expect(banner()).toBeNull();
    expect(thisOne()).toBeNull();
    expect(fake.argsOf("choose")).toEqual([]);
  });

  it("stays while another section is looked at, until it was said", async () => {
    await fromCard("unknown_caller");
    await press(/^Calls/);
    await press(/^Customers/);
    expect(said()).toContain("Who is calling?");
    await pick("Emma Clarke");
    await press("This is who is calling");
    await waitFor(() => expect(said()).toContain("Noted"));
    await press(/^Calls/);
    await press(/^Customers/);
    expect(banner()).toBeNull();
  });
});

it.each([
  ["es", ["¿Quién llama?", "Sonando", "Busque al cliente", "Ahora no"], ["Este cliente es quien llama"]],
  ["hu", ["Ki hív?", "Csörög", "Keresse meg az ügyfelet", "Most nem"], ["Ez az ügyfél hív"]],
] as [Language, string[], string[]][])("is said in %s", async (language, asks, button) => {
  const { text } = await fromCard("unknown_caller", { language });
  for (const word of asks) expect(text()).toContain(word);
  await pick("Emma Clarke");
  for (const word of button) expect(screen.getByRole("button", { name: word })).toBeTruthy();
});

it.each(["asked", "said"])("axe finds nothing wrong once it is %s", async (state) => {
  await fromCard("unknown_caller");
  await pick("Emma Clarke");
  if (state === "said") {
    await press("This is who is calling");
    await waitFor(() => expect(said()).toContain("Noted"));
  }
  expect(await faults()).toEqual([]);
});
