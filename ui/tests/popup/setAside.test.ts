import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Language } from "../../src/ipc";
import { showPopup } from "./show";

const button = (name: string | RegExp) => screen.getByRole("button", { name });
const press = (name: string | RegExp) => fireEvent.click(button(name));
const focused = () => document.activeElement?.textContent?.trim();

afterEach(() => void vi.useRealTimers());

describe("not this customer", () => {
  it("says whom it is not, for this call only, and never that nobody has the number", async () => {
    const { fake, text } = await showPopup("ringing");
    await press("Not this customer");
    await waitFor(() => expect(text()).toContain("Not María López: for this call only"));
    expect(text()).toContain("No other customer has this number");
    expect(text()).not.toContain("No customer has this number");
    expect(fake.argsOf("set_aside")).toEqual([{ callId: "call-1", customer: "c1" }]);
    expect(fake.argsOf("number_not_theirs")).toEqual([]);
    expect(button("Create customer")).toBeTruthy();
  });

  it("is undone, and everything is as it was", async () => {
    const { fake, text } = await showPopup("remembered");
    const before = fake.pop.calls[0]?.card.lookup;
    await press("Not this customer");
    await waitFor(() => expect(text()).toContain("for this call only"));
    await press("Undo");
    await waitFor(() => expect(text()).not.toContain("for this call only"));
    expect(fake.pop.calls[0]?.card.lookup).toEqual(before);
    expect(text()).toContain("chosen for this number before");
  });

  it("sets aside only whom the card shows: the others are still offered", async () => {
    const { fake, text } = await showPopup("remembered");
    await press("Not this customer");
    await waitFor(() => expect(text()).toContain("Kovácsné Nagy Ágnes"));
    expect(fake.pop.calls[0]?.card.set_aside.map(({ customer }) => customer)).toEqual(["c2"]);
    await press("Not this customer");
    await waitFor(() => expect(text()).toContain("No other customer has this number"));
    // One after the other comes back.
    await waitFor(() => expect(button("Undo")).toBeTruthy());
    await press("Undo");
    await waitFor(() => expect(screen.getByRole("heading", { name: "Kovácsné Nagy Ágnes" })).toBeTruthy());
  });

  it("holds for none of several, and they come back together", async () => {
    const { fake, text } = await showPopup("several");
    await press("None of these");
    await waitFor(() => expect(text()).toContain("None of these, for this call only: Kovács István, Kovácsné Nagy Ágnes and 1 more"));
    await press("Undo");
    await waitFor(() => expect(text()).toContain("3 possible customers"));
    expect(fake.argsOf("take_back")[0]?.customers).toHaveLength(3);
  });

  it("goes on being taken back once the seconds for Undo are over", async () => {
    const { text } = await showPopup("ringing");
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await press("Not this customer");
    await screen.findByRole("button", { name: "Undo" });
    await vi.advanceTimersByTimeAsync(10_500);
    expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
    await press("Take back");
    await waitFor(() => expect(text()).not.toContain("for this call only"));
  });

  it("is undone by keyboard: the keyboard goes on where it can be undone, and Ctrl+Z does it", async () => {
    const { fake, text } = await showPopup("ringing", { keyboard: true });
    const not = button("Not this customer");
    not.focus();
    await fireEvent.click(not);
    await waitFor(() => expect(focused()).toBe("Undo"));
    expect(text()).toContain("Ctrl+Z undo");
    await fireEvent.keyDown(document.activeElement ?? document.body, { key: "z", ctrlKey: true });
    await waitFor(() => expect(fake.argsOf("take_back")).toEqual([{ callId: "call-1", customers: ["c1"] }]));
    await waitFor(() => expect(text()).toContain("María López"));
  });

  it("is not undone by a key that is held down, and not by keys meant for another window", async () => {
    const { fake } = await showPopup("ringing", { keyboard: true });
    await press("Not this customer");
    const undo = await screen.findByRole("button", { name: "Undo" });
    expect(await fireEvent.keyDown(undo, { key: "Enter", repeat: true })).toBe(false);
    fake.showPop({ has_keyboard: false });
    await waitFor(() => expect(document.activeElement).toBe(document.body));
    await fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    expect(fake.argsOf("take_back")).toEqual([]);
  });

  it("says on the card that taking it back did not work", async () => {
    const { fake } = await showPopup("ringing");
    await press("Not this customer");
    fake.failing.set("take_back", { code: "offline", message: "" });
    await fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    expect(await screen.findByRole("alert")).toBeTruthy();
    expect(button("Undo")).toBeTruthy();
  });

  it("stays said when the call is wrapped up, with the way back", async () => {
    const { fake, text } = await showPopup("wrap_up");
    await fake.call("set_aside", { callId: "call-1", customer: "c1" });
    await waitFor(() => expect(text()).toContain("Not María López: for this call only"));
    await press("Undo");
    await waitFor(() => expect(text()).not.toContain("for this call only"));
    expect(screen.getByRole("heading", { name: "María López" })).toBeTruthy();
  });
});

describe("this number is not theirs", () => {
  it("is an act of its own, is said with who and when, and is taken back", async () => {
    const { fake, text } = await showPopup("ringing");
    await press("Not this customer");
    await fireEvent.click(await screen.findByRole("button", { name: "This number is not theirs" }));
    await waitFor(() => expect(fake.argsOf("number_not_theirs")).toEqual([{ customer: "c1", number: "+36 30 123 4567" }]));
    await waitFor(() => expect(text()).toMatch(/María López was set aside for this number by Ana Kiss, today \d/));
    await press("Take back: María López");
    await waitFor(() => expect(text()).not.toContain("was set aside for this number"));
    // For this call she is still set aside.
    expect(text()).toContain("Not María López: for this call only");
  });

  it("is not offered for a caller without a number", async () => {
    const { fake, text } = await showPopup("hidden");
    await fake.call("choose", { callId: "call-1", customer: "c7" });
    await waitFor(() => expect(text()).toContain("Emma Clarke"));
    await press("Not this customer");
    await waitFor(() => expect(text()).toContain("Not Emma Clarke: for this call only"));
    expect(text()).toContain("Hidden number");
    expect(screen.queryByRole("button", { name: /is not theirs/ })).toBeNull();
    await press("Undo");
    await waitFor(() => expect(screen.getByRole("heading", { name: "Emma Clarke" })).toBeTruthy());
  });

  it.each([
    ["en", "No other customer has this number", "María López was set aside for this number by Ana Kiss", "Kovács István was set aside for this number, "],
    [
      "es",
      "Ningún otro cliente tiene este número",
      "María López: este número no es suyo, según Ana Kiss (",
      "Kovács István: se indicó que este número no es suyo (",
    ],
    ["hu", "Ehhez a számhoz más ügyfél nincs", "María López: nem az övé ez a szám, Ana Kiss szerint (", "Kovács István: nem az övé ez a szám ("],
  ] as [Language, ...string[]][])("stands on the card of later calls, in %s, also where nobody knows who said it", async (language, ...words) => {
    const { text } = await showPopup("not_theirs", { language });
    for (const word of words) await waitFor(() => expect(text()).toContain(word));
  });

  it("of a later call is taken back there", async () => {
    const { fake, text } = await showPopup("not_theirs");
    await fireEvent.click(await screen.findByRole("button", { name: "Take back: Kovács István" }));
    await waitFor(() => expect(fake.argsOf("number_theirs")).toEqual([{ customer: "c2", number: "+36 30 123 4567" }]));
    await waitFor(() => expect(screen.getByRole("heading", { name: "Kovács István" })).toBeTruthy());
    expect(text()).toContain("María López was set aside");
  });
});
