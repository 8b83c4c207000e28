import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { CommandError, Language, Usage } from "../../src/ipc";
import Reports from "../../src/main/reports/Reports.svelte";
import { mostOf, usageCsv } from "../../src/main/reports/usage";
import { type Wish, faults, press, settled, showSection } from "../outbox/show";

const tab: Record<Language, string> = { en: "Requests used", es: "Peticiones usadas", hu: "Felhasznált kérések" };

async function show(wish: Wish = {}) {
  const shown = await showSection(Reports, wish);
  await press(tab[wish.language ?? "en"]);
  await settled();
  return shown;
}

describe("what was used of an account", () => {
  it.each(["en", "es", "hu"] as Language[])("is said in words and figures, without a fault for axe, in %s", async (language) => {
    const { page, text } = await show({ language });
    expect(text()).toContain({ en: "Saved by batching", es: "Ahorradas al agrupar", hu: "Összevonással megtakarítva" }[language]);
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
    if (language === "en") expect(await faults(page)).toEqual([]);
  });

  it("is asked for at once, of the range that is chosen, and of the account that is chosen", async () => {
    const { fake } = await show();
    await waitFor(() => expect(fake.argsOf("usage")).toEqual([{ account: null, range: "day" }]));
    await press("Last 30 days");
    await waitFor(() => expect(fake.argsOf("usage").at(-1)).toEqual({ account: null, range: "month" }));
    const accounts = await screen.findByLabelText<HTMLSelectElement>("System");
    const second = accounts.options.item(1)?.value ?? expect.fail();
    await fireEvent.change(accounts, { target: { value: second } });
    await waitFor(() => expect(fake.argsOf("usage").at(-1)).toEqual({ account: second, range: "month" }));
  });

  it("names who used it, the hub itself too, and a share for each kind", async () => {
    await show();
    const table = screen.getByRole("table", { name: "By whom" });
    expect(within(table).getByRole("row", { name: /^ana / })).toBeTruthy();
    expect(within(table).getByRole("row", { name: /^The hub itself / })).toBeTruthy();
    expect(within(screen.getByRole("table", { name: "What for" })).getByRole("row", { name: /^Look-ups .* %$/ })).toBeTruthy();
  });

  it("has a bar for each part of the time, and says the limit where it lies far above them", async () => {
    await show();
    const plot = screen.getByRole("img", { name: /requests\. The most/ });
    expect(plot.querySelectorAll(".bar")).toHaveLength(96);
    expect(plot.querySelector(".limit")).toBeNull();
    expect(screen.getByText(/The limit allows 900 in one bar/)).toBeTruthy();
    await press("Last 30 days");
    await settled();
    expect(screen.getByRole("img", { name: /requests\. The most/ }).querySelector(".limit")).not.toBeNull();
  });

  it("is not offered to an agent, who may see their own calls alone", async () => {
    const { text } = await showSection(Reports, { prepare: (fake) => (fake.desk.team = []) });
    expect(text()).toContain("Not coded yet");
    expect(screen.queryByText("Requests used")).toBeNull();
  });

  it("says what an agent who may not see it can do", async () => {
    const { fake } = await showSection(Reports);
    const call = fake.call.bind(fake);
    fake.call = (name, args) => ((name as string) === "usage" ? Promise.reject({ code: "not_allowed", message: "no" } as CommandError) : call(name, args));
    await press("Requests used");
    await settled();
    expect(screen.getByRole("alert").textContent).toContain("What was used cannot be shown");
  });
});

it("counts what one part can hold by the strictest limit", () => {
  const part = { at: 0, until: 900_000 };
  const window = (of: "second" | "minute" | "day", limit: number) => ({ window: of, limit, used: 0, left: limit, reserved: 0, resets_at: 0 });
  expect(mostOf(part, [window("minute", 400), window("day", 2500)])).toBe(2500);
  expect(mostOf(part, [window("minute", 10), window("day", 2500)])).toBe(150);
  expect(mostOf({ at: 0, until: 86_400_000 }, [window("minute", 400), window("day", 2500)])).toBe(2500);
  expect(mostOf(part, [])).toBeNull();
});

it("makes a table that no spreadsheet takes for a formula", () => {
  const none = { look_up: 0, agent_act: 0, write: 0, report: 0, test: 0 };
  const usage: Usage = {
    account: "crm",
    accounts: ["crm"],
    range: "day",
    from: 0,
    to: 900_000,
    slots: [{ at: 0, until: 900_000, requests: { ...none, write: 3 }, limited: 1, failed: 0, waiting: 14 }],
    total: { ...none, write: 3 },
    limited: 1,
    failed: 0,
    by: [{ agent: '=cmd|"x"', requests: { ...none, write: 3 }, limited: 1 }],
    saved_by_batching: 7,
    cache_hits: 5,
    windows: [],
    waiting: 0,
    not_kept: 0,
  };
  const table = usageCsv(usage);
  expect(table).toContain("1970-01-01T00:00:00.000Z,1970-01-01T00:15:00.000Z,0,0,3,0,0,3,1,0,14\r\n");
  expect(table).toContain(`"'=cmd|""x""",0,0,3,0,0,3,1\r\n`);
});
