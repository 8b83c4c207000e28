import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../../src/ipc";
import { faultsOfWindow } from "../../axe";
import { showPopup } from "../show";
import { settled, showWrapUp, wrapUpOf } from "./show";

const choose = (name: string | RegExp) => fireEvent.click(screen.getByRole("radio", { name }));
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const pick = (name: RegExp, value: string) => fireEvent.change(screen.getByRole("combobox", { name }), { target: { value } });
const type = (name: RegExp, value: string) => fireEvent.input(screen.getByRole("textbox", { name }), { target: { value } });

describe.each([
  ["en", ["Where is this call filed?", "New ticket", "Add to a ticket", "No ticket", "Nothing chosen: the settings decide."]],
  ["es", ["¿Dónde se registra esta llamada?", "Ticket nuevo", "Añadir a un ticket", "Sin ticket", "Nada elegido: deciden los ajustes."]],
  ["hu", ["Hová kerüljön ez a hívás?", "Új jegy", "Meglévő jegyhez", "Jegy nélkül", "Nincs kiválasztva semmi: a beállítások döntenek."]],
] as [Language, string[]][])("in %s", (language, words) => {
  it("a call is filed in words", async () => {
    const { text } = await showWrapUp("wrap_up_tickets", { language });
    for (const word of words) expect(text()).toContain(word);
    expect(text()).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

it("nothing chosen is nothing sent, and a choice can be left to the settings again", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("No ticket");
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets).toMatchObject([{ account: "crm", choice: "none" }]));
  await press("Leave it to the settings");
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets).toMatchObject([{ account: "crm", choice: null }]));
});

it("a new ticket asks for the fields of its form, and for those that depend on them, and says what is missing beside each", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("Érdeklődik");
  await choose("New ticket");
  await screen.findByRole("combobox", { name: /^Topic \(required\)/ });
  expect(screen.queryByRole("textbox", { name: /^Invoice/ })).toBeNull();
  await press("Save");
  await screen.findByText("This must be filled in.");
  expect(screen.getByRole("combobox", { name: /^Topic/ }).getAttribute("aria-invalid")).toBe("true");
  await pick(/^Topic/, "bill");
  await screen.findByRole("textbox", { name: "Invoice number (required)" });
  await type(/^Invoice/, "twelve");
  await screen.findByText("This is not a number.");
  await type(/^Invoice/, "12");
  await type(/^Subject/, "No bill in October");
  await waitFor(() => expect(shown.text()).not.toContain("This is not a number."));
  await fireEvent.click(screen.getByRole("checkbox", { name: "Internet" }));
  await fireEvent.click(screen.getByRole("checkbox", { name: "Phone" }));
  await settled();
  expect(wrapUpOf(shown).draft.tickets[0]).toEqual({
    account: "crm",
    choice: "new",
    subject: "No bill in October",
    form: null,
    fields: [
      { field: "topic", value: "bill" },
      { field: "invoice", value: "12" },
      { field: "products", value: "phone" },
      { field: "products", value: "internet" },
    ],
    ticket: "",
  });
  await press("Save");
  await waitFor(() => expect(shown.fake.pop.wrap_ups).toHaveLength(0));
});

it("what was typed for a new ticket is there again after another choice was looked at", async () => {
  await showWrapUp("wrap_up_tickets");
  await choose("New ticket");
  await type(/^Subject/, "No bill");
  await choose("Add to a ticket");
  expect(screen.queryByRole("textbox", { name: /^Subject/ })).toBeNull();
  await choose("New ticket");
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: /^Subject/ }).value).toBe("No bill");
});

it("offers the customer's tickets, says that a closed one gets a follow-up, and cuts a long subject with its whole as a title", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("Add to a ticket");
  const which = within(await screen.findByRole("group", { name: "Which ticket?" }));
  expect(which.getAllByRole("radio")).toHaveLength(4);
  expect(which.getByText("Closed: a follow-up is made.")).not.toBeNull();
  expect(which.getByTitle(/háromszor telefonáltunk$/)).not.toBeNull();
  await choose("Érdeklődik");
  await press("Save");
  await screen.findByText("Choose the ticket, or type its number.");
  await choose(/La factura de octubre/);
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets[0]?.ticket).toBe("4711"));
});

it("another ticket is looked up by its number, and one that is not there is said", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("Add to a ticket");
  await choose("Another number");
  await type(/^Ticket number/, "77");
  await press("Look up");
  await screen.findByText("There is no ticket with this number.");
  await type(/^Ticket number/, "#5000");
  await press("Look up");
  await screen.findByText("Somebody else's");
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets[0]?.ticket).toBe("5000"));
  expect(shown.fake.argsOf("ticket")).toEqual([
    { account: "crm", id: "77" },
    { account: "crm", id: "#5000" },
  ]);
});

it("another number is asked for also where a ticket was chosen, and stays open while it is typed and looked up", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("Add to a ticket");
  await choose(/La factura de octubre/);
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets[0]?.ticket).toBe("4711"));
  await type(/^Comment/, "comes on Friday");
  await settled();
  await choose("Another number");
  await settled();
  // A number that is one of theirs on the way there, or at the end.
  await type(/^Ticket number/, "4711");
  await settled();
  expect(screen.getByRole<HTMLInputElement>("textbox", { name: /^Ticket number/ }).value).toBe("4711");
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Another number" }).checked).toBe(true);
  await press("Look up");
  await waitFor(() => expect(shown.fake.argsOf("ticket")).toEqual([{ account: "crm", id: "4711" }]));
  await settled();
  expect(screen.getByRole("textbox", { name: /^Ticket number/ })).toBeTruthy();
  await choose(/La factura de octubre/);
  await settled();
  expect(screen.queryByRole("textbox", { name: /^Ticket number/ })).toBeNull();
  expect(screen.getByRole<HTMLInputElement>("radio", { name: /La factura de octubre/ }).checked).toBe(true);
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets[0]?.ticket).toBe("4711"));
});

it("two accounts are named and asked by themselves; one without forms asks for a subject alone", async () => {
  const shown = await showWrapUp("wrap_up_tickets_two");
  const of = (name: string) => within(screen.getByRole("group", { name }));
  await fireEvent.click(of("Where is this call filed in crm?").getByRole("radio", { name: "No ticket" }));
  const other = of("Where is this call filed in ügyfélszolgálat?");
  await fireEvent.click(other.getByRole("radio", { name: "New ticket" }));
  await other.findByRole("textbox", { name: /^Subject/ });
  expect(other.queryByRole("combobox")).toBeNull();
  await waitFor(() =>
    expect(wrapUpOf(shown).draft.tickets.map(({ account, choice }) => [account, choice])).toEqual([
      ["crm", "none"],
      ["ügyfélszolgálat", "new"],
    ]),
  );
});

it("a call that is wrapped up for its ticket alone asks for no code", async () => {
  const { text, fake } = await showPopup("wrap_up_tickets_only");
  await screen.findByText("Where is this call filed?");
  expect(text()).not.toContain("How did the call end?");
  await press("Save");
  await waitFor(() => expect(fake.pop.wrap_ups).toHaveLength(0));
});

it("a form of two hundred fields is all there, and each takes what is typed", async () => {
  const shown = await showWrapUp("wrap_up_tickets");
  await choose("New ticket");
  await fireEvent.change(await screen.findByLabelText("Form"), { target: { value: "9" } });
  // Looked up as it is: by name, each of two hundred would be looked at.
  const inputs = () => [...shown.page.querySelectorAll<HTMLInputElement>('[aria-label="Fields of the ticket"] input')];
  await waitFor(() => expect(inputs()).toHaveLength(200));
  await fireEvent.input(inputs()[199] as HTMLInputElement, { target: { value: "the last" } });
  await waitFor(() => expect(wrapUpOf(shown).draft.tickets[0]?.fields).toEqual([{ field: "f199", value: "the last" }]));
});

it("axe finds nothing wrong with a new ticket's questions, nor with what is missing", async () => {
  await showWrapUp("wrap_up_tickets", { keyboard: true });
  await choose("New ticket");
  await screen.findByLabelText(/^Topic/);
  await press("Save");
  await screen.findByText("This must be filled in.");
  expect(await faultsOfWindow()).toEqual([]);
});

it("axe finds nothing wrong with the choice of a ticket", async () => {
  await showWrapUp("wrap_up_tickets", { keyboard: true });
  await choose("Add to a ticket");
  await choose("Another number");
  expect(await faultsOfWindow()).toEqual([]);
});
