import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { find, hold, options, search, settled, showCustomers, type } from "./show";

const enter = () => fireEvent.keyDown(search(), { key: "Enter" });
const opened = () => screen.queryAllByRole("article").map((one) => one.getAttribute("aria-label") ?? one.textContent?.trim());
const said = () =>
  screen
    .getAllByRole("status")
    .map((one) => one.textContent?.trim())
    .join(" ");

it("waits on Enter for the answer to what stands in the field, and says so", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  const held = hold(fake, "search_customers");
  await type(search(), "clarke");
  await enter();
  await settled();
  expect(held.map(({ args }) => args.query)).toEqual(["clarke"]);
  expect(opened()).toEqual([]);
  expect(said()).toContain("as soon as it is found");
  held[0]?.answer();
  expect(await screen.findByRole("article", { name: "Emma Clarke" })).toBeTruthy();
  expect(said()).not.toContain("as soon as it is found");
});

it.each(["typed on", "Escape", "another place"])("does not open anybody after %s", async (how) => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  const held = hold(fake, "search_customers");
  await type(search(), "clarke");
  await enter();
  if (how === "typed on") await type(search(), "clarke e");
  else if (how === "Escape") await fireEvent.keyDown(search(), { key: "Escape" });
  else search().blur();
  for (const one of held) one.answer();
  await waitFor(() => expect(options()).toHaveLength(how === "typed on" ? 2 : 1));
  await settled();
  expect(opened()).toEqual([]);
  expect(search().value).toBe(how === "typed on" ? "clarke e" : "clarke");
});

it("opens nobody on Enter when the search failed, says so, and can be asked again", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  fake.failing.set("search_customers", { code: "offline", message: "" });
  await type(search(), "clarke");
  await enter();
  expect((await screen.findByRole("alert")).textContent).toContain("The search did not work");
  await enter();
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  await enter();
  await settled();
  expect(opened()).toEqual([]);
  fake.failing.clear();
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(options()).toHaveLength(1));
  expect(opened()).toEqual([]);
  await enter();
  expect(await screen.findByRole("article", { name: "Emma Clarke" })).toBeTruthy();
});

it("goes by arrow to nobody whom an earlier text found", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  const held = hold(fake, "search_customers");
  await type(search(), "clarke");
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  expect(search().getAttribute("aria-activedescendant")).toBeNull();
  expect(options().some((one) => one.getAttribute("aria-selected") === "true")).toBe(false);
  await enter();
  await settled();
  expect(opened()).toEqual([]);
  for (const one of held) one.answer();
  expect(await screen.findByRole("article", { name: "Emma Clarke" })).toBeTruthy();
});

it("opens by click whom the row names, also while another text is looked for", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  const held = hold(fake, "search_customers");
  await type(search(), "clarke");
  const row = options()[1] as HTMLElement;
  const name = row.querySelector(".name")?.textContent ?? "";
  await fireEvent.click(row);
  expect(await screen.findByRole("article", { name })).toBeTruthy();
  for (const one of held) one.answer();
  await settled();
  expect(opened()).toHaveLength(1);
});

it("keeps the line the arrows went to when the same text is asked for once more", async () => {
  const { fake } = await showCustomers();
  await find(fake, "kov");
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  const chosen = options()[1]?.querySelector(".name")?.textContent ?? "";
  await find(fake, " kov");
  await fireEvent.keyDown(search(), { key: "ArrowDown" });
  await enter();
  expect(await screen.findByRole("article", { name: chosen })).toBeTruthy();
});
