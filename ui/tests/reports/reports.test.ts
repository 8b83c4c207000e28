import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Language } from "../../src/ipc";
import { notCodedCsv, smartWaitCsv, totalsOf } from "../../src/main/reports/csv";
import { daysOf, rangeOf } from "../../src/main/reports/range";
import Reports from "../../src/main/reports/Reports.svelte";
import { type Wish, button, faults, press, settled, showSection, type } from "../outbox/show";

const show = (wish: Wish = {}) => showSection(Reports, wish);
const row = (name: string | RegExp) => screen.getByRole("row", { name });

afterEach(() => vi.unstubAllGlobals());

async function showReport(wish: Wish = {}) {
  const shown = await show(wish);
  await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
  await settled();
  return shown;
}

describe("smart wait", () => {
  it.each(["en", "es", "hu"] as Language[])("is said in words, and has no fault for axe, in %s", async (language) => {
    const { page, text } = await showReport({ language });
    expect(text()).toContain({ en: "All skills", es: "Todos los grupos", hu: "Minden csoport" }[language]);
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
    if (language === "en") expect(await faults(page)).toEqual([]);
    await press({ en: "Not coded yet", es: "Sin tipificar", hu: "Még kódolatlan" }[language]);
    await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
    await settled();
    if (language === "en") expect(await faults(page)).toEqual([]);
  });

  it("asks nobody before it is told to, and then for today until now", async () => {
    const now = Date.now();
    const { fake } = await show();
    expect(fake.argsOf("smart_wait")).toEqual([]);
    await press("Show report");
    await waitFor(() => expect(fake.argsOf("smart_wait")).toHaveLength(1));
    const { account, from, to } = fake.argsOf("smart_wait")[0] ?? expect.fail();
    expect(account).toBe("wolkvox");
    expect(from).toBe(new Date(now).setHours(0, 0, 0, 0));
    expect(to).toBeGreaterThanOrEqual(now);
    expect(to).toBeLessThanOrEqual(Date.now());
  });

  it("shows figures, rates and sums, and says no sum where there is none", async () => {
    await showReport();
    const cells = (of: HTMLElement) =>
      within(of)
        .getAllByRole("cell")
        .map(({ textContent }) => textContent);
    expect(cells(row(/^Ventas Hungría/))).toEqual(["1,284", "902", "211", "744", "158", "70.2 %", "82.5 %", "6.4 %"]);
    expect(cells(row(/^Kiemelt/)).at(-1)).toBe("n/a");
    expect(cells(row(/^Cobros/))).toEqual(["0", "0", "0", "0", "0", "–", "–", "0 %"]);
    expect(cells(row(/^All skills/))).toEqual(["1,982", "1,186", "595", "964", "222", "59.8 %", "81.3 %", "–"]);
    expect(screen.getByRole("img", { name: "Ventas Hungría: 902 accepted, 211 declined of 1,284 who entered" })).toBeTruthy();
  });

  it("is not asked for again before the other system allows it, and says when", async () => {
    const { fake, text } = await showReport({ now: Date.now() });
    const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" }).format(fake.now + 300_000);
    expect(button("Refresh").disabled).toBe(true);
    expect(text()).toContain(`may be asked again at ${time}`);
    await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
    expect(fake.argsOf("smart_wait")).toHaveLength(1);
    // Another range is another question.
    await press("Yesterday");
    expect(text()).toContain("The days were changed");
    await press("Show report");
    await waitFor(() => expect(fake.argsOf("smart_wait")).toHaveLength(2));
  });

  it("warns where something may be missing, and says when nothing is there", async () => {
    const { text } = await showReport({
      prepare: (_, outbox) => {
        const whole = outbox.smartWait.bind(outbox);
        outbox.smartWait = (...args) => ({ ...whole(...args), rows: [], may_be_cut: true });
      },
    });
    expect(text()).toContain("Something may be missing");
    expect(text()).toContain("No calls in this range");
  });

  it("says why it could not be fetched, and asks again", async () => {
    const { fake } = await show();
    fake.failing.set("smart_wait", { code: "busy", message: "wolkvox: the day's quota is used up until 00:00" });
    await press("Show report");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The report could not be fetched");
    expect(alert.textContent).toContain("quota is used up until 00:00");
    fake.failing.clear();
    await press("Try again");
    await waitFor(() => expect(row(/^All skills/)).toBeTruthy());
  });
});

describe("the range", () => {
  it("is refused in words before anybody is asked", async () => {
    const { fake, text } = await show();
    await type(screen.getByLabelText("From"), "2026-03-09");
    await type(screen.getByLabelText("To"), "2026-03-02");
    expect(text()).toContain("The range ends before it begins");
    await type(screen.getByLabelText("To"), "2999-01-01");
    expect(text()).toContain("The range lies in the future");
    expect(button("Show report").disabled).toBe(true);
    await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
    expect(fake.argsOf("smart_wait")).toEqual([]);
    await type(screen.getByLabelText("From"), "");
    await fireEvent.submit(document.querySelector("form") as HTMLFormElement);
    expect(text()).toContain("Give both days.");
  });

  // Budapest: clocks go forward on 29 March and back on 25 October 2026.
  it.each([
    ["2026-03-29", "2026-03-29", 23],
    ["2026-10-25", "2026-10-25", 25],
    ["2026-02-27", "2026-03-01", 72],
  ])("from %s to %s is %i hours", (from, to, hours) => {
    const range = rangeOf({ from, to }, new Date(2026, 10, 21).getTime());
    expect(range).toMatchObject({ split: false });
    if (typeof range === "object") expect(range.to + 1 - range.from).toBe(hours * 3_600_000);
  });

  it("has presets by the calendar, and says when it is asked for in parts", () => {
    const now = new Date(2026, 2, 1, 15, 30).getTime();
    expect(daysOf("yesterday", now)).toEqual({ from: "2026-02-28", to: "2026-02-28" });
    expect(daysOf("week", now)).toEqual({ from: "2026-02-23", to: "2026-03-01" });
    expect(daysOf("month", now)).toEqual({ from: "2026-01-31", to: "2026-03-01" });
    expect(rangeOf(daysOf("month", now), now)).toMatchObject({ split: false, to: now });
    expect(rangeOf({ from: "2026-01-01", to: "2026-02-15" }, now)).toMatchObject({ split: true });
    expect(rangeOf({ from: "2023-01-01", to: "2026-02-15" }, now)).toBe("tooLong");
    expect(rangeOf({ from: "2026-02-31", to: "2026-02-28" }, now)).toBe("needDays");
  });
});

describe("CSV", () => {
  const one = {
    skill: '=HYPERLINK("x"), "A"',
    entered: 3,
    accepted: 2,
    declined: 1,
    callback_reached: 1,
    callback_failed: 1,
    service_level_up: null,
    service_level_raw: "n/a",
  };
  const report = { account: "w", from: 0, to: 1, rows: [one], fetched_at: 0, not_before: 0, may_be_cut: false };

  it("quotes what must be quoted, and hands no formula to a spreadsheet", () => {
    const lines = smartWaitCsv(report).split("\r\n");
    expect(lines[1]).toBe(`"'=HYPERLINK(""x""), ""A""",3,2,1,1,1,66.7,50,n/a`);
    expect(lines[2]).toBe("All skills,3,2,1,1,1,66.7,50,");
    expect(totalsOf([one, one]).entered).toBe(6);
    expect(notCodedCsv([{ account: "w", at: 0, number: "+361234567", customer_id: null, campaign_id: "7", external_id: null }])).toContain(
      "1970-01-01T00:00:00.000Z,'+361234567,,7",
    );
  });

  it("goes to the clipboard, or is there to be copied by hand", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
    await showReport();
    await press("Copy as CSV");
    await waitFor(() => expect(writeText).toHaveBeenCalledWith(expect.stringContaining("Ventas Hungría,1284,902")));
    writeText.mockImplementation(() => Promise.reject(new Error("not allowed")));
    await press("Copy as CSV");
    const text = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Report as CSV" });
    await waitFor(() => expect(document.activeElement).toBe(text));
    expect(text.value).toContain("Soporte técnico");
  });
});

describe("not coded yet", () => {
  it("lists my calls without a code, and leads to their records", async () => {
    const { fake, went, text } = await show();
    await press("Not coded yet");
    await press("Show report");
    await waitFor(() => expect(text()).toContain("3 calls without a code"));
    expect(fake.argsOf("smart_wait")).toEqual([]);
    await press("Find the campaign record of +573105550187");
    expect(went).toEqual([{ section: "campaigns", prefillNumber: "+573105550187" }]);
  });

  it("says that everything is coded", async () => {
    const { text } = await show({ prepare: (_, outbox) => (outbox.notCoded = () => []) });
    await press("Not coded yet");
    await press("Show report");
    await waitFor(() => expect(text()).toContain("Everything is coded"));
  });
});
