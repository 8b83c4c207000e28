import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { showPopup } from "./show";

const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, ...more });
const focused = () => document.activeElement?.textContent?.trim();

it("takes no focus while it has no keyboard", async () => {
  await showPopup("ringing");
  expect(document.activeElement).toBe(document.body);
});

it("says which keys bring the keyboard, and then which give it back", async () => {
  const { fake, text } = await showPopup("ringing");
  expect(text()).toContain("Ctrl+Alt+Space use the card by keyboard");
  fake.showPop({ has_keyboard: true });
  await waitFor(() => expect(text()).toContain("Esc back to your work"));
});

it("puts the keyboard on the button most likely wanted", async () => {
  await showPopup("ringing", { keyboard: true });
  expect(focused()).toBe("Open in CRM");
});

it("puts the keyboard on the first of several customers", async () => {
  await showPopup("several", { keyboard: true });
  expect(focused()).toContain("Kovács István");
});

it("gives the keyboard back on Escape", async () => {
  const { fake } = await showPopup("ringing", { keyboard: true });
  await key("Escape");
  expect(fake.argsOf("popup_action")).toEqual([{ action: "give_back_keyboard" }]);
});

it("chooses one of several by its number", async () => {
  const { fake } = await showPopup("several", { keyboard: true });
  await key("2");
  await waitFor(() => expect(fake.argsOf("choose")).toEqual([{ callId: "call-1", customer: "c3" }]));
});

it("does nothing for a number nobody has, or with Ctrl held", async () => {
  const { fake } = await showPopup("several", { keyboard: true });
  await key("7");
  await key("1", { ctrlKey: true });
  expect(fake.argsOf("choose")).toEqual([]);
});

it("does not choose by number where there is nothing to choose", async () => {
  const { fake } = await showPopup("ringing", { keyboard: true });
  await key("1");
  expect(fake.argsOf("choose")).toEqual([]);
});

it("walks the buttons with the arrows, round the corner", async () => {
  const { page } = await showPopup("several", { keyboard: true });
  await key("ArrowDown");
  expect(focused()).toContain("Kovácsné Nagy Ágnes");
  await key("ArrowUp");
  await key("ArrowUp");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Hide");
  await key("ArrowUp");
  const all = page.querySelectorAll("button");
  expect(document.activeElement).toBe(all[all.length - 1]);
});

it("goes between calls with left and right, and the keyboard follows to the card", async () => {
  const { fake, text } = await showPopup("two_calls", { keyboard: true });
  await key("ArrowRight");
  expect(fake.argsOf("popup_action")).toEqual([{ action: "next" }]);
  await waitFor(() => expect(text()).toContain("No customer has this number"));
  await waitFor(() => expect(focused()).toBe("Create customer"));
  await key("ArrowLeft");
  await waitFor(() => expect(text()).toContain("Acme Hungary Kft."));
});

it("stays where the agent is when the card is renewed", async () => {
  const { fake } = await showPopup("ringing", { keyboard: true });
  screen.getByRole("button", { name: "Open card" }).focus();
  const calls = structuredClone(fake.pop.calls);
  for (const { call, card } of calls) {
    call.state = { kind: "connected" };
    card.version += 1;
  }
  fake.showPop({ calls });
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Connected"));
  expect(focused()).toBe("Open card");
});

it("takes no key that was meant for another window", async () => {
  const { fake } = await showPopup("several");
  await key("1");
  await key("ArrowDown");
  expect(fake.argsOf("choose")).toEqual([]);
  expect(document.activeElement).toBe(document.body);
});

it("lets go of every button once the keyboard is given back", async () => {
  const { fake } = await showPopup("missed", { keyboard: true });
  expect(focused()).toBe("Call back");
  fake.showPop({ has_keyboard: false });
  await waitFor(() => expect(document.activeElement).toBe(document.body));
});
