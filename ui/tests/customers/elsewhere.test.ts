import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Customer } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { search, settled, showCustomers, type } from "./show";

/** Two other systems keep customers; the second one does not answer. */
function connect(fake: Fake): void {
  const [one] = fake.customers;
  if (!one) throw new Error("there is one");
  const other: Customer = { ...one, id: "helpdesk/7", name: "María Lopez-Nagy", source: "helpdesk" };
  fake.elsewhere.connect("helpdesk", [other]);
  fake.elsewhere.connect("billing", []);
  fake.elsewhere.down.add("billing");
}

it("searches other systems beside the list, and one that fails says so by itself", async () => {
  const { fake, text } = await showCustomers({ prepare: connect });
  await type(search(), "María");
  await waitFor(() => expect(screen.getByRole("region", { name: "Found in helpdesk" }).textContent).toContain("María Lopez-Nagy"));
  await waitFor(() => expect(text()).toContain("billing was not searched"));
  fake.elsewhere.down.delete("billing");
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(text()).toContain("billing: nobody found"));
});

it("asks other systems once for what was typed in one go, and for a letter or two not at all", async () => {
  const { fake } = await showCustomers({ prepare: connect });
  for (const text of ["M", "Ma", "Mar", "Marí", "María"]) await type(search(), text);
  await waitFor(() => expect(fake.argsOf("search_source")).toHaveLength(2));
  expect(fake.argsOf("search_source").map(({ query }) => query)).toEqual(["María", "María"]);
  await type(search(), "Ma");
  await settled();
  expect(fake.argsOf("search_source")).toHaveLength(2);
});

it("shows whom another system keeps, as whom the list knows them, and undoes that", async () => {
  const { fake, text } = await showCustomers({
    prepare: (fake) => {
      connect(fake);
      fake.elsewhere.link("c1", "helpdesk/7");
    },
    target: { customerId: "helpdesk/7", prefillNumber: null, callId: null },
  });
  await waitFor(() => expect(screen.getByRole("region", { name: "In other systems" })).toBeTruthy());
  expect(text()).toContain("The invoice of March lists the freight twice");
  expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Not the same person" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Not the same person" })).toBeNull());
  expect(fake.argsOf("unlink_customers")).toEqual([{ one: "c1", other: "helpdesk/7" }]);
});

it("asks where a new customer is to be kept, and keeps what was typed where that fails", async () => {
  const { fake, text } = await showCustomers({ prepare: connect, target: { customerId: null, prefillNumber: "+36301112233", callId: null } });
  const where = await screen.findByLabelText("Where to");
  await fireEvent.change(where, { target: { value: "billing" } });
  await type(screen.getByLabelText("Name"), "Anna Új");
  await fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(fake.argsOf("create_customer_in")).toHaveLength(1));
  await settled();
  expect((screen.getByLabelText("Name") as HTMLInputElement).value).toBe("Anna Új");
  fake.elsewhere.down.delete("billing");
  await fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(text()).toContain("billing"));
  expect(fake.argsOf("create_customer_in").map(({ source }) => source)).toEqual(["billing", "billing"]);
  expect(fake.argsOf("save_customer")).toEqual([]);
});
