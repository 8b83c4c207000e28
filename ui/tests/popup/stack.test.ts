import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { scenarios } from "../../src/ipc/fake/scenarios";
import { showPopup } from "./show";

it("a second call gets its own row and does not replace the first", async () => {
  const { fake, text } = await showPopup("connected");
  fake.showPop({ calls: scenarios["two_calls"]?.(Date.now()) ?? [] });
  const rows = await screen.findAllByRole("tab");
  expect(rows.map((row) => row.getAttribute("aria-selected"))).toEqual(["true", "false"]);
  expect(rows[1]?.textContent).toContain("+34 911 23 45 67");
  expect(rows[1]?.textContent).toContain("Ringing");
  expect(text()).toContain("Acme Hungary Kft.");
});

it("a click on a row asks for that call", async () => {
  const { fake } = await showPopup("two_calls");
  await fireEvent.click(screen.getAllByRole("tab")[1] as HTMLElement);
  expect(fake.argsOf("popup_select")).toEqual([{ callId: "call-2" }]);
});

it("says every one of five calls in its row", async () => {
  await showPopup("five_calls");
  const rows = screen.getAllByRole("tab").map((row) => row.textContent ?? "");
  expect(rows).toHaveLength(5);
  expect(rows[3]).toContain("Hidden number");
  expect(rows[4]).toContain("+44 7700 900123");
});

it("never shows the previous customer: empty when there is no call, and the next card starts anew", async () => {
  const { fake, page, text } = await showPopup("ringing");
  expect(text()).toContain("María López");
  const old = page.querySelector("[data-card]");
  fake.showPop({ calls: [], selected: null });
  await waitFor(() => expect(page.querySelector("main")).toBeNull());
  expect(text()).toBe("");
  const next = structuredClone(scenarios["unknown_caller"]?.(Date.now()) ?? []);
  for (const { call } of next) call.id = "call-9";
  fake.showPop({ calls: next, selected: "call-9" });
  await waitFor(() => expect(text()).toContain("+34 911 23 45 67"));
  expect(text()).not.toContain("María");
  expect(page.querySelector("[data-card]")).not.toBe(old);
});

it("another call's card is another element, so that nothing of the first can stay in it", async () => {
  const { fake, page } = await showPopup("two_calls");
  const first = page.querySelector("[data-card]");
  fake.showPop({ selected: "call-2" });
  await waitFor(() => expect(page.querySelector("[data-card]")?.getAttribute("data-card")).toBe("call-2"));
  expect(page.querySelector("[data-card]")).not.toBe(first);
});

it("a problem of one call is not shown on another's card", async () => {
  const { fake } = await showPopup("two_calls");
  fake.failing.set("open_link", { code: "internal", message: "" });
  await fireEvent.click(screen.getByRole("button", { name: "Open in CRM" }));
  await screen.findByRole("alert");
  fake.showPop({ selected: "call-2" });
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

it("a view that was overtaken changes nothing", async () => {
  const { fake, text } = await showPopup("ringing");
  const late = structuredClone(fake.pop);
  fake.showPop({ calls: [], selected: null });
  await waitFor(() => expect(text()).toBe(""));
  fake.emit("pop", late);
  await Promise.resolve();
  expect(text()).toBe("");
});

it("shows the newest call when none is selected", async () => {
  const { fake, text } = await showPopup("two_calls");
  fake.showPop({ selected: null });
  await waitFor(() => expect(text()).toContain("No customer has this number"));
});

it("follows a change of language and of appearance at once", async () => {
  const { fake, text } = await showPopup("ringing");
  fake.showPop({ language: "hu", appearance: "dark" });
  await waitFor(() => expect(text()).toContain("Csörög"));
  expect(document.documentElement.dataset["theme"]).toBe("dark");
  fake.showPop({ appearance: "light" });
  await waitFor(() => expect(document.documentElement.dataset["theme"]).toBe("light"));
});

it("rehearses with nobody on the card, out of reach, and is empty afterwards", async () => {
  const { fake, page, text } = await showPopup("none");
  const rehearsal = page.querySelector(".rehearsal");
  if (rehearsal) expect(rehearsal.hasAttribute("inert") && rehearsal.getAttribute("aria-hidden") === "true").toBe(true);
  expect(text()).not.toContain("+36");
  await waitFor(() => expect(text()).toBe(""));
  expect(fake.argsOf("popup_resize")).toEqual([]);
});

it("counts the calls where not all of their rows are seen at once", async () => {
  const { fake, text } = await showPopup("five_calls");
  expect(text()).not.toContain("5 calls");
  const one = scenarios["ringing"]?.(Date.now())[0];
  if (!one) throw new Error("there is such a scenario");
  const sixth = { ...one, call: { ...one.call, id: "call-6" } };
  fake.showPop({ calls: [...(scenarios["five_calls"]?.(Date.now()) ?? []), sixth] });
  await waitFor(() => expect(text()).toContain("6 calls"));
});

it("says of a colleague's call that it is one, and of a hidden caller through which queue they come", async () => {
  await showPopup("stack_of_legs");
  const rows = screen.getAllByRole("tab").map((row) => (row.textContent ?? "").replace(/\s+/g, " "));
  expect(rows[2]).toContain("Extension 102 · Internal call");
  expect(rows[3]).toContain("Ügyfélszolgálat");
  expect(rows[1]).toContain("Not answered");
});
