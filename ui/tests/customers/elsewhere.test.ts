import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Customer, Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { faults, hold, search, settled, showCustomers, type } from "./show";

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
  await waitFor(() => expect(screen.getByRole("group", { name: "Found in helpdesk" }).textContent).toContain("María Lopez-Nagy"));
  await waitFor(() => expect(text()).toContain("billing was not searched"));
  fake.elsewhere.down.delete("billing");
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(text()).toContain("billing: nobody found"));
});

const key = (key: string) => fireEvent.keyDown(search(), { key });
const active = () => document.getElementById(search().getAttribute("aria-activedescendant") ?? "")?.querySelector(".name")?.textContent ?? null;

/** The list finds one; two other systems find two, and more than are shown. */
function several(fake: Fake): void {
  const [one] = fake.customers;
  if (!one) throw new Error("there is one");
  const of = (source: string, id: number, name: string): Customer => ({ ...one, id: `${source}/${id}`, source, name });
  fake.elsewhere.connect("helpdesk", [of("helpdesk", 1, "María A"), of("helpdesk", 2, "María B")]);
  fake.elsewhere.connect(
    "erp",
    Array.from({ length: 30 }, (_, n) => of("erp", n, `María of erp ${n}`)),
  );
}

it("goes by arrow through the list and every system, in the order shown, and Enter opens", async () => {
  const { page } = await showCustomers({ prepare: several });
  await type(search(), "María");
  await waitFor(() => expect(screen.getByRole("group", { name: /^Found in erp/ })).toBeTruthy());
  const names = screen.getAllByRole("option").map((one) => one.querySelector(".name")?.textContent ?? "");
  expect(names.slice(0, 4)).toEqual(["María López", "María A", "María B", "María of erp 0"]);
  expect(active()).toBe("María López");
  for (const name of names.slice(1, 4)) {
    await key("ArrowDown");
    expect(active()).toBe(name);
  }
  await key("ArrowUp");
  expect(active()).toBe("María B");
  expect(await faults(page)).toEqual([]);
  await key("Enter");
  expect(await screen.findByRole("article", { name: "María B" })).toBeTruthy();
});

it("says of a system that knows more than are shown that there may be more", async () => {
  await showCustomers({ prepare: several });
  await type(search(), "María");
  expect(await screen.findByRole("group", { name: "Found in erp: the first 20 are shown, there may be more" })).toBeTruthy();
  expect(screen.getByRole("group", { name: "Found in helpdesk" })).toBeTruthy();
  expect(screen.getAllByRole("option")).toHaveLength(23);
});

it("opens on Enter whom another system found where the list knows nobody, and nobody while one above may still answer", async () => {
  const { fake } = await showCustomers({ prepare: several });
  const held = hold(fake, "search_source");
  await type(search(), "María of");
  await waitFor(() => expect(held).toHaveLength(2));
  held[1]?.answer();
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(20));
  await key("Enter");
  await settled();
  expect(screen.queryByRole("article")).toBeNull();
  held[0]?.answer();
  await waitFor(() => expect(active()).toBe("María of erp 0"));
  await key("Enter");
  expect(await screen.findByRole("article", { name: "María of erp 0" })).toBeTruthy();
});

it("keeps the line the arrows went to when a system answers above it", async () => {
  const { fake } = await showCustomers({ prepare: several });
  const held = hold(fake, "search_source");
  await type(search(), "María");
  await waitFor(() => expect(held).toHaveLength(2));
  held[1]?.answer();
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(21));
  await key("ArrowDown");
  expect(active()).toBe("María of erp 0");
  held[0]?.answer();
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(23));
  expect(active()).toBe("María of erp 0");
});

it("says of a system that does not answer, or may not be asked now, just that", async () => {
  const { fake, text } = await showCustomers({ prepare: connect });
  await type(search(), "María");
  await waitFor(() => expect(text()).toContain("billing was not searched: Does not answer."));
  fake.failing.set("search_source", { code: "not_now", message: "" });
  await type(search(), "Marí");
  await waitFor(() => expect(text()).toContain("billing was not searched: Not asked now: the account's limit is reached."));
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

describe.each([
  ["en", ["The customer list is empty", "Type three characters or more to search in helpdesk and billing."], "No customers yet", "New customer"],
  ["es", ["La lista de clientes está vacía", "Escriba tres caracteres o más para buscar en helpdesk y billing"], "Aún no hay clientes", "Nuevo cliente"],
  ["hu", ["Az ügyféllista üres", "Legalább három karakter beírásakor itt is keres: helpdesk és billing."], "Még nincsenek ügyfelek", "Új ügyfél"],
] as [Language, string[], string, string][])("in %s, with nobody in the list", (language, words, alone, create) => {
  it("other systems are searched, and a customer can be made", async () => {
    const prepare = (fake: Fake) => {
      connect(fake);
      fake.customers.splice(0);
    };
    const { page, text } = await showCustomers({ language, prepare });
    await waitFor(() => expect(text()).toContain(words[0]));
    for (const word of words) expect(text()).toContain(word);
    expect(text()).not.toContain(alone);
    expect(screen.getAllByRole("button", { name: create })).toHaveLength(1);
    if (language === "en") expect(await faults(page)).toEqual([]);
    await type(search(), "María");
    expect(await screen.findByRole("option", { name: /María Lopez-Nagy/ })).toBeTruthy();
    expect(text()).not.toContain(words[0]);
    if (language === "en") expect(await faults(page)).toEqual([]);
  });

  it("the page is the empty one where no other system can be searched", async () => {
    const { text } = await showCustomers({ language, prepare: (fake) => fake.customers.splice(0) });
    await waitFor(() => expect(text()).toContain(alone));
    expect(screen.queryByRole("combobox")).toBeNull();
    expect(screen.getAllByRole("button", { name: create })).toHaveLength(1);
  });
});
