import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { forgetForms, forms } from "../../src/main/drafts/forms.svelte";
import { forgetCustomers } from "../../src/main/customers/session.svelte";
import { field, mountAgain, open, press, settled, showCustomers, stored, type } from "../customers/show";

/** The window is closed, and the page gone with it; the next one knows what the shell kept. */
export async function closeAndOpen(fake: Fake, leave: () => void) {
  leave();
  forgetCustomers();
  forgetForms();
  const shown = await mountAgain(fake);
  await settled();
  return shown;
}

describe("a customer being typed", () => {
  it("is there again when the window was closed, and says so", async () => {
    const { fake, leave } = await showCustomers();
    await press("New customer");
    await type(field("Name"), "Szűcs Árpád");
    await press("Add a number");
    const { text } = await closeAndOpen(fake, leave);
    expect(field("Name").value).toBe("Szűcs Árpád");
    expect(text()).toContain("Not saved yet: from today");
    await press("Save");
    await screen.findByRole("article", { name: "Szűcs Árpád" });
    await waitFor(() => expect(fake.forms.size).toBe(0));
  });

  it("is told at every letter, whole, and the newest counts", async () => {
    const { fake } = await showCustomers();
    await press("New customer");
    await type(field("Name"), "S");
    await type(field("Name"), "Sz");
    await settled();
    const told = fake.argsOf("form_typed");
    expect(told.map(({ typed }) => (JSON.parse(typed) as { draft: { name: string } }).draft.name)).toEqual(["S", "Sz"]);
    expect(told[1]!.revision).toBeGreaterThan(told[0]!.revision);
    expect(told[0]!.place).toBe(told[1]!.place);
    await type(field("Name"), "");
    await settled();
    expect(fake.forms.size).toBe(0);
  });

  it("goes with what it was typed for: given up, it is gone; another new one is another", async () => {
    const { fake, leave } = await showCustomers();
    await press("New customer");
    await type(field("Name"), "First");
    leave();
    forgetCustomers();
    forgetForms();
    const target = { customerId: null, prefillNumber: "+36301112233", callId: null };
    const { text } = await mountAgain(fake, target);
    await settled();
    expect(field("Name").value).toBe("");
    await type(field("Name"), "Second");
    await settled();
    expect(fake.forms.size).toBe(2);
    expect(text()).toContain("First");
    await press("Cancel");
    await press("Discard changes");
    await settled();
    expect([...fake.forms.values()].map(({ typed }) => typed)).toEqual([expect.stringContaining("First")]);
    await press("Open: First");
    expect(field("Name").value).toBe("First");
    await press("Discard");
    await press("Keep it");
    expect(field("Name").value).toBe("First");
  });

  it("meets what somebody else did meanwhile before anything is saved", async () => {
    const { fake, leave } = await showCustomers();
    await open(fake, "María López");
    await press("Edit");
    await type(field("Name"), "María L.");
    await settled();
    Object.assign(stored(fake, "c1"), { company: "Elsewhere Kft.", updated_at: Date.now() + 1 });
    await closeAndOpen(fake, leave);
    expect(field("Name").value).toBe("María L.");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("Somebody else changed this customer"));
    expect(fake.argsOf("save_customer")).toHaveLength(0);
    expect(stored(fake, "c1").company).toBe("Elsewhere Kft.");
  });

  it("is said not to be kept, and kept with the next letter", async () => {
    const { fake, text } = await showCustomers();
    fake.failing.set("form_typed", { code: "not_saved", message: "the disk is full: make room and save again" });
    await press("New customer");
    await type(field("Name"), "S");
    await screen.findByText("What is typed here is not kept on the disk");
    expect(text()).toContain("the disk is full");
    fake.failing.clear();
    await type(field("Name"), "Sz");
    await settled();
    expect(text()).not.toContain("not kept on the disk");
  });

  it("that cannot be read is left alone", async () => {
    const { text } = await showCustomers({
      prepare: (fake) => fake.forms.set("customer/new/1", { place: "customer/new/1", at: Date.now(), typed: "[", not_kept: null }),
    });
    await waitFor(() => expect(forms().in("customer")).toHaveLength(1));
    expect(text()).toContain("Not saved yet");
  });
});
