import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { faults, press, showMain } from "./show";

const open = (id: string) => fireEvent.click(document.querySelector(`[data-call="${id}"]`) ?? expect.fail(`no row ${id}`));
const pressThere = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));

/** The first call is a colleague's, and private. */
function withheld(fake: Fake): void {
  fake.rows = fake.rows.map((row) => {
    if (row.call.id !== "h1") return row;
    const call = { ...row.call, ani: { kind: "hidden" as const }, privacy: { private: true, at: fake.now, withheld: true } };
    const number = { kind: "hidden" as const, display: "", country: null, e164: null, extension: null };
    return { ...row, call, number, customer_name: null, customer_id: null, outcome: null };
  });
}

describe("a private call", () => {
  it("is made one after a question, and says what became of its traces", async () => {
    const { fake } = await showMain();
    await open("h1");
    await pressThere("Make private");
    expect(fake.argsOf("set_private")).toEqual([]);
    expect(screen.getByText(/deleted for good/)).toBeTruthy();
    await press("Make private");
    expect(await screen.findByText("1 recording was deleted for good.")).toBeTruthy();
    expect(screen.getByText(/was told of the call before/)).toBeTruthy();
    expect(fake.argsOf("set_private")).toEqual([{ callId: "h1", private: true }]);
    await waitFor(() => expect(screen.getByText("Deleted: somebody took it away, or it was too old.")).toBeTruthy());
  });

  it("can be made none again, and has no fault for axe", async () => {
    await showMain();
    await open("h1");
    await pressThere("Make private");
    await press("Make private");
    expect(await screen.findByText("1 recording was deleted for good.")).toBeTruthy();
    expect(await faults()).toEqual([]);
    await press("Not private after all");
    expect(await screen.findByRole("button", { name: "Make private" })).toBeTruthy();
  });

  it("of a colleague says that there was one, and no more", async () => {
    await showMain("none", { prepare: withheld });
    expect(document.querySelector('[data-call="h1"]')?.textContent).toContain("Private call");
    await open("h1");
    expect(await screen.findByText("Only whoever spoke sees whom it was with.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Not private after all" })).toBeNull();
    expect(screen.getByRole("heading", { name: "Private call" })).toBeTruthy();
  });
});
