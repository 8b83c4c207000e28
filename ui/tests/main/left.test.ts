import { cleanup, screen, waitFor, within } from "@testing-library/svelte";
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

  it("says that nothing is left, and where nobody shares a list shows none", async () => {
    const fake = await left();
    fake.missed.rows = [];
    fake.tellMissed();
    await screen.findByText("Nothing left");
    fake.showDesk({ missed_list: { is_shared: false, for_me: 0, version: 99 } });
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Left to do/ })).toBeNull());
  });

  it("is usable by everybody", async () => {
    await left();
    expect(await faultsOfWindow()).toEqual([]);
  });
});

describe("calls without a code, and what did not get through", () => {
  const without = () => [...document.querySelectorAll<HTMLElement>("[data-without]")].map(({ dataset }) => dataset.without);

  async function all(prepare?: (fake: Fake) => void): Promise<Fake> {
    const { fake } = await showMain("none", {
      prepare: (one) => {
        one.withMissed();
        one.withLeft();
        prepare?.(one);
      },
    });
    // Three callers, two calls, three rows.
    await press("Left to do (8)");
    await waitFor(() => expect(without()).toHaveLength(2));
    return fake;
  }

  it("counts everything once: the part, and the badge with what it is made of", async () => {
    await all();
    const mark = document.querySelector("nav .mark");
    expect(mark?.textContent).toContain("8");
    for (const said of ["3 missed callers left to call back", "2 calls without a code", "3 entries did not get through"])
      expect(mark?.textContent).toContain(said);
    // The rows that are mine to decide about are not counted where the others wait.
    expect(screen.getByRole("button", { name: "Waiting to be sent 4 waiting" })).toBeTruthy();
  });

  it("opens the wrap-up of a call, and takes it off when it is coded", async () => {
    const fake = await all();
    await press(/^Code now: Dr\. Papadimitriou/);
    await waitFor(() => expect(without()).toEqual(["uncoded-1"]));
    expect(fake.argsOf("code_now")).toEqual([{ callId: "uncoded-0" }]);
    screen.getByRole("button", { name: "Left to do (7)" });
  });

  it("takes off what needs no code, and says why where that was not kept", async () => {
    const fake = await all();
    fake.failing.set("no_code_needed", { code: "not_saved", message: "the disk is full" });
    await press(/^No code needed: Dr\./);
    await waitFor(() => expect(document.body.textContent).toContain("the disk is full"));
    expect(without()).toHaveLength(2);
    fake.failing.clear();
    await press(/^No code needed: Dr\./);
    await waitFor(() => expect(without()).toEqual(["uncoded-1"]));
  });

  it("goes from what did not get through to that row, where it is decided", async () => {
    const fake = await all();
    const [first] = fake.left.stuck;
    const key = first?.submission.key ?? "";
    const stuck = document.querySelector<HTMLElement>(`[data-stuck="${key}"]`) ?? expect.fail("no row");
    within(stuck)
      .getByRole("button", { name: /^See what to do/ })
      .click();
    await waitFor(() => expect(document.querySelector(`[data-row="${key}"]`)?.getAttribute("aria-expanded")).toBe("true"));
    expect(fake.argsOf("outbox").at(-1)?.filter).toBe("needs_a_person");
  });

  it("shows a lead those of each colleague, and an agent none", async () => {
    await all();
    expect(screen.queryByText("Colleagues’ calls without a code")).toBeNull();
    cleanup();
    await all((fake) => {
      fake.left.team = fake.left.withoutCode.map((row, n) => ({ ...row, call: { ...row.call, id: `theirs-${n}`, agents: ["Béla Nagy"] } }));
    });
    await screen.findByText("Colleagues’ calls without a code");
    expect(document.querySelector("summary")?.textContent).toContain("2 calls without a code");
  });

  it("says on a call that it needs no code, and who said so", async () => {
    const { fake } = await showMain("none", {
      prepare: (one) => {
        one.rows = one.rows.map((row) => ({ ...row, outcome: null, no_code: { by: "Ana Kiss", at: one.now } }));
      },
    });
    (document.querySelector<HTMLElement>("[data-call]") ?? expect.fail("no call")).click();
    await waitFor(() => expect(document.body.textContent).toContain("No code needed, Ana Kiss said"));
    expect(fake.argsOf("call")).toHaveLength(1);
  });

  it("is usable by everybody", async () => {
    await all();
    expect(await faultsOfWindow()).toEqual([]);
  });
});
