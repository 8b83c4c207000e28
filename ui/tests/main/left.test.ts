import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { faultsOfWindow } from "../axe";
import { press, showMain } from "./show";

const row = (id: string) => document.querySelector<HTMLElement>(`[data-missed="${id}"]`) ?? expect.fail(`no row ${id}`);
const ids = () => [...document.querySelectorAll<HTMLElement>("[data-missed]")].map(({ dataset }) => dataset.missed);
const in_row = (id: string, name: RegExp) => within(row(id)).queryByRole("button", { name });

async function left(prepare?: (fake: Fake) => void): Promise<Fake> {
  const { fake } = await showMain("none", {
    prepare: (one) => {
      one.withMissed();
      prepare?.(one);
    },
  });
  await press("Left to do (3)");
  await waitFor(() => expect(ids()).toHaveLength(4));
  return fake;
}

describe("what is left to do", () => {
  it("says of each caller who, on which line, how often, by when, and who has them", async () => {
    await left();
    for (const word of ["María López", "+36 30 123 4567", "Sales (HU)", "vip", "called 3 times", "overdue since"])
      expect(row("m1").textContent).toContain(word);
    expect(row("m2").textContent).toContain("Béla Nagy has it");
    expect(row("m3").textContent).toContain("Nobody can be called back here");
    expect(row("m4").textContent).toContain("You have it");
  });

  it("is taken on, given back and done", async () => {
    const fake = await left();
    await press("I take it: María López");
    await waitFor(() => expect(row("m1").textContent).toContain("You have it"));
    await press("Release: María López");
    await waitFor(() => expect(row("m1").textContent).not.toContain("You have it"));
    await press("Done: María López");
    await waitFor(() => expect(ids()).not.toContain("m1"));
    expect(fake.argsOf("missed_act").at(-1)).toEqual({ id: "m1", act: { kind: "done", seen: 3 } });
  });

  it("leaves alone what a colleague has", async () => {
    await left();
    expect(
      within(row("m2"))
        .queryAllByRole("button")
        .map(({ textContent }) => textContent?.trim()),
    ).toEqual(["Show the last call"]);
  });

  it("takes on whoever is called back, before a phone rings", async () => {
    const fake = await left();
    await press("Call back: María López");
    await waitFor(() => expect(fake.argsOf("dial")).toHaveLength(1));
    expect(fake.asked.map(({ name }) => name).filter((name) => name === "missed_act" || name === "dial")).toEqual(["missed_act", "dial"]);
    expect(in_row("m3", /Call back/)).toBeNull();
  });

  it("says that a colleague was faster, and calls nobody", async () => {
    const fake = await left();
    fake.failing.set("missed_act", { code: "conflict", message: "Béla Nagy has it" });
    await press("Call back: María López");
    await screen.findByText("It is another by now");
    expect(fake.argsOf("dial")).toEqual([]);
  });

  it("hears at once what colleagues do", async () => {
    const fake = await left();
    const [first] = fake.missed.rows;
    if (first) fake.missed.rows = [{ ...first, taken: { by: "Béla Nagy", at: fake.now } }, ...fake.missed.rows.slice(1)];
    fake.tellMissed();
    await waitFor(() => expect(row("m1").textContent).toContain("Béla Nagy has it"));
    screen.getByRole("button", { name: "Left to do (2)" });
  });

  it("counts for the badge what nobody else has", async () => {
    await left();
    const mark = document.querySelector("nav .mark");
    expect(mark?.textContent).toContain("3 missed callers left to call back");
  });

  it("says that nobody waits, and where nobody shares a list shows none", async () => {
    const fake = await left();
    fake.missed.rows = [];
    fake.tellMissed();
    await screen.findByText("Nobody is waiting to be called back");
    fake.showDesk({ missed_list: { is_shared: false, for_me: 0, version: 99 } });
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Left to do/ })).toBeNull());
  });

  it("is usable by everybody", async () => {
    await left();
    expect(await faultsOfWindow()).toEqual([]);
  });
});
