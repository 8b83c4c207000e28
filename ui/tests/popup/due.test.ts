import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import { popCall } from "../../src/ipc/fake/build";
import { ownCallback } from "../../src/ipc/fake/ownCallbacks";
import { faultsOfPart } from "../axe";
import { type Shown, showPopup } from "./show";

const due = () => [...document.querySelectorAll<HTMLElement>("[data-callback]")].map(({ dataset }) => dataset.callback);
const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const press = (name: string | RegExp) => fireEvent.click(button(name));
const key = (name: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name });
const focused = () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.tagName;

async function showDue(scenario = "callback", wish: { language?: Language; keyboard?: boolean } = {}): Promise<Shown> {
  const shown = await showPopup(scenario, wish);
  await waitFor(() => expect(due().length).toBeGreaterThan(0));
  return shown;
}

describe.each([
  ["en", "1 call-back is due", "Call now: María López", "In 10 minutes: María López", "Done: María López"],
  ["es", "1 rellamada pendiente", "Llamar ahora: María López", "En 10 minutos: María López", "Hecha: María López"],
  ["hu", "1 visszahívás esedékes", "Hívás most: María López", "10 perc múlva: María López", "Kész: María López"],
] as const)("in %s", (language, title, call, later, done) => {
  it("says whom, when and why, with each act named, and has no fault for axe", async () => {
    const { text, page } = await showDue("callback", { language });
    expect(text()).toContain(title);
    for (const word of ["María López", "+36 30 123 4567", "Acme Hungary Kft.", "Wants a quote for 40 seats"]) expect(text()).toContain(word);
    for (const name of [call, later, done]) expect(button(name)).toBeTruthy();
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|Invalid Date/);
    if (language === "en") expect(await faultsOfPart(page)).toEqual([]);
  });
});

it("several are one list, the oldest first, and one without a name is told by its number", async () => {
  const { text } = await showDue("callbacks");
  expect(due()).toEqual(["promised-1", "promised-2", "promised-3"]);
  expect(text()).toContain("3 call-backs are due");
  expect(button("Call now: +34 911 23 45 67")).toBeTruthy();
});

it("more than fit are told, and shown in the main window", async () => {
  const { fake } = await showDue("callbacks");
  fake.showOwn(Array.from({ length: 9 }, (_, i) => ownCallback(fake.now, { call_id: `p${i}` })));
  await waitFor(() => expect(due()).toHaveLength(4));
  await press("Show 5 more");
  expect(fake.argsOf("show_main")).toEqual([{ section: "calls", callbacks: true }]);
});

it("calls only when it is pressed", async () => {
  const { fake } = await showDue();
  expect(fake.argsOf("callback_call")).toEqual([]);
  await press("Call now: María López");
  await waitFor(() => expect(fake.argsOf("callback_call")).toEqual([{ callId: "promised-1", confirmed: false, told: false }]));
  expect(fake.argsOf("dial")).toEqual([]);
});

it("a number that is asked about is called the second time", async () => {
  const { fake, text } = await showDue("callback_premium");
  await press(/^Call now/);
  await waitFor(() => expect(text()).toContain("This may not be a phone number."));
  await press(/^Call all the same/);
  await waitFor(() => expect(fake.argsOf("callback_call").map(({ confirmed }) => confirmed)).toEqual([false, true]));
});

it("moves by ten minutes from now, is done, and is put away", async () => {
  const { fake } = await showDue("callbacks");
  const before = Date.now();
  await press("In 10 minutes: María López");
  await waitFor(() => expect(due()).toEqual(["promised-2", "promised-3"]));
  const [moved] = fake.argsOf("callback_move");
  expect(moved?.at).toBeGreaterThanOrEqual(before + 600_000);
  expect(moved?.at).toBeLessThan(before + 660_000);
  await press("Done: Tóth Eszter");
  await waitFor(() => expect(due()).toEqual(["promised-2"]));
  await press("Put the call-backs away");
  await waitFor(() => expect(due()).toEqual([]));
  expect(fake.argsOf("callbacks_put_away")).toHaveLength(1);
});

it("says what was not saved, and leaves it there", async () => {
  const { fake, text } = await showDue();
  fake.failing.set("callback_done", { code: "not_saved", message: "the disk is full" });
  await press("Done: María López");
  await waitFor(() => expect(text()).toContain("Not saved."));
  expect(due()).toEqual(["promised-1"]);
});

it("takes no focus by itself, and works by keyboard once that is there", async () => {
  const { fake } = await showDue();
  expect(document.activeElement).toBe(document.body);
  fake.showPop({ has_keyboard: true });
  await waitFor(() => expect(focused()).toBe("Call now: María López"));
  await key("ArrowDown");
  expect(focused()).toBe("In 10 minutes: María López");
  await key("Escape");
  expect(fake.argsOf("popup_action")).toEqual([{ action: "give_back_keyboard" }]);
});

it("stands below a card, whose button has the keyboard", async () => {
  const { fake } = await showPopup("ended");
  fake.showOwn([ownCallback(fake.now)]);
  await waitFor(() => expect(due()).toEqual(["promised-1"]));
  expect(document.querySelector("[data-card] [data-callback]")).toBeNull();
  fake.showPop({ has_keyboard: true });
  await waitFor(() => expect(document.activeElement?.closest("[data-card]")).toBeTruthy());
});

/** What a stray Enter would press. */
const pressable = () => document.querySelector<HTMLElement>(":is(button, a, input, select, textarea):focus");

it("a call that comes while it has the keyboard gets no key that was meant for it, and the other way round", async () => {
  const { fake, text } = await showDue("callback", { keyboard: true });
  await waitFor(() => expect(focused()).toBe("Call now: María López"));
  const ringing = popCall(fake.now, { id: "ring" });
  fake.showPop({ calls: [ringing], selected: "ring", due: [], due_count: 0 });
  await waitFor(() => expect(document.querySelector('[data-card="ring"]')).toBeTruthy());
  expect(pressable()).toBeNull();
  fake.showPop({ has_keyboard: false });
  await waitFor(() => expect(text()).toContain("use the card by keyboard"));
  fake.showPop({ has_keyboard: true });
  await waitFor(() => expect(pressable()).not.toBeNull());
  fake.showPop({ calls: [], selected: null, due: fake.own, due_count: 1 });
  await waitFor(() => expect(due()).toEqual(["promised-1"]));
  expect(pressable()).toBeNull();
});
