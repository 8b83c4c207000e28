import { fireEvent, screen, waitFor } from "@testing-library/svelte";
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
