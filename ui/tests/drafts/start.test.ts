import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { cleanup } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { forgetForms } from "../../src/main/drafts/forms.svelte";
import { press, showMain } from "../main/show";

it("what is typed at the first start is there again, without its password", async () => {
  const { fake } = await showMain("first_start");
  await press(/^Connect your PBX/);
  await fireEvent.input(await screen.findByLabelText("Your name"), { target: { value: "Kovács Éva" } });
  await fireEvent.input(screen.getByLabelText("Your extension"), { target: { value: "205" } });
  await press("Next");
  await screen.findAllByRole("radio");
  await press("Next");
  await waitFor(() => expect(document.querySelector("input[type=password]")).not.toBeNull());
  await fireEvent.input(document.querySelector("input[type=password]") ?? expect.fail("no secret"), { target: { value: "s3cr3t-word" } });
  await waitFor(() => expect([...fake.forms.values()].map(({ typed }) => typed).join()).toContain("Kovács Éva"));
  expect(JSON.stringify(fake.argsOf("form_typed"))).not.toContain("s3cr3t");
  cleanup();
  forgetForms();
  const kept = [...fake.forms.values()];
  const again = await showMain("first_start", { prepare: (next) => kept.forEach((form) => next.forms.set(form.place, form)) });
  // The step that was reached, and what is missing.
  await screen.findByText(/Passwords are not kept/);
  expect(document.querySelector<HTMLInputElement>("input[type=password]")?.value).toBe("");
  await press("Back");
  await press("Back");
  expect(screen.getByLabelText<HTMLInputElement>("Your name").value).toBe("Kovács Éva");
  await press("Discard");
  const buttons = screen.getAllByRole("button", { name: "Discard" });
  await fireEvent.click(buttons.at(-1) ?? expect.fail("nothing is asked"));
  await waitFor(() => expect(again.fake.forms.size).toBe(0));
  expect(screen.getByLabelText<HTMLInputElement>("Your name").value).not.toBe("Kovács Éva");
});
