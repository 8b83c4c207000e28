import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { forgetCustomers } from "../../src/main/customers/session.svelte";
import { settled } from "../customers/show";
import { box, key, lines, showMain, typeAndSettle } from "./show";

const type = (text: string) => fireEvent.input(box(), { target: { value: text } });
const section = () => document.querySelector('nav [aria-current="page"]')?.textContent?.trim();

async function open(found: string) {
  forgetCustomers();
  const shown = await showMain();
  await key("k", { ctrlKey: true });
  await typeAndSettle(shown.fake, found);
  await waitFor(() => expect(lines().length).toBeGreaterThan(0));
  return shown;
}

it("waits on Enter for whom the text in the box finds, and says so", async () => {
  const { fake } = await open("kovacs");
  const answer = fake.hold("search_customers");
  await type("clarke");
  expect(box().getAttribute("aria-activedescendant")).toBeNull();
  await key("Enter");
  await waitFor(() => expect(fake.argsOf("search_customers").at(-1)?.query).toBe("clarke"));
  await settled();
  expect(fake.argsOf("customer")).toEqual([]);
  expect(screen.getAllByText(/Enter waits for the answer/).length).toBeGreaterThan(0);
  answer();
  await waitFor(() => expect(fake.argsOf("customer")).toEqual([{ id: "c7" }]));
  expect(fake.argsOf("search_customers").filter(({ query }) => query === "clarke")).toHaveLength(1);
});

it.each(["typed on", "Escape", "another place"])("goes nowhere after %s", async (how) => {
  const { fake } = await open("kovacs");
  const before = section();
  const answer = fake.hold("search_customers");
  await type("clarke");
  await key("Enter");
  if (how === "typed on") await type("clarke e");
  else if (how === "Escape") await key("Escape");
  else box().blur();
  answer();
  await settled();
  await settled();
  expect(fake.argsOf("customer")).toEqual([]);
  expect(section()).toBe(before);
  expect(box().value).toBe(how === "typed on" ? "clarke e" : "clarke");
});

it("goes by arrow to nobody whom an earlier text found", async () => {
  const { fake } = await open("kovacs");
  const answer = fake.hold("search_customers");
  await type("clarke");
  await key("ArrowDown");
  await key("Enter");
  await settled();
  expect(fake.argsOf("customer")).toEqual([]);
  answer();
  await waitFor(() => expect(fake.argsOf("customer")).toEqual([{ id: "c7" }]));
});

it("does nothing on Enter when the search failed, says so, and can be asked again", async () => {
  const { fake } = await open("kovacs");
  const before = section();
  fake.failing.set("search_customers", { code: "offline", message: "" });
  await type("clarke");
  await key("Enter");
  expect((await screen.findByRole("alert")).textContent).toContain("The search did not work");
  await key("Enter");
  expect(fake.argsOf("customer")).toEqual([]);
  expect(section()).toBe(before);
  fake.failing.clear();
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(lines()[0]?.textContent).toContain("Emma Clarke"));
  await key("Enter");
  await waitFor(() => expect(fake.argsOf("customer")).toEqual([{ id: "c7" }]));
});

it("runs no command that stands first only until the customers are found", async () => {
  const { fake } = await open("kovacs");
  const answer = fake.hold("search_customers");
  // A word beside the name of *Quit Ringcard*.
  await type("exit");
  await waitFor(() => expect(lines().some((line) => line.textContent?.includes("Quit Ringcard"))).toBe(true));
  await key("Enter");
  await settled();
  expect(fake.argsOf("quit")).toEqual([]);
  answer();
  await waitFor(() => expect(fake.argsOf("quit")).toHaveLength(1));
});

it("waits for how a short number is read", async () => {
  const { fake } = await open("kovacs");
  const answer = fake.hold("read_number");
  await type("12");
  await key("Enter");
  await settled();
  expect(fake.argsOf("customer")).toEqual([]);
  expect(fake.argsOf("dial")).toEqual([]);
  answer();
  await waitFor(() => expect(fake.argsOf("dial")).toEqual([{ text: "12", confirmed: false, told: false }]));
});

it("takes nothing out of a list that was put out of sight", async () => {
  const { fake } = await open("kovacs");
  await key("Escape");
  expect(box().getAttribute("aria-expanded")).toBe("false");
  await key("Enter");
  expect(fake.argsOf("customer")).toEqual([]);
  expect(box().getAttribute("aria-expanded")).toBe("true");
  await key("Enter");
  await waitFor(() => expect(fake.argsOf("customer")).toHaveLength(1));
});
