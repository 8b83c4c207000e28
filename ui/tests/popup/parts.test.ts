import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { learnReasons } from "../../src/i18n/reasons/index.svelte";
import type { Fake } from "../../src/ipc/fake";
import { matchesOf } from "../../src/lib/customer";
import { inOrder, nameThere, shownTickets } from "../../src/lib/parts/parts";
import { partHere, ticket } from "../../src/ipc/fake/elsewhere";
import { found, match } from "../../src/ipc/fake/build";
import { NOW, showPopup } from "./show";

// Its code comes after that of the card.
const line = (name: string) => screen.findByRole("region", { name }, { timeout: 10_000 });

it("shows what each system says with its age, and what does not answer on its own line", async () => {
  await showPopup("sources");
  expect((await line("helpdesk")).textContent).toContain("The invoice of March lists the freight twice");
  expect((await line("helpdesk")).textContent).toContain("as of");
  expect((await line("erp")).textContent).toContain("Asking…");
  expect((await line("billing")).textContent).toContain("Does not answer.");
  expect(screen.getByRole("heading", { name: "María López" })).toBeTruthy();
});

it("opens a ticket by its system's name for it and never by an address", async () => {
  const { fake } = await showPopup("sources");
  await line("helpdesk");
  await fireEvent.click(screen.getByRole("button", { name: /invoice of March/ }));
  expect(fake.argsOf("open_ticket")).toEqual([{ customerId: "helpdesk/7", ticket: "4711" }]);
});

it("names each ticket by its number and says how old it is", async () => {
  await showPopup("sources");
  const text = (await line("helpdesk")).textContent?.replace(/\s+/g, " ") ?? "";
  expect(text).toMatch(/#4711 The invoice of March lists the freight twice Open 3 days ago for Kovács Éva/);
});

it("says who is suspended there, and which ticket was merged", async () => {
  await showPopup("sources_suspended");
  const text = (await line("helpdesk")).textContent ?? "";
  expect(text).toContain("Suspended there: cannot sign in or write.");
  expect(text).not.toContain("true");
  expect(text).toContain("Merged into another ticket");
});

it("says of a number that as many have as are told of at most that there may be more", async () => {
  await showPopup("sources_many");
  expect((await line("helpdesk")).textContent).toContain("20 customers have this number there, and there may be more.");
});

it.each([
  ["choose_number", "Choose the number to call from in the telephone program and confirm: then it calls."],
  ["calls_another", "The telephone system calls another number than the one you clicked: the one it knows for the ticket."],
])("says while the call is being set up what the agent has to do or know: %s", async (scenario, words) => {
  await showPopup(scenario);
  await learnReasons();
  expect(await screen.findByText(words)).toBeTruthy();
});

it("says why what is shown is not new", async () => {
  await showPopup("sources_limit");
  expect((await line("helpdesk")).textContent).toContain("the account's limit is reached");
});

it("says that a ticket could not be opened", async () => {
  const { fake, text } = await showPopup("sources");
  await line("helpdesk");
  fake.failing.set("open_ticket", { code: "busy", message: "no" });
  await fireEvent.click(screen.getByRole("button", { name: /invoice of March/ }));
  await waitFor(() => expect(screen.getByRole("alert")).toBeTruthy());
  expect(text()).toContain("María López");
});

it("links whom a system knows under another name, when the agent says so", async () => {
  const other = (fake: Fake) => {
    const lookup = fake.pop.calls[0]?.card.lookup;
    const one = lookup?.kind === "found" ? lookup.matches[0] : undefined;
    if (lookup?.kind !== "found" || !one) throw new Error("there is one");
    lookup.matches.push({ ...one, customer: { ...one.customer, id: "helpdesk/7", source: "helpdesk", name: "M. Lopez" } });
  };
  const { fake } = await showPopup("sources", { prepare: other });
  expect((await line("helpdesk")).textContent).toContain("There: M. Lopez");
  await fireEvent.click(screen.getByRole("button", { name: "The same person" }));
  expect(fake.argsOf("link_customers")).toEqual([{ one: "c1", other: "helpdesk/7" }]);
});

it("loads nothing of it where the customer list is the only one", async () => {
  const { text } = await showPopup("ringing");
  await waitFor(() => expect(text()).toContain("María López"));
  expect(screen.queryByText("Asking…")).toBeNull();
});

it("shows open tickets first, and of those that are done the newest", () => {
  const done = ticket(NOW, "1", "done", { status: "closed" });
  const open = ["2", "3", "4", "5"].map((id) => ticket(NOW, id, id));
  expect(shownTickets([done, ...open]).map(({ id }) => id)).toEqual(["2", "3", "4"]);
  expect(shownTickets([done, { ...done, id: "6" }]).map(({ id }) => id)).toEqual(["1"]);
});

it("has what helps first, and who knows nobody last", () => {
  const nobody = { source: "a", state: { kind: "nobody" as const }, facts: [], tickets: [] };
  const quiet = partHere(NOW, "b", "b/1", { tickets: [] });
  const full = partHere(NOW, "c", "c/1");
  expect(inOrder([nobody, quiet, full]).map(({ source }) => source)).toEqual(["c", "b", "a"]);
});

it("says as whom a system knows a caller who is not the one on the card", () => {
  const [one] = matchesOf(found([match(NOW, "c1", "exact", { kind: "text" })]));
  if (!one) throw new Error("there is one");
  const there = (id: string, name: string) => ({ ...one, customer: { ...one.customer, id, name, source: "helpdesk" } });
  const part = partHere(NOW, "helpdesk", "helpdesk/7");
  expect(nameThere(part, [one], "c1")).toEqual({ kind: "same" });
  expect(nameThere(part, [one, there("helpdesk/7", "Béla Nagy")], "c1")).toEqual({ kind: "other", name: "Béla Nagy" });
  const several = { ...part };
  delete several.customer;
  expect(nameThere(several, [one, there("helpdesk/7", "Béla"), there("helpdesk/8", "Éva")], "c1")).toEqual({ kind: "several", count: 2 });
});
