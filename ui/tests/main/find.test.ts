import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { faults, press, showMain } from "./show";

const ids = () => [...document.querySelectorAll<HTMLElement>("li.row [data-call]")].map((one) => one.dataset.call);
const field = () => screen.getByRole<HTMLInputElement>("searchbox", { name: "Find calls" });

describe("finding calls", () => {
  it("finds by what is typed, and shows all again", async () => {
    const { fake } = await showMain();
    const all = ids();
    await fireEvent.input(field(), { target: { value: "maría" } });
    await waitFor(() => expect(fake.argsOf("find_calls").at(-1)?.search.text).toBe("maría"));
    await waitFor(() => expect(ids().length).toBeLessThan(all.length));
    for (const id of ids()) expect(document.querySelector(`[data-call="${id}"]`)?.textContent).toContain("María");
    await press("Show all again");
    await waitFor(() => expect(ids()).toEqual(all));
  });

  it("asks for what the filters say, the last day whole", async () => {
    const { fake } = await showMain();
    await press("Filters");
    await fireEvent.change(screen.getByRole("combobox", { name: "How it ended" }), { target: { value: "missed" } });
    await fireEvent.input(screen.getByLabelText("From"), { target: { value: "2026-11-01" } });
    await fireEvent.input(screen.getByLabelText("To"), { target: { value: "2026-11-02" } });
    await waitFor(() => expect(fake.argsOf("find_calls").at(-1)?.search).toMatchObject({ ended: "missed", coded: null, line: null }));
    const { from, to } = fake.argsOf("find_calls").at(-1)?.search ?? expect.fail("it asks");
    expect(new Date(from ?? 0).getDate()).toBe(1);
    expect(new Date(to ?? 0).getDate()).toBe(3);
    screen.getByRole("button", { name: "3 filters" });
  });

  it("says that nothing is like that", async () => {
    await showMain();
    await fireEvent.input(field(), { target: { value: "nobody at all" } });
    await screen.findByText("No call is like that");
  });

  it("saves what is found, and says where", async () => {
    const { fake } = await showMain();
    await fireEvent.input(field(), { target: { value: "maría" } });
    await press("Save as CSV");
    await screen.findByText("The calls are saved");
    expect(fake.argsOf("export_calls").at(-1)?.search.text).toBe("maría");
  });

  it("has no fault for axe", async () => {
    await showMain();
    await press("Filters");
    expect(await faults()).toEqual([]);
  });
});

describe("whose calls are found", () => {
  const search = (fake: { argsOf: (name: "find_calls") => { search: object }[] }) => fake.argsOf("find_calls").at(-1)?.search;

  it("are everybody's, or one agent's, for who may see them", async () => {
    const { fake } = await showMain();
    await press("Everybody");
    await waitFor(() => expect(search(fake)).toMatchObject({ everybody: true, agent: null }));
    await press("1 filter");
    await fireEvent.change(screen.getByRole("combobox", { name: "Agent" }), { target: { value: "Nagy Béla" } });
    await waitFor(() => expect(search(fake)).toMatchObject({ everybody: false, agent: "Nagy Béla" }));
  });

  it("are one's own where nobody else's may be seen", async () => {
    await showMain("none", { prepare: (fake) => (fake.desk.team = []) });
    expect(screen.queryByRole("button", { name: "Everybody" })).toBeNull();
    await press("Filters");
    expect(screen.queryByRole("combobox", { name: "Agent" })).toBeNull();
  });

  it("are those with a customer who is found by name, and those with a code", async () => {
    const { fake } = await showMain();
    await press("Filters");
    await fireEvent.input(screen.getByRole("textbox", { name: "Customer" }), { target: { value: "kov" } });
    const found = within(await screen.findByRole("list", { name: "Customers found" }));
    await fireEvent.click(found.getByRole("button", { name: /Kovács István/ }));
    await waitFor(() => expect(search(fake)).toMatchObject({ customer: "c2" }));
    await fireEvent.input(screen.getByRole("textbox", { name: "Coded as" }), { target: { value: "002" } });
    await waitFor(() => expect(search(fake)).toMatchObject({ customer: "c2", code: "002" }));
    await press("Show all again");
    expect(screen.getByRole("textbox", { name: "Customer" })).toBeTruthy();
  });
});
