import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Language } from "../../src/ipc";
import { question } from "../../src/ipc/fake/asking";
import { faultsOfPart } from "../axe";
import { type Shown, showPopup } from "./show";

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });
const focused = () => document.activeElement?.textContent?.trim();
/** Whatever was on its way has arrived. */
const settled = () => vi.advanceTimersByTimeAsync(0);

/** The question is on the screen, and has the keyboard where it takes it. */
async function showAsked(scenario: string, wish: { language?: Language; keyboard?: boolean } = {}): Promise<Shown> {
  const shown = await showPopup(scenario, wish);
  await waitFor(() => expect(document.querySelector("[data-question]")).not.toBeNull());
  await waitFor(() => expect(shown.fake.argsOf("question_painted")).toHaveLength(1));
  await settled();
  return shown;
}

/** A key as a browser has it: Enter and space press the button that has the keyboard, unless that is prevented. */
async function key(name: string, change: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  const down = await fireEvent.keyDown(target, { key: name, ...change });
  if (down && (name === "Enter" || name === " ") && target instanceof HTMLButtonElement) await fireEvent.click(target, { detail: 0 });
}

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const answers = ({ fake }: Shown) => fake.argsOf("question_answer");

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

describe.each([
  ["en", "A link wants this number called", "Premium number", "Each minute may cost a lot.", "2 more links came meanwhile", "Call all the same"],
  [
    "es",
    "Un enlace pide llamar a este número",
    "Número de tarificación especial",
    "Cada minuto puede costar mucho.",
    "llegaron 2 enlaces más",
    "Llamar de todos modos",
  ],
  ["hu", "Egy hivatkozás ezt a számot hívná fel", "Emelt díjas szám", "Minden perc sokba kerülhet.", "még 2 hivatkozás érkezett", "Hívás mindenképp"],
] as const)("in %s", (language, ...says) => {
  it("says who asks, the number as read and what it costs to know, and has no fault for axe", async () => {
    const { text, page } = await showAsked("link_premium", { language });
    for (const word of [...says, "+36 90 123 456"]) expect(text()).toContain(word);
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|\[object/);
    vi.useRealTimers();
    if (language === "en") expect(await faultsOfPart(page)).toEqual([]);
  });
});

it("an Enter that comes as soon as the question is there calls nobody, and one after a moment does", async () => {
  const shown = await showAsked("link");
  expect(focused()).toBe("Call");
  await key("Enter");
  await passes(700);
  await key("Enter");
  expect(answers(shown)).toEqual([]);
  await passes(200);
  // Held down since before.
  await key("Enter", { repeat: true });
  expect(answers(shown)).toEqual([]);
  await key("Enter");
  expect(answers(shown)).toEqual([{ id: 1, yes: true }]);
});

it("a click that was meant for what was there before calls nobody, either", async () => {
  const shown = await showAsked("link");
  await fireEvent.click(button("Call"));
  expect(answers(shown)).toEqual([]);
  expect(button("Call").getAttribute("aria-disabled")).toBe("true");
  await passes(900);
  await fireEvent.click(button("Call"));
  expect(answers(shown)).toEqual([{ id: 1, yes: true }]);
});

it.each(["a", " ", "5", "Backspace", "Dead"])("%o was written for another window: that one gets the keyboard back", async (name) => {
  const shown = await showAsked("link");
  await passes(900);
  await key(name);
  expect(shown.fake.argsOf("popup_action")).toEqual([{ action: "give_back_keyboard" }]);
  await waitFor(() => expect(document.activeElement).toBe(document.body));
  await key("Enter");
  expect(answers(shown)).toEqual([]);
  expect(screen.getByText("A link wants this number called")).toBeTruthy();
});

it("Escape says no, also at once", async () => {
  const shown = await showAsked("link");
  await key("Escape");
  expect(answers(shown)).toEqual([{ id: 1, yes: false }]);
  await waitFor(() => expect(document.querySelector("[data-question]")).toBeNull());
});

it.each(["link_premium", "link_satellite", "link_unusual"])("%s: where a call may cost a lot, Enter does not call", async (scenario) => {
  const shown = await showAsked(scenario);
  expect(focused()).toBe("Cancel");
  await passes(900);
  await key("ArrowLeft");
  expect(focused()).toBe("Call all the same");
  await key("ArrowRight");
  await key("Enter");
  expect(answers(shown)).toEqual([{ id: 1, yes: false }]);
});

it("an emergency call is one Enter away, with a clear sentence", async () => {
  const shown = await showAsked("link_emergency");
  expect(shown.text()).toContain("Call it only in an emergency.");
  expect(shown.text()).not.toContain("Extension");
  expect(focused()).toBe("Call");
  await passes(900);
  await key("Enter");
  expect(answers(shown)).toEqual([{ id: 1, yes: true }]);
});

it("another country is said and no more", async () => {
  const { text } = await showAsked("link_call");
  expect(text()).toContain("Another country: Spain");
  expect(button("Call")).toBeTruthy();
});

it("what cannot be called is said, and there is nothing to agree to", async () => {
  const shown = await showAsked("link_refused");
  expect(shown.text()).toContain("This is not a phone number");
  expect(shown.text()).toContain("ORD-2024-00123");
  expect(screen.queryByRole("button", { name: "Call" })).toBeNull();
  expect(shown.fake.pop.has_keyboard).toBe(false);
  await fireEvent.click(button("Close"));
  expect(answers(shown)).toEqual([{ id: 1, yes: false }]);
});

it("what is wrong with the agent's own phone is said before the call", async () => {
  const shown = await showAsked("link");
  shown.fake.showPop({ phone: "phone_away" });
  await waitFor(() => expect(shown.text()).toContain("Your phone is not connected: start it first"));
});

it("another question has to be read for a moment again", async () => {
  const shown = await showAsked("link");
  await passes(900);
  shown.fake.showPop({ question: question({ id: 2, cautions: [{ kind: "premium", country: null, name: null, asks: true }] }) });
  await waitFor(() => expect(shown.text()).toContain("Premium number"));
  await fireEvent.click(button("Call all the same"));
  expect(answers(shown)).toEqual([]);
  await waitFor(() => expect(shown.fake.argsOf("question_painted")).toHaveLength(2));
  await passes(900);
  await fireEvent.click(button("Call all the same"));
  expect(answers(shown)).toEqual([{ id: 2, yes: true }]);
});

it("news of a call leave the keyboard on the button it went to, and nothing has to be read again", async () => {
  const shown = await showAsked("link");
  await passes(900);
  await key("ArrowRight");
  expect(focused()).toBe("Cancel");
  shown.fake.showPop({ question: question({ more: 1 }) });
  await waitFor(() => expect(shown.text()).toContain("1 more link came"));
  expect(focused()).toBe("Cancel");
  expect(button("Call").getAttribute("aria-disabled")).toBe("false");
  expect(shown.fake.argsOf("question_painted")).toHaveLength(1);
});

it("stands above the card of a call, and leaves the keyboard where the agent writes", async () => {
  const shown = await showPopup("wrap_up", { keyboard: true });
  await waitFor(() => expect(document.activeElement).not.toBe(document.body));
  const before = document.activeElement;
  shown.fake.showPop({ question: question({ takes_keyboard: false }) });
  await waitFor(() => expect(shown.fake.argsOf("question_painted")).toHaveLength(1));
  expect(document.activeElement).toBe(before);
  expect(document.querySelector("main")?.firstElementChild).toBe(document.querySelector("[data-question]"));
  await key("Escape");
  expect(shown.fake.argsOf("popup_action")).toEqual([{ action: "give_back_keyboard" }]);
  expect(answers(shown)).toEqual([]);
});

it("a name with marks that turn the writing stays in its place", async () => {
  const shown = await showAsked("link");
  shown.fake.showPop({ question: question({ id: 3, name: "\u202Egnal\u202C <b>bold</b>" }) });
  await waitFor(() => expect(shown.text()).toContain("<b>bold</b>"));
  expect(document.querySelector("[data-question] .name bdi")).not.toBeNull();
});
