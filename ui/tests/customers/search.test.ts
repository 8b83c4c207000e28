import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Customer } from "../../src/ipc";
import { numberFor } from "../../src/main/customers/search.svelte";
import { find, hold, open, options, search, settled, showCustomers, stored, type } from "./show";

const names = () => options().map((one) => one.querySelector(".name")?.textContent);

it("drops an answer that was overtaken by a newer question", async () => {
  const { fake } = await showCustomers();
  const held = hold(fake, "search_customers");
  await type(search(), "kov");
  await waitFor(() => expect(held).toHaveLength(1));
  await type(search(), "clarke");
  await waitFor(() => expect(held).toHaveLength(2));
  held[1]?.answer();
  await waitFor(() => expect(names()).toEqual(["Emma Clarke"]));
  held[0]?.answer();
  await settled();
  expect(names()).toEqual(["Emma Clarke"]);
});

it("asks once for letters typed in one go", async () => {
  const { fake } = await showCustomers();
  const before = fake.argsOf("search_customers").length;
  for (const text of ["k", "ko", "kov"]) await type(search(), text);
  await waitFor(() => expect(names()).toHaveLength(2));
  expect(
    fake
      .argsOf("search_customers")
      .slice(before)
      .map(({ query }) => query),
  ).toEqual(["kov"]);
});

it("shows fifty of many and says how to narrow them down", async () => {
  const many = (fake: { customers: Customer[] }) => {
    const [one] = fake.customers;
    if (one) fake.customers = Array.from({ length: 80 }, (_, n) => ({ ...one, id: `m${n}`, name: `Anna ${n}` }));
  };
  const { fake, text } = await showCustomers({ prepare: many });
  await find(fake, "anna");
  expect(options()).toHaveLength(50);
  expect(text()).toContain("The first 50 are shown. Type more to narrow it down.");
});

it("keeps the keyboard in the field: arrows choose, Enter opens", async () => {
  const { fake } = await showCustomers();
  expect(document.activeElement).toBe(search());
  await find(fake, "duna");
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  const chosen = options()[1];
  expect(search().getAttribute("aria-activedescendant")).toBe(chosen?.id);
  await fireEvent.keyDown(search(), { key: "Enter" });
  expect(await screen.findByRole("article", { name: "Kovácsné Nagy Ágnes" })).toBeTruthy();
  expect(document.activeElement).toBe(search());
  expect(chosen?.getAttribute("aria-selected")).toBe("true");
});

it("opens whom the typed text finds when Enter is faster than the answer", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  await type(search(), "clarke");
  await fireEvent.keyDown(search(), { key: "Enter" });
  expect(await screen.findByRole("article", { name: "Emma Clarke" })).toBeTruthy();
});

it("keeps the list when a search fails, and tries again", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  fake.failing.set("search_customers", { code: "offline", message: "" });
  await type(search(), "kovácsn");
  await screen.findByRole("alert");
  expect(names()).toHaveLength(2);
  fake.failing.clear();
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(names()).toEqual(["Kovácsné Nagy Ágnes"]));
  expect(screen.queryByRole("alert")).toBeNull();
});

describe("the number of a row", () => {
  const two = {
    numbers: [
      { label: "work", written: "+36 1 234 5678", party: null },
      { label: "mobile", written: "06 30 999 1111", party: { kind: "outside", e164: "+36309991111", extension: null } },
    ],
  } as unknown as Customer;
  it.each([
    ["9991", "06 30 999 1111"],
    ["+36 30 999", "06 30 999 1111"],
    ["0630999", "06 30 999 1111"],
    ["345", "+36 1 234 5678"],
    ["anna", "+36 1 234 5678"],
  ])("found by %s is %s", (query, number) => {
    expect(numberFor({ customer: two, strength: "likely", reason: { kind: "text" } }, query)?.written).toBe(number);
  });
});

it("shows numbers as they are shown everywhere, and as they were written only where they cannot be read", async () => {
  const { fake, text } = await showCustomers();
  const customer = fake.customers[0] ?? expect.fail("nobody");
  customer.numbers = [{ label: "", written: "0036309991111", party: { kind: "outside", e164: "+36309991111", extension: null } }];
  await find(fake, customer.name);
  await waitFor(() => expect(text()).toContain("+36 309 991 111"));
  expect(text()).not.toContain("0036309991111");
  customer.numbers = [{ label: "", written: "3,63056E+10", party: null }];
  await find(fake, "");
  await waitFor(() => expect(text()).toContain("3,63056E+10"));
});

it("offers to create whom nobody is called, with what was typed", async () => {
  const { fake } = await showCustomers();
  await find(fake, "Nora Smith");
  await fireEvent.click(screen.getByRole("button", { name: "Create “Nora Smith”" }));
  expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Name" })).value).toBe("Nora Smith");
});

it("dials a number of the card once for a double click", async () => {
  const { fake } = await showCustomers();
  await open(fake, "Emma Clarke");
  const call = screen.getByRole("button", { name: /^Call/ });
  await Promise.all([fireEvent.click(call), fireEvent.click(call)]);
  await settled();
  expect(fake.argsOf("dial")).toEqual([{ text: "+44 7700 900123", confirmed: false, told: false }]);
});

it("opens a link by the shell, and never one that is no web address", async () => {
  const { fake, text } = await showCustomers({ prepare: (one) => (stored(one, "c7").link = "javascript:alert(1)") });
  await open(fake, "Emma Clarke");
  expect(screen.queryByRole("button", { name: "Open in CRM" })).toBeNull();
  expect(text()).toContain("not a web address");
  await open(fake, "María López");
  await fireEvent.click(screen.getByRole("button", { name: "Open in CRM" }));
  expect(fake.argsOf("open_link")).toEqual([{ customerId: "c1" }]);
  expect(document.querySelectorAll("a")).toHaveLength(0);
});
