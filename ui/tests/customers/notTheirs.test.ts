import { screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import { faults, open, press, settled, showCustomers, stored } from "./show";

it("says at the number that it is not theirs, by whom and since when, and takes it back", async () => {
  const { fake, text, page } = await showCustomers();
  await open(fake, "María López");
  await press("+36 30 123 4567 is not theirs");
  await waitFor(() => expect(text()).toMatch(/Not theirs, said Ana Kiss, today \d/));
  expect(fake.argsOf("number_not_theirs")).toEqual([{ customer: "c1", number: "+36301234567" }]);
  expect(screen.queryByRole("button", { name: "+36 30 123 4567 is not theirs" })).toBeNull();
  expect(stored(fake, "c1").numbers).toHaveLength(1);
  expect(await faults(page)).toEqual([]);
  await press("Take back: +36 30 123 4567 is theirs");
  await waitFor(() => expect(text()).not.toContain("Not theirs, said"));
  expect(fake.aside.of("c1")).toEqual([]);
});

it("names numbers that are not written down with the customer, too, and who said it only where that is known", async () => {
  const number = { kind: "outside" as const, display: "+36 1 555 0104", country: "HU", e164: "+3615550104", extension: null };
  const { fake, text } = await showCustomers({ prepare: (fake) => (fake.call = before(fake, number)) });
  await open(fake, "María López");
  await waitFor(() => expect(text()).toContain("Numbers that are not theirs +36 1 555 0104 Not theirs: said yesterday"));
});

it("says what did not work", async () => {
  const { fake } = await showCustomers();
  await open(fake, "María López");
  fake.failing.set("number_not_theirs", { code: "not_saved", message: "disk full" });
  await press("+36 30 123 4567 is not theirs");
  expect((await screen.findByRole("alert")).textContent).toContain("Not saved");
  await settled();
  expect(screen.getByRole("button", { name: "+36 30 123 4567 is not theirs" })).toBeTruthy();
});

it.each([
  ["es", "El +36 30 123 4567 no es suyo", "No es suyo, según Ana Kiss (hoy"],
  ["hu", "Nem az övé: +36 30 123 4567", "Nem az övé, Ana Kiss szerint (ma"],
] as [Language, string, string][])("says it in %s", async (language, button, said) => {
  const { fake, text } = await showCustomers({ language });
  await open(fake, "María López");
  await press(button);
  await waitFor(() => expect(text()).toContain(said));
});

/** A fake that was told long ago, by nobody knows whom. */
function before(fake: import("../../src/ipc/fake").Fake, number: import("../../src/ipc").NumberView): typeof fake.call {
  const call = fake.call.bind(fake);
  return async (name, args) => {
    if (name === "not_theirs") return [{ number, by: null, at: Date.now() - 86_400_000 }] as never;
    return call(name, args);
  };
}
