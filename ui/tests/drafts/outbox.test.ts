import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { forgetForms } from "../../src/main/drafts/forms.svelte";
import Outbox from "../../src/main/outbox/Outbox.svelte";
import { press, settled, showSection, type } from "../outbox/show";

it("other words for a row that waits are there again, until they are accepted or given up", async () => {
  const { fake, leave } = await showSection(Outbox);
  const row = [...document.querySelectorAll<HTMLElement>("[data-row]")].find((one) => one.textContent?.includes("Kovács István")) ?? expect.fail("no row");
  await fireEvent.click(within(row.closest("li") as HTMLElement).getByRole("button", { name: /^Edit/ }));
  await type(within(await screen.findByRole("form", { name: "Edit" })).getByLabelText("Comment"), "Ő kérte");
  await settled();
  const kept = [...fake.forms.values()];
  expect(kept).toHaveLength(1);
  leave();
  forgetForms();
  const again = await showSection(Outbox, { prepare: (next) => kept.forEach((form) => next.forms.set(form.place, form)) });
  await settled();
  expect(again.text()).toContain("Not saved yet");
  await press(/^Open: Kovács István/);
  const form = within(await screen.findByRole("form", { name: "Edit" }));
  expect(form.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("Ő kérte");
  expect(form.getByText(/Not saved yet: from today/)).toBeTruthy();
  await fireEvent.click(form.getByRole("button", { name: "Cancel" }));
  await settled();
  expect(again.fake.forms.size).toBe(0);
  expect(again.text()).not.toContain("Not saved yet");
});
