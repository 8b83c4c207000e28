import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Customer } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { faults, showCustomers } from "./show";

function connect(fake: Fake): void {
  const [one] = fake.customers;
  if (!one) throw new Error("there is one");
  const other: Customer = { ...one, id: "helpdesk/7", name: "María Lopez-Nagy", source: "helpdesk" };
  fake.elsewhere.connect("helpdesk", [other]);
}

it("calls a customer about an open ticket of theirs, and takes the ticket along", async () => {
  const target = { customerId: "helpdesk/7", prefillNumber: null, callId: null };
  const { fake, page } = await showCustomers({ prepare: connect, target });
  const button = await screen.findByRole("button", { name: "Call about ticket #4711" });
  expect(await faults(page)).toEqual([]);
  await fireEvent.click(button);
  await waitFor(() => expect(fake.argsOf("dial_about")).toHaveLength(1));
  const [asked] = fake.argsOf("dial_about");
  expect(asked).toMatchObject({ ticket: "helpdesk/4711", confirmed: false, told: false });
  expect(asked?.text).toBe(fake.customers[0]?.numbers[0]?.written);
  expect(fake.argsOf("dial")).toEqual([]);
});
