import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { scenarios } from "../../src/ipc/fake/scenarios";
import { type Shown, showPopup } from "./show";
import { showWrapUp } from "./wrapup/show";

const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });
const panel = () => document.querySelector("[data-card]");
const rows = () => screen.getAllByRole("tab");
const acts = (fake: Fake) => fake.asked.map(({ name }) => name).filter((name) => !/^(pop_view|popup_ready|popup_resize|popup_painted)$/.test(name));

/** A call is being wrapped up by keyboard, and another one rings behind it. */
async function wrappingUp(): Promise<Shown> {
  const shown = await showWrapUp("wrap_up", { keyboard: true });
  const ring = structuredClone(scenarios["ringing"]?.(Date.now()) ?? []);
  for (const { call } of ring) call.id = "call-9";
  shown.fake.showPop({ calls: [...shown.fake.pop.calls, ...ring] });
  await waitFor(() => expect(document.activeElement?.getAttribute("role")).toBe("radio"));
  return shown;
}

it("says in a whole row who is behind the card, by which number, on which line, how the call stands, and its key", async () => {
  const { fake } = await showPopup("two_calls");
  fake.showPop({ selected: "call-2" });
  await waitFor(() => expect(rows()[0]?.textContent).toContain("+36 30 123 4567 · Sales (HU)"));
  expect(rows()[0]?.textContent).toContain("María López");
  expect(rows()[0]?.textContent).toContain("Connected");
  expect(rows()[0]?.textContent).not.toContain("Ctrl");
  expect(rows()[0]?.getAttribute("aria-keyshortcuts")).toBe("Control+1");
  fake.showPop({ selected: "call-1", has_keyboard: true });
  await waitFor(() => expect(rows()[1]?.textContent).toContain("Soporte"));
  expect(rows()[1]?.textContent?.replace(/\s+/g, "")).toContain("Ctrl+2");
  expect(rows()[1]?.textContent).toContain("Ringing");
});

it("brings a call forward with one key, and the keyboard goes to its card", async () => {
  const { fake } = await showPopup("five_calls", { keyboard: true });
  await key("2", { ctrlKey: true });
  expect(fake.argsOf("popup_select")).toEqual([{ callId: "call-2" }]);
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Create customer"));
  // Where digits are typed with Shift, the key itself counts.
  await key("&", { ctrlKey: true, code: "Digit1" });
  await waitFor(() => expect(document.activeElement?.textContent?.trim()).toBe("Open in CRM"));
  await key("9", { ctrlKey: true });
  await key("2", { ctrlKey: true, altKey: true });
  expect(fake.argsOf("popup_select")).toHaveLength(2);
});

it("brings the ring forward out of a comment that is being typed, and nothing typed is lost", async () => {
  const { fake } = await wrappingUp();
  const comment = screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Comment/ });
  comment.focus();
  await fireEvent.input(comment, { target: { value: "two pieces" } });
  await key("2", { ctrlKey: true });
  await waitFor(() => expect(panel()?.getAttribute("data-card")).toBe("call-9"));
  await key("1", { ctrlKey: true });
  await waitFor(() => expect(screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^Comment/ }).value).toBe("two pieces"));
  expect(fake.argsOf("wrap_up_draft").at(-1)?.draft.comment).toBe("two pieces");
});

it("does nothing on a card that came forward by itself with keys that were pressed for the one before", async () => {
  const { fake, text } = await showPopup("five_calls", { keyboard: true });
  fake.showPop({ selected: "call-3" });
  await waitFor(() => expect(panel()?.getAttribute("data-card")).toBe("call-3"));
  await waitFor(() => expect(document.activeElement).toBe(panel()));
  const before = acts(fake).length;
  for (const name of ["Enter", " ", "1", "2", "x", "Backspace"]) await key(name);
  await key("Enter", { ctrlKey: true });
  expect(acts(fake)).toHaveLength(before);
  expect(text()).toContain("↓ use the card by keyboard");
  // Turned to, it takes them.
  await key("ArrowDown");
  expect(document.activeElement?.textContent).toContain("Kovács István");
  await key("2");
  await waitFor(() => expect(fake.argsOf("choose")).toEqual([{ callId: "call-3", customer: "c3" }]));
});

it("codes no call whose wrap-up came forward by itself", async () => {
  const { fake } = await wrappingUp();
  await key("2", { ctrlKey: true });
  await waitFor(() => expect(panel()?.getAttribute("data-card")).toBe("call-9"));
  const form = fake.pop.calls[0]?.call.id ?? "";
  fake.showPop({ selected: form });
  await screen.findByRole("radiogroup");
  await waitFor(() => expect(document.activeElement).toBe(panel()));
  for (const name of ["1", "z", "Backspace"]) await key(name);
  await key("Enter", { ctrlKey: true });
  expect(fake.argsOf("wrap_up_draft")).toEqual([]);
  expect(fake.argsOf("wrap_up_finish")).toEqual([]);
  // Its own key turns to it.
  await key("1", { ctrlKey: true });
  await waitFor(() => expect(document.activeElement?.getAttribute("role")).toBe("radio"));
});

it("holds no button of the next card once the wrap-up is saved, and one press saves one call", async () => {
  const { fake } = await wrappingUp();
  await key("5");
  await key("Enter", { ctrlKey: true });
  await key("Enter", { ctrlKey: true, repeat: true });
  await waitFor(() => expect(panel()?.getAttribute("data-card")).toBe("call-9"));
  await waitFor(() => expect(document.activeElement).toBe(document.body));
  expect(fake.pop.has_keyboard).toBe(false);
  expect(fake.argsOf("wrap_up_finish")).toHaveLength(1);
  await key("Enter");
  expect(fake.argsOf("open_link")).toEqual([]);
});

it("takes the second half of a double click for the card before", async () => {
  const { fake } = await showPopup("two_calls");
  fake.showPop({ selected: "call-2" });
  const create = await screen.findByRole("button", { name: "Create customer" });
  await fireEvent.click(create, { detail: 2 });
  expect(fake.argsOf("show_main")).toEqual([]);
  await fireEvent.click(create, { detail: 1 });
  expect(fake.argsOf("show_main")).toHaveLength(1);
});
